"""An HTTP client that answers from a table and notes what was asked."""

from app.domain.feeds import FeedError
from app.prices.reply import HttpReply
from app.services.ports import Clock


class FakeFetcher:
    """Implements ``HttpFetcher``: the first entry whose text stands in the address answers, each body once.

    Attributes:
        urls: what was asked, in order.
    """

    def __init__(self, clock: Clock, **answers: bytes | list[bytes]) -> None:
        self.urls: list[str] = []
        self._clock = clock
        self._answers: dict[str, list[bytes]] = {}
        for part, bodies in answers.items():
            self.on(part, bodies)

    def on(self, part: str, bodies: bytes | list[bytes]) -> None:
        """Answer addresses that hold ``part`` with these bodies; the last one again and again."""
        self._answers[part] = [bodies] if isinstance(bodies, bytes) else list(bodies)

    def get(self, url: str, *, history: bool = False) -> HttpReply:
        self.urls.append(url)
        for part, bodies in self._answers.items():
            if part in url:
                body = bodies.pop(0) if len(bodies) > 1 else bodies[0]
                return HttpReply(200, {}, body, self._clock.now(), self._clock.monotonic())
        raise FeedError("not_found", url)
