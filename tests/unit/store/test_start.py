"""What every start passes must not wait for SQLAlchemy."""

import subprocess
import sys
from pathlib import Path

from app.store.book_store import BookStore
from tests.unit.store.sample import BOOK

SCRIPT = """
import sys
from datetime import UTC, datetime
from decimal import Decimal
from app.domain.quotes import LastGood
from app.store.backup import backup, verify
from app.store.book_store import BookStore
from app.store.prices import BookPrices
from app.store.alarm import BookAlarm
store = BookStore.open(sys.argv[1])
store.read()
price = Decimal(7)
BookPrices(store.backend).save_last_good(LastGood("USD", price, price, price, (), 1, datetime.now(UTC)))
BookAlarm(store.backend).load(5)
assert verify(sys.argv[1]) == []
store.close()
print(sorted({"sqlalchemy", "alembic"} & set(sys.modules)))
"""


def test_reading_and_keeping_prices_need_the_standard_library_alone(tmp_path: Path) -> None:
    BookStore.create(tmp_path / "desk", BOOK).close()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "desk")], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout == "[]\n"
