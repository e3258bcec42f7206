"""The instruction sheet: what to do, blanks where the book knows nothing, and no name that could smuggle in a tag."""

from dataclasses import replace
from decimal import Decimal

from app.risk.plan import carry_out, plan
from app.risk.plan_request import PlanRequest, SellFrom
from app.risk.plan_result import Action, Plan
from app.services.plan_sheet import Addressee, plan_sheet, sheet_html, sheet_text
from tests.fakes.loans import account, book, pledged, sats
from tests.fakes.plan_books import positions, worked


def test_the_sheet_says_what_where_and_until_when() -> None:
    found = plan(worked("10", "70727"), PlanRequest())
    assert isinstance(found, Plan)
    text = sheet_text(plan_sheet(found, "Treasury", {"C": Addressee("bc1qexample", "", "Ada")}))
    title, made = text.splitlines()[:2]
    assert title == "Plan for Treasury"
    assert made == (
        "Made 2026-02-10 00:00 UTC at 70,727.00 USD for 1 BTC. "
        "The plan posts 10.00000000 BTC, which is then locked but not spent."
    )
    a, c = (line for line in text.splitlines() if "Send bitcoin" in line)
    assert a.split("  ")[0] == "A (Example lender)"
    assert "2.00000000 BTC" in a
    assert "24 h after a call; takes 4 h" in a
    assert "______________" in a
    assert "bc1qexample" in c
    assert "2026-02-11 00:00 UTC if called now; takes 4 h" in c
    assert c.endswith("Ada")
    # 2,000,000 on 48 BTC: 58.9129… %, 64,102.56… and 52,083.33…; each is told rounded up, against the borrower.
    told = "C: afterwards the LTV is 58.92 %, margin call at 64,102.57 USD, forced sale at 52,083.34 USD."
    assert told in text


def test_every_step_of_a_sale_is_a_line() -> None:
    one = positions(book(pledged("1000000", "20"), accounts=(account(btc="3"),)), "70000")
    request = PlanRequest(to_ltv=Decimal("0.5"), sell_from=SellFrom.BOTH, budget_cash={"USD": Decimal(1000)})
    found = plan(one, request)
    assert isinstance(found, Plan)
    whats = [one.what for one in plan_sheet(found, "Treasury").instructions]
    assert whats == [
        "Sell free bitcoin",
        "Have collateral sold or released",
        "Repay from the sale",
        "Repay from cash",
    ]


def test_a_repaid_loan_and_a_loan_without_a_clock() -> None:
    one = positions(book(pledged("1000000", "20", name="A & <b>B</b>"), accounts=(account(btc="3"),)), "70000")
    free = replace(one.items[0], call=None)
    bare = replace(one, items=(free,))
    found = carry_out(bare, [Action(0, repay=Decimal(1_000_000))], PlanRequest())
    assert isinstance(found, Plan)
    sheet = plan_sheet(found, "Treasury <script>")
    assert sheet.afterwards == ("A & <b>B</b>: afterwards nothing is owed.",)
    page = sheet_html(sheet)
    assert "<script>" not in page
    assert "<b>" not in page
    assert "A &amp; &lt;b&gt;B&lt;/b&gt;" in page
    assert "1,000,000.00 USD" in page
    still = carry_out(one, [Action(0, sell_collateral_sats=sats("1"))], PlanRequest())
    assert isinstance(still, Plan)
    assert "<ul><li>" in sheet_html(plan_sheet(still, "Treasury"))


def test_a_plan_that_does_nothing_says_so() -> None:
    found = plan(worked("0", "90000"), PlanRequest())
    assert isinstance(found, Plan)
    sheet = plan_sheet(found, "Treasury")
    assert "Nothing has to be done." in sheet_text(sheet)
    assert "<p>Nothing has to be done.</p>" in sheet_html(sheet)
    assert "There is no budget" in sheet_text(sheet)
