"""An origin that is read from its row when somebody asks (迟读来源): the hundreds of thousands behind a sum seldom are.

It is equal to the `Origin` that the same version gives, field by field; only when it is worked out differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from store.access import FieldClass
from store.dates import PartialDate
from store.evidence import Tier
from store.records import Origin
from store.rows import read_date

#: The columns of a version that an origin is read from, in the order in which a row holds them.
COLUMNS = (
    *("id", "subject_id", "number", "recorded_at", "recorded_seq", "source", "tier", "field_class"),
    *("observed_on", "url", "actor", "cause"),
)
_FIELDS = tuple(one.name for one in fields(Origin))


class LateOrigin(Origin):
    """Holds the row as the driver gave it; `late_origin` makes one."""

    __slots__ = ("_row",)

    def _given(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in _FIELDS)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Origin):
            return NotImplemented
        return self._given() == tuple(getattr(other, name) for name in _FIELDS)

    def __hash__(self) -> int:
        return hash(self._given())

    def __repr__(self) -> str:
        return repr(self.whole())

    def __reduce__(self) -> tuple[Any, ...]:
        return Origin, self._given()

    def whole(self) -> Origin:
        """The same as a plain origin."""
        return Origin(*self._given())

    @property
    def version(self) -> UUID:  # type: ignore[override]
        return key_of(self._row[0])

    @property
    def subject(self) -> UUID:  # type: ignore[override]
        return key_of(self._row[1])

    @property
    def number(self) -> int:  # type: ignore[override]
        return self._row[2]

    @property
    def recorded_at(self) -> datetime:  # type: ignore[override]
        given = self._row[3]
        return datetime.fromisoformat(given) if isinstance(given, str) else given.astimezone(UTC)

    @property
    def recorded_seq(self) -> int:  # type: ignore[override]
        return self._row[4]

    @property
    def source(self) -> str:  # type: ignore[override]
        return self._row[5]

    @property
    def tier(self) -> Tier:  # type: ignore[override]
        return Tier(self._row[6])

    @property
    def field_class(self) -> FieldClass:  # type: ignore[override]
        return FieldClass(self._row[7])

    @property
    def observed_on(self) -> PartialDate | None:  # type: ignore[override]
        given = self._row[8]
        return read_date(given) if given else None

    @property
    def url(self) -> str | None:  # type: ignore[override]
        return self._row[9]

    @property
    def actor(self) -> str:  # type: ignore[override]
        return self._row[10]

    @property
    def cause(self) -> str:  # type: ignore[override]
        return self._row[11]


_new = object.__new__
_set = LateOrigin._row.__set__  # type: ignore[attr-defined]


def late_origin(row: Sequence[Any]) -> LateOrigin:
    """The origin of a row that begins with COLUMNS."""
    made = _new(LateOrigin)
    _set(made, row)
    return made


def key_of(raw: str | UUID) -> UUID:
    """A key as a driver gives it; by its number alone it is made in half the time."""
    return raw if isinstance(raw, UUID) else UUID(int=int(raw.replace("-", ""), 16))
