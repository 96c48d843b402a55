"""A kept check as somebody may see it (可见范围): what stands on hidden evidence is not there, and nothing tells of it.

The outcome of a section, its completeness and its sources are those of what is seen, so that no status, count or chart
betrays a finding that is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.checks.engine import completeness, section_status, worst
from bot.checks.result import Status
from store.access import FieldClass
from store.dates import PartialDate


def visible(kept: Mapping[str, Any], classes: frozenset[FieldClass]) -> dict[str, Any]:
    """The kept check for these classes; itself when nothing of it is hidden."""
    hidden = {item["ref"] for item in kept["evidence"] if FieldClass(item["class"]) not in classes}
    figures = _figures(kept, classes)
    if not hidden and len(figures) == len(kept["figures"]):
        return dict(kept)
    shown = [item for item in kept["evidence"] if item["ref"] not in hidden]
    seen = {item["ref"]: item for item in shown}
    sections = [_section(section, seen, str(kept["made_at"])) for section in kept["sections"]]
    status = worst(Status(section["status"]) for section in sections)
    rest = {key: value for key, value in kept.items() if key != "figure_classes"}
    return {**rest, "status": status.value, "sections": sections, "evidence": shown, "figures": figures}


def _section(
    section: Mapping[str, Any], seen: Mapping[str, Mapping[str, Any]], made_at: str
) -> dict[str, Any]:
    findings = [each for each in section["findings"] if all(ref in seen for ref in each["evidence"])]
    disagreed = [
        each for each in section["conflicts"] if all(side["evidence"] in seen for side in each["sides"])
    ]
    states = [Status(each["status"]) for each in findings]
    cited = [seen[ref] for each in findings for ref in each["evidence"]]
    stated = [item for item in cited if item["kind"] in ("record", "passage")]
    return {
        **section,
        "status": section_status(states, disagreed).value,
        "completeness": completeness(states),
        "freshness_days": _age(stated, made_at),
        "sources": len({item["source"] for item in stated}),
        "findings": findings,
        "conflicts": disagreed,
    }


def _age(stated: Sequence[Mapping[str, Any]], made_at: str) -> int | None:
    day = PartialDate.parse(made_at[:10]).last
    ages = [(day - PartialDate.parse(item["date"][:10]).last).days for item in stated if item["date"]]
    return max(0, min(ages)) if ages else None


def _figures(kept: Mapping[str, Any], classes: frozenset[FieldClass]) -> dict[str, Any]:
    """The charts of which every row may be seen; `figure_classes` has the classes that went into each."""
    needed: Mapping[str, Sequence[str]] = kept.get("figure_classes", {})
    return {
        name: value
        for name, value in kept["figures"].items()
        if all(FieldClass(each) in classes for each in needed.get(name, ()))
    }
