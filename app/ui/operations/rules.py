"""What the buttons about rules do."""

from PySide6.QtWidgets import QWidget

from app.domain.rules import Rule
from app.services.rule_defaults import default_rules
from app.services.rule_edits import remove_rule, set_rules, switch_rule
from app.ui.dialogs.rule_form import RuleForm
from app.ui.messages import Message
from app.ui.tasks import Ticket
from app.ui.view import Workbench


def add_rule(*, bench: Workbench, parent: QWidget) -> RuleForm:
    """Open the form for a new rule."""
    form = RuleForm(bench, parent=parent)
    form.begin()
    return form


def edit_rule(*, bench: Workbench, rule: Rule, parent: QWidget) -> RuleForm:
    """Open the form over a rule."""
    form = RuleForm(bench, rule, parent)
    form.begin()
    return form


def switch(*, bench: Workbench, rule: Rule, enabled: bool) -> Ticket:
    """Switch a rule on or off."""
    return bench.edits.run(switch_rule(rule, enabled=enabled))


def delete_rule(*, bench: Workbench, rule: Rule) -> Ticket:
    """Take a rule out; a bar offers to undo it."""
    return bench.edits.run(remove_rule(rule), offer_undo=True)


def add_usual_rules(*, bench: Workbench) -> Ticket | None:
    """Add those of the usual rules that the book does not have."""
    rules = bench.live.snapshot.book.rules
    keys = {rule.key for rule in rules}
    missing = tuple(rule for rule in default_rules() if rule.key not in keys)
    if not missing:
        bench.messages.tell(Message("All the usual rules are there already.", seconds=6, key="rules", tone="note"))
        return None
    return bench.edits.run(set_rules((*rules, *missing)), offer_undo=True)
