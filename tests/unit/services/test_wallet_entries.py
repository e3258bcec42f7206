"""What the chain tells, as transactions: kinds, ids, transfers, and what is left alone."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.book import Account, Book, EventKind, Loan, LoanEvent, Transaction, TransactionKind
from app.domain.check import check_book
from app.domain.holdings import balances
from app.domain.wallets import Wallet
from app.services.wallet_entries import PENDING_NOTE, EntryChanges, changed_entries, wallet_edit
from app.services.wallet_ports import WalletScan
from tests.fakes.chain import BTC, ELSEWHERE, FakeChain, Tx
from tests.fakes.chain_server import scan, script, wallet
from tests.fakes.loans import OPENED, terms

A, A2, B, LENT = wallet("a"), wallet("c"), wallet("b", account="Warm"), wallet("l", loan="Loan")
FEE = 1_000


@pytest.fixture
def chain() -> FakeChain:
    return FakeChain()


def book_with(*wallets: Wallet, loans: tuple[Loan, ...] = (), cold: tuple[Transaction, ...] = ()) -> Book:
    """Return a book with two accounts."""
    return Book("Book", accounts=(Account("Cold", transactions=cold), Account("Warm")), loans=loans, wallets=wallets)


def scanned(book: Book, chain: FakeChain, *wallets: Wallet, last: dict[str, WalletScan] | None = None) -> EntryChanges:
    """Return the book after a scan of some of its wallets; ``last`` is kept up to date."""
    known = {} if last is None else last
    fresh = [scan(chain, known.get(one.key), one) for one in wallets]
    others = {key: found.moves for key, found in known.items() if key not in {one.wallet for one in fresh}}
    changes = changed_entries(book, fresh, others)
    known.update({one.wallet: one for one in fresh})
    check_book(changes.book, unchanged_since=book)
    return changes


def told(book: Book, account: str = "Cold") -> list[tuple[str, int, str]]:
    """Return kind, satoshis and what follows ``chain:`` of each entry, transaction ids shortened."""
    return [(entry.kind.value, entry.sats, entry.external_id or "") for entry in book.account(account).transactions]


def spend(chain: FakeChain, paid: Tx, *pays: tuple[str, int]) -> Tx:
    """Spend the first output of a transaction to others and the rest, less the fee, as change."""
    rest = paid.pays[0].sats - sum(sats for _, sats in pays) - FEE
    change = [(script("a", 1, 0), rest)] if rest else []
    return chain.pay(*pays, *change, spends=[paid.out()])


def test_deposit_withdrawal_and_fee(chain: FakeChain) -> None:
    paid = chain.pay((script("a", 0, 0), BTC))
    chain.mine()
    sent = spend(chain, paid, (ELSEWHERE, BTC // 4))
    chain.mine()
    book = scanned(book_with(A), chain, A).book
    net = -(BTC // 4 + FEE)
    assert told(book) == [
        ("deposit", BTC, f"chain:{paid.txid}:{BTC}"),
        ("withdrawal", BTC // 4, f"chain:{sent.txid}:{net}"),
        ("fee", FEE, f"chain:{sent.txid}:{net}/fee"),
    ]
    assert [entry.at for entry in book.account("Cold").transactions[:2]] == [chain.blocks[1].at, chain.blocks[2].at]


def test_a_transfer_to_oneself_is_its_fee(chain: FakeChain) -> None:
    paid = chain.pay((script("a", 0, 0), BTC))
    chain.mine()
    sent = spend(chain, paid)
    chain.mine()
    assert told(scanned(book_with(A), chain, A).book)[1:] == [("fee", FEE, f"chain:{sent.txid}:{-FEE}")]


def test_what_somebody_else_paid_with_us_has_no_fee(chain: FakeChain) -> None:
    paid = chain.pay((script("a", 0, 0), BTC))
    chain.mine()
    joint = chain.pay((ELSEWHERE, 2 * BTC), spends=[paid.out()], foreign=True)
    chain.mine()
    assert told(scanned(book_with(A), chain, A).book)[1:] == [("withdrawal", BTC, f"chain:{joint.txid}:{-BTC}")]


def test_between_two_wallets_it_is_one_transfer(chain: FakeChain) -> None:
    paid = chain.pay((script("a", 0, 0), 2 * BTC))
    chain.mine()
    sent = spend(chain, paid, (script("b", 0, 0), BTC), (ELSEWHERE, BTC // 2))
    chain.mine()
    book = scanned(book_with(A, B), chain, A, B).book
    net = -(BTC + BTC // 2 + FEE)
    assert told(book)[1:] == [
        ("transfer", BTC, f"chain:{sent.txid}:{net} chain:{sent.txid}:{BTC}"),
        ("withdrawal", BTC // 2, f"chain:{sent.txid}:{net}"),
        ("fee", FEE, f"chain:{sent.txid}:{net}/fee"),
    ]
    assert told(book, "Warm") == []
    assert balances(book) == {"Cold": BTC // 2 - FEE, "Warm": BTC}


def test_a_wallet_that_is_watched_later_turns_a_plain_withdrawal_into_a_transfer(chain: FakeChain) -> None:
    paid = chain.pay((script("a", 0, 0), 2 * BTC))
    chain.mine()
    spend(chain, paid, (script("b", 0, 0), BTC))
    chain.mine()
    last: dict[str, WalletScan] = {}
    before = scanned(book_with(A), chain, A, last=last).book
    assert [kind for kind, _, _ in told(before)] == ["deposit", "withdrawal", "fee"]
    after = scanned(replace(before, wallets=(A, B)), chain, B, last=last).book
    assert sorted(kind for kind, _, _ in told(after)) == ["deposit", "fee", "transfer"]
    assert told(after, "Warm") == []
    assert scanned(after, chain, A, B, last=last).book is after
    noted = before.account("Cold").transactions[1]._replace(note="paid the lawyer", value=Decimal(5))
    entries = (before.account("Cold").transactions[0], noted, *before.account("Cold").transactions[2:])
    mine = replace(before, wallets=(A, B)).with_account(Account("Cold", transactions=entries), replacing="Cold")
    left = scanned(mine, chain, B).book
    assert left.account("Cold") is mine.account("Cold")
    assert [kind for kind, _, _ in told(left, "Warm")] == ["deposit"]


def test_two_wallets_of_one_account_count_together(chain: FakeChain) -> None:
    paid = chain.pay((script("a", 0, 0), BTC))
    chain.mine()
    sent = chain.pay((script("c", 0, 0), BTC - FEE), spends=[paid.out()])
    chain.mine()
    book = scanned(book_with(A, A2), chain, A, A2).book
    assert told(book)[1:] == [("fee", FEE, f"chain:{sent.txid}:{-BTC} chain:{sent.txid}:{BTC - FEE}")]
    assert balances(book)["Cold"] == BTC - FEE


def test_what_is_there_under_such_an_id_is_left_alone(chain: FakeChain) -> None:
    paid = chain.pay((script("a", 0, 0), BTC))
    chain.mine()
    sent = spend(chain, paid, (ELSEWHERE, BTC // 4))
    chain.mine()
    net = -(BTC // 4 + FEE)
    bought = Transaction(
        chain.blocks[1].at - timedelta(hours=1),
        TransactionKind.BUY,
        BTC,
        Decimal(90_000),
        "USD",
        external_id=f"chain:{paid.txid}:{BTC} other:7",
    )
    from_file = Transaction(
        chain.blocks[2].at, TransactionKind.WITHDRAWAL, -net, external_id=f"chain:{sent.txid}:{net}"
    )
    book = book_with(A, cold=(bought, from_file))
    changes = scanned(book, chain, A)
    assert (changes.book, changes.added, changes.removed) == (book, 0, 0)
    assert changes.book is book


def test_scanning_again_changes_nothing(chain: FakeChain) -> None:
    paid = chain.pay((script("a", 0, 0), BTC))
    chain.mine()
    spend(chain, paid, (script("b", 0, 0), BTC // 4))
    chain.mine()
    chain.pay((ELSEWHERE, 5), spends=[])
    last: dict[str, WalletScan] = {}
    book = scanned(book_with(A, B), chain, A, B, last=last).book
    chain.mine()
    again = scanned(book, chain, A, B, last=last)
    assert again.book is book


def test_what_waits_lowers_at_once_and_never_raises(chain: FakeChain) -> None:
    paid = chain.pay((script("a", 0, 0), BTC))
    chain.mine()
    chain.pay((script("a", 0, 1), 9 * BTC))
    sent = spend(chain, paid, (ELSEWHERE, BTC // 4))
    last: dict[str, WalletScan] = {}
    book = scanned(book_with(A), chain, A, last=last).book
    assert balances(book)["Cold"] == BTC - BTC // 4 - FEE
    assert [entry.note for entry in book.account("Cold").transactions] == ["", PENDING_NOTE, PENDING_NOTE]
    seen = book.account("Cold").transactions[1].at
    chain.start += timedelta(0)
    assert scanned(book, chain, A, last=last).book is book
    chain.mine()
    mined = scanned(book, chain, A, last=last).book
    assert [entry.note for entry in mined.account("Cold").transactions] == ["", "", "", ""]
    found = {entry.external_id: entry for entry in mined.account("Cold").transactions}
    entry = found[f"chain:{sent.txid}:{-(BTC // 4 + FEE)}"]
    assert (entry.sats, entry.at) == (BTC // 4, chain.tip.at)
    assert entry.at != seen
    assert balances(mined)["Cold"] == 10 * BTC - BTC // 4 - FEE


def test_a_waiting_spend_that_is_replaced_or_vanishes_is_taken_back(chain: FakeChain) -> None:
    paid = chain.pay((script("a", 0, 0), BTC))
    chain.mine()
    sent = spend(chain, paid, (ELSEWHERE, BTC // 4))
    last: dict[str, WalletScan] = {}
    book = scanned(book_with(A), chain, A, last=last).book
    chain.replace(sent.txid, (script("a", 1, 0), BTC - 2 * FEE))
    replaced = scanned(book, chain, A, last=last).book
    assert balances(replaced)["Cold"] == BTC - 2 * FEE
    assert [(kind, sats) for kind, sats, _ in told(replaced)] == [("deposit", BTC), ("fee", 2 * FEE)]
    chain.txs.pop(chain.waiting.pop())
    assert told(scanned(replaced, chain, A, last=last).book) == told(book)[:1]


@pytest.mark.parametrize("mined_again", [True, False])
def test_a_reorganisation_takes_its_entries_back(chain: FakeChain, mined_again: bool) -> None:
    chain.pay((script("a", 0, 0), BTC))
    chain.mine()
    doomed = chain.pay((script("a", 0, 1), 2 * BTC))
    chain.mine()
    last: dict[str, WalletScan] = {}
    book = scanned(book_with(A), chain, A, last=last).book
    chain.reorganise(1, drop=[] if mined_again else [doomed.txid])
    changes = scanned(book, chain, A, last=last)
    if mined_again:
        assert changes.book is book
    else:
        assert (changes.added, changes.removed) == (0, 1)
        assert told(changes.book) == told(book)[:1]


def test_a_reorganisation_into_an_earlier_block_lets_no_coin_leave_before_it_came(chain: FakeChain) -> None:
    chain.mine(count=3)
    paid = chain.pay((script("a", 0, 0), BTC))
    chain.mine()
    last: dict[str, WalletScan] = {}
    book = scanned(book_with(A), chain, A, last=last).book
    came = book.account("Cold").transactions[0].at
    spend(chain, paid, (ELSEWHERE, BTC // 4))
    chain.reorganise(3)
    assert chain.blocks[2].txs
    assert chain.blocks[2].at < came
    after = scanned(book, chain, A, last=last).book
    assert [entry.at for entry in after.account("Cold").transactions] == [came, came, came]


def test_what_waits_again_for_one_wallet_waits_for_the_other(chain: FakeChain) -> None:
    both = chain.pay((script("a", 0, 0), BTC), (script("b", 0, 0), 2 * BTC))
    chain.mine()
    last: dict[str, WalletScan] = {}
    book = scanned(book_with(A, B), chain, A, B, last=last).book
    assert balances(book) == {"Cold": BTC, "Warm": 2 * BTC}
    chain.reorganise(1, empty=True)
    assert chain.waiting == [both.txid]
    assert balances(scanned(book, chain, A, last=last).book) == {"Cold": 0, "Warm": 0}


def test_change_does_not_count_before_what_was_spent_for_it(chain: FakeChain) -> None:
    paid = chain.pay((script("c", 0, 0), BTC))
    chain.mine()
    chain.pay((script("a", 0, 0), BTC - FEE), spends=[paid.out()])
    last: dict[str, WalletScan] = {}
    book = scanned(book_with(A, A2), chain, A, A2, last=last).book
    assert balances(book)["Cold"] == 0
    chain.mine()
    half = scanned(book, chain, A, last=last).book
    assert balances(half)["Cold"] == 0
    assert balances(scanned(half, chain, A, A2, last=last).book)["Cold"] == BTC - FEE


def test_what_an_exchange_tells_of_stays_whatever_becomes_of_the_transaction(chain: FakeChain) -> None:
    chain.pay((script("a", 0, 0), BTC))
    chain.mine()
    sent = chain.pay((script("a", 0, 1), 2 * BTC))
    chain.mine()
    theirs = (
        Transaction(chain.start, TransactionKind.DEPOSIT, 2 * BTC),
        Transaction(
            chain.start, TransactionKind.WITHDRAWAL, 2 * BTC, external_id=f"exchange:9 chain:{sent.txid}:{-2 * BTC}"
        ),
    )
    book = book_with(A).with_account(Account("Warm", transactions=theirs), replacing="Warm")
    last: dict[str, WalletScan] = {}
    book = scanned(book, chain, A, last=last).book
    assert [sats for _, sats, _ in told(book)] == [BTC, 2 * BTC]
    chain.reorganise(1, drop=[sent.txid])
    after = scanned(book, chain, A, last=last).book
    assert [sats for _, sats, _ in told(after)] == [BTC]
    assert after.account("Warm").transactions == theirs


def test_an_exchanges_withdrawal_that_became_a_transfer_is_left_alone(chain: FakeChain) -> None:
    sent = chain.pay((script("a", 0, 1), 2 * BTC))
    chain.mine()
    ids = f"exchange:9 chain:{sent.txid}:{-2 * BTC} chain:{sent.txid}:{2 * BTC}"
    theirs = (
        Transaction(chain.start, TransactionKind.DEPOSIT, 2 * BTC),
        Transaction(chain.start, TransactionKind.TRANSFER, 2 * BTC, external_id=ids, to_account="Cold"),
    )
    book = book_with(A).with_account(Account("Warm", transactions=theirs), replacing="Warm")
    assert scanned(book, chain, A).book is book


def test_miners_clocks_never_let_a_coin_leave_before_it_came(chain: FakeChain) -> None:
    paid = chain.pay((script("a", 0, 0), BTC))
    chain.mine(at=chain.tip.at + timedelta(hours=1))
    spend(chain, paid, (ELSEWHERE, BTC // 4))
    chain.mine(at=chain.tip.at - timedelta(minutes=50))
    chain.pay((script("a", 0, 3), BTC))
    chain.mine(at=chain.tip.at + timedelta(hours=3))
    found = scan(chain, of=A)
    early = replace(found, at=chain.tip.at - timedelta(hours=1))
    book = changed_entries(book_with(A), [early], {}).book
    check_book(book)
    times = [entry.at for entry in book.account("Cold").transactions]
    assert times[0] == times[1] == chain.blocks[1].at
    assert times[-1] == early.at


def make_loan(name: str, events: tuple[LoanEvent, ...]) -> Loan:
    """Return a loan with these events."""
    return Loan(name, "Lender", "USD", OPENED, None, (terms(),), events)


def pledge(at_block: FakeChain, sats: int, **changes: object) -> Loan:
    """Return a loan that took bitcoin of the account, as its record says."""
    event = LoanEvent(at_block.tip.at, EventKind.POST, sats=sats, account="Cold")
    return make_loan(name="Loan", events=(event._replace(**changes),))  # type: ignore[arg-type]  # fields of the event


def test_collateral_that_the_loan_records_leaves_the_account_once(chain: FakeChain) -> None:
    paid = chain.pay((script("a", 0, 0), 3 * BTC))
    chain.mine()
    spend(chain, paid, (script("l", 0, 0), BTC))
    chain.mine()
    last: dict[str, WalletScan] = {}
    unknowing = book_with(A, LENT, loans=(make_loan(name="Loan", events=()),))
    before = scanned(unknowing, chain, A, LENT, last=last).book
    assert balances(before)["Cold"] == 2 * BTC - FEE
    loan = pledge(chain, BTC)
    recorded = replace(before, loans=(loan,))
    after = scanned(recorded, chain, A, LENT, last=last).book
    assert [(kind, sats) for kind, sats, _ in told(after)] == [("deposit", 3 * BTC), ("fee", FEE)]
    assert balances(after)["Cold"] == 2 * BTC - FEE
    assert scanned(after, chain, A, LENT, last=last).book is after
    fresh = scanned(book_with(A, LENT, loans=(loan,)), chain, A, LENT).book
    assert told(fresh) == [(k, s, i.removesuffix("/fee")) for k, s, i in told(after)]


def test_one_record_of_a_pledge_stands_for_one_transaction(chain: FakeChain) -> None:
    for number in range(2):
        chain.pay((script("a", 0, number), BTC + FEE))
    chain.mine()
    for paid in [chain.txs[txid] for txid in chain.tip.txs]:
        chain.pay((ELSEWHERE, BTC), spends=[paid.out()])
        chain.mine()
    book = scanned(book_with(A, loans=(pledge(chain, BTC),)), chain, A).book
    assert [sats for kind, sats, _ in told(book) if kind == "withdrawal"] == [BTC]
    assert balances(book)["Cold"] == 0


def test_a_release_to_the_account_comes_once(chain: FakeChain) -> None:
    chain.pay((script("a", 0, 0), BTC))
    chain.mine()
    events = (
        LoanEvent(chain.tip.at - timedelta(days=9), EventKind.POST, sats=BTC),
        LoanEvent(chain.tip.at + timedelta(hours=1), EventKind.RELEASE, sats=BTC, account="Cold"),
    )
    loan = make_loan("Loan", events)
    book = scanned(book_with(A, loans=(loan,)), chain, A).book
    assert told(book) == []
    late = events[1]._replace(at=chain.tip.at + timedelta(days=4))
    again = scanned(book_with(A, loans=(make_loan("Loan", (events[0], late)),)), chain, A).book
    assert [kind for kind, _, _ in told(again)] == ["deposit"]
    named = late._replace(external_id=f"chain:{chain.tip.txs[0]}:{-BTC}")
    known = scanned(book_with(A, loans=(make_loan("Loan", (events[0], named)),)), chain, A).book
    assert told(known) == []


def test_a_loans_wallet_makes_no_transactions(chain: FakeChain) -> None:
    chain.pay((script("l", 0, 0), BTC))
    chain.mine()
    book = book_with(LENT, loans=(make_loan(name="Loan", events=()),))
    assert scanned(book, chain, LENT).book is book


def test_the_edit_is_one_and_says_what_it_does(chain: FakeChain) -> None:
    chain.pay((script("a", 0, 0), BTC))
    chain.mine()
    book = book_with(A, B)
    edit = wallet_edit(book, [scan(chain, of=A)], {})
    assert edit.label == "Scan wallet “Wallet a”"
    assert len(edit.change(book).account("Cold").transactions) == 1
    assert wallet_edit(book, [scan(chain, of=A), scan(chain, of=B)], {}).label == "Scan 2 wallets"
    assert changed_entries(book_with(B), [scan(chain, of=A)], {}).book == book_with(B)
