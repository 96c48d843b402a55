"""What a file lacks: the same for one customer and for all of them."""

from __future__ import annotations

from types import SimpleNamespace

from bot.dossier.completeness import FIELDS, ROLES, Gap, gaps
from store.records import Party


def test_an_empty_file_lacks_everything_and_each_thing_that_comes_closes_one_gap(
    make: SimpleNamespace,
) -> None:
    empty = make.dossier(name="Jade Werft GmbH", profile=dict.fromkeys((*FIELDS, "lei", "uscc")))
    found = gaps(empty, ("statements", "contacts"))
    assert Gap("gap", "identifier") in found
    assert {gap.name for gap in found if gap.table == "field"} == set(FIELDS)
    assert {gap.name for gap in found if gap.table == "role"} == set(ROLES)
    assert {gap.name for gap in found if gap.table == "place"} == {"statements", "contacts"}
    parties = (Party(make.origin("Register"), "Enno Brahms", "legal_representative", "person"),)
    led = make.dossier(
        name="Jade Werft GmbH", profile=dict.fromkeys((*FIELDS, "lei", "uscc")), parties=parties
    )
    assert set(found) - set(gaps(led, ("statements", "contacts"))) == {Gap("role", "legal_representative")}


def test_what_may_not_be_seen_is_not_called_missing(make: SimpleNamespace) -> None:
    file = make.dossier(name="Jade Werft GmbH")
    assert not any(gap.table == "place" for gap in gaps(file, ()))
