"""``plimsoll alarm rules`` and ``alarm rule …``: what people are told of, as sentences."""

from argparse import Namespace

from app.bootstrap import books
from app.cli.alarm_edits import edited, opened
from app.cli.outcome import SUCCESS, write_json, write_text
from app.domain.book import Book
from app.domain.errors import InputError
from app.domain.portfolio import currencies_of
from app.domain.rules import Rule
from app.services.alarm_report import rule_document
from app.services.rule_defaults import default_rules
from app.services.rule_edits import remove_rule, set_rules, switch_rule
from app.services.rule_sentences import rule_sentence


def start(arguments: Namespace) -> int:
    """Do what the verb says; return the exit code."""
    if arguments.verb == "rules":
        return _usual(arguments) if arguments.usual else _rules(arguments)
    return {"switch": _switch, "remove": _remove, "try": _try}[arguments.deed](arguments)


def _rules(arguments: Namespace) -> int:
    return _tell(arguments, books.read_book(books.book_place(arguments.book)))


def _tell(arguments: Namespace, book: Book) -> int:
    if arguments.json:
        write_json({"rules": [rule_document(rule) for rule in book.rules]})
        return SUCCESS
    from app.services.alarm_table import rule_rows  # noqa: PLC0415 - scripts do not need it

    if book.rules:
        write_text("\n".join(rule_rows(book.rules)))
    else:
        write_text("There is no rule; plimsoll alarm rules --usual adds those of a new book.")
    write_text("Every loan's margin call and forced sale, reached or reached by the drop test, warns without a rule.")
    return SUCCESS


def _usual(arguments: Namespace) -> int:
    with opened(arguments) as desk:
        there = {rule.key for rule in desk.book.rules}
        new = [rule for rule in default_rules() if rule.key not in there]
        if new:
            edited(desk, set_rules((*desk.book.rules, *new)))
        book = desk.book
    if not arguments.json:
        write_text(f"Added {len(new)} rules." if len(new) != 1 else "Added 1 rule.")
    return _tell(arguments, book)


def _switch(arguments: Namespace) -> int:
    on = arguments.state == "on"
    with opened(arguments) as desk:
        rule = _find(desk.book, arguments.key)
        edited(desk, switch_rule(rule, enabled=on))
    write_text(f"Switched {'on' if on else 'off'}: {rule_sentence(rule)}")
    return SUCCESS


def _remove(arguments: Namespace) -> int:
    with opened(arguments) as desk:
        rule = _find(desk.book, arguments.key)
        edited(desk, remove_rule(rule))
    write_text(f"Removed: {rule_sentence(rule)}")
    return SUCCESS


def _try(arguments: Namespace) -> int:
    from app.bootstrap.desk import open_desk  # noqa: PLC0415 - of this alone
    from app.services.rule_backtest import NO_HISTORY, record_sentence  # noqa: PLC0415 - as above

    place = books.book_place(arguments.book)
    stand = open_desk(place, books.config_file(arguments.config), readonly=True)
    try:
        desk = stand.desk
        rule = _find(desk.book, arguments.key)
        if len(currencies_of(desk.book)) > 1 and not desk.book.demo:
            # What is owed in other currencies falls with the history's; today's rates between them are asked for.
            desk.ask_prices()
        record = stand.alarm.backtest(rule)
        # More history helps only a rule that looks at it.
        bare = record.reason == NO_HISTORY and not desk.history(desk.book.base_currency)
    finally:
        stand.close()
    write_text(rule_sentence(rule))
    write_text(record_sentence(record))
    if bare:
        write_text(
            "Load past prices with plimsoll history import; a window or plimsoll watch fetches two years itself."
        )
    return SUCCESS


def _find(book: Book, key: str) -> Rule:
    found = next((rule for rule in book.rules if rule.key == key), None)
    if found is None:
        raise InputError(f"there is no rule “{key[:60]}”; see plimsoll alarm rules", "KEY")
    return found
