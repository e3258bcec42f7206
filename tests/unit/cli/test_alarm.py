"""``plimsoll alarm``: what stands, and what people do about it, with a real book."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.deliveries import Delivery, DeliveryFault, Message, MessageKind, MessageState
from app.domain.margin_calls import MarginCall
from app.domain.rules import Urgency
from app.domain.warning_actions import ActionKind
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.services.alert_ports import AlarmChanges, JudgeRole, Lease
from app.store.alarm import BookAlarm
from app.store.book_store import BookStore
from app.store.lease import BookLease
from app.system.processes import host_name, own_process
from tests.unit.cli.conftest import Run

NOW = datetime.now(UTC)
AGO = NOW - timedelta(hours=2)
CALL = WarningRecord(
    "aa11" + "0" * 28, "=Revolver", WarningKind.CALL, WarningStatus.OPEN, True, True, AGO, AGO,
    "=Revolver is at its margin call.", due_at=NOW + timedelta(hours=30), urgency=Urgency.CALL, told=1, told_at=AGO,
)  # fmt: skip
EASY = CALL._replace(id="aa22" + "0" * 28, subject="Term", kind=WarningKind.DROP_CALL, sentence="Term is near.")
RULED = CALL._replace(
    id="bb33" + "0" * 28, subject="", kind=WarningKind.RULE, rule="week-move", due_at=None, urgency=Urgency.EARLY,
    status=WarningStatus.PENDING, told=0, told_at=None, announced=False, sentence="Bitcoin has fallen by 11 %.",
)  # fmt: skip
OVER = [
    CALL._replace(id=f"cc{day:02}" + "0" * 28, status=WarningStatus.CLOSED, closed_at=AGO - timedelta(days=day))
    for day in range(8)
]
QUIET = CALL._replace(id="dd44" + "0" * 28, status=WarningStatus.CLOSED, closed_at=AGO, told=0, announced=False)


def kept(place: Path) -> BookAlarm:
    return BookAlarm(BookStore.open(place).backend)


@pytest.fixture
def place(run: Run, tmp_path: Path) -> Path:
    """A new book in which warnings stand."""
    place = tmp_path / "book.plimsoll"
    assert run("--book", place, "book", "new").code == 0
    message = Message(
        "m1", "desktop", MessageKind.WARNING, AGO, Urgency.CALL, "Margin call", "text",
        attempts=2, next_at=NOW, fault=DeliveryFault.TIMEOUT,
    )  # fmt: skip
    sent = message._replace(id="m2", state=MessageState.SENT, sent_at=NOW, fault=None, subject="Told")
    queued = Delivery("d1", EASY.id, 0, "desktop", AGO, NOW + timedelta(hours=1), Urgency.EARLY, "Waits\nfor morning")
    price = Decimal(53_000)
    running = MarginCall(
        "c1", "Gone", AGO, Decimal("0.75"), Decimal("0.76"), price, 100_000, Decimal(900), None, None, latching=False
    )
    kept(place).save(
        AlarmChanges(
            warnings=(CALL, EASY, RULED, *OVER, QUIET),
            calls=(running,),
            deliveries=(queued,),
            messages=(message, sent),
        )
    )
    return place


def test_a_new_book_says_who_watches_and_that_nothing_stands(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "new.plimsoll"
    run("--book", place, "book", "new")
    done = run("--book", place, "alarm")
    assert (done.code, done.err) == (0, "")
    assert "Nobody judges this book now" in done.out
    assert "No warning stands." in done.out


def test_the_page_has_shelves_calls_and_deliveries(run: Run, place: Path) -> None:
    done = run("--book", place, "alarm")
    assert (done.code, done.err) == (0, "")
    before, waits = done.out.split("Reached, but not yet")
    assert before.index("aa110000  =Revolver (margin call") < before.index("aa220000  Term (call near")
    assert "bitcoin" in waits.lower()
    assert "Over, the newest of 8" in waits
    assert "Gone: running" in waits
    assert "tried 2 times (" in waits
    assert "waits until" in waits
    assert "for morning" not in waits
    assert "dd44" not in done.out
    assert "cc070000" in run("--book", place, "alarm", "--all").out
    assert "cc070000" not in done.out


def test_json_and_csv_for_scripts(run: Run, place: Path) -> None:
    said = run("alarm", "list", "--book", place, "--json").json
    assert said["judge"] is None
    assert [one["shelf"] for one in said["warnings"]] == ["needs_you"] * 2 + ["waits"] + ["over"] * 5
    assert (said["margin_calls"][0]["state"], said["margin_calls"][0]["loan"]) == ("running", "Gone")
    assert [one["state"] for one in said["deliveries"]] == ["queued", "waiting", "sent"]
    assert {one["channel"] for one in said["deliveries"]} == {"This desktop"}
    assert run("alarm", "--book", place, "--json", "--all").json["warnings"][-1]["id"] == OVER[-1].id
    rows = list(csv.DictReader(io.StringIO(run("alarm", "--csv", "--book", place).out)))
    assert len(rows) == len(said["warnings"])
    assert rows[0]["about"] == "'=Revolver"
    assert run("alarm", "--csv", "--json", "--book", place).code == 2


def test_an_acknowledgement_is_a_note_to_whoever_judges(run: Run, place: Path) -> None:
    done = run("--book", place, "alarm", "ack", "AA11")
    assert (done.code, done.err) == (0, "")
    assert "=Revolver is at its margin call." in done.out
    (action,) = kept(place).actions()
    assert (action.warning_id, action.kind, action.applied) == (CALL.id, ActionKind.ACKNOWLEDGE, False)
    # It is shown at once, though nobody has judged since; and the record is whoever judges's to write.
    assert "Stands, seen or put off" in run("--book", place, "alarm").out
    assert {one.id: one for one in kept(place).load(0)}[CALL.id] == CALL
    assert run("--book", place, "alarm", "ack", "aa11").out.startswith("Seen already")
    assert len(kept(place).actions()) == 1


def test_several_are_acknowledged_together_or_none(run: Run, place: Path) -> None:
    assert run("--book", place, "alarm", "ack", "aa11", "zz").code == 1
    assert kept(place).actions() == ()
    done = run("--book", place, "alarm", "ack", "aa11", "aa22", "aa11")
    assert (done.code, done.out.count("\n")) == (0, 2)
    assert {action.warning_id for action in kept(place).actions()} == {CALL.id, EASY.id}


def test_the_most_urgent_stands_first(run: Run, place: Path) -> None:
    notice = RULED._replace(
        id="ee55", status=WarningStatus.OPEN, told=1, urgency=Urgency.NOTICE, opened_at=AGO - timedelta(days=1)
    )
    pressing = notice._replace(id="ee66", urgency=Urgency.CALL, opened_at=AGO)
    kept(place).save(AlarmChanges(warnings=(notice, pressing)))
    ids = [one["id"] for one in run("--book", place, "alarm", "--json").json["warnings"]]
    assert ids[:4] == [CALL.id, EASY.id, "ee66", "ee55"]


def test_a_snooze_always_ends(run: Run, place: Path) -> None:
    assert run("--book", place, "alarm", "snooze", "aa22", "--for", "4h").code == 0
    (action,) = kept(place).actions()
    assert action.until is not None
    assert action.until - action.at == timedelta(hours=4)
    (row,) = [one for one in run("--book", place, "alarm", "--json").json["warnings"] if one["id"] == EASY.id]
    assert row["shelf"] == "stands"
    until = NOW + timedelta(days=1)
    assert run("--book", place, "alarm", "snooze", "aa11", "--until", until.isoformat()).code == 0
    assert kept(place).actions()[-1].until == until
    late = run("--book", place, "alarm", "snooze", "aa11", "--until", "2020-01-01T00:00")
    assert (late.code, "is over; name a time to come" in late.err) == (1, True)


def test_a_note_goes_beside_any_warning(run: Run, place: Path) -> None:
    assert run("--book", place, "alarm", "note", "cc03", " asked the desk ").code == 0
    assert [(one.warning_id, one.text) for one in kept(place).actions()] == [(OVER[3].id, "asked the desk")]
    assert run("--book", place, "alarm", "note", "cc03", "  ").code == 1
    assert run("--book", place, "alarm", "note", "cc03", "x" * 2001).code == 1


@pytest.mark.parametrize(
    ("verb", "wanted", "words"),
    [
        (("ack",), "aa", "begins the id of 2 warnings"),
        (("ack",), "zz", "no warning has an id that begins with"),
        (("ack",), "", "no warning has an id that begins with"),
        (("ack",), "dd44", "no warning has an id that begins with"),
        (("ack",), "cc01", "is over"),
        (("snooze", "--for", "1h"), "cc01", "is over"),
        (("ack",), "bb33", "has not fired yet"),
    ],
)
def test_what_cannot_be_answered_is_one_line(
    run: Run, place: Path, verb: tuple[str, ...], wanted: str, words: str
) -> None:
    done = run("--book", place, "alarm", *verb, wanted)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert words in done.err
    assert kept(place).actions() == ()


@pytest.mark.parametrize("time", ["4", "h", "0m", "31d", "-4h", "4w", "999999h", "٤h"])
def test_a_snooze_without_a_sensible_time_is_wrong_usage(run: Run, place: Path, time: str) -> None:
    assert run("--book", place, "alarm", "snooze", "aa11", f"--for={time}").code == 2
    assert run("--book", place, "alarm", "snooze", "aa11").code == 2


def test_whoever_judges_is_named(run: Run, place: Path) -> None:
    store = BookStore.open(place)
    mine = Lease(0, 0, "me", JudgeRole.WATCHER, host_name(), own_process(), NOW, stuck="Mail does not go out.")
    taken = BookLease(store.backend).take(None, mine)
    assert taken is not None
    said = run("--book", place, "alarm").out
    assert f"A watcher judges this book (process {own_process()} on" in said
    assert "Its messages do not go out: Mail does not go out." in said
    assert run("--book", place, "alarm", "--json").json["judge"]["role"] == "watcher"
    BookLease(store.backend).give_back(taken)
    assert "Nobody judges" in run("--book", place, "alarm").out


def test_the_demo_has_rules_and_tells_nobody(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "demo.plimsoll"
    run("--book", place, "book", "demo")
    assert "sends nothing outside" in run("--book", place, "alarm").out
    assert len(run("--book", place, "alarm", "rules", "--json").json["rules"]) == 9
    assert run("--book", place, "alarm", "channels", "--json").json == {"channels": []}


def test_a_read_only_book_is_listed_and_takes_no_answer(run: Run, place: Path) -> None:
    place.chmod(0o444)
    assert "Needs you:" in run("--book", place, "alarm").out
    done = run("--book", place, "alarm", "ack", "aa11")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)


def test_a_book_that_is_not_there(run: Run, tmp_path: Path) -> None:
    done = run("--book", tmp_path / "none", "alarm")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
