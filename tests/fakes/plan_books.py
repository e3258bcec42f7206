"""Books for the plan arithmetic: the three worked loans, and random ones that stand well enough today."""

import json
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.domain.book import Book, Loan
from app.domain.portfolio import book_figures
from app.domain.quotes import PriceLookup
from app.domain.terms import Delivery, Trigger
from app.risk.plan_request import Objective, PlanRequest, SellFrom
from app.risk.positions import Positions, Unanswerable, positions_of
from tests.fakes.loans import account, at, book, call, pledged, quote, sale, terms

NOW = at("2026-02-10")
GOLDEN: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data" / "golden_plans.json").read_text("utf-8"))


def worked_book(free: str = "0") -> Book:
    """Return the three worked loans with ``free`` BTC beside them."""
    loans = [
        pledged(debt, btc, name=name, with_terms=terms(triggers=(call(at_call, cure, 24), sale(at_sale))))
        for name, debt, btc, at_call, cure, at_sale in GOLDEN["loans"]
    ]
    return book(*loans, accounts=(account(btc=free),) if Decimal(free) else ())


def positions(one: Book, price: str, horizon: int = 0, **others: str) -> Positions:
    """Return a book's positions at a price in USD, and ``EUR="60000"`` for others."""
    prices: dict[str, PriceLookup] = {"USD": quote(price)}
    prices.update({currency: quote(value, currency) for currency, value in others.items()})
    found = positions_of(book_figures(one, prices, NOW), horizon)
    assert not isinstance(found, Unanswerable), found.reason
    return found


def worked(free: str = "0", price: str = "100000") -> Positions:
    """Return the worked loans' positions, by default at a price above every line."""
    return positions(worked_book(free), price)


def random_loan(rng: random.Random, name: str, price: int, *, due: bool = False) -> Loan:
    """Return a loan with lines of its own; none is reached at ``price`` unless ``due`` is asked for."""
    at_sale = rng.randint(70, 95)
    at_call = rng.randint(55, at_sale)
    cure = rng.randint(40, at_call)
    ltv = rng.uniform(0.2, 0.99 * at_call / 100 if not due else 1.0)
    btc = Decimal(rng.randint(1, 10**10)).scaleb(-8) + Decimal("0.01")
    debt = (btc * price * Decimal(ltv)).quantize(Decimal("0.01")) + Decimal("0.01")
    lines = _lines(rng, at_call, cure, at_sale)
    delivery = Delivery(rng.randint(0, 48), rng.choice([None, 10**8]), rng.choice([None, Decimal(100_000)]))
    said = replace(terms(triggers=lines), delivery=delivery)
    return pledged(str(debt), str(btc), name=name, with_terms=said)


def random_book(seed: int, most: int = 6, price: int = 70_000, *, due: bool = False) -> Book:
    """Return one to ``most`` random loans with some free bitcoin."""
    rng = random.Random(seed)
    loans = [random_loan(rng, f"Loan {n}", price, due=due) for n in range(rng.randint(1, most))]
    free = Decimal(rng.choice([1, rng.randint(1, 10**6), rng.randint(1, 10**10)])).scaleb(-8)
    return book(*loans, accounts=(account(btc=str(free)),))


def random_request(seed: int) -> PlanRequest:
    """Return a request that asks for anything that a request can ask for."""
    rng = random.Random(seed)
    cash = {"USD": Decimal(rng.randint(0, 10 ** rng.randint(1, 9))).scaleb(-2)} if rng.random() < 0.7 else {}
    return PlanRequest(
        rng.choice([None, 0, rng.randint(0, 10**6), rng.randint(0, 10**10)]),
        cash,
        rng.choice([None, Decimal(rng.randint(20, 90)) / 100]),
        rng.choice([None, Decimal(rng.randint(40_000, 70_000))]),
        rng.choice([None, *Objective]),
        rng.choice([Decimal(0), Decimal("0.0025"), Decimal("0.2")]),
        rng.choice(list(SellFrom)),
        sigma=Decimal("0.6"),
    )


def _lines(rng: random.Random, at_call: int, cure: int, at_sale: int) -> tuple[Trigger, ...]:
    called = call(f"{at_call / 100:.2f}", f"{cure / 100:.2f}", rng.choice([None, 12, 48]))
    sold = sale(f"{at_sale / 100:.2f}")
    return rng.choice([(called, sold), (called, sold), (called,), (sold,)])
