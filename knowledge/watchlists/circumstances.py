"""What two say beside their names (身份信息比对): dates and places of birth, countries, gender, numbers.

The best of several dates, places or numbers counts, for lists give all that somebody used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from knowledge.names.keys import words
from knowledge.watchlists.countries import country_code, country_codes
from knowledge.watchlists.entry import Identifier, ListDate, ListEntry, ListPlace, Scheme
from knowledge.watchlists.odds import Note, weight
from store.dates import PartialDate

#: Further apart than this is another generation rather than an error, years that are still near, and "about".
_FAR, _NEAR, _ABOUT = 10, 1, 3
#: Countries that some lists tell apart and others do not: that they differ says nothing.
_ONE_OR_TWO = ({"CN", "HK", "MO", "TW"}, {"SD", "SS"}, {"RS", "ME", "XK"}, {"IL", "PS"})
#: Numbers that one holder has one of at a time, by country where they are given by countries.
_SINGLE = frozenset({Scheme.NATIONAL_ID, Scheme.TAX, Scheme.USCC, Scheme.LEI, Scheme.IMO, Scheme.DUNS})
#: Numbers by which nobody is told apart: shared offices, shared telephones.
_SHARED = frozenset({Scheme.PHONE, Scheme.WEBSITE, Scheme.BIC})
_SHORT = 5
#: Words of places that are no names.
_PLACE_WORDS = frozenset(
    words(
        """
        district province city region village area town governorate county of the in and near state republic federal
        prefecture oblast
        """
    )
)


def births(ours: Sequence[PartialDate], theirs: Sequence[ListDate]) -> list[Note]:
    """The two dates of birth that fit best."""
    found = [
        Note(feature, str(mine), listed.text or _span(listed), weight(feature))
        for mine in ours
        for listed in theirs
        for feature in (_birth(mine, listed),)
    ]
    return [max(found, key=lambda note: note.value)] if found else []


def _birth(mine: PartialDate, listed: ListDate) -> str:
    first, last = _placeless(listed.first), _placeless(listed.last)
    mine = _placeless(mine)
    apart = max(first.year - mine.year, mine.year - last.year, 0)
    if listed.circa or first.year != last.year:
        if apart == 0:
            return "about_birth_year" if last.year - first.year > 1 or listed.circa else "same_birth_year"
        return "near_birth_year" if apart <= _ABOUT else _apart(apart)
    if apart == 0:
        return _within_year(mine, first)
    if mine.day and first.day and (mine.month, mine.day) == (first.month, first.day):
        digits = sum(a != b for a, b in zip(f"{mine.year:04}", f"{first.year:04}", strict=True))
        if digits == 1:
            return "birth_date_one_digit"
    return "near_birth_year" if apart <= _NEAR else _apart(apart)


def _within_year(mine: PartialDate, first: PartialDate) -> str:
    if mine.month is None or first.month is None:
        return "same_birth_year"
    if mine.month == first.month:
        if mine.day is None or first.day is None:
            return "same_birth_month"
        return "same_birth_date" if mine.day == first.day else "other_birth_day"
    return "swapped_birth_date" if (mine.month, mine.day) == (first.day, first.month) else "other_birth_day"


def _apart(years: int) -> str:
    return "far_birth_year" if years > _FAR else "other_birth_year"


def _placeless(date: PartialDate) -> PartialDate:
    """The first of January is what forms and passports write where only the year is known."""
    return PartialDate(date.year) if (date.month, date.day) == (1, 1) else date


def _span(listed: ListDate) -> str:
    said = str(listed.first) if listed.first == listed.last else f"{listed.first} – {listed.last}"
    return f"~ {said}" if listed.circa else said


def nationalities(ours: Sequence[str], theirs: Sequence[str]) -> list[Note]:
    """Whether a nationality is shared."""
    return _shared(ours, theirs, "same_nationality", "other_nationality")


def countries(ours: Sequence[str], entry: ListEntry) -> list[Note]:
    """Whether a country is shared: where somebody lives, a firm is registered or has an address."""
    listed = (
        *entry.countries,
        *(place.country for place in entry.addresses if place.country),
        *entry.nationalities,
        *entry.citizenships,
    )
    return _shared(ours, listed, "same_country", "other_country")


def _shared(ours: Sequence[str], theirs: Sequence[str], same: str, other: str) -> list[Note]:
    mine, listed = country_codes(ours), country_codes(theirs)
    if not mine or not listed:
        return []
    said = ", ".join(dict.fromkeys(ours)), ", ".join(dict.fromkeys(theirs))
    if mine & listed:
        return [Note(same, *said, weight(same))]
    if any(mine & group and listed & group for group in _ONE_OR_TWO):
        return []
    return [Note(other, *said, weight(other))]


def places(ours: Sequence[str], theirs: Sequence[ListPlace]) -> list[Note]:
    """The places of birth that fit best; a country alone says what a country says."""
    found = [
        Note(feature, mine, str(listed), weight(feature))
        for mine in ours
        for listed in theirs
        for feature in (_place(mine, listed),)
        if feature
    ]
    return [max(found, key=lambda note: note.value)] if found else []


def _place(mine: str, listed: ListPlace) -> str | None:
    left, right = _place_words(mine), _place_words(str(listed))
    codes, named = _codes_within(mine), _codes_within(str(listed))
    if (left - _country_words(mine)) & (right - _country_words(str(listed))):
        return "same_place"
    if codes and named:
        return "same_place_country" if codes & named else "other_place_country"
    return "other_place" if left and right else None


def _place_words(text: str) -> frozenset[str]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return frozenset(re.findall(r"[^\W\d_]{3,}|[\u3400-\u9fff]{2,}", folded)) - _PLACE_WORDS


def _pieces(text: str) -> list[str]:
    return [piece.strip() for piece in re.split("[,;，；()]", text) if piece.strip()]


def _codes_within(text: str) -> frozenset[str]:
    return country_codes(_pieces(text))


def _country_words(text: str) -> frozenset[str]:
    pieces = (piece for piece in _pieces(text) if country_code(piece))
    return frozenset(word for piece in pieces for word in _place_words(piece))


def genders(ours: str | None, theirs: Sequence[str]) -> list[Note]:
    """Whether the gender is the same; what is neither male nor female says nothing."""
    mine, listed = _gender(ours or ""), {_gender(each) for each in theirs} - {None}
    if mine is None or not listed:
        return []
    feature = "same_gender" if mine in listed else "other_gender"
    return [Note(feature, ours or "", ", ".join(theirs), weight(feature))]


def _gender(text: str) -> str | None:
    return {
        "m": "m",
        "male": "m",
        "man": "m",
        "男": "m",
        "f": "f",
        "female": "f",
        "woman": "f",
        "女": "f",
    }.get(text.strip().casefold())


def identifiers(ours: Sequence[Identifier], theirs: Sequence[Identifier]) -> list[Note]:
    """A number in common, or numbers of one kind and country that differ."""
    best: Note | None = None
    for mine in ours:
        for listed in theirs:
            feature = _identifier(mine, listed)
            if feature and (best is None or weight(feature) > best.value):
                best = Note(feature, mine.number, listed.number, weight(feature))
    return [best] if best else []


def _identifier(mine: Identifier, listed: Identifier) -> str | None:
    ours, theirs = bare(mine.number), bare(listed.number)
    if not ours or not theirs or _SHARED & {mine.scheme, listed.scheme}:
        return None
    one_kind = mine.scheme is listed.scheme and mine.scheme is not Scheme.OTHER
    mine_code, listed_code = (country_code(each.country or "") for each in (mine, listed))
    elsewhere = mine_code and listed_code and mine_code != listed_code
    if ours == theirs and not elsewhere:
        if len(ours) < _SHORT:
            return "same_short_number"
        return "same_identifier" if one_kind or len(ours) >= 15 else "same_number"
    if not one_kind or ours == theirs:
        return None
    by_country = mine.scheme in (Scheme.LEI, Scheme.IMO, Scheme.USCC, Scheme.DUNS) or (
        mine_code is not None and mine_code == listed_code
    )
    if mine.scheme in _SINGLE and by_country:
        return "other_identifier"
    return "other_passport" if mine.scheme is Scheme.PASSPORT and by_country else None


def bare(number: str) -> str:
    """A number without spaces and signs, in capitals and half width."""
    folded = unicodedata.normalize("NFKC", number).upper()
    return "".join(character for character in folded if character.isalnum())


def numbers(entries: Iterable[Identifier]) -> frozenset[str]:
    """The bare numbers by which an entry can be found without its name."""
    return frozenset(bare(each.number) for each in entries if each.scheme not in _SHARED) - {""}
