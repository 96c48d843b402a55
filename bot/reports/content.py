"""What stands in a report, as values that the page and the PDF both show (报告内容).

Everything is text that is ready to be read, in one language: nothing is worked out or worded after this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

#: Worst first; unknown stands before pass because it is no pass.
ORDER = ("fail", "warn", "unknown", "pass")


@dataclass(frozen=True, slots=True)
class Statement:
    """One finding with its number, and the numbers of the sources that it stands on."""

    number: str
    check: str
    status: str
    text: str
    cites: tuple[int, ...]
    likelihood: int | None = None
    impact: int | None = None
    #: The text as the summary has it, which must stay on one page.
    brief: str = ""

    @property
    def anchor(self) -> str:
        """The name of its place in the page."""
        return f"statement-{self.number}"


@dataclass(frozen=True, slots=True)
class Side:
    """What one source says where sources differ."""

    value: str
    source: str
    tier: str
    date: str
    cites: tuple[int, ...]
    proposed: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree, side by side, and which to trust with the reason; `cites` are those of all sides."""

    number: str
    attribute: str
    sides: tuple[Side, ...]
    because: str
    cites: tuple[int, ...]

    @property
    def anchor(self) -> str:
        """The name of its place in the page."""
        return f"statement-{self.number}"


@dataclass(frozen=True, slots=True)
class Section:
    """One of the six sections; `counts` are its statements by status."""

    number: int
    name: str
    title: str
    status: str
    completeness: int
    freshness: str
    sources: str
    statements: tuple[Statement, ...]
    conflicts: tuple[Conflict, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """What is otherwise than in the earlier check; `numbers` are the statements that say so today."""

    before: str | None
    after: str | None
    text: str
    numbers: tuple[str, ...]
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Worked:
    """A calculation: formula, inputs with the numbers of their sources, result with its unit."""

    formula: str
    inputs: tuple[tuple[str, str, int | None], ...]
    result: str


@dataclass(frozen=True, slots=True)
class Source:
    """One source; `cited_by` are the numbers of the statements that stand on it, `used_in` of sources made from it."""

    number: int
    kind: str
    title: str
    source: str
    tier: str
    date: str
    place: str
    quote: tuple[str, ...]
    url: str | None
    ref: str
    worked: Worked | None
    cited_by: tuple[str, ...]
    used_in: tuple[int, ...]

    @property
    def anchor(self) -> str:
        """The name of its place in the page."""
        return f"source-{self.number}"


@dataclass(frozen=True, slots=True)
class Worded:
    """A paragraph in words of a model: each sentence with the numbers of its findings, and whose words they are."""

    title: str
    sentences: tuple[tuple[str, tuple[str, ...]], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report in one language."""

    language: str
    customer: str
    code: str
    name: str
    made_at: str
    day: str
    facts: tuple[tuple[str, str], ...]
    status: str
    verdict: str
    sections: tuple[Section, ...]
    worst: tuple[Statement, ...]
    placed: tuple[Statement, ...]
    earlier: tuple[str, str] | None
    changes: tuple[Change, ...]
    #: Sentences under the summary with the anchor that they lead to.
    notes: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    requests: tuple[str, ...]
    sources: tuple[Source, ...]
    figures: Mapping[str, Any] = field(default_factory=dict)
    #: What pictures are drawn from: the check's evidence, and the number of each by its ids.
    evidence: tuple[Mapping[str, Any], ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    stamp: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    worded: Worded | None = None

    @property
    def counts(self) -> dict[str, int]:
        """All statements by status."""
        return {status: sum(section.counts[status] for section in self.sections) for status in ORDER}
