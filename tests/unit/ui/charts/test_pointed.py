"""A place on a chart as a price."""

from decimal import Decimal

from app.ui.charts.pointed import PointedPrice, pointed


def test_a_place_is_a_price_to_a_hundredth() -> None:
    assert pointed(56_581.6049999) == PointedPrice(Decimal("56581.60"))
    assert pointed(0.1 + 0.2) == PointedPrice(Decimal("0.30"))
