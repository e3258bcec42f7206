"""Makes the pictures of README: ``python -m tests.screenshots`` writes ``resources/screenshots``; needs no screen."""

import os
import sys
import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.bootstrap.books import create_book, new_demo_book
from app.bootstrap.window import WindowHouse
from app.domain.policy import LimitKind, PolicyLimit
from app.ui.application import Program

TARGET = Path(__file__).parents[1] / "resources" / "screenshots"
SIZE = (1440, 900)
POLICY_SIZE = (1440, 980)  # with the policy's bars, the whole page
SETTLE_MS = 4_000
PICTURES = {
    "light": (
        ("overview", None), ("holdings", None), ("stress", "-20 %"), ("risk", None), ("warnings", None),
        ("reports", "board"),
    ),
    "dark": (("loans", "Coin revolver"), ("plan", None), ("settings", "rules")),
    # The overview of a demo book that has limits, in a file of its own name.
    "policy": (("overview", None),),
}  # fmt: skip
LIMITS = (
    PolicyLimit(LimitKind.BOOK_LTV, Decimal("0.5")),
    PolicyLimit(LimitKind.LENDER_SHARE, Decimal("0.4")),
    PolicyLimit(LimitKind.FREE_SHARE, Decimal("0.15")),
    PolicyLimit(LimitKind.INTEREST_MONTHS, Decimal(12)),
)
NAMES = {"loans": "loan", "settings": "rules"}


def main(chosen: str) -> None:
    """Take the pictures of one theme, or of the policy."""
    theme = "light" if chosen == "policy" else chosen
    demo = new_demo_book()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        config, book = home / "config.toml", home / "demo.plimsoll"
        config.write_text(f'[display]\ntheme = "{theme}"\n', "utf-8")
        create_book(book, replace(demo, limits=LIMITS) if chosen == "policy" else demo)
        application = QApplication([])
        program = Program(application, WindowHouse(book, config))
        program.start()
        if program.session is None:
            sys.exit("no window")
        window = program.session.window
        window.resize(*(POLICY_SIZE if chosen == "policy" else SIZE))
        waiting = list(PICTURES[chosen])

        def show_next() -> None:
            if not waiting:
                application.quit()
                return
            key, item = waiting.pop(0)
            window.go(key, item)
            # A picture for people: what is drawn late (charts) gets time; nothing is asserted here.
            QTimer.singleShot(SETTLE_MS, lambda: take(key))

        def take(key: str) -> None:
            TARGET.mkdir(parents=True, exist_ok=True)
            name = "policy" if chosen == "policy" else NAMES.get(key, key)
            window.grab().save(str(TARGET / f"{name}-{theme}.png"))
            show_next()

        QTimer.singleShot(SETTLE_MS, show_next)
        application.exec()
        program.shut_down()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        import subprocess

        for chosen in PICTURES:
            subprocess.run([sys.executable, "-m", "tests.screenshots", chosen], check=True)
