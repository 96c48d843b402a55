"""Chinese names as they are heard (同音): whose name sounds like the text and is written with one other sign."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from knowledge.names.mentions import NOT_NAMES
from store.customers import CustomerName

_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
#: So much of a text is listened to, and names of so many signs.
_HEARD, _SOUNDED = 200, 12


class Sounds:
    """The names of all customers by their sound."""

    def __init__(self, names: Sequence[CustomerName]) -> None:
        self._names = _sounding(names)

    def heard(self, text: str) -> set[UUID]:
        """Customers whose Chinese names sound like a stretch of the text and are written with one other sign."""
        from knowledge.names.phonetics import pinyin

        sizes = sorted({len(sounds) for sounds in self._names})
        meant: set[UUID] = set()
        for run in _HAN_RUN.finditer(text[:_HEARD]):
            sounds = tuple(pinyin(sign) for sign in run.group())
            for start in range(len(sounds)):
                for size in sizes:
                    written = run.group()[start : start + size]
                    for name, customers in self._names.get(sounds[start : start + size], {}).items():
                        if len(written) == size and _one_other(name, written):
                            meant |= customers
        return meant


def _sounding(names: Sequence[CustomerName]) -> dict[tuple[str, ...], dict[str, set[UUID]]]:
    """Names of three and more Chinese signs by how they sound; longer ones are not misspelt whole."""
    from knowledge.names.phonetics import pinyin

    found: dict[tuple[str, ...], dict[str, set[UUID]]] = defaultdict(lambda: defaultdict(set))
    for name in names:
        if name.kind not in NOT_NAMES and _HAN_RUN.fullmatch(name.name) and 3 <= len(name.name) <= _SOUNDED:
            found[tuple(pinyin(sign) for sign in name.name)][name.name].add(name.customer_id)
    return dict(found)


def _one_other(name: str, written: str) -> bool:
    """Whether two names of one length differ in one sign, and more than half of them is the same."""
    return len(name) == len(written) and sum(a != b for a, b in zip(name, written, strict=True)) == 1
