"""Quoted passages (引文作答): where no structured topic fits, the sentences of documents that answer.

A passage is quoted only when it holds enough of the question's words; else nothing was found, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.assistant.conversation import Request
from bot.assistant.draft import Draft, Line, note, quote
from bot.assistant.naming import Named
from bot.assistant.replies import filed
from bot.assistant.replies.context import Context
from bot.assistant.replies.figures import place
from bot.assistant.replies.pieces import HEADING, extended, of_namesake, sentences
from bot.assistant.replies.quotations import Found, find, unordered
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from bot.assistant.wording import Wording
from prompts.phrasebook import Phrasebook
from store.evidence import Evidence, passage_id


def about(context: Context) -> Draft:
    """Quotations from the documents about one customer; where they say nothing, what colleagues wrote down."""
    names = context.tools.sources.directory().names_of(context.customer)
    quoted = _quoted(
        context.request,
        context.tools,
        context.book,
        context.words,
        context.standards,
        (context.customer,),
        names,
    )
    if quoted.claims_stated:
        return quoted
    told = filed.about(context)
    return told if told.claims_stated else quoted


def under(context: Context, phrases: Sequence[str]) -> Draft:
    """What documents about one customer say where they use these words, in a sentence or in a heading."""
    names = context.tools.sources.directory().names_of(context.customer)
    lines: list[Line] = []
    for hit in context.tools.search(" ".join(phrases), customers=(context.customer,), k=8):
        read = None if of_namesake(f"{hit.title}\n{hit.text}", names) else unordered(hit)
        words = _worded(read.text, phrases) if read is not None else None
        if read is None or words is None:
            continue
        evidence = context.tools.passage(quoting(read.evidence, words, context.customer.code))
        lines.append(quote(words, evidence, after=place(evidence, context.book, context.words)))
        if len(lines) == context.standards.quoted:
            break
    return Draft((note(context.book["answers.passages.lead"]), *lines)) if lines else Draft()


def _worded(text: str, phrases: Sequence[str]) -> str | None:
    """The first sentence that uses one of the phrases, with what follows below a heading that does."""
    folded = text.casefold()
    places = [at for phrase in phrases if (at := folded.find(phrase)) >= 0]
    if not places or len(folded) != len(text):
        return None
    pieces = sentences(text)
    for at in sorted(places):
        line = text[text.rfind("\n", 0, at) + 1 :]
        following = [piece for piece in pieces if (piece[0] > at if HEADING.match(line) else piece[1] > at)]
        if following:
            start, end = following[0]
            return extended(text, start, end, pieces, reach=60)
    return None


def anywhere(
    request: Request,
    tools: Tools,
    book: Phrasebook,
    words: Wording,
    standards: Standards,
    *,
    sure: bool = False,
) -> Draft:
    """Quotations from all documents; where it must be `sure`, only those that hold several rare words together."""
    return _quoted(request, tools, book, words, standards, (), (), sure=sure)


def _quoted(
    request: Request,
    tools: Tools,
    book: Phrasebook,
    words: Wording,
    standards: Standards,
    customers: Sequence[Named],
    names: Sequence[str],
    *,
    sure: bool = False,
) -> Draft:
    found = find(request, tools, customers=customers, names=names)
    if sure:
        found = [item for item in found if item.hit.held >= standards.rare_weight and not item.translated]
    fitting = [item for item in found if is_answer(item, standards, scoped=bool(customers))]
    if not fitting:
        return nothing(request, tools, book, words, customers)
    best = fitting[0].score
    fitting = [item for item in fitting if item.score >= 0.7 * best][: standards.quoted]
    alone = customers[0].code if len(customers) == 1 else None
    lines: list[Line] = [note(book["answers.passages.lead"])]
    for item in fitting:
        evidence = tools.passage(quoting(item.hit.evidence, item.words, alone))
        lines.append(quote(item.words, evidence, after=place(evidence, book, words)))
    return Draft(tuple(lines))


def is_answer(item: Found, standards: Standards, *, scoped: bool) -> bool:
    """Whether a stretch holds enough of the question to be quoted as its answer.

    Most of its words, or several rare ones that stand together nowhere else; across languages, a part of what the
    glossary makes of it, which may be smaller in the few documents of one customer (`scoped`).
    """
    if item.translated:
        least = standards.translated_share_scoped if scoped else standards.translated_share
        return item.hit.share >= least
    if item.coverage >= standards.coverage:
        return True
    return item.hit.held >= standards.rare_weight and item.hit.share >= standards.rare_share


def nothing(
    request: Request, tools: Tools, book: Phrasebook, words: Wording, customers: Sequence[Named]
) -> Draft:
    """That no document says it, with where was looked."""
    where = ", ".join(["documents", *(named.code for named in customers)])
    looked = tools.nothing(
        where, request.text[:200], customer=customers[0].code if len(customers) == 1 else None
    )
    date = words.date(tools.today)
    if customers:
        said = book.say("answers.passages.none_about", name=customers[0].name)
    else:
        said = book["answers.passages.none"]
    place_ = book["labels.place.documents"]
    return Draft(
        (note(book.say("answers.missing.looked", where=place_, date=date), looked),), unknown=(said,)
    )


def quoting(item: Evidence, words: str, customer: str | None) -> Evidence:
    """A passage's evidence with the quotation that we chose."""
    sha = item.id.split("-")[1]
    return replace(
        item, id=passage_id(sha, item.locator, words), quote=words, customer=item.customer or customer
    )
