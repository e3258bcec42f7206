"""The JSON Schema says what the reader takes: same keys, same words, same defaults."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from app.domain.book import AccountKind, EventKind, TransactionKind
from app.domain.channels import ChannelKind
from app.domain.labels import LabelKind
from app.domain.policy import LimitKind
from app.domain.rules import RuleKind, Urgency
from app.domain.scenario import ScenarioKind
from app.domain.terms import Accrual, DayCount, Exposure, Payment, TriggerKind
from app.domain.wallets import WalletKind
from app.services import book_file_alarm as alarm
from app.services import book_file_ledger as ledger
from app.services import book_file_reading as reading

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "resources" / "schemas" / "plimsoll-book-1.schema.json").read_text("utf-8")
)
PARTS = SCHEMA["$defs"]


@pytest.mark.parametrize(
    ("part", "keys"),
    [
        (SCHEMA, reading._BOOK_KEYS),
        (PARTS["account"], reading._ACCOUNT_KEYS),
        (PARTS["transaction"], reading._TRANSACTION_KEYS),
        (PARTS["loan"], reading._LOAN_KEYS),
        (PARTS["event"], reading._EVENT_KEYS),
        (PARTS["terms"], reading._TERMS_KEYS),
        (PARTS["extent"], reading._EXTENT_KEYS),
        (PARTS["delivery"], reading._DELIVERY_KEYS),
        (PARTS["evidence"], reading._EVIDENCE_KEYS),
        (PARTS["scenario"], reading._SCENARIO_KEYS),
        (PARTS["rule"], alarm._RULE_KEYS),
        (PARTS["channel"], alarm._CHANNEL_KEYS),
        (PARTS["quiet"], alarm._QUIET_KEYS),
        (PARTS["pick"], ledger._PICK_KEYS),
        (PARTS["limit"], ledger._LIMIT_KEYS),
        (PARTS["wallet"], ledger._WALLET_KEYS),
        (PARTS["label"], ledger._LABEL_KEYS),
        (PARTS["profile"], ledger._PROFILE_KEYS),
        (PARTS["attachment"], ledger._ATTACHMENT_KEYS),
    ],
)
def test_knows_the_same_keys(part: dict[str, Any], keys: frozenset[str]) -> None:
    assert set(part["properties"]) == keys
    assert part["additionalProperties"] is False
    assert set(part["required"]) <= keys


def test_knows_the_same_keys_of_each_kind_of_trigger() -> None:
    kinds = {part["properties"]["kind"]["const"]: set(part["properties"]) for part in PARTS["trigger"]["oneOf"]}
    assert kinds == {kind.value: set(keys) for kind, keys in reading._TRIGGER_KEYS.items()}
    assert set(kinds) == {kind.value for kind in TriggerKind}


@pytest.mark.parametrize(
    ("part", "key", "words"),
    [
        ("account", "kind", AccountKind),
        ("transaction", "kind", TransactionKind),
        ("event", "kind", EventKind),
        ("terms", "day_count", DayCount),
        ("terms", "accrual", Accrual),
        ("terms", "payment", Payment),
        ("terms", "exposure", Exposure),
        ("scenario", "kind", ScenarioKind),
        ("rule", "kind", RuleKind),
        ("rule", "urgency", Urgency),
        ("channel", "kind", ChannelKind),
        ("limit", "kind", LimitKind),
        ("wallet", "kind", WalletKind),
        ("label", "kind", LabelKind),
    ],
)
def test_knows_the_same_words(part: str, key: str, words: type[StrEnum]) -> None:
    assert PARTS[part]["properties"][key]["enum"] == [word.value for word in words]


def test_a_book_needs_what_the_schema_requires() -> None:
    required = {"format": "plimsoll-book", "version": 1, "name": "Bare"}
    assert set(SCHEMA["required"]) == set(required)
    assert reading.parse_book(json.dumps(required)).base_currency == SCHEMA["properties"]["base_currency"]["default"]
