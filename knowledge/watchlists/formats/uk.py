"""What the UK's XML and CSV have in common: names in six parts, kinds, strengths, and cells with numbered values.

The sixth part is the family name of people and the whole name of others. `dd/mm/1945` is a year.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from knowledge.watchlists.entry import Kind, Quality

#: Cells and elements that mean empty.
NOTHING = frozenset({"n/a", "none", "-"})

_KINDS = {
    "individual": Kind.PERSON,
    "entity": Kind.ORGANISATION,
    "ship": Kind.VESSEL,
    "vessel": Kind.VESSEL,
    "aircraft": Kind.AIRCRAFT,
}
_NUMBERED = re.compile(r"\(\d{1,2}\)\s*")


def kind_of(words: str) -> Kind:
    """What is listed, by the list's word."""
    return _KINDS.get(words.casefold(), Kind.UNKNOWN)


def quality_of(kind: str, strength: str) -> Quality:
    """The quality of a name by its type (primary, alias, a.k.a., f.k.a.) and its strength (good, low)."""
    low = kind.casefold()
    if low == "primary name":
        return Quality.PRIMARY
    if "f.k.a" in low or low.startswith(("fka", "former")):
        return Quality.FORMER
    return Quality.WEAK if "low" in strength.casefold() else Quality.STRONG


def name_of(say: Callable[[str], str], names: tuple[str, ...]) -> tuple[str, list[tuple[str, str]]]:
    """A name of six parts, whole and in its parts."""
    parts = [(f"name {number}", said) for number, name in enumerate(names, start=1) if (said := say(name))]
    return " ".join(text for _, text in parts), parts if len(parts) > 1 else []


def split(cell: str) -> list[str]:
    """The values of a cell such as `(1) Russia (2) Cyprus`; a cell without numbers is one value."""
    if not cell.startswith("(1)"):
        return [cell] if cell else []
    return [part.strip(" ;,.") for part in _NUMBERED.split(cell) if part.strip(" ;,.")]
