"""From an understood question to a guarded draft (起草): screening, the portfolio, a customer, or a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot.assistant.answer import Question, recall
from bot.assistant.conversation import Act, Request
from bot.assistant.draft import Draft, heading, note, render
from bot.assistant.guard import Guarded, guard
from bot.assistant.portfolio.query import dates_of
from bot.assistant.portfolio.reply import reply as portfolio_reply
from bot.assistant.replies import opening, watch
from bot.assistant.replies.desk import Desk
from bot.assistant.screening.reply import reply as screening_reply
from bot.assistant.screening.wishes import About, Wish, read_wish
from bot.assistant.seeking import about, nobody, together
from bot.assistant.sources import Sources, Turn
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from bot.assistant.understanding import Form, Understood
from bot.assistant.wording import Wording
from prompts.phrasebook import Phrasebook
from store.dates import PartialDate
from store.errors import Forbidden
from store.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Planned:
    """An answer in the making: what the guard left, what it dropped, what it was made from."""

    request: Request | None
    guarded: Guarded
    tools: Tools


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


def plan(
    request: Request,
    understood: Understood,
    question: Question,
    sources: Sources,
    standards: Standards,
    book: Phrasebook,
    turns: Sequence[Turn],
) -> Planned:
    """The guarded draft of a request, with what was read for it; raises Forbidden for what may not be told here."""
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
        return Planned(request, _guarded(nobody(request, understood, desk), tools, request), tools)
    if request.topic == watch.TOPIC:
        return Planned(request, _guarded(watch.reply(request, tools, book, standards), tools, request), tools)
    if (tied := together(request, desk)) is not None:
        return Planned(request, _guarded(tied, tools, request), tools)
    draft = Draft()
    listed = request.customers[: standards.compared]
    for customer in listed:
        part = about(request, customer, desk)
        if len(listed) > 1:
            part = Draft((heading(customer.name),)).joined(part)
        draft = draft.joined(part)
    if len(request.customers) > len(listed):
        draft = draft.joined(Draft((note(book.say("answers.many", number=len(listed))),)))
    # What our own checks and alerts were at an earlier moment is not told; what they are now was not known then.
    if request.topic in _WHOLE_PICTURE and tools.known_at is None:
        draft = draft.joined(_watched(request, tools, book, standards))
    if screened is not None:
        draft = _beside(screened, draft)
    return Planned(request, _guarded(draft, tools, request), tools)


#: Topics whose answers hold our own checks, alerts and hits for those who may know of them.
_WHOLE_PICTURE = frozenset({"briefing", "decision"})


def _watched(request: Request, tools: Tools, book: Phrasebook, standards: Standards) -> Draft:
    """What our own checks, alerts and screening say; nothing at all for whoever may not hear of them here."""
    draft = Draft()
    for topic, told in (
        ("watch", lambda: watch.reply(replace(request, items=()), tools, book, standards)),
        ("screening", lambda: screening_reply(Wish(About.HITS), request, tools, book, standards)),
    ):
        try:
            if topic == "watch":
                watch.may_ask(replace(request, topic=watch.TOPIC), tools)
            part = told()
        except Forbidden:
            continue
        if part is not None:
            draft = draft.joined(part)
    if not draft.claims_stated:
        return Draft()
    return Draft((heading(book["answers.briefing.watched"]),)).joined(draft)


def _beside(screened: Draft, filed: Draft) -> Draft:
    """What a screening says, and beside it what the file says of it; that the file says nothing is said only where
    nothing was screened either."""
    if not screened.unknown:
        filed = replace(filed, unknown=()) if filed.claims_stated else Draft(focus=filed.focus)
    return screened.joined(filed)


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
        return about(found, seen[0], desk)
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
        again = plan(before, _echo(before), question, sources, standards, Phrasebook(before.language), ())
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
