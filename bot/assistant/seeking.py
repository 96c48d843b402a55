"""Where an answer is looked for (查找次序): a file by topic, then texts; texts alone where nobody is meant."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.assistant.conversation import Request
from bot.assistant.draft import Draft
from bot.assistant.naming import Named
from bot.assistant.replies import figures, invoices, passages, relations, trail
from bot.assistant.replies.context import Context
from bot.assistant.replies.desk import TOPICS, Desk
from bot.assistant.topics import load_lexicon, phrases_of
from bot.assistant.understanding import Understood
from store.access import FieldClass

#: A reason stands in no table, nor do all risks: documents are quoted beside what the file holds.
_WHY = re.compile(r"\bwhy\b|\brisks?\b|为什么|为何|什么原因|怎么会|风险", re.IGNORECASE)
_REASONED = frozenset({"contracts", "records", "money", "scores", "payments"})

#: Ties between any customers, and not those of one that was spoken of.
_AMONG = re.compile(
    r"\b(?:customers|clients|companies|portfolio|anybody|any of)\b|客户|企业|哪些|哪几家|有没有",
    re.IGNORECASE,
)

#: What statements say of whether a firm can pay its debts.
_SOLVENCY = ("debt_ratio", "current_ratio")

#: Phrases of an item that are shorter may stand in any sentence.
_TELLING = 4

#: So many words of matter that no topic covers make a question one for the texts.
_MATTER = 3


#: Topics whose replies look through everything themselves.
_WHOLE = frozenset({"briefing", "relations", "decision"})


def together(request: Request, desk: Desk) -> Draft | None:
    """The answer to what is asked of several customers at once; None where each is answered for itself."""
    if request.topic != "relations" or len(request.customers) < 2:
        return None
    seen = [(each, desk.tools.dossier(each)) for each in request.customers[: desk.standards.compared]]
    contexts = [
        Context(request, each, dossier, desk.tools, desk.book, desk.words, desk.standards)
        for each, dossier in seen
        if dossier is not None
    ]
    return relations.between(contexts) if len(contexts) > 1 else None


def about(request: Request, customer: Named, desk: Desk) -> Draft:
    """One customer's part: its dossier by topic, its texts where no topic fits or the dossier is silent."""
    dossier = desk.tools.dossier(customer)
    if dossier is None:
        return desk.unknown_then(customer) or desk.unknown_name(customer.name, ())
    context = Context(request, customer, dossier, desk.tools, desk.book, desk.words, desk.standards)
    if request.topic in _WHOLE:
        return TOPICS[request.topic](context)
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


#: Numbers of invoices and contracts: letters and digits in parts, with a digit among them.
_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9/-]*\d)[A-Za-z0-9]+(?:[-/][A-Za-z0-9]+)+(?![A-Za-z0-9-])")
#: A day is no number of a paper, and all invoices are gone through for a number.
_DATE = re.compile(r"(?:19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}")
_NUMBERS = 3


def _numbered(request: Request, desk: Desk) -> Draft | None:
    """The answer about whoever has the invoice or the contract whose number is named; None where nobody is known to."""
    if FieldClass.INTERNAL not in desk.tools.question.viewer.classes:
        return None
    named_so = [number for number in _NUMBER.findall(request.text) if not _DATE.fullmatch(number)]
    for number in named_so[:_NUMBERS]:
        directory = desk.tools.sources.directory()
        named = [directory.by_id(key) for key in desk.tools.sources.holders(number)]
        seen = [each for each in named if each is not None and desk.tools.dossier(each) is not None]
        if len(seen) > 1:
            return desk.clarify(number, seen)
        if seen:
            return about(replace(request, customers=(seen[0],)), seen[0], desk)
    return None


def nobody(request: Request, understood: Understood, desk: Desk) -> Draft:
    """No customer is named: the texts may still say it; a name that nobody has is said to be unknown."""
    if (numbered := _numbered(request, desk)) is not None:
        return numbered
    if request.topic == "ledger":
        return trail.reply(request, desk.tools, desk.book, desk.standards)
    if request.topic == "relations" and not understood.stranger and _AMONG.search(request.text):
        return relations.among(request, desk.tools, desk.book, desk.words, desk.standards)
    if request.topic is None or request.topic in _TOLD_ANYWHERE or request.residual:
        if request.topic in (None, "money") and understood.stranger:
            found = figures.printed(
                request.text, desk.tools, desk.book, desk.words, called=understood.stranger
            )
            if found is not None:
                return found
        meant = understood.stranger or understood.near
        if request.topic in _NEEDS_CUSTOMER and not meant and not _told_much(request):
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
    {
        *(
            "help",
            "facts",
            "decision",
            "money",
            "news",
            "people",
            "profile",
            "briefing",
            "records",
            "notes",
            "cases",
        ),
        *("papers", "relations"),
    }
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
