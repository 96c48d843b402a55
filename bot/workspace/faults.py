"""Failures on demand, and the ordinary rate limit.

A fault is armed for the next ``count`` calls of a method (``*`` for any, ``upload`` for the bytes of a file) and is
used up by them. Kinds:

==============  =====================================================================================
``drop``        carry the call out, then cut the connection instead of answering
``rate_limit``  answer 429 with Retry-After and do nothing
``error``       answer with an HTTP status (500 by default) and do nothing
``refuse``      answer ``{"ok": false, "error": code}`` and do nothing
``delay``       wait ``seconds``, then carry the call out
==============  =====================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import ControlError

KINDS = ("drop", "rate_limit", "error", "refuse", "delay")


@dataclass(slots=True)
class Fault:
    """One armed failure."""

    method: str
    kind: str
    count: int = 1
    retry_after: int = 1
    status: int = 500
    seconds: float = 0.0
    code: str = "internal_error"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ControlError(f"There is no fault {self.kind!r}; use one of {', '.join(KINDS)}.")


@dataclass(slots=True)
class Faults:
    """The armed failures in the order of arming."""

    armed: list[Fault] = field(default_factory=list)

    def arm(self, fault: Fault) -> None:
        """Add a failure."""
        self.armed.append(fault)

    def take(self, method: str) -> Fault | None:
        """The failure for this call, counted down, or None."""
        for fault in self.armed:
            if fault.method in ("*", method):
                fault.count -= 1
                if fault.count <= 0:
                    self.armed.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Disarm everything."""
        self.armed.clear()


@dataclass(slots=True)
class Throttle:
    """A token bucket a channel: ``burst`` at once, then ``per_second``."""

    per_second: float
    burst: int
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, key: str, now: float) -> int | None:
        """None when the call may go on, else the whole seconds to wait."""
        left, since = self._buckets.get(key, (float(self.burst), now))
        left = min(float(self.burst), left + (now - since) * self.per_second)
        if left < 1:
            self._buckets[key] = (left, now)
            return max(1, round((1 - left) / self.per_second))
        self._buckets[key] = (left - 1, now)
        return None
