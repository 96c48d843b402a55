"""The answer: claims, each with its evidence, and what is unknown.

One shape for every surface: the command line prints `Answer.as_json()`, Slack draws it, the store keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from bot.assistant.table import Table
from store.access import FieldClass, Viewer
from store.dates import PartialDate
from store.evidence import Calculation, Evidence, EvidenceKind, Tier


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked, where, and as of when. `id` makes it idempotent; `now` is the clock in UTC."""

    id: str
    text: str
    viewer: Viewer
    conversation: str
    now: datetime
    as_of: PartialDate | None = None
    known_at: datetime | None = None
    # The asker's own language, for questions that have none (a code, a number).
    language: str | None = None
    # The words of the message of ours under which it was asked, or which was shown since the last turn (`anew`).
    about: str = ""
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence (or table row, or list item) that states facts, with the ids of the evidence it stands on."""

    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A choice that is brought back: `value` is what choosing it stands for (a customer's code)."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Clarification:
    """A question back to the asker."""

    question: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer. `evidence` is in the order of first citation: e1, e2, … are positions in it (from 1).

    `text` is markdown with citation marks [1], [2] …; `claims` hold the same statements without marks.
    """

    question: Question
    language: str
    text: str
    claims: tuple[Claim, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    unknown: tuple[str, ...] = ()
    clarify: Clarification | None = None
    refused: str | None = None
    versions: dict[str, str] = field(default_factory=dict)
    # What a follow-up may refer to: customer codes, topic, period, evidence ids.
    focus: dict[str, Any] = field(default_factory=dict)
    id: UUID | None = None
    code: str | None = None
    # The whole table where the text shows only its head.
    table: Table | None = None
    # What a model used for it: model, calls, tokens, cost, milliseconds; None where none was asked.
    usage: dict[str, Any] | None = None

    def stored_as(self, identity: UUID, code: str) -> Answer:
        """The same answer with the key and code under which the store keeps it."""
        return replace(self, id=identity, code=code)

    def as_json(self) -> dict[str, Any]:
        """The answer in the shape of doors.md; evidence ids are e1, e2, …, the stable id stands in `ref`."""
        local = {item.id: f"e{number}" for number, item in enumerate(self.evidence, start=1)}
        described: dict[str, Any] = {
            "id": self.question.id,
            "answer": self.text,
            "language": self.language,
            "claims": [
                {"text": claim.text, "evidence": [local[ref] for ref in claim.evidence]}
                for claim in self.claims
            ],
            "evidence": [describe(item, local[item.id]) for item in self.evidence],
            "unknown": list(self.unknown),
            "clarify": self.clarify
            and {
                "question": self.clarify.question,
                "options": [
                    {"label": option.label, "value": option.value} for option in self.clarify.options
                ],
            },
            "refused": self.refused,
            "versions": dict(self.versions),
            "code": self.code,
        }
        if self.table is not None:
            described["table"] = self.table.as_json()
        if self.usage is not None:
            described["usage"] = dict(self.usage)
        return described


def describe(item: Evidence, local: str) -> dict[str, Any]:
    """One piece of evidence in the shape of doors.md."""
    described: dict[str, Any] = {
        "id": local,
        "ref": item.id,
        "kind": item.kind.value,
        "source": item.source,
        "tier": item.tier.value,
        "date": item.date,
        "quote": item.quote,
        "customer": item.customer,
        "external_id": item.external_id,
        "title": item.title,
        "url": item.url,
        "locator": dict(item.locator),
        "class": item.field_class.value,
    }
    if item.calculation is not None:
        described["calculation"] = {
            "formula": item.calculation.formula,
            "inputs": [
                {"name": name, "evidence": ref, "value": str(value)}
                for name, ref, value in item.calculation.inputs
            ],
            "result": str(item.calculation.result),
            "unit": item.calculation.unit,
        }
    return described


def recall(described: Mapping[str, Any]) -> Evidence:
    """The piece of evidence that `describe` wrote down; the way back from a kept answer."""
    worked = described.get("calculation")
    return Evidence(
        id=described["ref"],
        kind=EvidenceKind(described["kind"]),
        source=described["source"],
        quote=described["quote"],
        tier=Tier(described["tier"]),
        date=described.get("date"),
        customer=described.get("customer"),
        external_id=described.get("external_id"),
        title=described.get("title"),
        url=described.get("url"),
        locator=described.get("locator") or {},
        field_class=FieldClass(described["class"]),
        calculation=worked
        and Calculation(
            formula=worked["formula"],
            inputs=tuple(
                (part["name"], part["evidence"], Decimal(part["value"])) for part in worked["inputs"]
            ),
            result=Decimal(worked["result"]),
            unit=worked["unit"],
        ),
    )
