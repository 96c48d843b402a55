"""Customers are found by what people and files call them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.access import FieldClass
from store.customers import Customers
from store.engine import reading
from store.errors import AmbiguousSubject, UnknownSubject
from store.names import search_key

USCC, LEI = "91310000MA1FL0TL1X", "5493001KJTIIGC8Y1R12"


@pytest.fixture
def firm(book):
    return book.customer(
        "上海科达电子有限公司",
        "crm-17",
        uscc=USCC,
        lei=LEI,
        registration_number="310115000123456",
        other_names=[
            "科达电子|short|zh",
            {"name": "Keda Electronics Co., Ltd.", "kind": "english", "language": "en"},
        ],
    )


def ask(book, reference):
    with reading(book.databases.read) as connection:
        return Customers(connection).find(reference)


@pytest.mark.parametrize(
    "reference",
    [
        "C-1001",
        "c1001",
        "Ｃ－1001",
        "crm-17",
        USCC,
        USCC.lower(),
        LEI,
        "310115000123456",
        " 上海科达电子有限公司 ",
        "上海科達電子有限公司",
        "上海科达 电子（有限公司）",
    ],
)
def test_a_reference_finds_its_customer(book, firm, reference):
    found = ask(book, reference)
    assert (found.id, found.code, found.legal_name) == (firm, "C-1001", "上海科达电子有限公司")


@pytest.mark.parametrize(
    "reference", ["C-1002", "科达电子", "CRM-17", "", "   ", "%", "'; DROP TABLE users; --", "上海科达"]
)
def test_what_nobody_is_called_is_unknown(book, firm, reference):
    with pytest.raises(UnknownSubject):
        ask(book, reference)


def test_two_firms_of_one_name_are_told_apart_by_writing_or_asked_about(book):
    mainland, hongkong = book.customer("科达有限公司", "A"), book.customer("科達有限公司", "B")
    assert ask(book, "科达有限公司").id == mainland
    assert ask(book, "科達有限公司").id == hongkong
    with pytest.raises(AmbiguousSubject) as asked:
        ask(book, "科达 有限公司")
    assert asked.value.codes == ("C-1001", "C-1002")


def test_the_card_has_the_names_and_not_the_numbers(book, firm):
    with reading(book.databases.read) as connection:
        card = Customers(connection).card(firm)
        everything = Customers(connection).names(identifiers=True)
        names = Customers(connection).names()
        assert Customers(connection).all() == [Customers(connection).by_id(firm)]
    assert (card.code, card.legal_name) == ("C-1001", "上海科达电子有限公司")
    assert [(name.name, name.kind) for name in card.other_names] == [
        ("科达电子", "short"),
        ("Keda Electronics Co., Ltd.", "english"),
    ]
    assert {name.kind for name in names} == {"legal", "short", "english"}
    assert {name.kind for name in everything} - {name.kind for name in names} == {
        "uscc",
        "lei",
        "registration",
    }


def test_the_names_of_hidden_customers_are_not_given_to_a_viewer(book, firm):
    book.customer("暗查对象有限公司", "crm-99", field_class=FieldClass.SUSPICION)
    with reading(book.databases.read) as connection:
        customers = Customers(connection)
        shown = customers.names(identifiers=True, classes=book.viewer("sales").classes)
        assert {name.customer_id for name in shown} == {firm}
        assert len({name.customer_id for name in customers.names(classes=book.viewer("risk").classes)}) == 2


def test_a_new_name_replaces_the_old_one_in_look_ups(book, firm):
    book.customer("上海科达科技股份有限公司", "crm-17", uscc=USCC)
    assert ask(book, "上海科达科技股份有限公司").id == firm
    with pytest.raises(UnknownSubject):
        ask(book, "上海科达电子有限公司")
    book.remove("customers", "crm-17", "merged")
    with pytest.raises(UnknownSubject):
        ask(book, USCC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller & Söhne GmbH", "MÜLLER SÖHNE GMBH"),
        ("ＡＢＣ（中国）有限公司", "abc(中国)有限公司"),
        ("廣東華為技術有限公司", "广东华为技术有限公司"),
        ("A.B.C. Ltd", "ABC Ltd."),
    ],
)
def test_the_key_of_a_name_does_not_depend_on_its_writing(one, other):
    assert search_key(one) == search_key(other)


def test_different_names_have_different_keys():
    assert search_key("科达一厂") != search_key("科达二厂")
    assert search_key("!!!") != search_key("???")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_spaces_around_a_name_never_matter(name):
    assert search_key(f" {name}　") == search_key(name)
