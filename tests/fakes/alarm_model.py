"""What the alarm should do, written from its rules and from nothing else: the second opinion of the property tests.

A model keeps the whole history and decides by looking back at it. It shares no code with ``app``.
"""

from dataclasses import dataclass, field

MINUTE, DAY = 1, 24 * 60
NOTHING, WAITS, STANDS = "nothing", "waits", "stands"


@dataclass
class RuleModel:
    """One rule and one loan. Times are minutes.

    Attributes:
        hold, keep: how long the threshold must be reached, and be clear, before that counts.
        past: every known reading since it was last at rest: (when, reached/near/clear).
        told: how often people were told of the warning that stands.
        puts_off_until: the end of a snooze, or None.
    """

    hold: int
    keep: int
    state: str = NOTHING
    past: list[tuple[int, str]] = field(default_factory=list)
    told: int = 0
    acknowledged: bool = False
    puts_off_until: int | None = None

    def read(self, now: int, sign: str, *, edited: bool, muted: bool) -> bool:
        """Take a reading; return whether people have to be told of something now."""
        if sign == "unknown":
            return False
        self.past.append((now, sign))
        if self.state != STANDS:
            return self._before(now, sign, muted=muted)
        if sign == "clear":
            return self._over(now, edited=edited, muted=muted)
        ended = self.puts_off_until is not None and self.puts_off_until <= now
        if muted or (self.told and not ended):
            return False
        return self._tell()

    def acknowledge(self) -> None:
        """Somebody has seen it."""
        self.acknowledged = self.state == STANDS

    def put_off(self, until: int) -> None:
        """Somebody snoozes it."""
        if self.state == STANDS:
            self.puts_off_until = until

    def _before(self, now: int, sign: str, *, muted: bool) -> bool:
        if sign == "clear":
            self._rest()
            return False
        reached = [at for at, what in self.past if what == "reached"]
        if not reached:
            self.past.clear()
            return False
        self.state = WAITS
        if sign == "reached" and now - reached[0] >= self.hold:
            self.state = STANDS
            return False if muted else self._tell()
        return False

    def _over(self, now: int, *, edited: bool, muted: bool) -> bool:
        clear: list[int] = []
        for at, what in reversed(self.past):
            if what != "clear":
                break
            clear.append(at)
        if not edited and not (now - clear[-1] >= self.keep and (len(clear) > 1 or not self.keep)):
            return False
        heard = self.told > 0 and not muted
        self._rest()
        return heard

    def _tell(self) -> bool:
        self.told += 1
        self.acknowledged, self.puts_off_until = False, None
        return True

    def _rest(self) -> None:
        self.state, self.told, self.acknowledged, self.puts_off_until = NOTHING, 0, False, None
        self.past.clear()


@dataclass
class LadderModel:
    """The four lines of one loan, in prices; times are minutes.

    Attributes:
        lines: prices at which the drop test reaches call and sale, and at which call and sale are reached.
        calm: prices above which each of them is clear of its deadband.
        far: the price above which all are far off.
        level: how many of the lines the warning stands for; 0: none.
        quiet: since when, and for how many rounds, its level has been clear.
    """

    lines: tuple[int, int, int, int]
    calm: tuple[int, int, int, int]
    far: int
    level: int = 0
    told: int = 0
    acknowledged: bool = False
    puts_off_until: int | None = None
    quiet: list[int] = field(default_factory=list)

    def price(self, now: int, price: int, *, edited: bool) -> bool:
        """Take a price that all sources agree on; return whether people have to be told of something now."""
        reached = max((place for place, line in enumerate(self.lines, 1) if price <= line), default=0)
        if reached > self.level:
            self.level = reached
            return self._tell()
        if not self.level:
            return False
        clear_at = self.lines[self.level - 1] if edited else self.calm[self.level - 1]
        if price <= clear_at:
            return self.doubt(now)
        return self._clear(now, price, reached, edited=edited)

    def doubt(self, now: int) -> bool:
        """Take a round whose price can clear nothing; return whether people have to be told of something now."""
        self.quiet.clear()
        ended = self.level and self.puts_off_until is not None and self.puts_off_until <= now
        return self._tell() if ended else False

    def acknowledge(self) -> None:
        """Somebody has seen it."""
        self.acknowledged = bool(self.level)

    def put_off(self, until: int) -> None:
        """Somebody snoozes it."""
        if self.level:
            self.puts_off_until = until

    def _clear(self, now: int, price: int, reached: int, *, edited: bool) -> bool:
        self.quiet.append(now)
        lasted = now - self.quiet[0]
        twice = len(self.quiet) > 1
        falls = edited or (twice and lasted >= (7 * DAY if self.level == 2 else DAY))
        lower = max(reached, 1)
        if self.level > 2 and not edited:
            lower = max(lower, 2)
        if reached:
            if falls:
                self.level = lower
                self.quiet.clear()
            return False
        if edited or (twice and lasted >= (3 * DAY if price > self.far else 30 * DAY)):
            self.level = self.told = 0
            self.acknowledged, self.puts_off_until = False, None
            self.quiet.clear()
            return True
        if falls:
            self.level = lower
        return False

    def _tell(self) -> bool:
        self.told += 1
        self.acknowledged, self.puts_off_until = False, None
        self.quiet.clear()
        return True
