"""From a question to an answer without a model (内置规划器): understand, read, reply, guard, write.

A pure function of the question and what its sources give; every step is a plain value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.assistant.answer import Answer, Question, recall
from bot.assistant.conversation import Act, Request, complete, restore
from bot.assistant.draft import Draft, Rendered, heading, note, render
from bot.assistant.guard import Guarded, guard
from bot.assistant.naming import Named
from bot.assistant.portfolio.asking import asked_of_all
from bot.assistant.portfolio.query import dates_of
from bot.assistant.portfolio.reply import reply as portfolio_reply
from bot.assistant.portfolio.tokens import lexicon as portfolio_lexicon
from bot.assistant.replies import figures, invoices, opening, passages, watch
from bot.assistant.replies.context import Context
from bot.assistant.replies.desk import TOPICS, Desk
from bot.assistant.screening.reply import reply as screening_reply
from bot.assistant.screening.wishes import About, read_wish
from bot.assistant.sources import Sources, Turn
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from bot.assistant.topics import load_lexicon, phrases_of
from bot.assistant.understanding import Form, Understood, understand
from bot.assistant.wording import Wording
from prompts.phrasebook import Phrasebook
from store.access import Permission
from store.dates import PartialDate
from store.errors import Forbidden
from store.evidence import Evidence

#: A reason stands in no table, nor do all risks: documents are quoted beside what the file holds.
_WHY = re.compile(r"\bwhy\b|\brisks?\b|为什么|为何|什么原因|怎么会|风险", re.IGNORECASE)
_REASONED = frozenset({"contracts", "records", "money", "scores", "payments"})

#: What statements say of whether a firm can pay its debts.
_SOLVENCY = ("debt_ratio", "current_ratio")

#: Phrases of an item that are shorter may stand in any sentence.
_TELLING = 4

#: So many words of matter that no topic covers make a question one for the texts.
_MATTER = 3


@dataclass(frozen=True, slots=True)
class Planned:
    """An answer in the making: what the guard left, what it dropped, what it was made from."""

    request: Request | None
    guarded: Guarded
    tools: Tools


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
    today = _day_of(question)
    focus = dict(turns[0].focus) if turns else {}
    last = restore(focus, directory)
    understood = understand(
        question.text,
        directory=directory,
        lexicon=load_lexicon(),
        today=today,
        before=last.period if last else None,
    )
    if understood.form is not Form.QUESTION:
        return Understanding(understood, None, turns, focus)
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
        planned = _plan(request, grasped.understood, question, sources, standards, book, grasped.turns)
    except Forbidden:
        return _refusal(question, book, "answers.refused.topic", standards, grasped.focus)
    return finish(question, request, planned, standards, book, grasped.focus)


def work_out(question: Question, sources: Sources, standards: Standards) -> Planned | None:
    """A guarded draft with what was read for it; None where the text is no question. Raises Forbidden."""
    grasped = grasp(question, sources)
    if grasped.request is None:
        return None
    book = Phrasebook(grasped.request.language)
    return _plan(grasped.request, grasped.understood, question, sources, standards, book, grasped.turns)


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


def tools_for(request: Request, understood: Understood, question: Question, sources: Sources) -> Tools:
    """The tools of a question, at the moment and for the names that it speaks of."""
    as_of = PartialDate.of(request.as_of) if request.as_of else question.as_of
    known_at = question.known_at
    if request.known_on:
        known_at = datetime.combine(request.known_on, time(), UTC) + timedelta(days=1, microseconds=-1)
    directory = sources.directory()
    spoken = tuple(name for customer in request.customers for name in directory.names_of(customer))
    said = tuple(mention.text for mention in understood.mentions if mention.text.strip())
    return Tools(sources, question, as_of=as_of, known_at=known_at, spoken=(*spoken, *said))


def _plan(
    request: Request,
    understood: Understood,
    question: Question,
    sources: Sources,
    standards: Standards,
    book: Phrasebook,
    turns: Sequence[Turn],
) -> Planned:
    tools = tools_for(request, understood, question, sources)
    words = Wording(book)
    wish = read_wish(understood.text)
    screened = wish and screening_reply(wish, request, tools, book, standards)
    # What the file itself says of a customer and its owners stands beside what screening found.
    beside = wish is not None and wish.about in (About.HITS, About.OWNERS) and bool(request.customers)
    if screened is not None and not beside:
        return Planned(request, _guarded(screened, tools, request), tools)
    if request.act is not Act.ANSWER:
        return _look_back(request, question, sources, standards, book, tools, turns)
    if request.portfolio is not None:
        draft = portfolio_reply(request.portfolio, tools, book, standards)
        if request.portfolio.subject == "checks" and request.portfolio.codes:
            draft = draft.joined(watch.objections(request.portfolio.codes, tools, book, standards))
        return Planned(request, _guarded(draft, tools, request), tools)
    desk = Desk(request, tools, book, words, standards)
    if request.topic == "ledger":
        desk.may_read_ledger()
    watch.may_ask(request, tools)
    if request.topic == "help" and not request.customers:
        return Planned(request, Guarded(desk.help()), tools)
    if request.ambiguous is not None:
        return Planned(request, Guarded(_which(request, desk)), tools)
    if not request.customers:
        return Planned(request, _guarded(_nobody(request, understood, desk), tools, request), tools)
    if request.topic == watch.TOPIC:
        return Planned(request, _guarded(watch.reply(request, tools, book, standards), tools, request), tools)
    draft = screened or Draft()
    listed = request.customers[: standards.compared]
    for customer in listed:
        part = _about(request, customer, desk)
        if len(listed) > 1:
            part = Draft((heading(customer.name),)).joined(part)
        draft = draft.joined(part)
    if len(request.customers) > len(listed):
        draft = draft.joined(Draft((note(book.say("answers.many", number=len(listed))),)))
    return Planned(request, _guarded(draft, tools, request), tools)


def _guarded(draft: Draft, tools: Tools, request: Request) -> Guarded:
    given = [tools.today.isoformat()]
    if tools.known_at is not None:
        given.append(tools.known_at.date().isoformat())
    if request.period is not None:
        given += [request.period.first.isoformat(), request.period.last.isoformat()]
    if tools.as_of is not None:
        given.append(str(tools.as_of))
    directory = tools.sources.directory()
    names = [name for customer in request.customers for name in directory.names_of(customer)]
    if request.portfolio is not None:
        given += [day.isoformat() for day in dates_of(request.portfolio)]
        codes = {item.customer for line in draft.lines for item in line.evidence if item.customer}
        names += [named.name for code in codes if (named := directory.by_code(code))]
    return guard(draft, tools.read, given=given, names=names)


def _about(request: Request, customer: Named, desk: Desk) -> Draft:
    """One customer's part: its dossier by topic, its texts where no topic fits or the dossier is silent."""
    dossier = desk.tools.dossier(customer)
    if dossier is None:
        return desk.unknown_then(customer) or desk.unknown_name(customer.name, ())
    context = Context(request, customer, dossier, desk.tools, desk.book, desk.words, desk.standards)
    if numbered := invoices.named(context):
        told = invoices.told(context, numbered)
        quoted = passages.about(context) if _WHY.search(request.text) else Draft()
        return told.joined(quoted) if quoted.claims_stated else told
    worded = len(request.residual) >= _MATTER or sum(map(len, request.residual)) >= 10
    figures_first = (
        request.topic is None
        or (request.topic == "money" and bool(request.residual))
        or figures.is_own(request, desk.tools, customer)
    )
    if figures_first and (
        found := figures.printed(request.text, desk.tools, desk.book, desk.words, customers=(customer,))
    ):
        return found
    if request.topic is None or request.topic == "help":
        return passages.about(context)
    draft = TOPICS[request.topic](context)
    if request.topic == "facts" and not draft.claims_stated:
        if figures.may_answer(request, desk.tools, customer) and (
            found := figures.printed(request.text, desk.tools, desk.book, desk.words, customers=(customer,))
        ):
            return found
        draft = _told_in_documents(context, draft)
        if "going_concern" in request.items and not draft.claims_stated:
            ratios = replace(request, topic="money", items=_SOLVENCY)
            draft = draft.joined(TOPICS["money"](replace(context, request=ratios)))
    elif _WHY.search(request.text) and request.topic in _REASONED:
        quoted = passages.about(context)
        draft = draft.joined(quoted) if quoted.claims_stated else draft
    for topic, items in request.also:
        beside = replace(request, topic=topic, items=items, residual=(), also=())
        draft = draft.joined(TOPICS[topic](replace(context, request=beside)))
    if not draft.claims_stated and not figures_first and figures.may_answer(request, desk.tools, customer):
        found = figures.printed(request.text, desk.tools, desk.book, desk.words, customers=(customer,))
        if found is not None:
            return found
    if worded and request.topic != "ledger":
        quoted = passages.about(context)
        if quoted.claims_stated or request.topic == "profile":
            return quoted
    if not draft.claims_stated and request.residual:
        quoted = passages.about(context)
        if quoted.claims_stated:
            return replace(quoted, unknown=())
    return draft


