"""What people have chosen for themselves: the language they are spoken to in, the hour of their digest (偏好)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from store.schema.homes import preferences

#: The hour that stands for “no digest”.
NO_DIGEST = -1


@dataclass(frozen=True, slots=True)
class Preference:
    """What one person has chosen; None where nothing was chosen.

    `digest_hour` is 0 to 23 in the firm's time zone, or NO_DIGEST.
    """

    language: str | None = None
    digest_hour: int | None = None


class Preferences:
    """Preferences by person (`Person.id`), on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, user_id: UUID) -> Preference:
        """What this person has chosen."""
        row = self._connection.execute(
            select(preferences).where(preferences.c.user_id == user_id)
        ).one_or_none()
        return Preference() if row is None else Preference(row.language, row.digest_hour)

    def everybody(self) -> dict[UUID, Preference]:
        """What everybody has chosen who has chosen anything."""
        rows = self._connection.execute(select(preferences))
        return {row.user_id: Preference(row.language, row.digest_hour) for row in rows}

    def choose_language(self, user_id: UUID, language: str | None) -> None:
        """Speak to this person in this language first; None: as the firm has it, or as they write."""
        self._set(user_id, language=language)

    def choose_digest(self, user_id: UUID, hour: int | None) -> None:
        """Send the digest at this hour, or none for NO_DIGEST; None: as policy has it.

        Raises ValueError for an hour that no day has.
        """
        if hour is not None and hour != NO_DIGEST and not 0 <= hour <= 23:
            raise ValueError(f"{hour} is no hour of a day; give 0 to 23")
        self._set(user_id, digest_hour=hour)

    def _set(self, user_id: UUID, **values: Any) -> None:
        lite = self._connection.dialect.name == "sqlite"
        insert = (sqlite if lite else postgresql).insert(preferences)
        statement = insert.values(user_id=user_id, **values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))
