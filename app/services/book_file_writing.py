"""Writes a book as a book file (JSON): the canonical form, one entry on a line.

What equals its default is left out, but for the words of a contract (day count, accrual, payment, exposure, price
source), which a reader of the file should not have to guess.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from app.domain.book import Account, Book, Loan, LoanEvent, Transaction
from app.domain.scenario import Scenario
from app.domain.terms import Delivery, Evidence, ExtentMode, FeeBase, Terms, Trigger
from app.services.book_file_alarm import channel_object, rule_object
from app.services.book_file_ledger import (
    attachment_object,
    label_object,
    limit_object,
    pick_object,
    profile_object,
    wallet_object,
)
from app.services.book_file_reading import FORMAT, VERSION
from app.services.json_values import btc_digits, time_text

_T = TypeVar("_T")
# One encoder: json.dumps makes a new one at each call.
_dumps: Final[Callable[[Any], str]] = json.JSONEncoder(ensure_ascii=False).encode


def render_book(book: Book, paper: Callable[[str], bytes | None] | None = None) -> str:
    """Return the whole book as JSON text that ends with a line feed; reading it back gives an equal book.

    Args:
        book: to write.
        paper: returns a paper's bytes by its key; without it papers are told by key, name and size alone.
    """
    return "".join(_lines(book, paper or _no_paper))


def _no_paper(_key: str) -> None:
    return None


def _lines(book: Book, paper: Callable[[str], bytes | None]) -> Iterator[str]:
    head: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "name": book.name,
        "base_currency": book.base_currency,
        **({"demo": True} if book.demo else {}),
    }
    yield "{\n"
    for key, value in head.items():
        yield f"  {_dumps(key)}: {_dumps(value)},\n"
    yield f'  "accounts": {_block(map(_account, book.accounts), "    ")},\n'
    yield f'  "loans": {_block(map(_loan, book.loans), "    ")}'
    if book.scenarios:
        yield f',\n  "scenarios": {_block(map(_scenario, book.scenarios), "    ")}'
    for key, (items, make) in _lists(book, paper).items():
        if items:
            yield f',\n  "{key}": {_rows(items, make, "    ")}'
    yield "\n"
    yield "}\n"


def _lists(
    book: Book, paper: Callable[[str], bytes | None]
) -> dict[str, tuple[Iterable[Any], Callable[[Any], dict[str, Any]]]]:
    return {
        "rules": (book.rules, rule_object),
        "channels": (book.channels, channel_object),
        "limits": (book.limits, limit_object),
        "wallets": (book.wallets, wallet_object),
        "labels": (book.labels, label_object),
        "profiles": (book.profiles, profile_object),
        "attachments": (book.attachments, lambda one: attachment_object(one, paper(one.key))),
    }


def _block(items: Iterable[str], indent: str) -> str:
    """Return a JSON list with each item, written already, on a line of its own."""
    text = f",\n{indent}".join(items)
    return f"[\n{indent}{text}]" if text else "[]"


def _rows(items: Iterable[_T], make: Callable[[_T], dict[str, Any]], indent: str) -> str:
    return _block((_dumps(make(item)) for item in items), indent)


def _account(account: Account) -> str:
    rows = _rows(account.transactions, _transaction, " " * 6)
    return f'{{"name": {_dumps(account.name)}, "kind": "{account.kind}", "transactions": {rows}}}'


def _transaction(entry: Transaction) -> dict[str, Any]:
    return _filled(
        {
            "at": time_text(entry.at),
            "kind": entry.kind.value,
            "btc": btc_digits(entry.sats),
            "value": _number(entry.value),
            "currency": entry.currency,
            "fee": _number(entry.fee),
            "note": entry.note or None,
            "external_id": entry.external_id,
            "to_account": entry.to_account,
            "picks": [pick_object(pick) for pick in entry.picks] or None,
            "attachments": list(entry.attachments) or None,
        }
    )


def _loan(loan: Loan) -> str:
    head = _dumps(
        {
            "name": loan.name,
            "lender": loan.lender,
            "currency": loan.currency,
            "opened_on": _day(loan.opened_on),
            "matures_on": _day(loan.matures_on),
        }
    )
    terms = _block(map(_terms, loan.terms), " " * 6)
    events = _rows(loan.events, _event, " " * 6)
    papers = f',\n     "attachments": {_dumps(loan.attachments)}' if loan.attachments else ""
    return f'{head[:-1]},\n     "terms": {terms},\n     "events": {events}{papers}}}'


def _scenario(scenario: Scenario) -> str:
    head = {"name": scenario.name, "created_at": time_text(scenario.created_at), "kind": scenario.kind.value}
    return f'{_dumps(head)[:-1]}, "request": {scenario.request}}}'


def _event(event: LoanEvent) -> dict[str, Any]:
    return _filled(
        {
            "at": time_text(event.at),
            "kind": event.kind.value,
            "amount": _number(event.amount),
            "btc": None if event.sats is None else btc_digits(event.sats),
            "account": event.account,
            "rate": _number(event.rate),
            "price": _number(event.price),
            "fee": _number(event.fee),
            "note": event.note or None,
            "external_id": event.external_id,
        }
    )


def _terms(terms: Terms) -> str:
    head = _dumps(
        {
            "from": _day(terms.start),
            "rate": _number(terms.rate),
            "day_count": terms.day_count.value,
            "accrual": terms.accrual.value,
            "payment": terms.payment.value,
            "exposure": terms.exposure.value,
        }
    )
    tail = _dumps(
        _filled(
            {
                "price_source": terms.price_source,
                "basis_bps": terms.basis_bps,
                "delivery": None if terms.delivery == Delivery() else _delivery(terms.delivery),
                "evidence": None if terms.evidence == Evidence() else _evidence(terms.evidence),
            }
        )
    )
    triggers = _rows(terms.triggers, _trigger, " " * 9)
    return f'{head[:-1]},\n       "triggers": {triggers},\n       {tail[1:]}'


def _trigger(trigger: Trigger) -> dict[str, Any]:
    extent: dict[str, Any] | None = None
    if trigger.extent is not ExtentMode.FULL:
        extent = {"mode": trigger.extent.value, "ltv": _number(trigger.extent_ltv)}
    return _filled(
        {
            "kind": trigger.kind.value,
            "ltv": _number(trigger.ltv),
            "cure_hours": trigger.cure_hours,
            "cure_ltv": _number(trigger.cure_ltv),
            "latching": trigger.latching or None,
            "extent": extent,
            "fee_rate": _number(trigger.fee_rate) if trigger.fee_rate else None,
            "fee_base": trigger.fee_base.value if trigger.fee_base is not FeeBase.LIQUIDATED else None,
        }
    )


def _delivery(delivery: Delivery) -> dict[str, Any]:
    cap = delivery.daily_cap_btc_sats
    return _filled(
        {
            "hours": delivery.hours,
            "daily_cap_btc": None if cap is None else btc_digits(cap),
            "daily_cap": _number(delivery.daily_cap),
        }
    )


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return _filled({"source": evidence.source, "confirmed_on": _day(evidence.confirmed_on)})


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