def _told_in_documents(context: Context, draft: Draft) -> Draft:
    """A fact that nobody has recorded may stand in a document."""
    quoted = passages.about(context)
    if not quoted.claims_stated:
        words = [
            phrase
            for item in context.request.items
            for phrase in phrases_of(load_lexicon(), "item", "facts", item)
        ]
        quoted = passages.under(context, [word for word in words if len(word) >= _TELLING])
    return replace(quoted, unknown=()) if quoted.claims_stated else draft


def _nobody(request: Request, understood: Understood, desk: Desk) -> Draft:
    """No customer is named: the texts may still say it; a name that nobody has is said to be unknown."""
    if request.topic is None or request.topic in _TOLD_ANYWHERE or request.residual:
        if request.topic in (None, "money") and understood.stranger:
            found = figures.printed(
                request.text, desk.tools, desk.book, desk.words, called=understood.stranger
            )
            if found is not None:
                return found
        if request.topic in _NEEDS_CUSTOMER and not understood.stranger and not _told_much(request):
            return desk.which_customer()
        if request.residual or understood.stranger:
            quoted = passages.anywhere(request, desk.tools, desk.book, desk.words, desk.standards)
            if quoted.claims_stated and (
                request.topic is None or not understood.stranger or _names(quoted, understood)
            ):
                return quoted
            # A stranger's name may be misread (成都的通威集团); rare words that stand together leave no doubt.
            quoted = passages.anywhere(request, desk.tools, desk.book, desk.words, desk.standards, sure=True)
            if quoted.claims_stated:
                return quoted
    if (
        understood.stranger
        and request.topic is not None
        and not (request.topic == "news" and _told_much(request))
    ):
        return desk.unknown_name(understood.stranger, understood.near)
    if understood.near:
        return desk.unknown_name(understood.stranger or understood.text[:60], understood.near)
    if understood.refers_back and not request.residual:
        return desk.which_customer()
    if request.topic is None or _told_much(request):
        return passages.nothing(request, desk.tools, desk.book, desk.words, ())
    return desk.which_customer()


