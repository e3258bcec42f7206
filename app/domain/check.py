"""Whether a book can be true: names, order of days, events that fit together, balances that never go below zero.

Every refusal is a ``HistoryError`` whose place reads like a path in the book file (``loans[0].events[2].amount``).
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from app.domain.attachment_check import check_attachments, check_papers_known
from app.domain.book import INFLOWS, Account, Book, EventKind, Loan, LoanEvent, Transaction, TransactionKind
from app.domain.errors import AmountError, HistoryError
from app.domain.holdings import check_balances
from app.domain.loan_state import balance_at
from app.domain.money import check_currency
from app.domain.rule_check import check_channels, check_rules
from app.domain.scenario import check_scenario
from app.domain.terms import MAX_RATE, check_terms

MAX_NAME: Final = 200
_DECEIVING: Final = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_JOINERS: Final = frozenset("\u200c\u200d")
_END_OF_TIME: Final = datetime(2200, 1, 1, tzinfo=UTC)
_LAST_YEAR: Final = 2200
_EARLIEST: Final = datetime(2009, 1, 3, tzinfo=UTC)
_TAKES: Final = frozenset(kind for kind in TransactionKind if kind not in INFLOWS)
_NEEDS_AMOUNT: Final = frozenset((EventKind.DRAW, EventKind.REPAY, EventKind.FEE))
_NEEDS_BTC: Final = frozenset((EventKind.POST, EventKind.RELEASE, EventKind.LIQUIDATION))


def check_book(book: Book, unchanged_since: Book | None = None) -> None:
    """Refuse a book that cannot be true.

    Args:
        book: to check.
        unchanged_since: a book that was checked before; what is identical with it is not checked again.

    Raises:
        HistoryError: the first fault found, with its place.
    """
    _check_name(book.name, "name")
    _check_code(book.base_currency, "base_currency")
    _check_unique((a.name for a in book.accounts), "accounts")
    _check_unique((loan.name for loan in book.loans), "loans")
    names = {account.name for account in book.accounts}
    same_names = unchanged_since is not None and names == {a.name for a in unchanged_since.accounts}
    known: Collection[int] = ()
    if unchanged_since is not None and same_names:
        known = {id(item) for item in (*unchanged_since.accounts, *unchanged_since.loans)}
    for index, account in enumerate(book.accounts):
        if id(account) not in known:
            _check_account(account, names, f"accounts[{index}]")
    for index, loan in enumerate(book.loans):
        if id(loan) not in known:
            check_loan(loan, names, f"loans[{index}]")
    check_balances(book)
    if unchanged_since is None or book.scenarios is not unchanged_since.scenarios:
        _check_scenarios(book)
    _check_alarm(book, unchanged_since)
    _check_papers(book, unchanged_since)
    _check_lists(book, unchanged_since)


def _check_papers(book: Book, known: Book | None) -> None:
    """Refuse papers that cannot be, and entries that name one which is not there."""
    keys = {one.key for one in book.attachments}
    checked: Collection[int] = ()
    if known is not None:
        if book.attachments is not known.attachments:
            check_attachments(book.attachments)
        if all(one.key in keys for one in known.attachments):
            checked = {id(item) for item in (*known.accounts, *known.loans)}
    else:
        check_attachments(book.attachments)
    for owner, account in enumerate(book.accounts):
        if id(account) in checked:
            continue
        for index, entry in enumerate(account.transactions):
            if entry.attachments:
                with _at(f"accounts[{owner}].transactions[{index}]"):
                    check_papers_known(entry.attachments, keys)
    for owner, loan in enumerate(book.loans):
        if id(loan) not in checked and loan.attachments:
            with _at(f"loans[{owner}]"):
                check_papers_known(loan.attachments, keys)


@contextmanager
def _at(place: str) -> Iterator[None]:
    try:
        yield
    except HistoryError as error:
        raise error.at(place) from None


def _check_lists(book: Book, known: Book | None) -> None:
    """Refuse a policy, wallets, labels or profiles that make no sense; most books have none of them."""
    if book.wallets and (
        known is None
        or book.wallets is not known.wallets
        or book.accounts is not known.accounts
        or book.loans is not known.loans
    ):
        from app.domain.wallet_check import check_wallets  # noqa: PLC0415 - see above

        check_wallets(book.wallets, {account.name for account in book.accounts}, {loan.name for loan in book.loans})
    if book.profiles and (known is None or book.profiles is not known.profiles):
        from app.domain.profile_check import check_profiles  # noqa: PLC0415 - see above

        check_profiles(book.profiles)
    if book.limits and (known is None or book.limits is not known.limits):
        from app.domain.policy_check import check_limits  # noqa: PLC0415 - see above

        check_limits(book.limits)
    if book.labels and (known is None or book.labels is not known.labels):
        from app.domain.label_check import check_labels  # noqa: PLC0415 - see above

        check_labels(book.labels)


def _check_alarm(book: Book, known: Book | None) -> None:
    """Refuse rules and channels that make no sense; a removed or renamed loan may leave a rule without it."""
    if known is None or book.channels is not known.channels:
        check_channels(book.channels)
    if known is None or book.rules is not known.rules or book.channels is not known.channels or _renamed(book, known):
        check_rules(book.rules, {loan.name for loan in book.loans}, {channel.name for channel in book.channels})


def _renamed(book: Book, known: Book) -> bool:
    return bool(book.rules) and [loan.name for loan in book.loans] != [loan.name for loan in known.loans]


def _check_scenarios(book: Book) -> None:
    _check_unique((scenario.name for scenario in book.scenarios), "scenarios")
    for index, scenario in enumerate(book.scenarios):
        try:
            _check_name(scenario.name, "name")
            check_scenario(scenario)
        except HistoryError as error:
            raise error.at(f"scenarios[{index}]") from None


def check_loan(loan: Loan, accounts: Collection[str], place: str = "") -> None:
    """Refuse a loan that contradicts itself or names an account that is not there.

    Raises:
        HistoryError: with its place below ``place``.
    """
    try:
        _check_name(loan.name, "name")
        _check_code(loan.currency, "currency")
        _check_days(loan)
        for index, terms in enumerate(loan.terms):
            try:
                check_terms(terms, loan.matures_on)
            except HistoryError as error:
                raise error.at(f"terms[{index}]") from None
        for index, event in enumerate(loan.events):
            try:
                _check_event(event, loan, accounts)
            except HistoryError as error:
                raise error.at(f"events[{index}]") from None
        last = max((event.at for event in loan.events), default=None)
        if last is not None:
            balance_at(loan, last)
    except HistoryError as error:
        raise (error.at(place) if place else error) from None


def _check_days(loan: Loan) -> None:
    for name, day in (("opened_on", loan.opened_on), ("matures_on", loan.matures_on)):
        if day is not None and not _EARLIEST.year <= day.year < _LAST_YEAR:
            msg = f"{day} lies outside the years 2009 to {_LAST_YEAR - 1}; correct the day"
            raise HistoryError(msg, name)
    if loan.matures_on is not None and loan.matures_on < loan.opened_on:
        msg = f"the loan matures on {loan.matures_on}, before it opens on {loan.opened_on}; correct one of the days"
        raise HistoryError(msg, "matures_on")
    if not loan.terms:
        msg = "a loan needs at least one set of terms; add them"
        raise HistoryError(msg, "terms")
    if loan.terms[0].start > loan.opened_on:
        msg = f"the first terms start on {loan.terms[0].start}, after the loan opened on {loan.opened_on}; correct one"
        raise HistoryError(msg, "terms[0].from")
    for index in range(1, len(loan.terms)):
        if loan.terms[index].start <= loan.terms[index - 1].start:
            msg = f"{loan.terms[index].start} is not later than the terms before it; list terms by day, each day once"
            raise HistoryError(msg, f"terms[{index}].from")


def _check_event(event: LoanEvent, loan: Loan, accounts: Collection[str]) -> None:
    _check_time(event.at)
    if event.at.date() < loan.opened_on:
        msg = f"{event.at:%Y-%m-%d} is before the loan opened on {loan.opened_on}; correct one of the days"
        raise HistoryError(msg, "at")
    _check_present(event.amount, "amount", needed=event.kind in _NEEDS_AMOUNT, kind=event.kind)
    _check_present(event.sats, "btc", needed=event.kind in _NEEDS_BTC, kind=event.kind)
    _check_present(event.rate, "rate", needed=event.kind is EventKind.RATE, kind=event.kind)
    _check_present(event.price, "price", needed=event.kind is EventKind.LIQUIDATION, kind=event.kind)
    if event.fee is not None and event.kind is not EventKind.LIQUIDATION:
        msg = f"a {event.kind} has no fee; enter the fee as an event of its own"
        raise HistoryError(msg, "fee")
    for name, amount in (("amount", event.amount), ("price", event.price)):
        if amount is not None and amount <= 0:
            msg = "must be more than zero; enter the amount without a sign"
            raise HistoryError(msg, name)
    if event.fee is not None and event.fee < 0:
        msg = "cannot be negative; enter it without a sign, or leave it out"
        raise HistoryError(msg, "fee")
    if event.sats is not None and event.sats <= 0:
        msg = "must be more than zero; enter the amount without a sign"
        raise HistoryError(msg, "btc")
    if event.rate is not None and not 0 <= event.rate <= MAX_RATE:
        msg = f"{event.rate} is not a yearly fraction; write 10.5 % as 0.105"
        raise HistoryError(msg, "rate")
    if event.account is not None:
        if event.kind not in (EventKind.POST, EventKind.RELEASE):
            msg = f"a {event.kind} moves no bitcoin of an account; leave it out"
            raise HistoryError(msg, "account")
        _check_known(event.account, accounts, "account")


def _check_present(value: Decimal | int | None, name: str, *, needed: bool, kind: EventKind) -> None:
    if needed and value is None:
        msg = f"a {kind} needs it; enter it"
        raise HistoryError(msg, name)
    if not needed and value is not None:
        msg = f"a {kind} has none; leave it out"
        raise HistoryError(msg, name)


def _check_account(account: Account, names: Collection[str], place: str) -> None:
    try:
        _check_name(account.name, "name")
        seen: set[str] = set()
        for index, entry in enumerate(account.transactions):
            try:
                _check_transaction(entry, account.name, names)
                if entry.external_id is not None:
                    if entry.external_id in seen:
                        msg = f"“{entry.external_id[:60]}” occurs twice in this account; remove one of the two"
                        raise HistoryError(msg, "external_id")  # noqa: TRY301 - gains its place just below
                    seen.add(entry.external_id)
            except HistoryError as error:
                raise error.at(f"transactions[{index}]") from None
    except HistoryError as error:
        raise error.at(place) from None


def _check_transaction(entry: Transaction, account: str, names: Collection[str]) -> None:
    _check_time(entry.at)
    if entry.sats <= 0:
        msg = "must be more than zero; enter it without a sign, the kind says which way it moves"
        raise HistoryError(msg, "btc")
    if entry.value is not None and entry.value < 0:
        msg = "cannot be negative; enter it without a sign, or leave it out"
        raise HistoryError(msg, "value")
    if entry.fee is not None and entry.fee < 0:
        msg = "cannot be negative; enter it without a sign, or leave it out"
        raise HistoryError(msg, "fee")
    if entry.currency is not None:
        _check_code(entry.currency, "currency")
    if entry.picks:
        _check_picks(entry)
    if entry.kind is not TransactionKind.TRANSFER:
        if entry.to_account is not None:
            msg = f"a {entry.kind} goes to no account of the book; use a transfer"
            raise HistoryError(msg, "to_account")
        return
    if entry.to_account is None:
        msg = "a transfer needs the receiving account; use a withdrawal for one outside the book"
        raise HistoryError(msg, "to_account")
    if entry.to_account == account:
        msg = "a transfer cannot go to the account it comes from; choose another"
        raise HistoryError(msg, "to_account")
    _check_known(entry.to_account, names, "to_account")


def _check_picks(entry: Transaction) -> None:
    if entry.kind not in _TAKES:
        msg = f"a {entry.kind} takes no lots; leave them out"
        raise HistoryError(msg, "picks")
    if any(pick.sats <= 0 for pick in entry.picks):
        msg = "a chosen lot gives more than nothing; correct the amount"
        raise HistoryError(msg, "picks")
    if sum(pick.sats for pick in entry.picks) > entry.sats:
        msg = "more was chosen than leaves; choose lots for at most that"
        raise HistoryError(msg, "picks")
    for pick in entry.picks:
        _check_time(pick.acquired_at)


def _check_known(name: str, names: Collection[str], place: str) -> None:
    if name not in names:
        msg = f"there is no account “{name[:60]}”; add it or correct the name"
        raise HistoryError(msg, place)


def _check_time(at: datetime) -> None:
    if not _EARLIEST <= at < _END_OF_TIME:
        msg = f"{at:%Y-%m-%d} lies outside the years bitcoin has existed; correct the date"
        raise HistoryError(msg, "at")


def _check_name(name: str, place: str) -> None:
    if not name.strip() or name != name.strip():
        msg = "a name cannot be empty or begin or end with a space; correct it"
        raise HistoryError(msg, place)
    if len(name) > MAX_NAME:
        msg = f"a name has at most {MAX_NAME} characters, and this one {len(name)}; shorten it"
        raise HistoryError(msg, place)
    # Nearly every name is plain; Persian words, joined emoji and pasted names hold marks that print as nothing.
    hidden = None if name.isprintable() else next(filter(_deceives, name), None)
    if hidden is not None:
        msg = f"a name cannot hold the hidden character U+{ord(hidden):04X}; remove it"
        raise HistoryError(msg, place)


def _deceives(char: str) -> bool:
    """Return whether a character breaks lines, steers a terminal or turns the order of what is read."""
    from unicodedata import category  # noqa: PLC0415 - only an odd name needs it

    return category(char) in _DECEIVING and char not in _JOINERS


def _check_code(code: str, place: str) -> None:
    try:
        check_currency(code)
    except AmountError as error:
        raise HistoryError(error.problem, place) from None


def _check_unique(names: Iterable[str], place: str) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            msg = f"“{name[:60]}” is taken by another one; give each a name of its own"
            raise HistoryError(msg, f"{place}[{index}].name")
        seen.add(name)
