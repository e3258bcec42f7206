"""What a command ends with, and how it says what it found."""

import json
import sys
from typing import Any, Final

SUCCESS: Final = 0
FAILED: Final = 1
USAGE: Final = 2
NO_PRICE: Final = 3
INTERRUPTED: Final = 130


def write_json(document: Any) -> None:
    """Write one JSON document to stdout and nothing else; large ones on one line."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, check_circular=False) + "\n")


def write_text(text: str) -> None:
    """Write lines for a person to stdout; what the terminal cannot show becomes a question mark."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
