"""Every failure that Plimsoll raises on purpose, as one tree.

::

    PlimsollError
    ├── InputError          what a person or a file said cannot be taken
    │   ├── AmountError         not an amount, or not an unambiguous one
    │   ├── HistoryError        events that cannot have happened
    │   ├── BookFileError       a book file (JSON) with a fault at a place
    │   └── ConfigError         a configuration file with a fault at a key
    ├── BookError           the book itself cannot be opened or written
    │   ├── NotABookError       foreign, empty or damaged file
    │   ├── NewerBookError      written by a newer Plimsoll
    │   ├── BookExistsError     would be overwritten
    │   ├── BookMissingError    no such file
    │   ├── BookLockedError     another Plimsoll has it open
    │   ├── BookNotWritableError  read-only, no space, no permission
    │   └── LeaseLostError      another program judges this book now
    ├── ServiceSetupError   the system would not start Plimsoll by itself
    ├── PriceError          a source gave no usable answer
    ├── ChainError          a server told nothing usable about the chain
    └── CancelledError      the user asked for it to stop; shown nowhere

The first three kinds are the world's fault: they are shown in one sentence that names the place and the
remedy. Anything else that is raised is a fault of ours.
"""


class PlimsollError(Exception):
    """Base of all expected failures; ``str()`` is a sentence fit to show."""


class InputError(PlimsollError):
    """Something that was typed or read cannot be taken.

    Attributes:
        place: where it stands (``loans[0].events[2].btc``, a field's label), or empty.
        problem: what is wrong and what to do, as a clause.
    """

    def __init__(self, problem: str, place: str = "") -> None:
        super().__init__(f"{place}: {problem}" if place else problem)
        self.problem = problem
        self.place = place

    def at(self, prefix: str) -> "InputError":
        """Return the same failure with ``prefix`` put before its place."""
        joined = prefix + self.place if self.place.startswith("[") else f"{prefix}.{self.place}".rstrip(".")
        return type(self)(self.problem, joined)


class AmountError(InputError):
    """A text is no amount, or could mean two."""


class HistoryError(InputError):
    """Transactions, terms or events that cannot have happened in this order."""


class BookFileError(InputError):
    """A book file (JSON) has a fault at a place."""


class ConfigError(InputError):
    """A configuration file has a fault at a key."""


class BookError(PlimsollError):
    """The book cannot be opened, read or written."""


class NotABookError(BookError):
    """The file is foreign, empty or damaged; it was left alone."""


class NewerBookError(BookError):
    """The book was written by a newer Plimsoll; it was left alone."""


class BookExistsError(BookError):
    """A command would overwrite an existing file."""


class BookMissingError(BookError):
    """There is no book at this place."""


class BookLockedError(BookError):
    """Another Plimsoll has this book open."""


class BookNotWritableError(BookError):
    """The book can be read but not written."""


class LeaseLostError(BookError):
    """Another program judges this book now; what was judged here was not stored."""


class ServiceSetupError(PlimsollError):
    """The system could not be brought to start Plimsoll by itself; everything is as it was."""


class PriceError(PlimsollError):
    """A source gave no usable answer.

    Attributes:
        reason: a short machine word (``timeout``, ``redirected``, ``not_json``), stable for tests.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class ChainError(PlimsollError):
    """A server told nothing usable about the chain; what was known before stays.

    Attributes:
        reason: a short machine word (``behind``, ``certificate``, ``refused``), stable for tests.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class CancelledError(PlimsollError):
    """The user asked for it to stop; nothing is shown."""
