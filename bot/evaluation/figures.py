"""Whether figures hold (数字核验): every figure of a claim is in its evidence, by the rule of the guard.

The guard is asked again about the finished answer as JSON, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.assistant.answer import recall
from bot.assistant.draft import Draft, lead
from bot.assistant.guard import guard
from store.evidence import Evidence, EvidenceKind


def faults(
    answer: Mapping[str, Any], *, given: Iterable[str] = (), names: Iterable[str] = ()
) -> dict[int, str]:
    """What is wrong by the number of the claim (from 0); empty is valid.

    `given` are the dates that the asker set (today, a period, as of); `names` are names of customers, whose digits
    are no figures.
    """
    cited = {item["id"]: recall(item) for item in answer["evidence"]}
    read = {item.id: item for item in cited.values()}
    # Inputs of calculations need not be cited themselves.
    for item in cited.values():
        for name, ref, _ in item.calculation.inputs if item.calculation else ():
            read.setdefault(ref, Evidence(ref, EvidenceKind.RECORD, source=name, quote=""))
    given, names = list(given), list(names)
    found: dict[int, str] = {}
    for number, claim in enumerate(answer["claims"]):
        evidence = [cited[ref] for ref in claim["evidence"] if ref in cited]
        if not evidence:
            continue
        checked = guard(Draft((lead(claim["text"], *evidence),)), read, given=given, names=names)
        if checked.dropped:
            found[number] = checked.dropped[0]
    return found
