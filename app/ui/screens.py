"""Which screens there are, in the order of the rail; each is imported when it is first visited."""

from importlib import import_module
from typing import Final

from app.ui.shell.rail import RailItem
from app.ui.view import View, Workbench

ITEMS: Final = (
    RailItem("overview", "Overview", "overview", "Alt+1"),
    RailItem("loans", "Loans", "loans", "Alt+2"),
    RailItem("holdings", "Holdings", "holdings", "Alt+3"),
    RailItem("stress", "Stress", "stress", "Alt+4"),
    RailItem("plan", "Plan", "plan", "Alt+5"),
    RailItem("risk", "Risk", "risk", "Alt+6"),
    RailItem("warnings", "Warnings", "warnings", "Alt+7"),
    RailItem("reports", "Reports", "reports", "Alt+8"),
    RailItem("settings", "Settings", "settings", "Alt+9", at_bottom=True),
)
KEYS: Final = tuple(item.key for item in ITEMS)
CLASSES: Final = {
    "overview": "OverviewView",
    "loans": "LoansView",
    "holdings": "HoldingsView",
    "plan": "PlanView",
    "stress": "StressView",
    "risk": "RiskView",
    "warnings": "WarningsView",
    "reports": "ReportsView",
    "settings": "SettingsView",
}
# Where F1 opens the page of help; on the other screens it shows the keys.
HELP: Final = {
    "stress": "Stress",
    "plan": "Plan",
    "risk": "How likely is a call?",
    "reports": "Reports",
    "holdings": "Holdings",
}
# On which page that is, where not on the one about numbers.
HELP_PAGES: Final = {"reports": "reports.md", "holdings": "holdings.md"}


def make_view(key: str, bench: Workbench) -> View:
    """Return a new screen.

    Raises:
        ImportError: the screen is missing; the program is incomplete.
    """
    module = import_module(f"app.ui.views.{key}")
    view: View = getattr(module, CLASSES[key])(bench)
    return view
