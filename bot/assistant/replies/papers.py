"""Papers of our own that a question names by their kind (备忘录、纪要、评估): what the one on file says.

The document is found by its title; then the part under the heading that is asked for (建议, measures, conclusion) is
quoted, else what of it holds most of the question.
"""

from __future__ import annotations

import re

from bot.assistant.draft import Draft, Line, note, quote
from bot.assistant.replies import passages
from bot.assistant.replies.context import Context
from bot.assistant.replies.figures import place
from bot.assistant.replies.pieces import LONGEST
from bot.assistant.replies.quotations import find
from bot.assistant.sources import Hit
from bot.assistant.topics import load_lexicon, phrases_of
from store.records import DocumentCard

#: Ways of asking that name a part of a paper.
_PARTS = ("recommended", "concluded", "doubted")
_HEADING = re.compile(
    r"^#{1,6}\s*(?P<title>.+)$|^(?P<numbered>(?:[一二三四五六七八九十]+、|\d+\.)\s*\S.{0,40})$", re.M
)


def reply(context: Context) -> Draft:
    """What the newest papers of the named kind say; the customer's documents where there is none of it."""
    cards = _named(context)
    if not cards:
        return passages.about(context)
    lines: list[Line] = []
    for card in cards[: context.standards.quoted]:
        hits = [hit for hit in _hits(context, card) if _is_of(hit, card)]
        lines += _part(context, hits) or _best(context, card) or _first(context, hits)
        if lines:
            break
    if not lines:
        return passages.about(context)
    return Draft((note(context.book["answers.passages.lead"]), *lines))


def _is_of(hit: Hit, card: DocumentCard) -> bool:
    """Whether a passage stands in a document: its id begins with the document's hash."""
    return card.sha256.startswith(hit.evidence.id.split("-")[1])


def _named(context: Context) -> list[DocumentCard]:
    """The documents whose titles say the kind that is asked for, in either language; the newest first."""
    words = [
        phrase
        for item in context.request.items
        for phrase in phrases_of(load_lexicon(), "item", "papers", item)
    ]
    fitting = [
        card
        for card in context.dossier.documents
        if context.within(card.published) and any(word in card.title.casefold() for word in words)
    ]
    return sorted(
        fitting,
        key=lambda card: (card.published.last.isoformat() if card.published else "", card.title),
        reverse=True,
    )


def _hits(context: Context, card: DocumentCard) -> list[Hit]:
    text = f"{card.title} {context.request.text}"
    return context.tools.search(text, customers=(context.customer,), k=20)


def _part(context: Context, hits: list[Hit]) -> list[Line]:
    """The part under the heading that the question names."""
    for aspect in _PARTS:
        if aspect not in context.request.aspects:
            continue
        words = phrases_of(load_lexicon(), "aspect", aspect)
        for hit in hits:
            said = _under(hit.block, words)
            if said:
                evidence = context.tools.passage(passages.quoting(hit.evidence, said, context.customer.code))
                return [quote(said, evidence, after=place(evidence, context.book, context.words))]
    return []


def _under(text: str, words: tuple[str, ...]) -> str:
    """What stands under the first heading with one of these words, up to the next heading."""
    headings = list(_HEADING.finditer(text))
    for at, heading in enumerate(headings):
        title = (heading["title"] or heading["numbered"]).casefold()
        level = heading["title"] is not None
        if heading.group().startswith("# ") or not any(word in title for word in words):
            continue
        following = [other for other in headings[at + 1 :] if (other["title"] is not None) is level]
        end = following[0].start() if following else len(text)
        said = text[heading.end() : end].strip().lstrip("-*• ")
        if len(said) > 2 * LONGEST:
            said = said[: said.rfind("\n", 0, 2 * LONGEST)] if "\n" in said else said[:LONGEST]
        if said.strip():
            return said.strip()
    return ""


def _best(context: Context, card: DocumentCard) -> list[Line]:
    """What of the paper holds most of the question."""
    names = context.tools.sources.directory().names_of(context.customer)
    found = find(context.request, context.tools, customers=(context.customer,), names=names)
    own = [item for item in found if _is_of(item.hit, card)][:2]
    lines = []
    for item in own:
        evidence = context.tools.passage(
            passages.quoting(item.hit.evidence, item.words, context.customer.code)
        )
        lines.append(quote(item.words, evidence, after=place(evidence, context.book, context.words)))
    return lines


def _first(context: Context, hits: list[Hit]) -> list[Line]:
    """What the search quotes of the paper that was named, where it holds none of the question's words."""
    for hit in hits[:1]:
        evidence = context.tools.passage(hit.evidence)
        return [quote(evidence.quote, evidence, after=place(evidence, context.book, context.words))]
    return []
