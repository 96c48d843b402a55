"""From the rendered check to the content of a report: numbers, citations, the words of one language (报告编排).

Statements are numbered within their section (2.3), conflicts go on with the numbers, and sources stand in the order
of the check's evidence ([4] is `e4`), so the two languages of one check have the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from bot.reports.content import ORDER, Change, Conflict, Report, Section, Side, Source, Statement, Worded
from bot.reports.phrasing import CODE, NAME, STATEMENT, VALUE, Phrasing
from bot.reports.sourcing import Sourcing
from bot.reports.texts import clean, fitted
from prompts.phrasebook import Phrasebook

#: What the summary shows, so that it stays on one page.
_WORST = 6
_BRIEF = 100.0  # ems
#: The versions that stand on the cover, where the check has them.
_VERSIONS = ("policy", "checks", "program")


def compose(check: Mapping[str, Any], words: Phrasebook, *, asked_by: str | None = None) -> Report:
    """The report of a rendered check; `asked_by` is who asked for it (else the check's own `actor`)."""
    return _Composer(check, words).report(asked_by)


class _Composer:
    """Reads one rendered check; keeps the numbers of its evidence at hand."""

    def __init__(self, check: Mapping[str, Any], words: Phrasebook) -> None:
        self.check, self.words, self.say = check, words, Phrasing(words)
        self.wording = self.say.wording
        self.evidence = list(check.get("evidence") or ())
        self.numbers: dict[str, int] = {}
        for number, item in enumerate(self.evidence, start=1):
            self.numbers.setdefault(str(item["id"]), number)
            if item.get("ref"):
                self.numbers.setdefault(str(item["ref"]), number)

    def report(self, asked_by: str | None) -> Report:
        check = self.check
        sections = tuple(
            self._section(number, given) for number, given in enumerate(check["sections"], start=1)
        )
        statements = [statement for section in sections for statement in section.statements]
        grave = [item for item in statements if item.status in ("fail", "warn")]
        grave.sort(key=lambda item: (ORDER.index(item.status), -_points(item)))
        made_at = _instant(check["made_at"])
        earlier = check.get("earlier")
        return Report(
            language=self.words.language,
            customer=self.say.short(check.get("customer") or "", CODE),
            code=self.say.short(check.get("code") or "", CODE),
            name=self.say.short(check.get("name") or "", NAME),
            made_at=self.wording.instant(made_at),
            day=self.wording.date(made_at.date()),
            facts=self._facts(made_at, asked_by),
            status=_status(check.get("status")),
            verdict=self._verdict(sections),
            sections=sections,
            worst=tuple(grave[:_WORST]),
            placed=tuple(sorted((item for item in grave if _points(item)), key=lambda item: -_points(item))),
            earlier=earlier
            and (
                self.say.short(earlier.get("code") or "", CODE),
                self.wording.instant(_instant(earlier["made_at"])),
            ),
            changes=tuple(self._change(item, statements) for item in (earlier or {}).get("changes") or ()),
            notes=self._notes(),
            missing=tuple(self.say.short(item, VALUE) for item in check.get("missing") or ()),
            requests=tuple(self.say.short(item, VALUE) for item in check.get("requests") or ()),
            sources=self._sources(sections),
            figures=check.get("figures") or {},
            evidence=tuple(self.evidence),
            numbers=self.numbers,
            stamp=made_at,
            worded=self._worded(statements),
        )

    def _facts(self, made_at: datetime, asked_by: str | None) -> tuple[tuple[str, str], ...]:
        check, words = self.check, self.words
        as_of = check.get("as_of")
        versions = {"program": version("bonafide"), **(check.get("versions") or {})}
        facts = [
            ("customer", self.say.short(check.get("customer") or "", CODE)),
            ("code", self.say.short(check.get("code") or words["reports.cover.not_kept"], CODE)),
            ("made_at", self.wording.instant(made_at)),
            ("as_of", self.say.date(as_of) if as_of else words["reports.cover.today"]),
            (
                "asked_by",
                self.say.short(asked_by or check.get("actor") or words["reports.cover.not_stated"], NAME),
            ),
        ]
        facts += [(key, self.say.short(versions[key], CODE)) for key in _VERSIONS if versions.get(key)]
        return tuple((words[f"reports.cover.{key}"], value) for key, value in facts)

    def _notes(self) -> tuple[tuple[str, str], ...]:
        notes = []
        if missing := self.check.get("missing"):
            notes.append(("missing", self.words.say("reports.summary.missing_count", number=len(missing))))
        earlier = self.check.get("earlier") or {}
        if changes := earlier.get("changes"):
            at = self.wording.instant(_instant(earlier["made_at"]))
            code = self.say.short(earlier.get("code") or "", CODE)
            said = self.words.say("reports.summary.changed", code=code, at=at, number=len(changes))
            notes.append(("changes", said))
        return tuple(notes)

    def _worded(self, statements: list[Statement]) -> Worded | None:
        """The paragraph of a model, where the check has one; a number without its statement is left out."""
        given = self.check.get("worded")
        if not given:
            return None
        known = {item.number for item in statements}
        sentences = tuple(
            (
                self.say.short(sentence["text"], STATEMENT),
                tuple(number for number in sentence["numbers"] if number in known),
            )
            for sentence in given["sentences"]
        )
        return Worded(
            self.words["readers.worded.title"],
            tuple(sentence for sentence in sentences if sentence[1]),
            self.words.say("readers.worded.note", model=self.say.short(given["model"], NAME)),
        )

    def _verdict(self, sections: tuple[Section, ...]) -> str:
        counts = {status: sum(section.counts[status] for section in sections) for status in ORDER}
        return self.words.say(
            "reports.summary.verdict",
            total=sum(counts.values()),
            sources=len(self.evidence),
            **counts,
        )

    def _section(self, number: int, given: Mapping[str, Any]) -> Section:
        words = self.words
        statements = tuple(
            Statement(
                number=f"{number}.{place}",
                check=str(item.get("check") or ""),
                status=_status(item.get("status")),
                text=self.say.short(item.get("text") or "", STATEMENT),
                cites=self._cites(item.get("evidence")),
                likelihood=_level(item.get("likelihood")),
                impact=_level(item.get("impact")),
                brief=_brief(clean(item.get("text") or "")),
            )
            for place, item in enumerate(given.get("findings") or (), start=1)
        )
        conflicts = tuple(
            self._conflict(f"{number}.{place}", item)
            for place, item in enumerate(given.get("conflicts") or (), start=len(statements) + 1)
        )
        days = given.get("freshness_days")
        return Section(
            number=number,
            name=str(given["name"]),
            title=self.say.short(given.get("title") or words[f"reports.section.{given['name']}"], NAME),
            status=_status(given.get("status")),
            completeness=round(min(max(float(given.get("completeness") or 0), 0.0), 1.0) * 100),
            freshness=words["reports.unknown"]
            if days is None
            else words.say("reports.summary.age", days=self.wording.days(int(days))),
            sources=str(int(given.get("sources") or 0)),
            statements=statements,
            conflicts=conflicts,
            counts={status: sum(item.status == status for item in statements) for status in ORDER},
        )

    def _conflict(self, number: str, given: Mapping[str, Any]) -> Conflict:
        sides = tuple(
            Side(
                value=self.say.value(side.get("value") or ""),
                source=self.say.short(side.get("source") or "", NAME),
                tier=self.say.tier(side.get("tier")),
                date=self.say.date(side.get("date")),
                cites=self._cites([side["evidence"]] if side.get("evidence") else ()),
                proposed=place == given.get("proposed"),
            )
            for place, side in enumerate(given.get("sides") or ())
        )
        return Conflict(
            number=number,
            attribute=self.say.short(given.get("attribute") or "", NAME),
            sides=sides,
            because=self.say.short(given.get("because") or "", STATEMENT),
            cites=tuple(sorted({cited for side in sides for cited in side.cites})),
        )

    def _change(self, given: Mapping[str, Any], statements: list[Statement]) -> Change:
        now = [item for item in statements if item.check and item.check == given.get("check")]
        return Change(
            before=given.get("before") and _status(given["before"]),
            after=given.get("after") and _status(given["after"]),
            text=self.say.short(given.get("text") or "", STATEMENT),
            numbers=tuple(item.number for item in now),
            cites=tuple(sorted({number for item in now for number in item.cites})),
        )

    def _sources(self, sections: tuple[Section, ...]) -> tuple[Source, ...]:
        cited: dict[int, list[str]] = {}
        for section in sections:
            for item in (*section.statements, *section.conflicts):
                for number in item.cites:
                    cited.setdefault(number, []).append(item.number)
        used: dict[int, list[int]] = {}
        for number, item in enumerate(self.evidence, start=1):
            for part in (item.get("calculation") or {}).get("inputs") or ():
                source = self.numbers.get(str(part.get("evidence")))
                if source is not None and number not in used.setdefault(source, []):
                    used[source].append(number)
        sourcing = Sourcing(self.say, self.numbers)
        return tuple(
            sourcing.source(number, item, tuple(cited.get(number, ())), tuple(used.get(number, ())))
            for number, item in enumerate(self.evidence, start=1)
        )

    def _cites(self, refs: Iterable[str] | None) -> tuple[int, ...]:
        return tuple(sorted({self.numbers[str(ref)] for ref in refs or () if str(ref) in self.numbers}))


def _status(value: object) -> str:
    """A status we know; anything else is unknown, which is never a pass."""
    return str(value) if value in ORDER else "unknown"


def _points(item: Statement) -> int:
    return (item.likelihood or 0) * (item.impact or 0)


def _brief(text: str) -> str:
    return fitted(text, _BRIEF)


def _level(value: object) -> int | None:
    return int(value) if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5 else None


def _instant(value: object) -> datetime:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
