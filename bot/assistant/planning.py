"""From a question to an answer without a model (内置规划器): understand, read, reply, guard, write.

A pure function of the question and what its sources give; every step is a plain value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import Any

from bot.assistant.answer import Answer, Question
from bot.assistant.beneath import focus_of, reread
from bot.assistant.conversation import Act, Request, complete, restore
from bot.assistant.draft import Draft, Rendered, note, render
from bot.assistant.drafting import Planned, plan
from bot.assistant.pointing import LISTED, point
from bot.assistant.portfolio.asking import asked_of_all
from bot.assistant.portfolio.tokens import lexicon as portfolio_lexicon
from bot.assistant.sources import Sources, Turn
from bot.assistant.standards import Standards
from bot.assistant.topics import load_lexicon
from bot.assistant.understanding import Form, Understood, understand
from bot.version import program_version
from prompts.phrasebook import Phrasebook
from store.access import Permission
from store.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question as it is understood in its conversation; `request` None where the text is no question."""

    understood: Understood
    request: Request | None
    turns: Sequence[Turn]
    focus: dict[str, Any]


def grasp(question: Question, sources: Sources) -> Understanding:
    """What a question means, with everything that it refers to."""
    turns = sources.turns(question.conversation, limit=6)
    directory = sources.directory()
    beneath = focus_of(question.about, directory, question.language or "en")
    if beneath and not turns:
        turns = (Turn(beneath),)
    today = _day_of(question)
    focus = dict(turns[0].focus) if turns else {}
    last = restore(focus, directory)
    read = point(reread(question.text, question.about), focus, directory)
    understood = understand(
        read,
        directory=directory,
        lexicon=load_lexicon(),
        today=today,
        before=last.period if last else None,
    )
    if understood.form is not Form.QUESTION:
        return Understanding(understood, None, turns, focus)
    if read != question.text:
        # A name that was written out says nothing of the language in which somebody asks.
        understood = replace(understood, language=_language_of(question.text))
    if beneath and question.anew and understood.source_number is None and understood.option_number is None:
        # What was shown since the last turn is nearer than what was said before.
        turns, focus = (Turn(beneath),), beneath
        last = restore(focus, directory)
    request = asked_of_all(complete(understood, turns, directory), understood, last, today)
    return Understanding(understood, request, turns, focus)


def _day_of(question: Question) -> date:
    """The day that "last year" is counted from: today, or the earlier day as of which is asked."""
    today = question.now.astimezone(UTC).date()
    return min(question.as_of.last, today) if question.as_of else today


def answer_question(question: Question, sources: Sources, standards: Standards) -> Answer:
    """The answer to a question; reads only, and the same question over the same state gives the same answer."""
    if not question.viewer.may(Permission.ASK):
        language = _language_of(question.text)
        return _refusal(question, Phrasebook(language), "answers.refused.ask", standards, {})
    grasped = grasp(question, sources)
    if grasped.request is None:
        return _told(question, grasped.understood, standards, grasped.focus)
    request = grasped.request
    book = Phrasebook(request.language)
    try:
        planned = plan(request, grasped.understood, question, sources, standards, book, grasped.turns)
    except Forbidden:
        return _refusal(question, book, "answers.refused.topic", standards, grasped.focus)
    return finish(question, request, planned, standards, book, grasped.focus)


def work_out(question: Question, sources: Sources, standards: Standards) -> Planned | None:
    """A guarded draft with what was read for it; None where the text is no question. Raises Forbidden."""
    grasped = grasp(question, sources)
    if grasped.request is None:
        return None
    book = Phrasebook(grasped.request.language)
    return plan(grasped.request, grasped.understood, question, sources, standards, book, grasped.turns)


def _language_of(text: str) -> str:
    from knowledge.reading.language import detect_language

    return "zh" if detect_language(text[:2_000]) == "zh" else "en"


def _told(question: Question, understood: Understood, standards: Standards, focus: dict[str, Any]) -> Answer:
    """One clear sentence for a text that is no question."""
    book = Phrasebook(understood.language)
    lines = [note(book[f"answers.form.{understood.form.value}"])]
    if understood.form is Form.FOREIGN:
        lines.append(note(Phrasebook("zh")["answers.form.foreign"]))
    return _answer(
        question, book, render(Draft(tuple(lines)), book, offer=_shared(question)), Draft(), standards, focus
    )


def _refusal(
    question: Question, book: Phrasebook, key: str, standards: Standards, focus: dict[str, Any]
) -> Answer:
    reason = book[key]
    draft = Draft((note(reason),), refused=reason)
    return _answer(question, book, render(draft, book, offer=_shared(question)), draft, standards, focus)


def _shared(question: Question) -> bool:
    return not question.viewer.audience.private


def finish(
    question: Question,
    request: Request,
    planned: Planned,
    standards: Standards,
    book: Phrasebook,
    before: dict[str, Any],
) -> Answer:
    """The finished answer of a guarded draft; `before` is what the turn before left to refer to."""
    draft = planned.guarded.draft
    if planned.guarded.dropped and not draft.claims and not draft.unknown:
        draft = replace(draft, lines=(), unknown=(book["answers.nothing_left"],))
    rendered = render(draft, book, offer=_shared(question))
    if request.act is not Act.ANSWER or request.topic == "help":
        focus = before
    else:
        focus = request.focus()
        if _said_nobody(request) and before.get("customers"):
            # A question that found nobody does not end the talk about those before.
            focus["customers"] = before["customers"]
        focus["evidence"] = [item.id for item in rendered.evidence]
        if draft.table is not None and request.portfolio is not None:
            focus["listed"] = [str(row.cells[0]) for row in draft.table.rows[:LISTED]]
        elif before.get("listed"):
            # The second one of a table is so after a question about the first one, too.
            focus["listed"] = before["listed"]
        if draft.clarify:
            focus["options"] = [option.value for option in draft.clarify.options]
    answer = _answer(question, book, rendered, draft, standards, focus)
    answer.versions["dropped"] = str(len(planned.guarded.dropped))
    return answer


def _said_nobody(request: Request) -> bool:
    return not (request.customers or request.portfolio or request.stranger or request.ambiguous)


def _answer(
    question: Question,
    book: Phrasebook,
    rendered: Rendered,
    draft: Draft,
    standards: Standards,
    focus: dict[str, Any],
) -> Answer:
    from knowledge.passages.terms import TERMS_VERSION

    return Answer(
        question=question,
        language=book.language,
        text=rendered.text,
        claims=rendered.claims,
        evidence=rendered.evidence,
        unknown=draft.unknown,
        clarify=draft.clarify,
        refused=draft.refused,
        versions={
            "program": program_version(),
            "policy": standards.version,
            "phrasebook": book.version,
            "grammar": load_lexicon().version,
            "portfolio": portfolio_lexicon().version,
            "terms": TERMS_VERSION,
        },
        focus=focus,
        table=draft.table,
    )
