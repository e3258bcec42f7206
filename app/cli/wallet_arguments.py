"""What may be typed after ``plimsoll wallet``."""

from argparse import ArgumentParser, ArgumentTypeError, _SubParsersAction
from typing import Any

from app.domain.wallets import MAX_GAP_LIMIT, ScriptKind


def add_wallet(commands: "_SubParsersAction[Any]", common: ArgumentParser, epilog: str) -> None:
    """Add the command."""
    about = "watch-only wallets: public keys, descriptors or addresses whose coins are read from the chain"
    group = commands.add_parser("wallet", parents=[common], help=about, epilog=epilog)
    group.set_defaults(command="wallet")
    verbs = group.add_subparsers(title="verbs", metavar="VERB", dest="verb", required=True, parser_class=type(group))
    _add_add(verbs, common)
    listed = verbs.add_parser("list", parents=[common], help="every wallet, what it holds and when it was scanned")
    _add_scan(verbs, common)
    history = verbs.add_parser("history", parents=[common], help="a wallet's balance after each block that moved some")
    history.add_argument("name", metavar="NAME", help="the wallet")
    remove = verbs.add_parser("remove", parents=[common], help="watch a wallet no longer; its transactions stay")
    remove.add_argument("name", metavar="NAME", help="the wallet")
    for parser in (listed, history, remove):
        _add_json(parser)


def _add_add(verbs: "_SubParsersAction[Any]", common: ArgumentParser) -> None:
    words = "watch a wallet; public things only, a private key or seed words are refused"
    parser = verbs.add_parser("add", parents=[common], help=words)
    parser.add_argument("name", metavar="NAME", help="what to call it")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--xpub", metavar="KEY", help="an extended public key: xpub, ypub or zpub")
    source.add_argument("--descriptor", metavar="TEXT", help="an output descriptor, for a multisig, too")
    source.add_argument("--address", action="append", metavar="ADDRESS", help="an address; may be repeated")
    source.add_argument("--from-file", metavar="FILE", help="a file with any of these")
    owner = parser.add_mutually_exclusive_group(required=True)
    owner.add_argument("--account", metavar="NAME", help="the account whose transactions the chain tells")
    owner.add_argument("--loan", metavar="NAME", help="the loan whose collateral lies there")
    parser.add_argument("--gap-limit", type=_gap_limit, metavar="N", help="unused addresses in a row that end a scan")
    parser.add_argument(
        "--scripts",
        action="append",
        choices=tuple(kind.value for kind in ScriptKind),
        help="which addresses an extended key makes; may be repeated (as its prefix says; all four for an xpub)",
    )
    _add_json(parser)


def _add_scan(verbs: "_SubParsersAction[Any]", common: ArgumentParser) -> None:
    words = "ask a server about wallets; it sees their addresses together, and your network address"
    parser = verbs.add_parser("scan", parents=[common], help=words)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which wallets (all of them)")
    parser.add_argument("--server", default="", metavar="URL", help="https:// (Esplora), ssl:// or tcp:// (Electrum)")
    parser.add_argument("--proxy", default="", metavar="URL", help="a SOCKS proxy, like socks5h://127.0.0.1:9050")
    parser.add_argument(
        "--trust-new-certificate", action="store_true", help="take a server's new certificate for its own"
    )
    _add_json(parser)


def _add_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def _gap_limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MAX_GAP_LIMIT:
        raise ArgumentTypeError(f"must be a whole number from 1 to {MAX_GAP_LIMIT}")
    return int(text)
