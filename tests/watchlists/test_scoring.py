"""Somebody beside an entry: what speaks for and against, in probabilities and in words of both languages."""

from __future__ import annotations

import csv
import os
import random
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.watchlists.countries import country_code
from knowledge.watchlists.entry import (
    Identifier,
    Kind,
    ListDate,
    ListEntry,
    ListName,
    ListPlace,
    Quality,
    Scheme,
)
from knowledge.watchlists.formats import read_list
from knowledge.watchlists.index import NameIndex
from knowledge.watchlists.odds import weights
from knowledge.watchlists.scoring import Match, Query, score
from prompts.phrasebook import LANGUAGES, Phrasebook
from store.dates import PartialDate

REAL = Path(os.environ.get("BONAFIDE_DATA", Path(__file__).parents[3] / "shared" / "data"))


def born(text: str, last: str | None = None, *, circa: bool = False) -> ListDate:
    return ListDate(PartialDate.parse(text), PartialDate.parse(last or text), circa=circa)


ORLOV = ListEntry(
    id="1",
    kind=Kind.PERSON,
    names=(
        ListName("ORLOV, Viktor Pavlovich", Quality.PRIMARY),
        ListName("Орлов Виктор Павлович"),
        ListName("Vitya", Quality.WEAK),
        ListName("Viktor Sokol", Quality.FORMER),
    ),
    birth_dates=(born("1961-03-08"), born("1963")),
    birth_places=(ListPlace(city="Perm", country="Russia"),),
    nationalities=("Russia",),
    genders=("Male",),
    identifiers=(Identifier(Scheme.PASSPORT, "71 456789", country="Russia"),),
)


def beside(name: str = "Viktor Orlov", entry: ListEntry = ORLOV, **known: object) -> Match:
    dates = known.pop("born", ())
    births = tuple(PartialDate.parse(each) for each in ([dates] if isinstance(dates, str) else dates))
    return score(Query((name,), Kind.PERSON, birth_dates=births, **known), entry)  # type: ignore[arg-type]


def features(match: Match) -> dict[str, float]:
    return {note.feature: note.value for note in (*match.because, *match.against)}


@pytest.mark.parametrize(
    ("date", "feature"),
    [
        ("1961-03-08", "same_birth_date"),
        ("1961-08-03", "swapped_birth_date"),
        ("1961-03", "same_birth_month"),
        ("1961", "same_birth_year"),
        ("1963-07-01", "same_birth_year"),
        ("1963-01-01", "same_birth_year"),
        ("1961-01-01", "same_birth_year"),
        ("1951-03-08", "birth_date_one_digit"),
        ("1962-05-05", "near_birth_year"),
        ("1961-05-05", "other_birth_day"),
        ("1968-02-02", "other_birth_year"),
        ("1999-02-02", "far_birth_year"),
    ],
)
def test_a_date_of_birth_says_what_it_can(date: str, feature: str) -> None:
    assert feature in features(beside(born=date))


def test_the_more_is_the_same_the_likelier_it_is() -> None:
    far, other, bare, year, day = (
        beside(born=each).score for each in ("1999-02-02", "1968-02-02", (), "1961", "1961-03-08")
    )
    assert far < 0.5 < bare < year < day
    assert far < other < bare
    assert beside(nationalities=("China",)).score < bare < beside(nationalities=("RU",)).score


def test_about_a_year_and_between_years() -> None:
    about = ListEntry("2", Kind.PERSON, ORLOV.names, birth_dates=(born("1960", circa=True),))
    between = ListEntry("3", Kind.PERSON, ORLOV.names, birth_dates=(born("1958", "1962"),))
    assert "about_birth_year" in features(beside(entry=about, born="1960-05-05"))
    assert "near_birth_year" in features(beside(entry=about, born="1962-05-05"))
    assert "about_birth_year" in features(beside(entry=between, born="1961-05-05"))
    assert "other_birth_year" in features(beside(entry=between, born="1969"))


def test_a_number_in_common_is_near_certainty_whatever_the_name() -> None:
    same = Identifier(Scheme.PASSPORT, "71456789", country="RU")
    met = beside("Anna Schmidt", identifiers=(same,))
    assert met.score > 0.9 and features(met)["same_identifier"] > 9
    assert beside("Anna Schmidt").score < 0.05
    unknown = Identifier(Scheme.OTHER, "71456789")
    assert "same_number" in features(beside(identifiers=(unknown,)))
    elsewhere = Identifier(Scheme.PASSPORT, "71456789", country="Kenya")
    assert not {"same_identifier", "same_number"} & set(features(beside(identifiers=(elsewhere,))))
    assert "other_passport" in features(
        beside(identifiers=(Identifier(Scheme.PASSPORT, "99 000001", country="RU"),))
    )


