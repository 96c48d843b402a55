"""Ownership held against the hits of a customer (受益所有人与名单): which limits are reached, and how certainly.

A hit that a person called true makes its owner listed; one that waits for a decision makes it possible. What was
cleared or closed does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.screening.ownership import Reached, reached, share_unknown
from store.canonical import decimal_text
from store.hits import WAITING, Hit, HitState
from store.policy.screening import AggregateSection, ScreeningSection
from store.records import Dossier


def owned_by_listed(
    dossier: Dossier, hits: Sequence[Hit], section: ScreeningSection, day: date
) -> list[dict[str, Any]]:
    """Each rule whose limit is reached: `certain` where true hits alone reach it; plain values, to be kept and told."""
    profile = dossier.profile
    names = [profile.legal_name, *(other.name for other in profile.other_names)]
    told = []
    for rule in section.aggregates:
        mine = [hit for hit in hits if not rule.lists or hit.list in rule.lists]
        true = [hit for hit in mine if hit.state is HitState.TRUE]
        possible = [hit for hit in mine if hit.state is HitState.TRUE or hit.state in WAITING]
        for counted, certain in ((true, True), (possible, False)):
            found = _one(dossier, names, counted, rule, day)
            if found is not None:
                told.append(_body(found, rule, counted, certain=certain))
                break
    waiting = [hit for hit in hits if hit.state is HitState.TRUE or hit.state in WAITING]
    dark = share_unknown(dossier.parties, names, [hit.name for hit in waiting], day)
    if dark:
        codes = sorted({hit.code for hit in waiting if hit.name in dark})
        told.append({"rule": "share_unknown", "certain": False, "owners": dark, "hits": codes, "paths": []})
    return told


def _one(
    dossier: Dossier, names: Sequence[str], hits: Sequence[Hit], rule: AggregateSection, day: date
) -> Reached | None:
    listed = {hit.name for hit in hits} | {hit.our_name for hit in hits}
    found = reached(dossier.parties, names, listed, [rule], day)
    return found[0] if found else None


def _body(found: Reached, rule: AggregateSection, hits: Sequence[Hit], *, certain: bool) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "certain": certain,
        "limit": decimal_text(found.limit),
        "reached": rule.reached,
        "percent": decimal_text(found.percent),
        "owners": list(found.owners),
        "hits": sorted({hit.code for hit in hits if {hit.name, hit.our_name} & set(found.owners)}),
        "paths": [
            [
                {"holder": each.holder, "held": each.held, "percent": decimal_text(each.percent)}
                for each in path
            ]
            for path in found.paths
        ],
    }
