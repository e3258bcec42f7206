"""Servers that speak Esplora's REST protocol: mempool.space, blockstream.info, one's own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final, Protocol

from app.chain import shapes
from app.chain.pace import Pace
from app.domain.errors import ChainError
from app.domain.feeds import FeedError
from app.services.wallet_ports import BlockRef, ChainTransaction, HistoryEntry, OutPoint, Output

_OK: Final = 200
_BAD, _NOT_FOUND, _TOO_MANY = 400, 404, 429
_BUSY: Final = frozenset((429, 502, 503, 504))
_PASSING: Final = frozenset(("connect_timeout", "timeout", "truncated", "connection"))
_MOST_BREAKS: Final = 3
_MOST_PAGES: Final = 4_000
_EXCERPT: Final = 120


class Page(Protocol):
    """A complete answer to one GET."""

    @property
    def status(self) -> int:
        """HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """By lower-case name."""
        ...

    @property
    def body(self) -> bytes:
        """Decoded, within a cap."""
        ...


class EsploraServer:
    """One server; implements ``ChainServer``. Belongs to one thread at a time; ``close`` may come from another.

    Attributes:
        name: its address.
        pin: empty: its certificate is one that the system trusts, or there is none.
    """

    pin = ""

    def __init__(self, base_url: str, fetch: Callable[[str], Page], pace: Pace, hang_up: Callable[[], None]) -> None:
        """Make the client of one server.

        Args:
            base_url: what stands before the documented paths, without a slash at the end.
            fetch: asks one address; raises ``FeedError`` where no complete answer came.
            pace: spreads the questions.
            hang_up: ends what is under way.
        """
        self.name = base_url
        self._fetch = fetch
        self._pace = pace
        self._hang_up = hang_up
        self._blocks: dict[int, BlockRef] = {}
        self._seen: dict[str, ChainTransaction] = {}

    def tip(self) -> BlockRef:
        """Return the newest block."""
        text = self._text("/blocks/tip/height")
        if not text.isascii() or not text.isdigit() or len(text) > len("1000000000"):
            raise self._unexpected("no height of a block")
        # A server may have come to another block since it told the height of one before.
        self._blocks.clear()
        block = self.block(int(text))
        if block is None:
            raise self._unexpected("no block at its own height")
        return block

    def block(self, height: int) -> BlockRef | None:
        """Return the best chain's block at a height."""
        known = self._blocks.get(height)
        if known is not None:
            return known
        page = self._page(f"/block-height/{height}")
        if page.status == _NOT_FOUND:
            return None
        found = shapes.identifier(self._told(page), self.name)
        block = shapes.mapping(self._json(f"/block/{found}"), self.name)
        if block.get("id") != found or block.get("height") != height:
            raise self._unexpected("another block than was asked for")
        self._blocks[height] = made = BlockRef(height, found, shapes.instant(block.get("timestamp"), self.name))
        return made

    def statuses(self, scripts: Sequence[str]) -> Iterable[str]:
        """Yield a word of each script's counts."""
        for script in scripts:
            answer = shapes.mapping(self._json(f"/scripthash/{scripthash(script)}"), self.name)
            counts = [
                shapes.whole(shapes.mapping(answer.get(part), self.name).get(name), shapes.MOST_SATS * 100, self.name)
                for part in ("chain_stats", "mempool_stats")
                for name in ("tx_count", "funded_txo_sum", "spent_txo_sum")
            ]
            yield ".".join(map(str, counts)) if counts[0] or counts[3] else ""

    def history(self, script: str) -> tuple[HistoryEntry, ...]:
        """Return every transaction that touches a script, page by page."""
        path = f"/scripthash/{scripthash(script)}/txs"
        found = self._take(self._json(path))
        last = self._last(found)
        for _ in range(_MOST_PAGES):
            if last is None:
                return tuple(found.values())
            page = self._take(self._json(f"{path}/chain/{last}"))
            new = {txid: entry for txid, entry in page.items() if txid not in found}
            found |= new
            last = self._last(new)
        raise ChainError("too_large", f"{self.name} lists more transactions of one address than Plimsoll takes.")

    def transactions(self, txids: Sequence[str]) -> Mapping[str, ChainTransaction]:
        """Return these transactions; those that a history brought are not asked for again."""
        for txid in txids:
            if txid not in self._seen:
                self._seen[txid] = self._transaction(self._json(f"/tx/{txid}"))[0]
            if self._seen[txid].txid != txid:
                raise self._unexpected("another transaction than was asked for")
        return {txid: self._seen[txid] for txid in txids}

    def close(self) -> None:
        """End what is under way."""
        self._hang_up()

    def _take(self, page: object) -> dict[str, HistoryEntry]:
        found = {}
        for item in shapes.items(page, self.name):
            made, entry = self._transaction(item)
            self._seen[made.txid] = made
            found[made.txid] = entry
        return found

    def _last(self, found: Mapping[str, HistoryEntry]) -> str | None:
        """Return where the next page begins: behind the last one in a block; None where none came."""
        confirmed = [txid for txid, entry in found.items() if entry.height is not None]
        return confirmed[-1] if confirmed else None

    def _transaction(self, item: object) -> tuple[ChainTransaction, HistoryEntry]:
        fields, name = shapes.mapping(item, self.name), self.name
        txid = shapes.identifier(fields.get("txid"), name)
        spends = []
        for each in shapes.items(fields.get("vin"), name):
            source = shapes.mapping(each, name)
            if source.get("is_coinbase") is not True:
                spends.append(
                    OutPoint(shapes.identifier(source.get("txid"), name), shapes.height(source.get("vout"), name))
                )
        pays = [
            Output(shapes.hexadecimal(one.get("scriptpubkey"), name), shapes.sats(one.get("value"), name))
            for each in shapes.items(fields.get("vout"), name)
            for one in [shapes.mapping(each, name)]
        ]
        made = ChainTransaction(txid, tuple(spends), tuple(pays))
        place = shapes.mapping(fields.get("status"), name)
        if place.get("confirmed") is not True:
            return made, HistoryEntry(txid, None)
        height = shapes.height(place.get("block_height"), name)
        block = BlockRef(
            height,
            shapes.identifier(place.get("block_hash"), name),
            shapes.instant(place.get("block_time"), name),
        )
        return made, HistoryEntry(txid, height, block)

    def _json(self, path: str) -> object:
        return shapes.read_json(self._told_bytes(self._page(path)), self.name)

    def _text(self, path: str) -> str:
        return self._told(self._page(path))

    def _told(self, page: Page) -> str:
        return self._told_bytes(page).decode("utf-8", "replace").strip()

    def _told_bytes(self, page: Page) -> bytes:
        if page.status == _OK:
            return page.body
        said = page.body[:_EXCERPT].decode("utf-8", "replace")
        plain = page.headers.get("content-type", "").startswith("text/plain")
        words = " ".join("".join(char if char.isprintable() else " " for char in said).split())
        detail = f": {words}" if plain and words else ""
        if page.status == _BAD and "too many" in words.lower():
            raise ChainError("too_large", f"{self.name} has too many transactions of one address to tell{detail}.")
        raise ChainError(
            "refused", f"{self.name} refused the question (HTTP {page.status}{detail}); choose another server."
        )

    def _page(self, path: str) -> Page:
        attempt = 0
        while True:
            attempt += 1
            self._pace.step()
            told: float | None = None
            try:
                page = self._fetch(self.name + path)
            except FeedError as error:
                self._pace.check()
                if error.reason in _PASSING and attempt <= _MOST_BREAKS and self._pace.back_off(attempt):
                    continue
                raise ChainError(
                    "unreachable",
                    f"{self.name} cannot be reached ({error.detail or error.reason}); check network and address.",
                ) from None
            if page.status not in _BUSY:
                return page
            text = page.headers.get("retry-after", "").strip()
            told = float(text) if text.isascii() and text.isdigit() and len(text) < len("1000000") else None
            if not self._pace.back_off(attempt, told):
                what = "asks for fewer questions" if page.status == _TOO_MANY else "is overloaded"
                raise ChainError("busy", f"{self.name} {what} (HTTP {page.status}); try again later.")

    def _unexpected(self, what: str) -> ChainError:
        return shapes.unexpected(self.name, what)


def scripthash(script: str) -> str:
    """Return what Esplora calls a script by: its SHA-256, not reversed."""
    return sha256(bytes.fromhex(script)).hexdigest()
