"""A check in words of either language, in the shape of the contract (背调结果的表述).

What is kept of a check has no language: phrases with typed values. This module writes them down (`record`), and says
what was written down in a language (`tell`), so that an old check reads like a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.assistant.answer import describe, recall
from bot.assistant.wording import Wording
from bot.checks.result import CheckResult, Finding
from bot.checks.values import worded
from prompts.phrasebook import Phrasebook

_NO_FIGURES: Mapping[str, Any] = {
    "currency": None,
    "revenue": [],
    "profit": [],
    "payments": [],
    "ownership": {"nodes": [], "edges": []},
}


def record(result: CheckResult, figures: Mapping[str, Any]) -> dict[str, Any]:
    """A check as it is kept: no language, plain JSON."""
    return {
        "customer": result.customer,
        "name": result.name,
        "made_at": result.made_at.isoformat(),
        "known_seq": result.known_seq,
        "status": result.status.value,
        "sections": [
            {
                "name": section.name.value,
                "status": section.status.value,
                # Whole percent: the store keeps no floats.
                "completeness": round(section.completeness * 100),
                "freshness_days": section.freshness_days,
                "sources": section.sources,
                "findings": [_written(finding) for finding in section.findings],
                "conflicts": [
                    {
                        "attribute": conflict.attribute,
                        "sides": [
                            {
                                "value": side.value,
                                "source": side.source,
                                "tier": side.tier.value,
                                "date": None if side.date is None else str(side.date),
                                "evidence": side.evidence,
                            }
                            for side in conflict.sides
                        ],
                        "proposed": conflict.proposed,
                        "because": conflict.because,
                    }
                    for conflict in section.conflicts
                ],
            }
            for section in result.sections
        ],
        "missing": [
            {"what": item.what, "phrase": item.phrase, "values": {k: list(v) for k, v in item.values.items()}}
            for item in result.missing
        ],
        "evidence": [describe(item, f"e{number}") for number, item in enumerate(result.evidence, start=1)],
        "figures": dict(figures),
        "versions": dict(result.versions),
    }


def _written(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "status": finding.status.value,
        "phrase": finding.phrase,
        "values": {name: list(value) for name, value in finding.values.items()},
        "evidence": list(finding.evidence),
        "likelihood": finding.likelihood,
        "impact": finding.impact,
    }


def tell(
    kept: Mapping[str, Any],
    language: str,
    *,
    code: str | None = None,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A kept check in the shape of the contract, in English or Chinese; evidence ids become e1, e2, …"""
    book = Phrasebook.nearest(language)
    words = Wording(book)
    # Numbers are those of the whole check, so that a source opens as the same one for whoever sees less of it.
    local = {item["ref"]: item["id"] for item in kept["evidence"]}
    return {
        "id": None,
        "code": code,
        "customer": kept["customer"],
        "name": kept["name"],
        "language": book.language,
        "made_at": kept["made_at"],
        "as_of": kept.get("as_of"),
        "status": kept["status"],
        "sections": [
            {
                **{key: section[key] for key in ("name", "status", "freshness_days", "sources")},
                "completeness": section["completeness"] / 100,
                "title": book[f"checks.section.{section['name']}"],
                "findings": [_said(finding, book, words, local) for finding in section["findings"]],
                "conflicts": [
                    {
                        "attribute": _attribute(conflict["attribute"], book),
                        "sides": [
                            {**side, "evidence": local.get(side["evidence"])} for side in conflict["sides"]
                        ],
                        "proposed": conflict["proposed"],
                        "because": book[conflict["because"]],
                    }
                    for conflict in section["conflicts"]
                ],
            }
            for section in kept["sections"]
        ],
        "missing": [_what(item, book, words) for item in kept["missing"]],
        "requests": [
            book.say(item["phrase"], **worded(item["values"], book, words)) for item in kept["missing"]
        ],
        "evidence": [describe(recall(item), local[item["ref"]]) for item in kept["evidence"]],
        "figures": {**_NO_FIGURES, **kept["figures"]},
        "earlier": _since(kept, earlier, book, words, local),
        "versions": kept["versions"],
    }


def _said(
    finding: Mapping[str, Any], book: Phrasebook, words: Wording, local: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "check": finding["check"],
        "text": _sentence(finding, book, words),
        "status": finding["status"],
        "evidence": [local[ref] for ref in finding["evidence"] if ref in local],
        "likelihood": finding["likelihood"],
        "impact": finding["impact"],
    }


def _sentence(finding: Mapping[str, Any], book: Phrasebook, words: Wording) -> str:
    """The finding as a sentence, which begins with a capital whatever its first value is."""
    said = book.say(finding["phrase"], **worded(finding["values"], book, words))
    return said[:1].upper() + said[1:]


def _what(item: Mapping[str, Any], book: Phrasebook, words: Wording) -> str:
    """What is missing in a few words."""
    short = f"checks.missing.{item['phrase'].rsplit('.', 1)[-1]}"
    return book.say(
        short, **{k: v for k, v in worded(item["values"], book, words).items() if k in ("field", "year")}
    )


def _attribute(attribute: str, book: Phrasebook) -> str:
    name, _, year = attribute.partition(" ")
    shown = next(
        (
            book[key]
            for key in (f"labels.field.{name}", f"labels.item.{name}", f"checks.attribute.{name}")
            if key in book
        ),
        name,
    )
    return f"{shown} {year}".strip()


def _since(
    kept: Mapping[str, Any],
    earlier: Mapping[str, Any] | None,
    book: Phrasebook,
    words: Wording,
    local: Mapping[str, str],
) -> dict[str, Any] | None:
    """What changed since an earlier check: findings whose outcome differs, those that are new, and those that went."""
    if earlier is None:
        return None
    before = {f["check"]: f for section in earlier["body"]["sections"] for f in section["findings"]}
    after = {f["check"]: f for section in kept["sections"] for f in section["findings"]}
    changes = []
    for check in dict.fromkeys((*after, *before)):
        old, new = before.get(check), after.get(check)
        if (old and old["status"]) == (new and new["status"]):
            continue
        shown = new or old
        assert shown is not None
        changes.append(
            {
                "check": check,
                "before": old and old["status"],
                "after": new and new["status"],
                "text": _sentence(shown, book, words),
            }
        )
    return {"code": earlier["code"], "made_at": earlier["body"]["made_at"], "changes": changes}