def test_two_firms_with_two_codes_are_two() -> None:
    code, other = "91440300708461136T", "91110000802100433B"
    huarun = ListEntry(
        "9",
        Kind.ORGANISATION,
        (ListName("深圳市恒岳科技有限公司", Quality.PRIMARY),),
        identifiers=(Identifier(Scheme.USCC, code),),
    )
    name = ("恒岳科技（深圳）有限公司",)
    with_own = score(Query(name, identifiers=(Identifier(Scheme.USCC, code.lower()),)), huarun)
    with_other = score(Query(name, identifiers=(Identifier(Scheme.USCC, other),)), huarun)
    assert with_own.score > score(Query(name), huarun).score > with_other.score
    assert "other_identifier" in {note.feature for note in with_other.against}


def test_kind_gender_and_place_speak() -> None:
    firm = score(Query(("Viktor Orlov",), Kind.ORGANISATION), ORLOV)
    assert "other_kind" in {note.feature for note in firm.against} and firm.score < beside().score
    assert (
        features(beside(gender="female"))["other_gender"] < 0 < features(beside(gender="男"))["same_gender"]
    )
    assert "other_gender" not in features(beside(gender="other"))
    assert "same_place" in features(beside(birth_places=("Perm, USSR",)))
    assert "same_place_country" in features(beside(birth_places=("Kazan, Russian Federation",)))
    assert "other_place_country" in features(beside(birth_places=("Nairobi, Kenya",)))


def test_hong_kong_does_not_speak_against_china() -> None:
    chinese = ListEntry("4", Kind.PERSON, ORLOV.names, nationalities=("China",))
    assert not {"same_nationality", "other_nationality"} & set(
        features(beside(entry=chinese, nationalities=("Hong Kong",)))
    )


def test_a_weak_alias_counts_less_and_says_so() -> None:
    weak = beside("Vitya")
    assert weak.quality is Quality.WEAK and weak.matched == "Vitya"
    assert "weak_alias" in {note.feature for note in weak.against} and weak.score < 0.5
    former = beside("Viktor Sokol")
    assert former.quality is Quality.FORMER and former.score > 0.5
    assert "former_name" in {note.feature for note in former.against}


def test_one_word_of_a_longer_name_is_hardly_a_name() -> None:
    khattab = ListEntry("5", Kind.PERSON, (ListName("Khattab", Quality.PRIMARY),))
    assert beside("Omar Khattab Saleh", khattab).score < 0.5 < beside("KHATTAB", khattab).score


def test_letters_that_deceive_are_found_and_reported() -> None:
    disguised = beside("Viktor \u041erlov")  # Cyrillic О
    assert disguised.score > 0.5
    assert ("deceiving", "\u041erlov") in {(note.feature, note.left) for note in disguised.because}


def test_the_best_of_many_names_counts() -> None:
    query = Query(("Nobody Atall", "Орлов, Виктор Павлович"), Kind.PERSON)
    assert score(query, ORLOV).our_name == "Орлов, Виктор Павлович"
    assert score(query, ORLOV, ["ORLOV, Viktor Pavlovich"]).matched == "ORLOV, Viktor Pavlovich"


@pytest.mark.parametrize("name", ["", "🙂", "x", "\u202e\u0000", "A" * 10_000, "Orlov " * 2000, "(" * 500])
def test_whatever_is_typed_gets_a_score(name: str) -> None:
    assert 0 <= beside(name).score < 0.5 or "Orlov" in name


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Iran (Islamic Republic of)", "IR"),
        ("Korea, North", "KP"),
        ("Korea", "KR"),
        ("俄罗斯", "RU"),
        ("Russian Federation", "RU"),
        ("Cote d Ivoire", "CI"),
        ("Côte d’Ivoire", "CI"),
        ("U.S.A.", "US"),
        ("cn", "CN"),
        ("中国香港", "HK"),
        ("Democratic Republic of the Congo", "CD"),
        ("Burma", "MM"),
        ("Türkiye", "TR"),
        ("Region: Gaza", "PS"),
        ("undetermined", None),
        ("", None),
        ("x" * 5000, None),
    ],
)
def test_a_country_is_known_however_a_list_writes_it(written: str, code: str | None) -> None:
    assert country_code(written) == code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_a_sentence(language: str) -> None:
    book = Phrasebook(language)
    assert all(book[f"screening.reason.{finding}"] for finding in weights())


