"""Random books for stress tests: every kind of line, clock, delivery and sale that a contract may have."""

import random
from dataclasses import replace
from decimal import Decimal

from app.domain.book import Book, Loan
from app.domain.terms import Delivery, FeeBase, Trigger
from tests.fakes.loans import account, book, call, pledged, sale, terms, warning

PRICE = 70_000


def stressed_loan(rng: random.Random, name: str, *, plain: bool = False) -> Loan:
    """Return a loan below its lines at ``PRICE``; a plain one has one call, a sale, and neither basis nor cap."""
    at_call = rng.randint(60, 80)
    cure = at_call - rng.randint(4, 25)
    at_sale = at_call + rng.randint(4, 15)
    lines: list[Trigger] = [
        warning(f"{(at_call - 3) / 100:.2f}"),
        call(f"{at_call / 100:.2f}", f"{cure / 100:.2f}", rng.choice([None, 6, 24, 72]), latching=rng.random() < 0.5),
    ]
    if not plain and rng.random() < 0.3:
        lines.append(call(f"{(at_call + 2) / 100:.2f}", None, 4, latching=rng.random() < 0.5))
    if plain or rng.random() < 0.8:
        lines.append(_sale(rng, at_sale, cure))
    delivery = Delivery(rng.choice([0, 2, 10, 48]))
    if not plain and rng.random() < 0.3:
        delivery = replace(delivery, daily_cap_btc_sats=rng.randint(0, 3 * 10**9))
    said = terms("0", triggers=lines, basis_bps=0 if plain else rng.choice([0, 0, -150, 80]))
    btc = Decimal(rng.randint(10**8, 2 * 10**10)).scaleb(-8)
    debt = (btc * PRICE * Decimal(rng.uniform(0.3, 0.97 * at_call / 100))).quantize(Decimal("0.01"))
    return pledged(str(debt), str(btc), name=name, with_terms=replace(said, delivery=delivery))


def stressed_book(seed: int, most: int = 6, *, plain: bool = False) -> Book:
    """Return one to ``most`` loans with some free bitcoin."""
    rng = random.Random(seed)
    loans = [stressed_loan(rng, f"Loan {n}", plain=plain) for n in range(rng.randint(1, most))]
    free = Decimal(rng.choice([1, rng.randint(1, 10**9), rng.randint(1, 10**11)])).scaleb(-8)
    return book(*loans, accounts=(account(btc=str(free)),))


def _sale(rng: random.Random, at_sale: int, cure: int) -> Trigger:
    partly = None if rng.random() < 0.5 else f"{cure / 100:.2f}"
    base = rng.choice([FeeBase.LIQUIDATED, FeeBase.DEBT])
    return replace(sale(f"{at_sale / 100:.2f}", partly), fee_rate=Decimal(rng.choice(["0", "0.02"])), fee_base=base)
