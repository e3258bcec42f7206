"""Domain objects as rows for the tables; the way back is ``reading``."""

import json
from collections.abc import Mapping
from typing import Any, Final

from app.domain.attachments import Attachment
from app.domain.book import Loan, LoanEvent, Transaction
from app.domain.channels import Channel
from app.domain.errors import BookError
from app.domain.import_profiles import ImportProfile
from app.domain.labels import Label
from app.domain.policy import PolicyLimit
from app.domain.rules import Rule
from app.domain.scenario import Scenario
from app.domain.terms import Terms, Trigger
from app.domain.wallets import Wallet
from app.store.instants import instant_text
from app.store.ledger_rows import keys_text, picks_text

Row = dict[str, Any]


TRANSACTION_COLUMNS: Final = (
    "id", "account_id", "at", "kind", "sats", "value", "currency", "fee", "note", "external_id", "to_account_id",
    "picks", "attachments",
)  # fmt: skip


def transaction_values(key: int, account_id: int, item: Transaction, account_ids: Mapping[str, int]) -> tuple[Any, ...]:
    """Return a transaction as its columns keep it, in the order of ``TRANSACTION_COLUMNS``.

    A book may have millions of them: they go to the driver as they are, past SQLAlchemy's types.
    """
    at, kind, sats, value, currency, fee, note, external_id, to_account, picks, attachments = item
    return (
        key,
        account_id,
        instant_text(at),
        kind.value,
        sats,
        None if value is None else str(value),
        currency,
        None if fee is None else str(fee),
        note,
        external_id,
        None if to_account is None else _account_id(to_account, account_ids),
        picks_text(picks) if picks else None,
        keys_text(attachments) if attachments else None,
    )


def event_row(loan_id: int, item: LoanEvent, account_ids: Mapping[str, int]) -> Row:
    """Return a loan event's row, without an id."""
    row = item._asdict()
    row["loan_id"] = loan_id
    row["account_id"] = _account_id(row.pop("account"), account_ids)
    return row


def loan_row(loan: Loan) -> Row:
    """Return a loan's row, without an id and a position."""
    return {
        "name": loan.name,
        "lender": loan.lender,
        "currency": loan.currency,
        "opened_on": loan.opened_on,
        "matures_on": loan.matures_on,
        "attachments": keys_text(loan.attachments),
    }


def terms_row(loan_id: int, terms: Terms) -> Row:
    """Return the row of one stretch of terms, without an id."""
    return {
        "loan_id": loan_id,
        "start": terms.start,
        "rate": terms.rate,
        "day_count": terms.day_count,
        "accrual": terms.accrual,
        "payment": terms.payment,
        "exposure": terms.exposure,
        "price_source": terms.price_source,
        "basis_bps": terms.basis_bps,
        "delivery_hours": terms.delivery.hours,
        "daily_cap_sats": terms.delivery.daily_cap_btc_sats,
        "daily_cap": terms.delivery.daily_cap,
        "evidence_source": terms.evidence.source,
        "confirmed_on": terms.evidence.confirmed_on,
    }


def trigger_row(terms_id: int, trigger: Trigger) -> Row:
    """Return a trigger's row, without an id."""
    return {
        "loan_terms_id": terms_id,
        "kind": trigger.kind,
        "ltv": trigger.ltv,
        "cure_hours": trigger.cure_hours,
        "cure_ltv": trigger.cure_ltv,
        "latching": trigger.latching,
        "extent": trigger.extent,
        "extent_ltv": trigger.extent_ltv,
        "fee_rate": trigger.fee_rate,
        "fee_base": trigger.fee_base,
    }


def rule_row(rule: Rule) -> Row:
    """Return a rule's row, without an id."""
    return {
        "code": rule.key,
        "kind": rule.kind,
        "threshold": rule.limit,
        "line": rule.line,
        "fall": rule.fall,
        "due": rule.due,
        "horizon_days": rule.horizon_days,
        "loans": json.dumps(rule.loans),
        "urgency": rule.urgency,
        "hold_minutes": rule.hold_minutes,
        "keep_minutes": rule.keep_minutes,
        "channels": json.dumps(rule.channels),
        "enabled": rule.enabled,
    }


def channel_row(channel: Channel) -> Row:
    """Return a channel's row, without an id."""
    quiet = channel.quiet
    return {
        "code": channel.key,
        "name": channel.name,
        "kind": channel.kind,
        "person": channel.person,
        "after_minutes": channel.after_minutes,
        "quiet_start": None if quiet is None else quiet.start.isoformat(),
        "quiet_end": None if quiet is None else quiet.end.isoformat(),
        "quiet_zone": None if quiet is None else quiet.zone,
        "internal": channel.internal,
        "enabled": channel.enabled,
    }


def scenario_row(scenario: Scenario) -> Row:
    """Return a scenario's row, without an id."""
    return {
        "name": scenario.name,
        "created_at": scenario.created_at,
        "kind": scenario.kind,
        "request": scenario.request,
    }


def limit_row(limit: PolicyLimit) -> Row:
    """Return a limit's row, without an id."""
    return {"kind": limit.kind, "bound": limit.bound}


def wallet_row(wallet: Wallet, account_ids: Mapping[str, int], loan_ids: Mapping[str, int]) -> Row:
    """Return a wallet's row, without an id."""
    return {
        "code": wallet.key,
        "name": wallet.name,
        "kind": wallet.kind,
        "sources": json.dumps(wallet.sources),
        "scripts": json.dumps(wallet.scripts),
        "gap_limit": wallet.gap_limit,
        "account_id": _account_id(wallet.account, account_ids),
        "loan_id": None if wallet.loan is None else loan_ids[wallet.loan],
    }


def label_row(label: Label) -> Row:
    """Return a label's row, without an id."""
    return {
        "kind": label.kind,
        "ref": label.ref,
        "text": label.text,
        "origin": label.origin,
        "spendable": label.spendable,
        "extra": label.extra,
    }


def profile_row(profile: ImportProfile) -> Row:
    """Return the row of a mapping of columns, without an id."""
    return {"name": profile.name, "mapping": profile.mapping}


def attachment_row(attachment: Attachment) -> Row:
    """Return the row of what is known of a paper, without an id."""
    return {"code": attachment.key, "name": attachment.name, "size": attachment.size}


def _account_id(name: str | None, account_ids: Mapping[str, int]) -> int | None:
    if name is None:
        return None
    found = account_ids.get(name)
    if found is None:
        msg = f"An entry refers to the account “{name}”, which is not in the book; nothing was written."
        raise BookError(msg)
    return found
