"""A desk whose book lies in memory, for screens that edit."""

from tests.fakes.desk_fixtures import light_theme, make_desk, treasury_desk

__all__ = ["light_theme", "make_desk", "treasury_desk"]
