"""Rules and channels are edited as everything else: pure, with a label, and refused where somebody was first."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.channels import Channel, ChannelKind
from app.domain.errors import InputError
from app.domain.rules import Rule, RuleKind
from app.services.channel_edits import add_channel, remove_channel, replace_channel, switch_channel
from app.services.rule_edits import (
    add_rule,
    free_key,
    remove_rule,
    replace_rule,
    set_rules,
    switch_rule,
)
from tests.fakes.loans import book, pledged

A = Rule("a", RuleKind.LTV, Decimal("0.70"))
B = Rule("b", RuleKind.BOOK_LTV, Decimal("0.60"), channels=("Mail", "Hook"))
MAIL = Channel("mail", "Mail", ChannelKind.EMAIL)
HOOK = Channel("hook", "Hook", ChannelKind.WEBHOOK)
PLAIN = book(pledged("1", "1"))
BOOK = replace(PLAIN, rules=(A, B), channels=(MAIL, HOOK))


def test_rules_come_change_and_go() -> None:
    added = add_rule(A)
    assert added.label == "Add rule “LTV at 70 %”"
    assert added.change(PLAIN).rules == (A,)
    stricter = replace(A, limit=Decimal("0.65"))
    edited = replace_rule(A, stricter)
    assert edited.label == "Edit rule “LTV at 65 %”"
    assert edited.change(BOOK).rules == (stricter, B)
    assert remove_rule(A).change(BOOK).rules == (B,)
    assert set_rules([B]).change(BOOK).rules == (B,)
    assert BOOK.rules == (A, B)


def test_a_rule_is_switched_and_kept() -> None:
    off = switch_rule(B, enabled=False)
    assert off.label == "Switch rule “Book LTV above 60 %” off"
    after = off.change(BOOK)
    assert after.rules == (A, replace(B, enabled=False))
    assert switch_rule(B, enabled=True).change(after) == BOOK


def test_what_is_gone_meanwhile_is_not_edited() -> None:
    changes = [replace_rule(A, B), remove_rule(A), switch_rule(A, enabled=False)]
    changes += [replace_channel(MAIL, HOOK), remove_channel(MAIL), switch_channel(MAIL, enabled=False)]
    for edit in changes:
        with pytest.raises(InputError, match="changed or deleted meanwhile"):
            edit.change(PLAIN)
    with pytest.raises(InputError):
        replace_rule(replace(A, hold_minutes=9), A).change(BOOK)


def test_a_key_is_made_free() -> None:
    assert free_key((), "ltv-70") == "ltv-70"
    assert free_key(("ltv-70", "ltv-70-2"), "ltv-70") == "ltv-70-3"


def test_a_loans_new_name_is_carried_into_rules_and_a_lost_one_taken_out() -> None:
    both = replace(A, loans=("X", "Y"))
    only = replace(B, key="only", kind=RuleKind.LTV, loans=("X",))
    loan = BOOK.loans[0]
    named = replace(BOOK, rules=(A, both, only), loans=(replace(loan, name="X"), replace(loan, name="Y")))
    renamed = named.with_loan(replace(named.loan("X"), name="Z"), "X")
    assert [rule.loans for rule in renamed.rules] == [(), ("Z", "Y"), ("Z",)]
    assert named.without_loan("X").rules == (A, replace(both, loans=("Y",)))


def test_channels_come_change_and_go() -> None:
    added = add_channel(MAIL)
    assert added.label == "Add channel “Mail”"
    assert added.change(PLAIN).channels == (MAIL,)
    off = switch_channel(HOOK, enabled=False).change(BOOK)
    assert off.channels == (MAIL, replace(HOOK, enabled=False))
    later = replace(HOOK, after_minutes=10)
    kept = replace_channel(HOOK, later).change(BOOK)
    assert kept.channels == (MAIL, later)
    assert kept.rules is BOOK.rules


def test_a_channels_name_follows_into_the_rules() -> None:
    renamed = replace_channel(MAIL, replace(MAIL, name="Post")).change(BOOK)
    assert renamed.rules == (A, replace(B, channels=("Post", "Hook")))
    removed = remove_channel(MAIL).change(BOOK)
    assert removed.channels == (HOOK,)
    assert removed.rules == (A, replace(B, channels=("Hook",)))
    assert remove_channel(HOOK).change(removed).rules == (A, replace(B, channels=()))
