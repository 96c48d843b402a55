"""The parts of OFAC's advanced XML that others refer to: reference values, places, papers, dates.

Everything there is a number that points into lists of values at the beginning of the file.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict

from knowledge.watchlists.entry import ListDate
from knowledge.watchlists.formats.shapes import clean
from knowledge.watchlists.formats.xmlfile import Node
from store.dates import PartialDate

_PARTS = {
    "address1": "street",
    "address2": "street",
    "address3": "street",
    "city": "city",
    "state/province": "region",
    "region": "region",
    "postal code": "postcode",
}


class Values:
    """Reference values by kind and number."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, str]] = defaultdict(dict)

    def add(self, sets: Node) -> None:
        """Take in a ReferenceValueSets element."""
        for kind in sets.children:
            for value in kind.children:
                said = clean(value.text) or value.attributes.get("Description", "")
                if value.tag == "AreaCode":
                    said = value.attributes.get("Description") or said
                self._values[value.tag][value.attributes.get("ID", "")] = said

    def __bool__(self) -> bool:
        return any(self._values.values())

    def of(self, kind: str, number: str) -> str:
        """The words for a number; the number itself where the file does not explain it."""
        return self._values[kind].get(number, f"{kind} {number}") if number else ""


def place_of(node: Node, values: Values) -> dict[str, str]:
    """A Location as the parts of a place."""
    parts: dict[str, list[str]] = defaultdict(list)
    for part in node.take_all("LocationPart"):
        kind = values.of("LocPartType", part.sign("LocPartTypeID"))
        said = [
            clean(value.text)
            for each in part.take_all("LocationPartValue")
            for value in each.take_all("Value")
        ]
        name = _PARTS.get(kind.casefold(), "text")
        parts[name] += [text for text in said if text]
    countries = [values.of("Country", each.sign("CountryID")) for each in node.take_all("LocationCountry")]
    areas = [values.of("AreaCode", each.sign("AreaCodeID")) for each in node.take_all("LocationAreaCode")]
    parts["country"] = countries or areas
    return {name: ", ".join(dict.fromkeys(texts)) for name, texts in parts.items() if texts}


def period_of(node: Node, note: str | None = None) -> ListDate | None:
    """A DatePeriod as a date as exact as it is: 1 January to 31 December of a year is the year."""
    start, end = node.take("Start"), node.take("End")
    if start is None:
        return None
    circa = start.sign("Approximate") == "true"
    circa = (end is not None and end.sign("Approximate") == "true") or circa
    first = _day(start.take("From")) or _day(start.take("To"))
    last = (_day(end.take("To")) or _day(end.take("From"))) if end is not None else None
    if first is None:
        return None
    last = last or first
    if last < first:
        return None
    return ListDate(*_rounded(first, last), circa, None, note)


def day_of(node: Node | None) -> str:
    """A date element as ISO text; empty where it is none."""
    day = _day(node)
    return str(day) if day else ""


def _day(node: Node | None) -> PartialDate | None:
    if node is None:
        return None
    parts = [node.words(tag) for tag in ("Year", "Month", "Day")]
    known = [part for part in parts if part]
    try:
        return PartialDate.parse("-".join(known))
    except ValueError:
        return None


def _rounded(first: PartialDate, last: PartialDate) -> tuple[PartialDate, PartialDate]:
    starts, ends = first.first, last.last
    if (starts.month, starts.day, ends.month, ends.day) == (1, 1, 12, 31):
        return PartialDate(starts.year), PartialDate(ends.year)
    if starts.day == 1 and ends.day == monthrange(ends.year, ends.month)[1]:
        return PartialDate(starts.year, starts.month), PartialDate(ends.year, ends.month)
    return first, last
