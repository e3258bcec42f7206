import hashlib
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from app.domain.quotes import NoQuote, PriceLookup
from app.services.book_file import parse_book, render_book
from app.services.book_state_hash import book_state_hash
from tests.fakes.desk import NOW, quote, treasury


def test_it_is_what_the_definition_says() -> None:
    book = treasury()
    text = render_book(book) + "as_of 2026-02-05T14:30:00Z\n"
    text += "price EUR none\nprice USD 70727 2026-02-05T14:29:56Z consensus\n"
    prices: dict[str, PriceLookup] = {"USD": quote(), "EUR": NoQuote("EUR", "nobody told")}
    assert book_state_hash(book, prices, NOW) == hashlib.sha256(text.encode()).hexdigest()


def test_the_same_state_has_the_same_hash_whatever_way_it_came() -> None:
    book = treasury()
    again = parse_book(render_book(book))
    assert book_state_hash(book, {}, NOW) == book_state_hash(again, {}, NOW)
    turned = {"EUR": quote("EUR"), "USD": quote()}
    assert book_state_hash(book, turned, NOW) == book_state_hash(book, dict(reversed(turned.items())), NOW)


def test_anything_else_has_another() -> None:
    book, prices = treasury(), {"USD": quote()}
    hashes = {
        book_state_hash(book, prices, NOW),
        book_state_hash(replace(book, name="Other"), prices, NOW),
        book_state_hash(book, {"USD": quote(value=Decimal("70727.01"))}, NOW),
        book_state_hash(book, {"USD": quote(age=5)}, NOW),
        book_state_hash(book, {"USD": quote(origin="manual")}, NOW),
        book_state_hash(book, {}, NOW),
        book_state_hash(book, prices, NOW + timedelta(seconds=1)),
        book_state_hash(book.without_loan("Term loan B"), prices, NOW),
    }
    assert len(hashes) == 8
