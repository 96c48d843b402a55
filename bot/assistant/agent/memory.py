"""What a model is reminded of (对话记忆): the asker's own earlier turns here, from our store, with their evidence.

Nothing is kept by the agent: each run is told anew, as far as this person may still see it and this model may see
it. Latest turns stand with their statements; what is earlier shrinks to the question and the sources. Evidence of
earlier turns is named and not citable: what is said again is read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from store.access import FieldClass

#: The latest turns that are told with their statements.
_WHOLE = 2


def recollect(
    turns: Sequence[Mapping[str, Any]], classes: frozenset[FieldClass], *, characters: int
) -> list[dict[str, Any]]:
    """Earlier turns (oldest first: question and answer as in doors.md), as short as `characters`."""
    told: list[dict[str, Any]] = []
    left = characters
    for back, turn in enumerate(reversed(turns)):
        remembered = _turn(turn, classes, whole=back < _WHOLE)
        size = len(str(remembered))
        if size > left:
            remembered = _turn(turn, classes, whole=False)
            size = len(str(remembered))
        if size > left:
            break
        left -= size
        told.append(remembered)
    return told[::-1]


def _turn(turn: Mapping[str, Any], classes: frozenset[FieldClass], *, whole: bool) -> dict[str, Any]:
    body = turn["body"]
    evidence = {item["id"]: item for item in body.get("evidence", ())}
    seen = {local: item for local, item in evidence.items() if FieldClass(item["class"]) in classes}
    customers = list(dict.fromkeys(item["customer"] for item in seen.values() if item.get("customer")))
    told: dict[str, Any] = {"asked": str(turn["question"])[:500], "customers": customers}
    claims = [claim for claim in body.get("claims", ()) if all(ref in seen for ref in claim["evidence"])]
    if whole:
        told["answered"] = [
            {"text": claim["text"][:300], "from": [_source(seen[ref]) for ref in claim["evidence"][:3]]}
            for claim in claims[:12]
        ]
    else:
        told["sources"] = list(dict.fromkeys(_source(item) for item in seen.values()))[:6]
    if options := (body.get("clarify") or {}).get("options"):
        told["offered"] = [option["value"] for option in options][:8]
    return told


def _source(item: Mapping[str, Any]) -> str:
    return " · ".join(str(part) for part in (item.get("source"), item.get("date")) if part)
