import pytest

from app.cli.report_arguments import REPORTS
from app.domain.errors import InputError
from app.services.report_ports import Format, Report
from app.services.reports import KINDS, Need, ReportAsk, file_name, new_report, report_kind
from tests.fakes.desk import offline, snapshot_of
from tests.fakes.reports import AS_OF, facts_at, sample


def test_the_command_offers_what_there_is() -> None:
    assert set(REPORTS) >= {kind.key for kind in KINDS}
    assert len({kind.key for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_report_can_be_made_of_a_whole_book(kind: object) -> None:
    found = report_kind(getattr(kind, "key", ""))
    snapshot = snapshot_of()
    ask = ReportAsk(2025 if Need.YEAR in found.takes else None, loan="Term loan B" if Need.LOAN in found.takes else "")
    report = found.build(facts_at(snapshot), ask)
    assert isinstance(report, Report)
    assert (report.key, report.book, report.as_of) == (found.key, "Treasury", snapshot.figures.as_of)
    assert len(report.state_hash) == 64
    assert bool(report.prices) or Need.PRICE not in found.takes
    for section in report.sections:
        for block in section.blocks:
            if hasattr(block, "columns") and hasattr(block, "rows"):
                headings = [column.heading for column in block.columns]
                assert len(set(headings)) == len(headings)
                assert all(len(row) == len(headings) for row in block.rows)


def test_an_unknown_report_names_those_that_there_are() -> None:
    with pytest.raises(InputError, match="there are board"):
        report_kind("tides")


def test_a_file_is_named_for_what_is_in_it() -> None:
    facts = facts_at(snapshot_of())
    report = new_report(facts, "loan-statement", "Loan statement", (), subtitle="Ünder / Harbour 3")
    assert file_name(report, Format.PDF) == "loan-statement-nder-harbour-3-2026-02-05.pdf"
    assert file_name(sample(), Format.XLSX) == f"sample-{AS_OF:%Y-%m-%d}.xlsx"


def test_a_report_that_rests_on_no_price_names_none() -> None:
    facts = facts_at(offline())
    assert new_report(facts, "x", "X", (), prices=False).prices == ()
    assert [line.value for line in new_report(facts, "x", "X", ()).prices] == [None, None]
    with_prices, without = new_report(facts, "x", "X", ()), new_report(facts, "x", "X", (), prices=False)
    assert with_prices.state_hash != without.state_hash
