"""A workbench for screens: real widgets' surroundings, a desk that only remembers what was asked of it."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from app.bootstrap.late_reader import LateReader
from app.bootstrap.late_writer import LateWriter
from app.services.alarm_desk import AlarmDesk
from app.services.desk import Desk, DeskSnapshot
from app.ui.icons import Icons
from app.ui.layout_memory import LayoutMemory
from app.ui.live import Live
from app.ui.messages import Messages
from app.ui.operations import Edits
from app.ui.operations.desk import Requests
from app.ui.risk_live import RiskLive
from app.ui.tasks import Tasks
from app.ui.theme import Theme
from app.ui.view import Workbench
from tests.fakes.alarm_desks import AlarmParts
from tests.fakes.clock import FakeClock
from tests.fakes.desk import NOW, FakeDesk
from tests.fakes.wallet_desks import wallet_desk

ICONS = Path(__file__).parents[2] / "resources" / "icons"


def make_bench(
    snapshot: DeskSnapshot,
    theme: Theme,
    *,
    desk: FakeDesk | None = None,
    memory: LayoutMemory | None = None,
    went: Callable[[str, str | None], None] | None = None,
    alarm: AlarmDesk | None = None,
) -> Workbench:
    """Return a workbench that shows ``snapshot``; stop its ``tasks`` when done."""
    fake = FakeDesk(snapshot) if desk is None else desk
    standing_in = cast("Desk", fake)
    live = Live(snapshot)
    tasks, messages, clock = Tasks(), Messages(), FakeClock(NOW)
    with TemporaryDirectory() as folder:
        kept = LayoutMemory(Path(folder, "window.ini")) if memory is None else memory
    return Workbench(
        desk=standing_in,
        alarm=AlarmParts(clock).desk(standing_in) if alarm is None else alarm,
        live=live,
        risk=RiskLive(standing_in, tasks, live),
        tasks=tasks,
        edits=Edits(standing_in, tasks, live, messages),
        requests=Requests(standing_in, tasks, live),
        messages=messages,
        theme=theme,
        icons=Icons(ICONS, theme),
        memory=kept,
        clock=clock,
        resources=ICONS.parent,
        ask_now=lambda: None,
        go=went or (lambda _key, _name: None),
        imports=LateReader(),
        reports=LateWriter(),
        wallets=lambda: wallet_desk(standing_in),
    )
