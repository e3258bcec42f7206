"""Which screens there are, in the order of the rail; each is imported when it is first visited."""

from importlib import import_module
from typing import Final

from app.ui.shell.rail import RailItem
from app.ui.view import View, Workbench

ITEMS: Final = (
    RailItem("overview", "Overview", "overview", "Alt+1"),
    RailItem("loans", "Loans", "loans", "Alt+2"),
    RailItem("holdings", "Holdings", "holdings", "Alt+3"),
    RailItem("plan", "Plan", "plan", "Alt+4"),
    RailItem("warnings", "Warnings", "warnings", "Alt+5"),
    RailItem("settings", "Settings", "settings", "Alt+6", at_bottom=True),
)
KEYS: Final = tuple(item.key for item in ITEMS)
CLASSES: Final = {
    "overview": "OverviewView",
    "loans": "LoansView",
    "holdings": "HoldingsView",
    "plan": "PlanView",
    "warnings": "WarningsView",
    "settings": "SettingsView",
}


def make_view(key: str, bench: Workbench) -> View:
    """Return a new screen.

    Raises:
        ImportError: the screen is missing; the program is incomplete.
    """
    module = import_module(f"app.ui.views.{key}")
    view: View = getattr(module, CLASSES[key])(bench)
    return view
