"""What an import asks a person, with the answers to choose from, and whether it can go on (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from app.domain.book import Book
from app.services.import_choice import ChosenFile, LookedAt, UnreadFile
from app.services.import_ports import Answers
from app.services.import_preview import FilePreview
from app.ui.models.import_rows import spoken

WHOLE: Final = -1
OPEN: Final = "choose …"
_ABOUT_ALL: Final = frozenset(("duplicates", "loan", "account"))
_TITLES: Final = {
    "decimal": "decimal sign",
    "day_first": "order of day and month",
    "zone": "time zone",
    "unit": "unit of bitcoin amounts",
    "encoding": "letters",
    "duplicates": "Rows that are alike",
    "loan": "Loan of the loan rows",
    "account": "Account for everything",
    "format": "format",
    "profile": "profile",
    "sheet": "sheet",
}
_CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "decimal": {"point": "a point: 1.205 is 1.205", "comma": "a comma: 1.205 is 1205"},
    "day_first": {"yes": "the day first: 03/04 is in April", "no": "the month first: 03/04 is in March"},
    "unit": {"btc": "BTC", "sats": "satoshis"},
    "encoding": {"cp1252": "Windows (cp1252)", "utf-16": "UTF-16", "utf-8": "UTF-8"},
    "duplicates": {"keep": "keep them: they happened twice", "drop": "drop them: they are the same"},
}


class Question(NamedTuple):
    """Something to choose.

    Attributes:
        file: number of the file it is about, or ``WHOLE``.
        key: a field of ``Answers``.
        title: of the field.
        why: what is doubtful, or empty.
        choices: answer -> words; an empty answer is one, too.
        chosen: the answer in force.
    """

    file: int
    key: str
    title: str
    why: str
    choices: Mapping[str, str]
    chosen: str


def questions(
    book: Book,
    chosen: Sequence[ChosenFile],
    whole: Answers,
    looked: LookedAt | None,
    asked_before: Mapping[tuple[int, str], tuple[str, tuple[str, ...]]],
    zones: Sequence[str],
) -> tuple[Question, ...]:
    """Return what is asked, with what was asked before and is answered now.

    Args:
        book: whose accounts and loans can be chosen.
        chosen: the files with the answers in force.
        whole: the answers about all of them.
        looked: what the files would bring.
        asked_before: file and key -> why, and the options told with it.
        zones: names of time zones, the likeliest first.
    """
    found = dict(asked_before) | asked_now(looked)
    made = [_account(book, whole)]
    for (file, key), (why, options) in found.items():
        if key not in _TITLES:
            continue  # columns are mapped in a dialog of their own
        choices = _choices(book, key, options, zones)
        answers = whole if file == WHOLE else chosen[file].answers if file < len(chosen) else None
        if answers is not None:
            name = "" if file == WHOLE else f"{chosen[file].path.name}: "
            made.append(Question(file, key, f"{name}{_TITLES[key]}", spoken(why), choices, getattr(answers, key)))
    return (*made, *_sheets(chosen, looked))


def _sheets(chosen: Sequence[ChosenFile], looked: LookedAt | None) -> list[Question]:
    """Return which sheet of each workbook that has several is read."""
    found = []
    for number, file in enumerate(looked.files if looked is not None else ()):
        if isinstance(file, FilePreview) and len(file.notes.sheets) > 1 and number < len(chosen):
            choices = {title: title for title in dict.fromkeys((*file.notes.sheets, file.notes.sheet))}
            title = f"{chosen[number].path.name}: {_TITLES['sheet']}"
            found.append(Question(number, "sheet", title, "", choices, file.notes.sheet))
    return found


def asked_now(looked: LookedAt | None) -> dict[tuple[int, str], tuple[str, tuple[str, ...]]]:
    """Return what files ask, by file and key."""
    found: dict[tuple[int, str], tuple[str, tuple[str, ...]]] = {}
    for number, file in enumerate(looked.files if looked is not None else ()):
        if isinstance(file, UnreadFile):
            if file.key:
                found[WHOLE if file.key in _ABOUT_ALL else number, file.key] = file.why, file.options
            continue
        for key, (question, _counted) in file.asked.items():
            found.setdefault((WHOLE if key in _ABOUT_ALL else number, key), (question, ()))
    return found


def answered(chosen: Sequence[ChosenFile], question: Question, answer: str) -> tuple[ChosenFile, ...]:
    """Return the files with an answer about one of them."""
    return tuple(
        replace(each, answers=replace(each.answers, **{question.key: answer})) if number == question.file else each
        for number, each in enumerate(chosen)
    )


def verdict(looked: LookedAt | None, *, leave_out: bool) -> tuple[bool, str]:
    """Return whether an import can go on, and what it brings or what stands in its way."""
    if looked is None or not looked.files:
        return False, "Choose files, or drop them here."
    why = _obstacle(looked, leave_out=leave_out)
    return (False, why) if why else (True, targets(looked))


def _obstacle(looked: LookedAt, *, leave_out: bool) -> str:
    unread = next((file for file in looked.files if isinstance(file, UnreadFile)), None)
    if unread is not None:
        return f"{unread.path.name} {spoken(unread.why).rstrip('.')}."
    found = looked.found
    if found is None:
        return "None of the files can be read."
    asked = sum(len(file.asked) for file in found.files)
    if asked:
        return f"Answer {'the question' if asked == 1 else f'the {asked} questions'} first."
    refused = sum(file.refused_rows for file in found.files)
    if refused and not leave_out:
        return f"{_rows(refused)} cannot be taken. Correct the file, or leave {_them(refused)} out."
    if found.fault:
        return f"The history cannot be: {found.fault}".rstrip(".") + "."
    return "" if found.new else "Nothing new: everything in the files is in the book, or kept aside."


def targets(looked: LookedAt) -> str:
    """Return where what is new goes, as a sentence."""
    found = looked.found
    if found is None:
        return ""
    made = frozenset(found.made)
    parts = [
        f"{count:,} transaction{'' if count == 1 else 's'} into {name}{' (a new account)' if name in made else ''}"
        for name, count in found.accounts.items()
        if count
    ]
    parts += [f"{count:,} event{'' if count == 1 else 's'} of {name}" for name, count in found.loans.items() if count]
    shown = "; ".join(parts[:4])
    more = f"; and {len(parts) - 4} more" if len(parts) > 4 else ""  # noqa: PLR2004 - places that fit
    return f"New: {shown}{more}." if parts else ""


def refused_rows(looked: LookedAt | None) -> int:
    """Return how many rows are refused, whether they are left out or not."""
    if looked is None:
        return 0
    return sum(len(file.refused) for file in looked.files if isinstance(file, FilePreview))


def _account(book: Book, whole: Answers) -> Question:
    choices = {"": "as the files call it", **{account.name: account.name for account in book.accounts}}
    if whole.account and whole.account not in choices:
        choices[whole.account] = whole.account
    return Question(WHOLE, "account", _TITLES["account"], "", choices, whole.account)


def _choices(book: Book, key: str, options: tuple[str, ...], zones: Sequence[str]) -> dict[str, str]:
    if key == "zone":
        return {"": OPEN, **{zone: zone for zone in zones}}
    if key == "loan":
        return {"": OPEN, **{loan.name: loan.name for loan in book.loans}}
    if options and key not in _CHOICES:
        return {"": OPEN, **{option: option for option in options}}
    return {"": OPEN, **_CHOICES.get(key, {})}


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _them(count: int) -> str:
    return "it" if count == 1 else "them"
