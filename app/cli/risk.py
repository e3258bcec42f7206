"""``plimsoll risk``: how likely a margin call or a forced sale is; and whether that number deserves trust."""

from argparse import Namespace
from typing import Final

from app.bootstrap import books
from app.cli.figures_asked import figures_asked, title_of
from app.cli.outcome import FAILED, NO_PRICE, SUCCESS, refuse, write_json, write_text
from app.domain.candles import DailyCandle
from app.risk.book_risk import book_risk, build_model
from app.risk.positions import Unanswerable
from app.risk.results import STANDARD_HORIZONS
from app.risk.series import NoModel, history_of
from app.services.risk_history import history_for
from app.services.risk_report import no_risk_report, risk_report

THREADS: Final = 2  # the simulation gains by two and little by more


def start(arguments: Namespace) -> int:
    """Print the probabilities, or the record of the model; return the exit code."""
    return _backtest(arguments) if arguments.verb == "backtest" else _risk(arguments)


def _risk(arguments: Namespace) -> int:
    book, figures = figures_asked(arguments)
    currency, candles = _history(arguments, book.base_currency)
    horizons = tuple(arguments.horizon or STANDARD_HORIZONS)
    answer = book_risk(figures, build_model(figures, candles, horizons, threads=THREADS), horizons)
    if isinstance(answer, Unanswerable):
        refuse(answer.reason, no_risk_report(figures, answer.reason) if arguments.json else None)
        return NO_PRICE
    if arguments.json:
        write_json(risk_report(figures, answer, currency, horizons))
    else:
        from app.services.risk_table import risk_table  # noqa: PLC0415 - scripts do not need it

        write_text(risk_table(figures, answer, title_of(book)))
    return SUCCESS


def _backtest(arguments: Namespace) -> int:
    from app.risk.backtest import backtest  # noqa: PLC0415 - the probabilities do not need it
    from app.services.backtest_report import backtest_report, backtest_text  # noqa: PLC0415 - as above

    book = books.read_book(books.book_place(arguments.book))
    currency, candles = _history(arguments, book.base_currency)
    history = history_of(candles)
    found = history if isinstance(history, NoModel) else backtest(history)
    if isinstance(found, NoModel):
        document = {"currency": currency, "reason": found.reason, "shown": None, "gbm_90d": None}
        refuse(found.reason, document if arguments.json else None)
        return FAILED
    if arguments.json:
        write_json(backtest_report(found, currency))
    else:
        write_text(backtest_text(found, currency))
    return SUCCESS


def _history(arguments: Namespace, base: str) -> tuple[str, tuple[DailyCandle, ...]]:
    from app.bootstrap.histories import show_history  # noqa: PLC0415 - brings the store with it

    place = books.book_place(arguments.book)
    return history_for(base, lambda currency: show_history(place, currency).candles)
