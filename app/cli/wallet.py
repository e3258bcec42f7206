"""``plimsoll wallet``: watch-only wallets, from the chain into the book."""

import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from app.bootstrap import books
from app.cli.outcome import FAILED, SUCCESS, complain, write_json, write_text
from app.domain.errors import InputError
from app.domain.wallets import ScriptKind
from app.services.settings import Settings
from app.services.wallet_drafts import MOST_BYTES, WalletDraft
from app.services.wallet_report import (
    added_document,
    added_text,
    history_document,
    history_text,
    list_document,
    list_text,
    scan_document,
    scan_text,
)


def start(arguments: Namespace) -> int:
    """Do what the verb says; return the exit code."""
    verbs = {"add": _add, "list": _list, "scan": _scan, "history": _history, "remove": _remove}
    return verbs[arguments.verb](arguments, books.load_settings(arguments.config))


def _add(arguments: Namespace, settings: Settings) -> int:
    from app.bootstrap.wallets import stored_wallets  # noqa: PLC0415 - brings the store

    draft = WalletDraft(
        arguments.name,
        _text(arguments),
        arguments.account,
        arguments.loan,
        tuple(map(ScriptKind, dict.fromkeys(arguments.scripts or ()))),
        arguments.gap_limit or settings.wallet_gap_limit,
    )
    with stored_wallets(books.book_place(arguments.book), settings) as wallets:
        read = wallets.read(draft)
        wallets.add(draft)
    if arguments.json:
        write_json(added_document(read))
    else:
        write_text(added_text(read, settings.wallet_server))
    return SUCCESS


def _list(arguments: Namespace, settings: Settings) -> int:
    from app.bootstrap.wallets import stored_wallets  # noqa: PLC0415 - as above

    with stored_wallets(books.book_place(arguments.book), settings, readonly=True) as wallets:
        views = wallets.overview()
    if arguments.json:
        write_json(list_document(views))
    else:
        write_text(list_text(views))
    return SUCCESS


def _scan(arguments: Namespace, settings: Settings) -> int:
    from app.bootstrap.wallets import stored_wallets  # noqa: PLC0415 - as above

    with stored_wallets(books.book_place(arguments.book), settings) as wallets:
        plan = wallets.plan(arguments.names)
        if plan.wallets and not arguments.json:
            complain(wallets.privacy)
        answers = wallets.ask(
            plan,
            server=arguments.server,
            proxy=arguments.proxy,
            progress=_progress(),
            trust_new_certificate=arguments.trust_new_certificate,
        )
        outcome = wallets.take(answers)
        views = wallets.overview()
    names = {wallet.name for wallet in plan.wallets}
    shown = tuple(view for view in views if view.wallet.name in names)
    if arguments.json:
        write_json(scan_document(outcome, shown))
    else:
        write_text(scan_text(outcome, shown))
    for name, sentence in outcome.failures:
        complain(f"“{name}”: {sentence}")
    return FAILED if outcome.failures else SUCCESS


def _progress() -> Callable[[int, str], None]:
    """Return what tells a person at a terminal how far a scan is; a script hears nothing."""
    if sys.stderr is None or not sys.stderr.isatty():
        return lambda _asked, _name: None

    def tell(asked: int, name: str) -> None:
        plain = "".join(char for char in name if char.isprintable())[:40]
        print(f"\r“{plain}”: {asked} addresses asked", end="", file=sys.stderr, flush=True)

    return tell


def _history(arguments: Namespace, settings: Settings) -> int:
    from app.bootstrap.wallets import stored_wallets  # noqa: PLC0415 - as above

    with stored_wallets(books.book_place(arguments.book), settings, readonly=True) as wallets:
        points, moves = wallets.history(arguments.name), wallets.moves(arguments.name)
    if arguments.json:
        write_json(history_document(arguments.name, points, moves))
    else:
        write_text(history_text(points, moves))
    return SUCCESS


def _remove(arguments: Namespace, settings: Settings) -> int:
    from app.bootstrap.wallets import stored_wallets  # noqa: PLC0415 - as above

    with stored_wallets(books.book_place(arguments.book), settings) as wallets:
        wallets.remove(arguments.name)
    if arguments.json:
        write_json({"removed": arguments.name})
    else:
        write_text("Removed. Its transactions stay in the account.")
    return SUCCESS


def _text(arguments: Namespace) -> str:
    if arguments.address:
        return "\n".join(arguments.address)
    if arguments.from_file:
        try:
            return books.read_file(Path(arguments.from_file), MOST_BYTES).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise InputError("is no text; save it as UTF-8", arguments.from_file) from None
    text: str = arguments.xpub or arguments.descriptor
    return text
