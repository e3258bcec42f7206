"""``plimsoll plan``: what exactly to post, repay or sell, where, and what comes of it."""

from argparse import Namespace
from collections.abc import Mapping
from decimal import Decimal

from app.bootstrap import books
from app.cli.figures_asked import figures_asked, title_of
from app.cli.outcome import FAILED, NO_PRICE, SUCCESS, complain, refuse, write_json, write_text
from app.domain.book import Book
from app.domain.errors import InputError
from app.domain.portfolio import BookFigures
from app.risk.plan import plan
from app.risk.plan_request import DEFAULT_DAYS, Objective, PlanRequest, SellFrom
from app.risk.plan_result import Plan
from app.risk.positions import Positions, Unanswerable, positions_of
from app.services.plan_report import no_plan_report, plan_report
from app.services.plan_words import unmet_fee
from app.services.risk_history import history_for


def start(arguments: Namespace) -> int:
    """Print the plan; return the exit code."""
    _check(arguments)
    book, figures = figures_asked(arguments)
    positions = positions_of(figures, arguments.horizon or 0)
    if isinstance(positions, Unanswerable):
        return _refuse(arguments, figures, positions.reason, NO_PRICE)
    request = _request(arguments, book, figures)
    found = request if isinstance(request, Unanswerable) else plan(positions, request)
    if isinstance(found, Unanswerable):
        return _refuse(arguments, figures, found.reason, FAILED)
    return _tell(arguments, book, figures, positions, found)


def _tell(arguments: Namespace, book: Book, figures: BookFigures, positions: Positions, found: Plan) -> int:
    impossible = unmet_fee(found)
    if arguments.json:
        write_json(plan_report(figures, positions, found, [impossible] if impossible else []))
    elif arguments.sheet:
        from app.services.plan_sheet import plan_sheet, sheet_text  # noqa: PLC0415 - the plan alone does not need it

        write_text(sheet_text(plan_sheet(found, book.name)).rstrip("\n"))
    else:
        from app.services.plan_table import plan_table  # noqa: PLC0415 - scripts do not need it

        write_text(plan_table(figures, found, title_of(book), positions.horizon_days))
    if impossible:
        complain(impossible)
        return FAILED
    return SUCCESS


def _refuse(arguments: Namespace, figures: BookFigures, reason: str, code: int) -> int:
    refuse(reason, no_plan_report(figures, reason) if arguments.json else None)
    return code


def _check(arguments: Namespace) -> None:
    """Refuse what no plan can mean, before anybody is asked for a price."""
    to_ltv: Decimal | None = arguments.to_ltv
    if to_ltv is not None and not 0 < to_ltv < 1:
        msg = f"{to_ltv} is no LTV to reach: it lies above 0 and below 1; write 60 % as 0.60"
        raise InputError(msg, "--to-ltv")
    fee: Decimal | None = arguments.sell_fee
    if fee is not None and not 0 <= fee < 1:
        msg = f"{fee} is no cost of selling: it lies from 0 to below 1; write 0.25 % as 0.0025"
        raise InputError(msg, "--sell-fee")


def _request(arguments: Namespace, book: Book, figures: BookFigures) -> PlanRequest | Unanswerable:
    named: str | None = arguments.sell_from
    sell_from = SellFrom.BOTH if named is None and arguments.sell_fee is not None else SellFrom(named or "nothing")
    objective = None if arguments.objective is None else Objective(arguments.objective)
    sigma = _sigma(arguments, book, figures) if objective is Objective.MIN_TOTAL else None
    if isinstance(sigma, Unanswerable):
        return sigma
    cash: Mapping[str, Decimal] = arguments.budget_cash or {}
    if "" in cash and book.base_currency in cash:
        msg = f"the cash in {book.base_currency} is given twice; leave one of the two out"
        raise InputError(msg, "--budget-cash")
    return PlanRequest(
        budget_sats=arguments.budget_btc,
        budget_cash={currency or book.base_currency: amount for currency, amount in cash.items()},
        to_ltv=arguments.to_ltv,
        target_price=arguments.target_price,
        objective=objective,
        sell_fee=figures.sale_cost if arguments.sell_fee is None else arguments.sell_fee,
        sell_from=sell_from,
        sale_price=arguments.sale_price,
        sigma=sigma,
        days=arguments.horizon or DEFAULT_DAYS,
    )


def _sigma(arguments: Namespace, book: Book, figures: BookFigures) -> Decimal | Unanswerable:
    from app.bootstrap.histories import show_history  # noqa: PLC0415 - brings the store with it
    from app.services.plan_volatility import sigma_of  # noqa: PLC0415 - only this objective weighs chances

    place = books.book_place(arguments.book)
    _, candles = history_for(book.base_currency, lambda currency: show_history(place, currency).candles)
    return sigma_of(candles, figures.as_of)
