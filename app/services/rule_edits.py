"""Every edit of a book's rules, as edits with an undo."""

from collections.abc import Sequence
from dataclasses import replace

from app.domain.book import Book
from app.domain.errors import InputError
from app.domain.rules import Rule
from app.services.edits import Edit
from app.services.rule_sentences import rule_title


def add_rule(rule: Rule) -> Edit:
    """Return the edit that puts a new rule at the end."""
    return Edit(f"Add rule “{rule_title(rule)}”", lambda book: replace(book, rules=(*book.rules, rule)))


def replace_rule(old: Rule, new: Rule) -> Edit:
    """Return the edit that puts ``new`` in the place of ``old``.

    With another key it is another rule: the warnings of the old one are over.
    """

    def change(book: Book) -> Book:
        if old not in book.rules:
            raise _gone(old.key)
        return replace(book, rules=tuple(new if rule == old else rule for rule in book.rules))

    return Edit(f"Edit rule “{rule_title(new)}”", change)


def remove_rule(rule: Rule) -> Edit:
    """Return the edit that takes a rule out."""

    def change(book: Book) -> Book:
        kept = tuple(other for other in book.rules if other.key != rule.key)
        if len(kept) == len(book.rules):
            raise _gone(rule.key)
        return replace(book, rules=kept)

    return Edit(f"Delete rule “{rule_title(rule)}”", change)


def switch_rule(rule: Rule, *, enabled: bool) -> Edit:
    """Return the edit that switches a rule on or off; it is kept either way."""

    def change(book: Book) -> Book:
        if all(other.key != rule.key for other in book.rules):
            raise _gone(rule.key)
        switched = (replace(other, enabled=enabled) if other.key == rule.key else other for other in book.rules)
        return replace(book, rules=tuple(switched))

    return Edit(f"Switch rule “{rule_title(rule)}” {'on' if enabled else 'off'}", change)


def set_rules(rules: Sequence[Rule]) -> Edit:
    """Return the edit that puts these rules in the place of all there are."""
    return Edit("Set rules", lambda book: replace(book, rules=tuple(rules)))


def free_key(taken: Sequence[str], wanted: str) -> str:
    """Return ``wanted``, or with a number behind it where it is taken: ``ltv-70-2``."""
    key, number = wanted, 1
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return key


def _gone(key: str) -> InputError:
    return InputError(f"The rule “{key[:60]}” was changed or deleted meanwhile; close this and look again")
