"""The open book file: a whole book in and out as JSON, with no loss either way."""

from app.services.book_file_reading import FORMAT, MAX_BYTES, VERSION, parse_book, parse_book_and_papers
from app.services.book_file_writing import render_book

__all__ = ["FORMAT", "MAX_BYTES", "VERSION", "parse_book", "parse_book_and_papers", "render_book"]
