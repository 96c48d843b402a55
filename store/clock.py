"""The clock (时钟): everything that asks for now asks one of these, so that tests can stop time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock(fixed: str | datetime | None = None) -> Clock:
    """The machine's clock in UTC, or one that stands at `fixed` (an ISO instant or day; without a zone: UTC).

    Raises ValueError with what is allowed when `fixed` cannot be read.
    """
    if not fixed:
        return lambda: datetime.now(UTC)
    try:
        moment = fixed if isinstance(fixed, datetime) else datetime.fromisoformat(fixed.strip())
    except ValueError:
        raise ValueError(f"“{fixed}” is not an instant; write 2026-11-21T09:00:00Z or 2026-11-21") from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return lambda: moment
