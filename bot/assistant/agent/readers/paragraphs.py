"""The findings of a check in words of a model (报告措辞): one paragraph beside the rules' report, kept with it.

Each sentence names the findings that it is made from, and stands on their evidence figure by figure and word by word;
what does not is dropped. Whoever may not see one of its findings does not see the sentence.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from bot.assistant.agent.errors import AgentError, BadReply
from bot.assistant.agent.readers.forms import Sittings
from bot.assistant.agent.readers.tone import misstates
from bot.assistant.answer import recall
from bot.assistant.draft import Draft, Line, LineKind
from bot.assistant.guard import guard
from bot.assistant.reading import Directories
from bot.assistant.support.objections import objection
from knowledge.passages.orders import without_orders
from prompts.instructions import load_instruction
from prompts.phrasebook import Phrasebook
from store.access import FieldClass, Viewer
from store.engine import Databases, reading, unit_of_work
from store.evidence import Evidence
from store.opinions import Opinion, Opinions

if TYPE_CHECKING:
    from bot.assistant.naming import Directory
    from bot.checks.service import KeptCheck

log = logging.getLogger(__name__)

PURPOSE = INSTRUCTION = "wording"
_SENTENCES, _CHARACTERS, _NAMED = 6, 400, 8
#: Findings that are shown to the model, the gravest first.
_SHOWN = 60
_GRAVITY = ("fail", "warn", "unknown", "pass")


class Sentence(BaseModel):
    """One sentence and the numbers of the findings that it is made from."""

    text: str = Field(min_length=1, max_length=_CHARACTERS)
    findings: list[str] = Field(min_length=1, max_length=_NAMED)


class Paragraph(BaseModel):
    """The gravest findings in a few sentences."""

    sentences: list[Sentence] = Field(max_length=_SENTENCES)


class Paragraphs:
    """Words checks for reports; the check itself stays as it is."""

    def __init__(self, databases: Databases, sittings: Sittings, *, clock: Callable[[], datetime]) -> None:
        self._databases = databases
        self._sittings = sittings
        self._clock = clock
        self._directories = Directories()

    def of(self, kept: KeptCheck, language: str, viewer: Viewer) -> dict[str, Any] | None:
        """The paragraph as this viewer may see it: `model`, and `sentences` with text and numbers; None without one.

        Asked for once a check and language; a provider that is ill, or data that may not leave, only mean that there
        is none.
        """
        check = kept.body_by_language[language]
        known = self._known(kept, language)
        if known is None:
            try:
                known = self._ask(kept, check, language, viewer)
            except AgentError as wrong:
                log.warning("%s has no paragraph of a model: %s", kept.code, wrong)
                return None
        if known.state != "held":
            return None
        return _seen(known, check)

    def _known(self, kept: KeptCheck, language: str) -> Opinion | None:
        with reading(self._databases.read) as connection:
            return next(iter(Opinions(connection).on(PURPOSE, f"{kept.code}/{language}")), None)

    def _ask(self, kept: KeptCheck, check: Mapping[str, Any], language: str, viewer: Viewer) -> Opinion:
        evidence = {item["id"]: recall(item) for item in check["evidence"]}
        # A check is our own suspicion, whatever it stands on.
        classes = {FieldClass.SUSPICION, *(item.field_class for item in evidence.values())}
        request = f"wording:{kept.code}/{language}"
        sitting = self._sittings.open(request, actor=viewer.actor, purpose=PURPOSE, classes=classes)
        instruction = load_instruction(INSTRUCTION, Phrasebook.nearest(language).language)
        findings = _numbered(check)
        model, reason, sentences, dropped = sitting.names[0], None, [], []
        try:
            # A customer's name is written by others: it goes into the instruction without what it orders.
            name = " ".join(without_orders(str(check["name"])).split())[:120]
            system = instruction.fill(fence=sitting.fence, name=sitting.mask.hide(name))
            filled = sitting.fill(Paragraph, instruction, system, _material(check, findings))
            model = sitting.used
            sentences, dropped = self._judged(filled, check, findings, evidence)
        except BadReply as wrong:
            reason = wrong.word
        if reason is None and not sentences:
            reason = "unsupported"
        if dropped:
            log.warning(
                "of a model's paragraph %d sentences were dropped: %s", len(dropped), "; ".join(dropped)
            )
        opinion = Opinion(
            purpose=PURPOSE,
            subject=f"{kept.code}/{language}",
            state="held" if reason is None else "refused",
            reason=reason,
            customer_id=kept.customer_id,
            field_class=FieldClass.SUSPICION,
            body={"sentences": sentences, "dropped": len(dropped)},
            rule={"status": check["status"], "findings": len(findings)},
            model=model,
            prompt=instruction.label,
            request=request,
            at=self._clock(),
        )
        with unit_of_work(self._databases.write) as connection:
            Opinions(connection).keep(opinion)
        return opinion

    def _judged(
        self,
        filled: Paragraph,
        check: Mapping[str, Any],
        findings: Mapping[str, Mapping[str, Any]],
        evidence: Mapping[str, Evidence],
    ) -> tuple[list[dict[str, Any]], list[str]]:
        """The sentences that stand, each with the findings that it is made from, and why the others do not."""
        with reading(self._databases.read) as connection:
            directory = self._directories.of(connection)
        kept, dropped = [], []
        for sentence in filled.sentences:
            named = [findings.get(number.strip().strip("[]§")) for number in sentence.findings]
            if any(finding is None for finding in named):
                dropped.append("it names a finding that does not exist")
                continue
            cited = [finding for finding in named if finding is not None]
            text = " ".join(sentence.text.split())
            reason = _objection(text, cited, check, evidence, directory)
            if reason is not None:
                dropped.append(reason)
                continue
            told = [{"check": finding["check"], "text": finding["text"]} for finding in cited]
            kept.append({"text": text, "findings": told})
        return kept, dropped


def _objection(
    text: str,
    cited: Sequence[Mapping[str, Any]],
    check: Mapping[str, Any],
    evidence: Mapping[str, Evidence],
    directory: Directory,
) -> str | None:
    """Why a sentence may not stand on its findings: on their evidence, and on what the rules say of it.

    Limits and counts ("70 %", "8 documents") are code's and policy's own: they stand in the finding, which is printed
    below with its number, and in no document.
    """
    refs = dict.fromkeys(ref for finding in cited for ref in finding["evidence"] if ref in evidence)
    stands_on = tuple(evidence[ref] for ref in refs)
    own = directory.by_code(str(check["customer"]))
    names = [str(check["name"]), *(directory.names_of(own) if own is not None else ())]
    line = Line(LineKind.LEAD, text, stands_on)
    read = {item.id: item for item in evidence.values()}
    given = [str(check["made_at"])[:10], *(str(finding["text"]) for finding in cited)]
    guarded = guard(Draft((line,)), read, given=given, names=names)
    if guarded.dropped:
        return guarded.dropped[0]
    worded = [replace(item, quote=str(finding["text"])) for finding in cited for item in stands_on[:1]]
    return objection(text, [*stands_on, *worded], directory) or misstates(text, cited)


def _numbered(check: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The findings by the numbers that the report gives them."""
    return {
        f"{section}.{place}": finding
        for section, given in enumerate(check["sections"], start=1)
        for place, finding in enumerate(given["findings"], start=1)
    }


def _material(check: Mapping[str, Any], findings: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    grave = sorted(findings.items(), key=lambda item: _GRAVITY.index(item[1]["status"]))[:_SHOWN]
    return {
        "status": check["status"],
        "made_at": str(check["made_at"])[:10],
        "findings": [
            {"number": number, "status": finding["status"], "text": without_orders(finding["text"])}
            for number, finding in grave
        ],
    }


def _seen(opinion: Opinion, check: Mapping[str, Any]) -> dict[str, Any] | None:
    """The sentences whose findings all stand in the check as it is seen, with the numbers that they have in it."""
    numbers = {(finding["check"], finding["text"]): number for number, finding in _numbered(check).items()}
    shown = []
    for sentence in opinion.body["sentences"]:
        found = [numbers.get((finding["check"], finding["text"])) for finding in sentence["findings"]]
        if all(number is not None for number in found):
            shown.append({"text": sentence["text"], "numbers": found})
    return {"model": opinion.model, "sentences": shown} if shown else None
