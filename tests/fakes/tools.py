"""A system's tools that only remember how they were called, and answer what a test lets them."""

from collections.abc import Sequence

from app.system.service_units.running import Ran


class Tools:
    """A runner for ``service_units``.

    Attributes:
        calls: every command line so far.
        answers: what a command line that contains a text answers; the others succeed.
    """

    def __init__(self, **answers: Ran) -> None:
        self.calls: list[list[str]] = []
        self.answers = answers

    def __call__(self, argv: Sequence[str]) -> Ran:
        self.calls.append(list(argv))
        line = " ".join(argv).lower()
        return next((ran for text, ran in self.answers.items() if text.replace("_", "-") in line), Ran(0))
