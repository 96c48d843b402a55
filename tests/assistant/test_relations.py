"""Ties between customers: one in the other's file, people and firms in both files; a shared name is no proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dossier.relations import Tie, links, pairs
from store.dates import PartialDate
from store.records import Dossier, Fact, Party

TODAY = PartialDate.parse("2026-11-21").first


@pytest.fixture
def person(make: SimpleNamespace) -> Callable[..., Party]:
    def named(
        name: str, role: str, *, born: str | None = None, numbers: tuple[str, ...] = (), **more: Any
    ) -> Party:
        day = PartialDate.parse(born) if born else None
        kind = more.pop("kind", "person")
        return Party(make.origin("Register"), name, role, kind, birth_date=day, identifiers=numbers, **more)

    return named


@pytest.fixture
def mill(make: SimpleNamespace, person: Callable[..., Party]) -> Dossier:
    """A mill whose director also sits elsewhere, and that a pump maker sued."""
    return make.dossier(
        name="Hunte Papiermühle GmbH",
        code="C-2001",
        profile={"address": "Am Wehr 3, Oldenburg", "website": "https://www.hunte.example/"},
        parties=(
            person("Enno Brahms", "director", born="1970-02-03"),
            person("Wiebke Ahlers", "shareholder"),
            person("Deichgraf Holding KG", "shareholder", kind="organisation"),
            person("Old Partner", "director", until=PartialDate.parse("2019")),
        ),
        records=(make.record("judgment_document", "Ems v. Hunte", counterparties=("Ems Pumpen GmbH",)),),
    )


@pytest.fixture
def pumps(make: SimpleNamespace, person: Callable[..., Party]) -> Dossier:
    return make.dossier(
        name="Ems Pumpen GmbH",
        code="C-2002",
        profile={"address": "Am Wehr 3 Oldenburg", "website": "http://hunte.example"},
        parties=(
            person("Enno Brahms", "supervisor", born="1970-02-03"),
            person("Wiebke Ahlers", "legal_representative"),
            person("Deichgraf Holding KG", "shareholder", kind="organisation"),
            person("Old Partner", "director"),
            person("Hunte Papiermühle GmbH", "supplier", kind="organisation"),
        ),
        facts=(
            Fact(
                make.origin("Annual report"), "guarantees_given", "EUR 2 million for Hunte Papiermühle GmbH"
            ),
        ),
    )


def test_every_tie_is_found_and_a_name_alone_is_told_as_a_name_alone(mill: Dossier, pumps: Dossier) -> None:
    found = {(link.tie, link.what) for link in links(mill, pumps, TODAY)}
    assert found == {
        (Tie.PARTY, "Hunte Papiermühle GmbH"),
        (Tie.RECORD, "Ems v. Hunte"),
        (Tie.FACT, "guarantees_given"),
        (Tie.SAME_PERSON, "Enno Brahms"),
        (Tie.PERSON, "Wiebke Ahlers"),
        (Tie.FIRM, "Deichgraf Holding KG"),
        (Tie.ADDRESS, "Am Wehr 3, Oldenburg"),
        (Tie.WEBSITE, "https://www.hunte.example/"),
    }


def test_the_other_way_round_the_same_ties_are_found(mill: Dossier, pumps: Dossier) -> None:
    there, back = links(mill, pumps, TODAY), links(pumps, mill, TODAY)
    assert sorted(link.tie for link in there) == sorted(link.tie for link in back)


@given(first=st.dates(), second=st.dates())
def test_dates_of_birth_that_differ_end_a_shared_name(first: Any, second: Any) -> None:
    from tests.assistant.conftest import dossier, origin

    def file(name: str, born: Any) -> Dossier:
        party = Party(origin(), "Enno Brahms", "director", "person", birth_date=PartialDate.of(born))
        return dossier(name=name, parties=(party,))

    found = links(file("Hunte Papiermühle GmbH", first), file("Ems Pumpen GmbH", second), TODAY)
    assert [link.tie for link in found] == ([Tie.SAME_PERSON] if first == second else [])


def test_numbers_that_are_masked_make_nobody_one_person(
    person: Callable[..., Party], make: SimpleNamespace
) -> None:
    masked = ("3302**********1234",)
    one = make.dossier(name="Hunte Papiermühle GmbH", parties=(person("林远", "director", numbers=masked),))
    other = make.dossier(name="Ems Pumpen GmbH", parties=(person("林远", "director", numbers=masked),))
    assert [link.tie for link in links(one, other, TODAY)] == [Tie.PERSON]


def test_two_that_are_named_are_told_with_their_ties(
    talk: Callable[..., Any], mill: Dossier, pumps: Dossier
) -> None:
    told = talk(mill, pumps).ask("How are Hunte Papiermühle GmbH and Ems Pumpen GmbH related?")
    assert "ties on file: 8" in told.text
    assert (
        "Wiebke Ahlers: listed at Hunte Papiermühle GmbH under shareholders, at Ems Pumpen GmbH under legal"
        in told.text
    )
    assert "whether it is one person is not on file" in told.text
    assert all(claim.evidence for claim in told.claims)


def test_one_is_told_with_its_ties_to_everybody_else(
    talk: Callable[..., Any], mill: Dossier, pumps: Dossier, make: SimpleNamespace
) -> None:
    stranger = make.dossier(name="Jade Werft GmbH", code="C-2003")
    told = talk(mill, pumps, stranger).ask("Ems Pumpen GmbH与我们其他客户有什么关系?")
    assert "Hunte Papiermühle GmbH是Ems Pumpen GmbH的供应商" in told.text
    assert "Jade" not in told.text


_NAMES = st.sampled_from(
    ("Enno Brahms", "Deichgraf Holding KG", "Jade Werft 1", "Jade Werft 2", "Jade Werft 3")
)


@given(
    files=st.lists(
        st.tuples(st.lists(_NAMES, max_size=2), st.sampled_from((None, "Am Wehr 3", "Am Deich 9"))),
        max_size=5,
    )
)
def test_the_pairs_that_are_looked_through_are_those_that_are_tied(files: list[Any]) -> None:
    from tests.assistant.conftest import dossier, origin

    houses = [
        dossier(
            name=f"Jade Werft {number}",
            code=f"C-{number}",
            profile={"address": address},
            parties=tuple(Party(origin(), name, "shareholder", "organisation") for name in names),
        )
        for number, (names, address) in enumerate(files)
    ]
    brought = {(one.code, other.code) for one, other in pairs(houses, TODAY)}
    tied = {
        (one.code, other.code)
        for at, one in enumerate(houses)
        for other in houses[at + 1 :]
        if links(one, other, TODAY)
    }
    assert tied <= brought


def test_a_park_in_which_a_hundred_firms_sit_ties_nobody(make: SimpleNamespace) -> None:
    park = {"address": "Gewerbepark 1, Oldenburg"}
    firms = [make.dossier(name=f"Werft {n}", code=f"C-{n}", profile=park) for n in range(100)]
    assert list(pairs(firms, TODAY)) == []


def test_all_customers_are_asked_for_their_ties(
    talk: Callable[..., Any], mill: Dossier, pumps: Dossier, make: SimpleNamespace
) -> None:
    stranger = make.dossier(name="Jade Werft GmbH", code="C-2003")
    told = talk(mill, pumps, stranger).ask("哪些客户之间有关联关系？")
    assert "Hunte Papiermühle GmbH是Ems Pumpen GmbH的供应商" in told.text
    assert "Jade" not in told.text
    shared = talk(mill, pumps, stranger).ask("Which customers share a shareholder?")
    assert "Deichgraf Holding KG" in shared.text and "Wiebke Ahlers" in shared.text
    assert "registered at one address" not in shared.text
    place = talk(mill, pumps, stranger).ask("有没有客户共用同一地址？")
    assert "Am Wehr 3, Oldenburg" in place.text and "Deichgraf" not in place.text


def test_no_tie_on_file_is_no_proof_of_independence(
    talk: Callable[..., Any], mill: Dossier, make: SimpleNamespace
) -> None:
    alone = make.dossier(name="Jade Werft GmbH", code="C-2003")
    told = talk(replace(mill, records=()), alone).ask(
        "Is there a connection between Hunte Papiermühle GmbH and Jade Werft GmbH?"
    )
    assert told.unknown == (
        "I find no tie on file between Hunte Papiermühle GmbH and Jade Werft GmbH; that proves no independence.",
    )
