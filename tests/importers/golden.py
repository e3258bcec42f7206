"""What each sample is read as. ``python -m tests.importers.golden`` writes it anew; then read the difference by eye."""

import io
import json
from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from app.importers.reading import read_import
from app.services.import_ports import Answers, Lent, Moved, Outcome

SAMPLES: Final = Path(__file__).parents[1] / "data" / "imports"
_ANSWERS: Final = "answers.json"


def samples() -> list[Path]:
    """Return every sample."""
    known = (".golden.json", _ANSWERS)
    return sorted(path for path in SAMPLES.iterdir() if path.is_file() and not path.name.endswith(known))


def answers_for(sample: Path) -> Answers:
    """Return what has to be said about a sample (``answers.json``)."""
    said = json.loads((SAMPLES / _ANSWERS).read_text(encoding="utf-8")).get(sample.name, {})
    return replace(Answers(), **said)


def golden_of(sample: Path) -> Path:
    """Return where a sample's outcomes are kept."""
    return sample.with_name(f"{sample.name}.golden.json")


def read_sample(sample: Path) -> dict[str, Any]:
    """Return what a sample is read as, ready for JSON."""
    reading = read_import(io.BytesIO(sample.read_bytes()), sample.name, answers_for(sample))
    outcomes = [_plain(outcome) for outcome in reading.outcomes]
    return {"head": asdict(reading.head), "outcomes": outcomes, "rounded": reading.notes.rounded}


def _plain(outcome: Outcome) -> dict[str, Any]:
    fields = {"is": type(outcome).__name__, **outcome._asdict()}
    if isinstance(outcome, Moved):
        fields["transactions"] = [_entry(entry._asdict()) for entry in outcome.transactions]
    if isinstance(outcome, Lent):
        fields["events"] = [_entry(entry._asdict()) for entry in outcome.events]
    return json.loads(json.dumps(fields)) if fields else {}


def _entry(fields: dict[str, Any]) -> dict[str, Any]:
    """Return an entry's fields as text, those that say nothing left out."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, Decimal) else value
        for name, value in fields.items()
        if value not in (None, "", ())
    }


def main() -> None:
    """Write every golden file anew."""
    for sample in samples():
        text = json.dumps(read_sample(sample), ensure_ascii=False, indent=1)
        golden_of(sample).write_text(f"{text}\n", encoding="utf-8")
        print(sample.name)


if __name__ == "__main__":
    main()
