"""What the ledger keeps, in a book file: chosen lots, papers, policy, watched wallets, labels, mapping profiles.

A paper's bytes stand in the file as Base64; a paper without them is known by its SHA-256, name and size alone.
"""

import json
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Any, Final, NamedTuple

from app.domain.attachments import Attachment
from app.domain.book import LotPick
from app.domain.errors import BookFileError
from app.domain.import_profiles import ImportProfile
from app.domain.labels import Label, LabelKind
from app.domain.policy import LimitKind, PolicyLimit
from app.domain.wallets import GAP_LIMIT, ScriptKind, Wallet, WalletKind
from app.services.json_values import (
    JsonObject,
    as_btc,
    as_flag,
    as_object,
    as_ratio,
    as_request,
    as_text,
    as_time,
    as_whole,
    as_word,
    btc_digits,
    nullable,
    optional,
    read_list,
    required,
    time_text,
)

_PICK_KEYS: Final = frozenset(("acquired_at", "btc"))
_LIMIT_KEYS: Final = frozenset(("kind", "bound"))
_WALLET_KEYS: Final = frozenset(("key", "name", "kind", "sources", "scripts", "gap_limit", "account", "loan"))
_LABEL_KEYS: Final = frozenset(("kind", "ref", "text", "origin", "spendable", "extra"))
_PROFILE_KEYS: Final = frozenset(("name", "mapping"))
_ATTACHMENT_KEYS: Final = frozenset(("key", "name", "size", "content"))
_LIMIT_KIND: Final = as_word(LimitKind)
_WALLET_KIND: Final = as_word(WalletKind)
_SCRIPT: Final = as_word(ScriptKind)
_LABEL_KIND: Final = as_word(LabelKind)


def read_pick(value: Any) -> LotPick:
    """Return a chosen lot; ``BookFileError`` names what is wrong with it. So do all readers here."""
    fields = as_object(value, _PICK_KEYS)
    return LotPick(required(fields, "acquired_at", as_time), required(fields, "btc", as_btc))


def read_limit(value: Any) -> PolicyLimit:
    """Return a limit of the policy."""
    fields = as_object(value, _LIMIT_KEYS)
    return PolicyLimit(required(fields, "kind", _LIMIT_KIND), required(fields, "bound", as_ratio))


def read_wallet(value: Any) -> Wallet:
    """Return a watched wallet."""
    fields = as_object(value, _WALLET_KEYS)
    return Wallet(
        required(fields, "key", as_text),
        required(fields, "name", as_text),
        required(fields, "kind", _WALLET_KIND),
        read_list(fields, "sources", as_text, needed=True),
        read_list(fields, "scripts", _SCRIPT),
        optional(fields, "gap_limit", as_whole, GAP_LIMIT),
        nullable(fields, "account", as_text),
        nullable(fields, "loan", as_text),
    )


def read_label(value: Any) -> Label:
    """Return a label."""
    fields = as_object(value, _LABEL_KEYS)
    return Label(
        required(fields, "kind", _LABEL_KIND),
        required(fields, "ref", as_text),
        optional(fields, "text", as_text, ""),
        optional(fields, "origin", as_text, ""),
        nullable(fields, "spendable", as_flag),
        optional(fields, "extra", as_request, ""),
    )


def read_profile(value: Any) -> ImportProfile:
    """Return a mapping of columns."""
    fields = as_object(value, _PROFILE_KEYS)
    return ImportProfile(required(fields, "name", as_text), required(fields, "mapping", as_request))


class ReadPaper(NamedTuple):
    """What a file tells of a paper; None where its bytes are not in it."""

    attachment: Attachment
    content: bytes | None


def read_paper(value: Any) -> ReadPaper:
    """Return a paper."""
    fields = as_object(value, _ATTACHMENT_KEYS)
    known = Attachment(
        required(fields, "key", as_text), required(fields, "name", as_text), required(fields, "size", as_whole)
    )
    content = nullable(fields, "content", _bytes)
    if content is not None and (sha256(content).hexdigest() != known.key or len(content) != known.size):
        msg = "is not the paper that key and size tell; export the book again"
        raise BookFileError(msg, "content")
    return ReadPaper(known, content)


def _bytes(value: Any) -> bytes:
    try:
        return b64decode(as_text(value), validate=True)
    except ValueError:
        msg = "must be Base64"
        raise BookFileError(msg) from None


def pick_object(pick: LotPick) -> JsonObject:
    """Return a chosen lot's object."""
    return {"acquired_at": time_text(pick.acquired_at), "btc": btc_digits(pick.sats)}


def limit_object(limit: PolicyLimit) -> JsonObject:
    """Return a limit's object."""
    return {"kind": limit.kind.value, "bound": f"{limit.bound:f}"}


def wallet_object(wallet: Wallet) -> JsonObject:
    """Return a wallet's object; what is as it would be anyway is left out."""
    return {
        "key": wallet.key,
        "name": wallet.name,
        "kind": wallet.kind.value,
        "sources": list(wallet.sources),
        **({"scripts": [script.value for script in wallet.scripts]} if wallet.scripts else {}),
        **({"gap_limit": wallet.gap_limit} if wallet.gap_limit != GAP_LIMIT else {}),
        **({"account": wallet.account} if wallet.account is not None else {}),
        **({"loan": wallet.loan} if wallet.loan is not None else {}),
    }


def label_object(label: Label) -> JsonObject:
    """Return a label's object; what is as it would be anyway is left out."""
    return {
        "kind": label.kind.value,
        "ref": label.ref,
        **({"text": label.text} if label.text else {}),
        **({"origin": label.origin} if label.origin else {}),
        **({"spendable": label.spendable} if label.spendable is not None else {}),
        **({"extra": json.loads(label.extra)} if label.extra else {}),
    }


def profile_object(profile: ImportProfile) -> JsonObject:
    """Return the object of a mapping of columns."""
    return {"name": profile.name, "mapping": json.loads(profile.mapping)}


def attachment_object(attachment: Attachment, content: bytes | None = None) -> JsonObject:
    """Return a paper's object, with its bytes where they are given."""
    known = {"key": attachment.key, "name": attachment.name, "size": attachment.size}
    return known if content is None else {**known, "content": b64encode(content).decode("ascii")}
