"""Makes the pictures of README: ``python -m tests.screenshots`` writes ``resources/screenshots``; needs no screen."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.bootstrap.books import create_book, new_demo_book
from app.bootstrap.window import WindowHouse
from app.ui.application import Program

TARGET = Path(__file__).parents[1] / "resources" / "screenshots"
SIZE = (1440, 900)
SETTLE_MS = 2_500
PICTURES = {
    "light": (("overview", None), ("stress", "-20 %"), ("risk", None), ("warnings", None)),
    "dark": (("loans", "Coin revolver"), ("plan", None), ("settings", "rules")),
}
NAMES = {"loans": "loan", "settings": "rules"}


def main(theme: str) -> None:
    """Take the pictures of one theme."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        config, book = home / "config.toml", home / "demo.plimsoll"
        config.write_text(f'[display]\ntheme = "{theme}"\n', "utf-8")
        create_book(book, new_demo_book())
        application = QApplication([])
        program = Program(application, WindowHouse(book, config))
        program.start()
        if program.session is None:
            sys.exit("no window")
        window = program.session.window
        window.resize(*SIZE)
        waiting = list(PICTURES[theme])

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
            window.grab().save(str(TARGET / f"{NAMES.get(key, key)}-{theme}.png"))
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
