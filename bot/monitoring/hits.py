"""Hits of re-screening as changes that rules look at (命中预警): what a new or reopened hit says, with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bot.assistant.answer import describe
from bot.monitoring.rules import Context
from store.access import FieldClass
from store.alerts import Draft, Severity
from store.evidence import Evidence, EvidenceKind, Tier, record_id
from store.hits import WAITING, Hit, HitStep
from store.policy.alerts import RuleSection


def judge_hit(rules: Sequence[RuleSection], hit: Hit, step: HitStep, context: Context) -> Draft | None:
    """What the first rule that fits says of a hit that was found, or that opened again; `kinds` name lists.

    One that somebody has decided meanwhile, and one of a free name, raise nothing.
    """
    if hit.customer_id is None or hit.state not in WAITING:
        return None
    rule = next((each for each in rules if not each.kinds or hit.list in each.kinds), None)
    if rule is None:
        return None
    # Each opening is a story of its own: what was cleared once and opens again must not be silent.
    item = f"{hit.id.hex}:{step.seq}"
    values: dict[str, Any] = {
        "hit": ["text", hit.code],
        "subject": ["text", hit.our_name[:200]],
        "matched": ["text", hit.matched[:200]],
        "list": ["text", hit.list],
        "version": ["text", str(hit.list_version)],
        "score": ["ratio", str(Decimal(hit.score).scaleb(-4))],
    }
    evidence = hit_evidence(hit, context)
    return Draft(
        customer_id=hit.customer_id,
        rule=rule.id,
        severity=Severity(rule.severity or "high"),
        item=item,
        story=item,
        values=values,
        evidence=describe(evidence, evidence.id),
        source=hit.list,
    )


def hit_evidence(hit: Hit, context: Context) -> Evidence:
    """The entry beside our name: list, version, entry, names and score."""
    lines = [
        f"hit: {hit.code}",
        f"list: {hit.list}",
        f"version: {hit.list_version}",
        f"entry: {hit.entry}",
        f"name: {hit.entry_name}",
        f"matched: {hit.matched}",
        f"ours: {hit.our_name}",
        f"score: {Decimal(hit.score).scaleb(-4)}",
    ]
    return Evidence(
        id=record_id(hit.id),
        kind=EvidenceKind.RECORD,
        source=hit.list,
        quote="\n".join(lines)[:2000],
        tier=Tier.UNKNOWN,
        date=hit.latest_at.date().isoformat(),
        customer=context.code,
        title=hit.code,
        locator={"aggregate": "hits", "list": hit.list, "version": hit.list_version, "entry": hit.entry},
        recorded_at=hit.latest_at,
        field_class=FieldClass.SUSPICION,
    )
