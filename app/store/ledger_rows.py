"""Rows of the ledger's tables as values and back: policy, wallets, labels, profiles, papers. Standard library only."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from app.domain.attachments import Attachment
from app.domain.book import LotPick
from app.domain.import_profiles import ImportProfile
from app.domain.labels import Label, LabelKind
from app.domain.policy import LimitKind, PolicyLimit
from app.domain.wallets import ScriptKind, Wallet, WalletKind
from app.store.instants import instant_text

Row = tuple[Any, ...]
Names = Mapping[int | None, str | None]
_LABEL_KINDS: Final = {kind.value: kind for kind in LabelKind}


def picks_text(picks: Sequence[LotPick]) -> str | None:
    """Return chosen lots as their column."""
    return " ".join(f"{instant_text(at)}={sats}" for at, sats in picks) or None


def picks_of(text: str | None) -> tuple[LotPick, ...]:
    """Return chosen lots; ``ValueError`` for a text that cannot be some."""
    return tuple(_pick(*part.split("=")) for part in (text or "").split())


def _pick(at: str, sats: str) -> LotPick:
    acquired_at = datetime.fromisoformat(at)
    if acquired_at.tzinfo is None:
        msg = "an instant that is not in UTC"
        raise ValueError(msg)
    return LotPick(acquired_at, int(sats))


def keys_text(keys: Sequence[str]) -> str | None:
    """Return the keys of papers as their column."""
    return " ".join(keys) or None


def keys_of(text: str | None) -> tuple[str, ...]:
    """Return the keys of papers."""
    return tuple((text or "").split())


def limit_of(row: Row) -> PolicyLimit:
    """Return a limit."""
    kind, bound = row
    value = Decimal(bound)
    if not value.is_finite():
        msg = "not a finite number"
        raise ValueError(msg)
    return PolicyLimit(LimitKind(kind), value)


def wallet_of(row: Row, accounts: Names, loans: Names) -> Wallet:
    """Return a wallet; ``KeyError`` where its account or loan is not there."""
    code, name, kind, sources, scripts, gap_limit, account_id, loan_id = row
    return Wallet(
        code,
        name,
        WalletKind(kind),
        _texts(sources),
        tuple(map(ScriptKind, _texts(scripts))),
        int(gap_limit),
        accounts[account_id],
        loans[loan_id],
    )


def label_of(row: Row) -> Label:
    """Return a label."""
    kind, ref, text, origin, spendable, extra = row
    return Label(_LABEL_KINDS[kind], ref, text, origin, None if spendable is None else bool(spendable), extra)


def profile_of(row: Row) -> ImportProfile:
    """Return a mapping of columns."""
    name, mapping = row
    return ImportProfile(name, mapping)


def attachment_of(row: Row) -> Attachment:
    """Return what is known of a paper."""
    code, name, size = row
    return Attachment(code, name, int(size))


def _texts(text: str) -> tuple[str, ...]:
    items = json.loads(text)
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        msg = "not a list of texts"
        raise ValueError(msg)
    return tuple(items)
