"""Book files put together by hand for the tests that come from outside: a loan of 400,000 on 10 BTC unless told."""

from typing import Any

Part = dict[str, Any]

OPENED = "2025-06-01"
WARNING: Part = {"kind": "warning", "ltv": "0.70"}
CALL: Part = {"kind": "margin_call", "ltv": "0.75", "cure_hours": 12, "cure_ltv": "0.65"}
SALE: Part = {"kind": "liquidation", "ltv": "0.85"}


def post(btc: str, at: str = "2025-06-01T12:00:00Z", account: str | None = None) -> Part:
    """Return bitcoin pledged."""
    return {"at": at, "kind": "post", "btc": btc, **({"account": account} if account else {})}


def draw(amount: str, at: str = "2025-06-01T13:00:00Z") -> Part:
    """Return money lent."""
    return {"at": at, "kind": "draw", "amount": amount}


def repay(amount: str, at: str) -> Part:
    """Return money paid back."""
    return {"at": at, "kind": "repay", "amount": amount}


def sold(btc: str, price: str, at: str, fee: str | None = None) -> Part:
    """Return a forced sale."""
    return {"at": at, "kind": "liquidation", "btc": btc, "price": price, **({"fee": fee} if fee else {})}


def terms(**changes: object) -> Part:
    """Return terms without interest; ``start`` is the day from which they hold."""
    start = changes.pop("start", OPENED)
    return {"from": start, "rate": "0", "triggers": [WARNING, CALL, SALE], **changes}


def loan(name: str = "Loan", events: list[Part] | None = None, **changes: object) -> Part:
    """Return a loan; ``on`` holds what its terms say differently."""
    on = changes.pop("on", {})
    assert isinstance(on, dict)
    history = [post("10"), draw("400000")] if events is None else events
    whole = {"name": name, "lender": "Some lender", "currency": "USD", "opened_on": OPENED, "terms": [terms(**on)]}
    return {**whole, "events": history, **changes}


def account(name: str, *transactions: Part) -> Part:
    """Return an account."""
    return {"name": name, "kind": "exchange", "transactions": list(transactions)}


def moved(kind: str, btc: str, at: str, **more: object) -> Part:
    """Return a transaction."""
    return {"at": at, "kind": kind, "btc": btc, **more}


def document(*loans: Part, accounts: tuple[Part, ...] = (), **changes: object) -> Part:
    """Return a whole book file."""
    head = {"format": "plimsoll-book", "version": 1, "name": "Somebody's book", "base_currency": "USD"}
    return {**head, "accounts": list(accounts), "loans": list(loans), **changes}
