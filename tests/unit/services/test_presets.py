"""Lender presets: sound terms, dated, and never taken for confirmed."""

from datetime import date
from pathlib import Path

import pytest

from app.domain.terms import TriggerKind, check_terms
from app.services.presets import PRESETS_RESOURCE, Confidence, Preset, parse_presets

PRESETS = parse_presets((Path(__file__).parents[3] / "resources" / PRESETS_RESOURCE).read_bytes())
DAY = date(2026, 3, 1)


def preset(key: str) -> Preset:
    return next(one for one in PRESETS if one.key == key)


def test_there_are_enough_and_each_has_its_own_name() -> None:
    assert len(PRESETS) >= 10
    assert len({one.key for one in PRESETS}) == len(PRESETS)
    assert len({one.label for one in PRESETS}) == len(PRESETS)


@pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.key)
def test_each_holds_together_and_asks_to_be_confirmed(one: Preset) -> None:
    terms = one.terms_from(DAY)
    check_terms(terms, date(2027, 3, 1))
    assert terms.start == DAY
    assert terms.evidence.confirmed_on is None
    assert "not confirmed" in terms.evidence.source
    assert "confirm each line against your contract" in one.caution
    assert one.source
    assert one.note.endswith(".")
    assert any(trigger.kind is TriggerKind.LIQUIDATION for trigger in terms.triggers)


def test_what_a_lender_publishes_is_there() -> None:
    strike = preset("strike").terms
    (call,) = [trigger for trigger in strike.triggers if trigger.kind is TriggerKind.MARGIN_CALL]
    assert (str(call.ltv), call.cure_hours, str(call.cure_ltv), call.latching) == ("0.70", 72, "0.65", True)
    assert preset("strike").confidence is Confidence.HIGH
    assert not preset("firefish").rate_known
    assert preset("ledn").terms.cure_ltv is not None
    assert not any(t.kind is TriggerKind.MARGIN_CALL for t in preset("ledn").terms.triggers)


def test_an_undated_preset_says_so() -> None:
    assert "(undated)" in preset("lava").label
    assert "(as of 2026-02)" in preset("strike").label
