"""How questions are worded and what that must not change: who sues whom, slips of the pen, other signs, old days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.answer import Answer, recall
from bot.assistant.directories import NameDirectory
from bot.assistant.litigants import DEFENDANT, PLAINTIFF, side_of
from bot.assistant.topics import load_lexicon, recognise
from bot.commands.viewing import viewer_of
from bot.dossier.ageing import accounts
from store.access import FieldClass
from store.customers import CustomerName
from store.dates import PartialDate
from store.evidence import EvidenceKind
from store.identity import new_id
from store.records import Payment


@pytest.fixture(scope="module")
def makers() -> SimpleNamespace:
    """The makers of handmade rows, once for all examples."""
    from tests.assistant.conftest import dossier, invoice, payment

    return SimpleNamespace(dossier=dossier, invoice=invoice, payment=payment)


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Who is suing §?", DEFENDANT),
        ("Which supplier has sued §", DEFENDANT),
        ("Is § being sued by a bank?", DEFENDANT),
        ("Was § ever sued?", DEFENDANT),
        ("law suits against §", DEFENDANT),
        ("Who took § to court?", DEFENDANT),
        ("Whom is § suing?", PLAINTIFF),
        ("Has § sued anyone?", PLAINTIFF),
        ("Which firms were sued by §?", PLAINTIFF),
        ("§被谁起诉了?", DEFENDANT),
        ("谁起诉了§?", DEFENDANT),
        ("哪家供应商在起诉他们?", DEFENDANT),
        ("§起诉了谁?", PLAINTIFF),
        ("§正在起诉哪些公司?", PLAINTIFF),
        ("§的起诉情况", None),
        ("§ law suits", None),
    ],
)
def test_the_place_of_the_name_tells_who_sues(text: str, side: str | None) -> None:
    assert side_of(text) == side


def test_suits_are_told_by_the_side_that_is_asked_for(
    talk: Callable[..., Any], make: SimpleNamespace
) -> None:
    firm = make.dossier(
        records=(
            make.record("case_filing", "Gussteile Nord v Alster"),
            make.record("judgment_document", "Alster v Hafenbau Wedel", role="plaintiff"),
        )
    )
    assert "Gussteile Nord" in (told := talk(firm).ask("Who is suing Alster?").text)
    assert "Hafenbau" not in told
    assert "Hafenbau" in (told := talk(firm).ask("Whom is Alster suing?").text)
    assert "Gussteile" not in told


@given(
    due=st.integers(-200, -1),
    late=st.lists(st.integers(-60, 120), max_size=4),
    back=st.integers(0, 260),
    state=st.sampled_from(["paid", "written_off", "open"]),
)
@settings(max_examples=80, deadline=None)
def test_on_an_earlier_day_only_payments_and_states_until_then_count(
    makers: SimpleNamespace, due: int, late: list[int], back: int, state: str
) -> None:
    today = date(2026, 11, 21)
    due_on, day = today + timedelta(days=due), today - timedelta(days=back)
    issued = due_on - timedelta(days=30)
    invoice = replace(makers.invoice("A-1", str(due_on), "1000", issued=str(issued)), status=state)
    paid = [
        makers.payment("A-1", str(when), "250")
        for days in late
        if (when := due_on + timedelta(days=days)) <= today
    ]
    firm = makers.dossier(invoices=(invoice,), payments=tuple(paid))
    then = replace(firm, as_of=PartialDate.of(day))
    held = accounts(then, day)
    seen = invoice.origin.observed_on.first <= day
    if issued > day or (state == "written_off" and seen):
        assert held == []
        return
    received = sum((one.amount for one in paid if one.paid_on.first <= day), Decimal(0))
    silent = state == "paid" and seen and not _by(paid, day)
    assert held[0].open == (0 if silent else Decimal(1000) - received)
    assert bool(held[0].overdue) == (bool(held[0].open) and day > due_on)


def _by(payments: list[Payment], day: date) -> list[Payment]:
    return [one for one in payments if one.paid_on.first <= day]


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("What was the revenu of §?", "revenue"),
        ("emploees of §", "employees"),
        ("the inventry of §", "inventory"),
    ],
)
def test_a_misspelt_item_is_the_one_that_is_meant(text: str, item: str) -> None:
    assert recognise(text, load_lexicon()).items == (item,)


def test_an_ordinary_word_is_no_slip_of_another() -> None:
    assert recognise("Does § have an invention for general use?", load_lexicon()).items == ()


def test_a_gap_says_nothing_for_its_topic() -> None:
    matter = recognise("Does § have enough capital paid in?", load_lexicon())
    assert (matter.topic, matter.items) == ("facts", ("paid_in_capital",))
    assert recognise("§的股份有没有被质押?", load_lexicon()).topic == "records"
    assert recognise("§的股东是谁", load_lexicon()).topic == "people"


def test_a_name_with_one_sign_of_the_same_sound_is_offered_and_no_other() -> None:
    names = [
        CustomerName(new_id(), "C-1001", "恒岳科技", "short"),
        CustomerName(new_id(), "C-1002", "澜砚仪表", "short"),
    ]
    directory = NameDirectory(names)
    assert [named.code for named in directory.read("衡岳科技的付款情况").near] == ["C-1001"]
    assert [named.code for named in directory.read("蓝砚仪表怎么样").near] == ["C-1002"]
    assert directory.read("蓝雁仪表怎么样").near == ()
    assert directory.read("光华仪表怎么样").near == ()


def test_markup_around_a_question_is_no_part_of_it(talk: Callable[..., Any], make: SimpleNamespace) -> None:
    firm = make.dossier(profile={"address": "Hafenstraße 7, Hamburg"})
    for text in (
        "<script>alert(1)</script> What is the address of Alster?",
        "<b>What</b> is the <i class='x'>address</i> of Alster?",
        "What is the address of Alster?<style>overdue invoices</style>",
    ):
        assert "Hafenstraße 7" in talk(firm).ask(text).text


def test_an_average_is_rounded_half_up_as_it_is_shown(
    talk: Callable[..., Any], make: SimpleNamespace
) -> None:
    # Nineteen invoices paid 16 days late and one 17 days late: 16.05 days.
    late = [16] * 19 + [17]
    due = date(2026, 3, 1)
    firm = make.dossier(
        invoices=tuple(make.invoice(f"A-{number}", str(due), "100") for number in range(len(late))),
        payments=tuple(
            make.payment(f"A-{number}", str(due + timedelta(days=days)), "100")
            for number, days in enumerate(late)
        ),
    )
    assert "16.1 days after the due date" in talk(firm).ask("How does Alster pay?").text


def test_the_newest_statement_that_gives_the_item_is_told(
    talk: Callable[..., Any], make: SimpleNamespace
) -> None:
    firm = make.dossier(
        statements=(
            make.statement("2025-12-31", revenue=20_000_000, market_value_of_equity=55_000_000),
            make.statement("2026-09-30", "quarter", revenue=5_000_000),
        )
    )
    assert "EUR 55 million" in talk(firm).ask("What is the market value of Alster?").text
    assert "Q3 2026: EUR 5 million" in talk(firm).ask("What is the revenue of Alster?").text


def test_an_invoice_is_found_by_its_number_and_no_longer_one_by_a_part_of_it(
    talk: Callable[..., Any], make: SimpleNamespace
) -> None:
    firm = make.dossier(
        invoices=(
            make.invoice("AL-2026-12", "2026-10-01", "3000.50"),
            make.invoice("AL-2026-123", "2026-10-11", "700"),
        ),
        payments=(make.payment("AL-2026-12", "2026-10-05", "1000"),),
    )
    told = talk(firm).ask("Is invoice AL 2026/12 of Alster paid?")
    assert "EUR 2,000.5" in told.text and "EUR 700" not in told.text
    assert "700欧元" in talk(firm).ask("Alster发票AL-2026-123付清了吗?").text


def test_nothing_found_among_public_matters_is_public(ask_house: Callable[..., Answer]) -> None:
    for place, wanted in (("#general", FieldClass.PUBLIC), ("#sales", FieldClass.INTERNAL)):
        answer = ask_house("Is there a dishonest debtor record of Nordhafen?", role="sales", place=place)
        looked = [item for item in answer.evidence if item.kind is EvidenceKind.SEARCH]
        assert {item.field_class for item in looked} == {wanted}


def test_a_document_that_is_cited_by_its_title_opens_at_its_beginning(
    house: Any, ask_house: Callable[..., Answer]
) -> None:
    answer = ask_house("What news is there about Nordhafen?", role="sales")
    viewer = viewer_of(house, "sales", "private")
    titled = [item for item in answer.evidence if item.locator.get("aggregate") == "documents"]
    assert titled
    for item in titled:
        opened = house.library.open(recall(_kept(answer, item.id)), viewer=viewer)
        assert opened.quote == item.quote and opened.after


def _kept(answer: Answer, ref: str) -> dict[str, Any]:
    return next(item for item in answer.as_json()["evidence"] if item["ref"] == ref)


def test_what_nobody_published_is_no_news(ask_house: Callable[..., Answer]) -> None:
    answer = ask_house("What news is there about Tolland & Reeve since October 2026?", role="sales")
    assert answer.unknown
    assert not any("ageing list" in claim.text for claim in answer.claims)
