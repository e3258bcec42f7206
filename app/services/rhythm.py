"""When a desk asks for prices again, by what it shows now (pure)."""

from decimal import Decimal
from random import Random
from typing import Final

from app.services.desk import DeskSnapshot
from app.services.polling import Trouble, next_delay, trouble_of

NEAR: Final = Decimal("0.03")


def wait_seconds(snapshot: DeskSnapshot, rng: Random) -> float:
    """Return how long to wait until the next round.

    Less near a trigger, and less still while a warning is unconfirmed; other where nobody answers.
    """
    nearest = snapshot.figures.nearest
    room = nearest.trigger.headroom if nearest is not None else None
    troubles = {trouble_of(consensus) for consensus in snapshot.consensus.values()}
    return next_delay(
        snapshot.settings.prices.interval_seconds,
        rng,
        near_trigger=room is not None and room < NEAR,
        unconfirmed=any(record.is_open and not record.confirmed for record in snapshot.warnings),
        offline=troubles == {Trouble.OFFLINE},
        storm=troubles == {Trouble.STORM},
    )
