"""Whether citations hold (引用核验): every claim has evidence, every mark leads to it, and it says what it says.

A pure function of the answer as JSON; whether a document or a version is really there is asked of an `Archive`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Protocol

from bot.evaluation.calculations import agrees

_MARK = re.compile(r"(?<!\\)\[(\d{1,4})\]")


class Archive(Protocol):
    """Where cited things are kept, for one viewer."""

    @property
    def classes(self) -> Collection[str]:
        """The field classes that the viewer may see in this place."""

    def opens(self, item: Mapping[str, Any]) -> bool:
        """Whether the passage stands in its stored document, in these words."""

    def keeps(self, item: Mapping[str, Any]) -> bool:
        """Whether the cited version of a row, or entry of the ledger, is there."""


def faults(answer: Mapping[str, Any], archive: Archive) -> dict[int, str]:
    """What is wrong by the number of the claim (from 0); -1 is the answer itself. Empty is valid."""
    items = {item["id"]: item for item in answer["evidence"]}
    broken = {ref: wrong for ref, item in items.items() if (wrong := next(_wrong(item, archive), None))}
    found: dict[int, str] = {}
    for number, claim in enumerate(answer["claims"]):
        if wrong := next(_uncovered(claim, items, broken), None):
            found[number] = wrong
    marks = [int(mark) for mark in _MARK.findall(answer["answer"])]
    if marks and max(marks) > len(items):
        found[-1] = f"the mark [{max(marks)}] leads to nothing"
    elif len(items) != len(answer["evidence"]):
        found[-1] = "two pieces of evidence have one id"
    elif uncited := set(broken) - {ref for claim in answer["claims"] for ref in claim["evidence"]}:
        found[-1] = broken[min(uncited)]
    return found


def _uncovered(
    claim: Mapping[str, Any], items: Mapping[str, Mapping[str, Any]], broken: Mapping[str, str]
) -> Iterator[str]:
    if not claim["evidence"]:
        yield "no evidence"
    for ref in claim["evidence"]:
        if ref not in items:
            yield f"{ref} is not in the answer's evidence"
        elif ref in broken:
            yield broken[ref]


def _wrong(item: Mapping[str, Any], archive: Archive) -> Iterator[str]:
    if item["class"] not in archive.classes and not _in_vain(item):
        yield f"{item['id']} is {item['class']}, which this viewer may not see here"
    match item["kind"]:
        case "passage" if not archive.opens(item):
            yield f"{item['id']}: the words do not stand in the stored document"
        case "record" | "ledger" if not archive.keeps(item):
            yield f"{item['id']}: there is no such {item['kind']}"
        case "calculation":
            worked = item.get("calculation")
            if not worked:
                yield f"{item['id']}: a calculation without a formula"
            elif agrees(worked) is False:
                yield f"{item['id']}: {worked['formula']} is not {worked['result']}"


def _in_vain(item: Mapping[str, Any]) -> bool:
    """Whether it is a search that found nothing, or a count of nothing but that: it tells of nothing."""
    inputs = (item.get("calculation") or {}).get("inputs") or ()
    searched = bool(inputs) and all(str(part["evidence"]).startswith("sea-") for part in inputs)
    return item["kind"] == "search" or searched


def worked_again(answer: Mapping[str, Any]) -> tuple[int, int]:
    """How many calculations were worked out again, of how many."""
    worked = [item["calculation"] for item in answer["evidence"] if item.get("calculation")]
    return sum(agrees(one) is not None for one in worked), len(worked)
