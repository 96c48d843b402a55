"""Check digits: our own arithmetic against an independent library, and what a wrong one does to a check."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import lei as lei_library
from stdnum.cn import uscc as uscc_library

from bot.checks.identifiers import lei_valid, uscc_valid

USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LEI_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def complete_uscc(body: str) -> str:
    """The body with the character that makes it valid, found by trying all."""
    return next(body + last for last in USCC_LETTERS if uscc_valid(body + last))


@given(
    st.text("123456789ABCDEFGHJKLMNPQRTUWXY", min_size=2, max_size=2),
    st.text(USCC_LETTERS, min_size=15, max_size=15),
)
def test_every_body_of_a_uscc_has_exactly_one_check_character(head: str, tail: str) -> None:
    """GB 32100-2015: of the 31 characters that could stand last, one is right."""
    body = head + tail
    assert sum(uscc_valid(body + last) for last in USCC_LETTERS) == 1


@given(
    st.text(USCC_LETTERS, min_size=17, max_size=17),
    st.integers(0, 17),
    st.sampled_from(USCC_LETTERS),
)
def test_one_mistyped_character_of_a_uscc_is_noticed(body: str, place: int, other: str) -> None:
    """31 is prime, so a change at any place changes the sum."""
    code = complete_uscc(body)
    changed = code[:place] + other + code[place + 1 :]
    assert uscc_valid(changed) == (changed == code)


@given(st.text(USCC_LETTERS + "IOSVZ", min_size=18, max_size=18))
def test_a_uscc_that_the_library_accepts_is_accepted(code: str) -> None:
    """python-stdnum also looks at the form of the first eight characters, so it accepts fewer."""
    if uscc_library.is_valid(code):
        assert uscc_valid(code)


@pytest.mark.parametrize("code", ["91320106MA1K8Q2R7C", "91110000600037341L", " 91110000600037341l "])
def test_usccs_that_are_right(code: str) -> None:
    assert uscc_valid(code) and uscc_library.is_valid(code.strip().upper())


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91110000600037341",
        "91110000600037341LL",
        "91110000600037341O",
        "９１１１００００６０００３７３４１Ｌ",
        "9111000060003734 L",
    ],
)
def test_usccs_that_are_none(code: str) -> None:
    assert not uscc_valid(code)


@given(st.text(LEI_LETTERS, min_size=18, max_size=18), st.integers(0, 99))
def test_an_lei_is_valid_exactly_when_the_library_says_so(body: str, digits: int) -> None:
    """ISO 7064 mod 97-10 over letters as numbers from 10 on."""
    code = f"{body}{digits:02d}"
    assert lei_valid(code) == lei_library.is_valid(code)


@given(st.text("0123456789", min_size=18, max_size=18), st.integers(0, 18))
def test_two_swapped_digits_of_an_lei_are_noticed(body: str, place: int) -> None:
    """Of digits only: a letter counts as two digits, so that the standard itself takes 1B for B1."""
    check = next(f"{digits:02d}" for digits in range(2, 99) if lei_valid(f"{body}{digits:02d}"))
    code = body + check
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert lei_valid(swapped) == (swapped == code)


@pytest.mark.parametrize(
    "code",
    ["", "5493001KJTIIGC8Y1R1", "5493001KJTIIGC8Y1R13", "5493001KJTIIGC8Y1RAB", "²493001KJTIIGC8Y1R12"],
)
def test_leis_that_are_none(code: str) -> None:
    assert not lei_valid(code)


def test_a_wrong_code_fails_and_cites_the_code(make: SimpleNamespace, check: Callable[..., Any]) -> None:
    """The firm's paper says …7C, the file says …7D."""
    firm = make.dossier(make.profile(uscc="91320106MA1K8Q2R7D"))
    found = check(firm)
    assert found.one("identity.uscc").status == "fail"
    (ref,) = found.one("identity.uscc").evidence
    quoted = next(item for item in found.result.evidence if item.id == ref)
    assert "91320106MA1K8Q2R7D" in quoted.quote


def test_a_chinese_firm_without_a_code_is_unknown_and_asked_for_its_licence(
    make: SimpleNamespace, check: Callable[..., Any]
) -> None:
    found = check(make.dossier(make.profile(uscc=None)))
    assert found.one("identity.identifier").status == "unknown"
    assert "licence" in {each.what for each in found.result.missing}


def test_an_lei_beside_no_code_is_checked_on_its_own(
    make: SimpleNamespace, check: Callable[..., Any]
) -> None:
    found = check(make.dossier(make.profile(uscc=None, lei="5493001KJTIIGC8Y1R12", country="DE")))
    assert found.one("identity.lei").status == "pass"