#: Topics that a document may answer without a customer.
_TOLD_ANYWHERE = frozenset(
    {"help", "facts", "decision", "money", "news", "people", "profile", "records", "notes", "cases", "papers"}
)

#: Topics that only a customer's own file answers.
_NEEDS_CUSTOMER = frozenset(
    {"payments", "contacts", "contracts", "scores", "gaps", "ledger", "cases", "notes", "watch"}
)


def _told_much(request: Request) -> bool:
    """Whether a question says so much of its own that it is not about a customer whom it forgot to name."""
    return len(request.residual) >= _MATTER or sum(map(len, request.residual)) >= 6


def _names(draft: Draft, understood: Understood) -> bool:
    """Whether a quotation speaks of the name that was asked for."""
    wanted = (understood.stranger or "").casefold()
    return any(wanted in line.text.casefold() for line in draft.claims)


def _which(request: Request, desk: Desk) -> Draft:
    mention = request.ambiguous
    assert mention is not None
    seen = [named for named in mention.customers if desk.tools.dossier(named) is not None]
    if not seen:
        return desk.unknown_name(mention.text, ())
    if len(seen) == 1:
        found = replace(request, customers=(seen[0],), ambiguous=None)
        if request.topic == watch.TOPIC:
            return watch.reply(found, desk.tools, desk.book, desk.standards)
        return _about(found, seen[0], desk)
    return desk.clarify(mention.text or seen[0].name, seen)


def _look_back(
    request: Request,
    question: Question,
    sources: Sources,
    standards: Standards,
    book: Phrasebook,
    tools: Tools,
    turns: Sequence[Turn],
) -> Planned:
    """Work the answer before out again for this viewer, then open one of its sources or explain it.

    What a model answered cannot be worked out again: its sources are those that were kept, as far as this viewer
    may see their classes.
    """
    evidence = _kept_sources(request, turns, question)
    for item in evidence:
        tools.passage(item)
    if request.previous is not None and not evidence:
        before = request.previous
        again = _plan(before, _echo(before), question, sources, standards, Phrasebook(before.language), ())
        evidence = list(render(again.guarded.draft, book, offer=False).evidence)
        known = {item.id: item for item in evidence}
        if before.cited and all(ref in known or ref.startswith("sea-") for ref in before.cited):
            evidence = [known[ref] for ref in before.cited if ref in known]
        tools.read.update(again.tools.read)
    words = Wording(book)
    if request.act is Act.OPEN:
        draft = opening.opened(request.source_number or 0, evidence, tools, book, words)
    else:
        draft = opening.explained(evidence, tools, book, words)
    return Planned(request.previous, guard(draft, tools.read, given=[tools.today.isoformat()]), tools)


def _kept_sources(request: Request, turns: Sequence[Turn], question: Question) -> list[Evidence]:
    """The sources of a model's answer that was given here, in its order; empty where the grammar answered."""
    cited = list(request.previous.cited) if request.previous is not None else []
    for turn in turns:
        body = turn.whole.get("body", {})
        if cited and [described["ref"] for described in body.get("evidence", ())] == cited:
            if "model" not in body["versions"]:
                return []
            kept = [recall(described) for described in body["evidence"]]
            return kept if all(item.field_class in question.viewer.classes for item in kept) else []
    return []


def _echo(request: Request) -> Understood:
    return Understood(request.text, Form.QUESTION, request.language, stranger=request.stranger)


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


def program_version() -> str:
    """The version of the installed program."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("bonafide")
    except PackageNotFoundError:
        return "0"
