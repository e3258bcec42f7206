"""What may be typed after ``plimsoll import``."""

from argparse import Action, ArgumentParser, Namespace, _SubParsersAction
from typing import Any


def add_import(commands: "_SubParsersAction[Any]", common: ArgumentParser, epilog: str) -> None:
    """Add the command."""
    about = "transactions and loan events from files of exchanges, wallets and lenders"
    parser = commands.add_parser("import", parents=[common], help=about, epilog=epilog)
    parser.set_defaults(command="import_files")
    parser.add_argument("files", nargs="*", action=_Files, metavar="FILE", help="files, all imported as one change")
    parser.add_argument("--account", default="", metavar="NAME", help="the account for everything in the files")
    parser.add_argument("--loan", default="", metavar="NAME", help="the loan for every loan row in the files")
    parser.add_argument("--format", default="auto", metavar="KEY", help="the format, where its header does not tell it")
    parser.add_argument("--sheet", default="", metavar="NAME", help="the sheet of an XLSX file, where it has several")
    mapped = parser.add_mutually_exclusive_group()
    mapped.add_argument("--profile", default="", metavar="NAME", help="the columns as a profile of the book reads them")
    mapped.add_argument("--map", default="", metavar="MAP", help="'date=COLUMN,btc=COLUMN,…': what the columns mean")
    parser.add_argument("--save-profile", default="", metavar="NAME", help="keep the map in the book under this name")
    parser.add_argument("--list-profiles", action="store_true", help="the profiles that the book keeps")
    parser.add_argument(
        "--remove-profile", default="", metavar="NAME", help="take a profile out; what it brought stays"
    )
    parser.add_argument("--list-formats", action="store_true", help="the formats that are known")
    parser.add_argument("--dry-run", action="store_true", help="show what would be imported, and store nothing")
    parser.add_argument(
        "--leave-out-refused", action="store_true", help="import the rest, without the rows that cannot be taken"
    )
    answers = parser.add_argument_group("answers", "for what a file leaves open; it is asked about, never guessed")
    answers.add_argument("--decimal", choices=("point", "comma"), default="", help="what 1.205 means")
    answers.add_argument(
        "--zone", default="", metavar="NAME", help="where times without a zone are from: Europe/Berlin"
    )
    answers.add_argument("--encoding", choices=("utf-8", "utf-16", "cp1252"), default="", help="of the file's letters")
    answers.add_argument("--day-first", choices=("yes", "no"), default="", help="whether 03/04/2025 is in April")
    answers.add_argument("--unit", choices=("btc", "sats"), default="", help="of amounts without a unit")
    answers.add_argument(
        "--duplicates", choices=("keep", "drop"), default="", help="rows that are the same and have no id of their own"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def add_transfers(commands: "_SubParsersAction[Any]", common: ArgumentParser, epilog: str) -> None:
    """Add the command that joins what two files told of one movement."""
    about = "withdrawals and deposits that are one movement between two accounts"
    parser = commands.add_parser("transfers", parents=[common], help=about, epilog=epilog)
    parser.set_defaults(command="transfers")
    parser.add_argument("--apply", action="store_true", help="store those that are clear, as one change")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def add_labels(commands: "_SubParsersAction[Any]", common: ArgumentParser, epilog: str) -> None:
    """Add the command for labels of wallets."""
    about = "what wallets call transactions and addresses (BIP 329): import and export"
    group = commands.add_parser("labels", parents=[common], help=about, epilog=epilog)
    group.set_defaults(command="labels")
    verbs = group.add_subparsers(title="verbs", metavar="VERB", dest="verb", required=True, parser_class=type(group))
    imported = verbs.add_parser(
        "import",
        parents=[common],
        help="take the labels of a file; those of a transaction become its note where it has none",
    )
    imported.add_argument("file", metavar="FILE", help="one JSON object in each line")
    imported.add_argument("--dry-run", action="store_true", help="show what would be imported, and store nothing")
    imported.add_argument("--leave-out-refused", action="store_true", help="import the lines that are labels")
    exported = verbs.add_parser("export", parents=[common], help="write the book's labels for any wallet to read")
    exported.add_argument("file", metavar="FILE", help="the file to write, or - for stdout")
    for parser in (imported, exported):
        parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


_WITHOUT_FILES = ("list_formats", "list_profiles", "remove_profile")


class _Files(Action):
    """Takes files; at least one, unless formats or profiles are asked about."""

    def __call__(self, parser: ArgumentParser, namespace: Namespace, values: Any, _option: str | None = None) -> None:
        """Take them."""
        if not values and not any(getattr(namespace, name, None) for name in _WITHOUT_FILES):
            parser.error("the following arguments are required: FILE")
        setattr(namespace, self.dest, values)