_DATES = st.dates().map(PartialDate.of) | st.integers(1900, 2030).map(PartialDate)


@given(ours=_DATES, theirs=_DATES, nation=st.sampled_from(["RU", "China", "Kenya", "nowhere"]))
@settings(deadline=None)
def test_the_score_is_the_sum_of_what_is_said(ours: PartialDate, theirs: PartialDate, nation: str) -> None:
    entry = ListEntry(
        "6", Kind.PERSON, ORLOV.names, birth_dates=(ListDate.of(theirs),), nationalities=("RU",)
    )
    bare = score(Query(("Viktor Orlov",), Kind.PERSON), entry)
    told = score(Query(("Viktor Orlov",), Kind.PERSON, birth_dates=(ours,), nationalities=(nation,)), entry)
    moved = sum(value for feature, value in features(told).items() if feature in weights())
    assert told.odds == pytest.approx(bare.odds + moved, abs=0.01)
    assert 0 < told.score < 1


@pytest.mark.real_data
@pytest.mark.skipif(not (REAL / "watchlists").is_dir(), reason="the real lists are not here")
def test_people_of_the_un_list_are_found_and_others_are_not() -> None:
    """Lower bounds with room; the figures are those of tests/benchmarks/bench_screening.py."""
    listed = read_list("un", [REAL / "watchlists" / "un_consolidated.xml"], max_bytes=10**9).entries
    entries = {entry.id: entry for entry in listed}
    index = NameIndex.build((key, [name.text for name in entry.names]) for key, entry in entries.items())
    by_name: dict[str, set[str]] = defaultdict(set)
    for entry in listed:
        for name in entry.names:
            by_name[" ".join(name.text.split())].add(entry.id)

    def rows(file: str) -> list[dict[str, str]]:
        with (REAL / "names" / file).open(encoding="utf-8") as lines:
            return list(csv.DictReader(lines))

    def taken(row: dict[str, str]) -> set[str]:
        try:
            births = (PartialDate.parse(row["date_of_birth"]),)
        except ValueError:  # not known, or altered into a day that does not exist
            births = ()
        nations = (row["nationality"],) if row["nationality"] else ()
        query = Query((row["full_name"],), Kind.PERSON, birth_dates=births, nationalities=nations)
        near: dict[str, list[str]] = defaultdict(list)
        for each in index.near(row["full_name"]):
            near[each.key].append(each.name)
        return {key for key, names in near.items() if score(query, entries[key], names).score >= 0.5}

    chance = random.Random(7)
    pairs = list(zip(rows("un_queries_altered.csv"), rows("un_queries_exact.csv"), strict=True))
    pairs = [(typed, own) for typed, own in pairs if by_name.get(own["full_name"])]
    found = [bool(taken(typed) & by_name[own["full_name"]]) for typed, own in chance.sample(pairs, 120)]
    assert sum(found) / len(found) >= 0.98
    strangers = chance.sample(rows("people_not_listed.csv"), 200)
    assert sum(bool(taken(row)) for row in strangers) / len(strangers) <= 0.01


def test_the_name_that_is_told_is_the_one_that_is_the_same() -> None:
    entry = ListEntry("1", Kind.PERSON, (ListName("He Tingjun", Quality.PRIMARY), ListName("贺廷钧")))
    assert score(Query(("贺廷钧",), Kind.PERSON), entry).matched == "贺廷钧"


def test_reasons_are_made_when_somebody_asks_for_them() -> None:
    """Of a thousand names that are weighed hardly one is shown: Orlov's reasons cost nothing until he is."""
    match = beside(born="1961-03-08", nationalities=("China",))
    assert not {"_notes", "because", "against"} & set(vars(match))
    assert {"same_birth_date"} <= {note.feature for note in match.because}
    assert {"other_nationality"} <= {note.feature for note in match.against}
    assert all(note.value >= 0 for note in match.because) and all(note.value < 0 for note in match.against)
