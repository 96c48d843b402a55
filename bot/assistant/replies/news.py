"""Documents about a customer by date (新闻与文件)."""

from __future__ import annotations

from uuid import UUID

from bot.assistant.draft import Draft, bullet, lead, note
from bot.assistant.replies.context import Context
from bot.assistant.replies.pieces import of_namesake
from bot.assistant.wording import quotable
from store.evidence import Evidence, EvidenceKind, Tier, passage_id
from store.records import DocumentCard

#: Sources that publish; what customers and colleagues write is no news.
_PUBLISHED = frozenset(
    {Tier.MEDIA, Tier.COURT, Tier.GOVERNMENT, Tier.REGISTER, Tier.FILING, Tier.BUREAU, Tier.UNKNOWN}
)

#: So many of the newest say what they tell, in so many signs.
_TOLD, _WORDS = 3, 200


def reply(context: Context) -> Draft:
    """What has been published, newest first, what names a firm of a like name last.

    Where the question names a matter: the passages about it.
    """
    from bot.assistant.replies import passages

    if context.request.residual:
        quoted = passages.about(context)
        if quoted.claims_stated:
            return quoted
    cards = [card for card in context.dossier.documents if context.within(card.published)]
    if "papers" not in context.request.aspects:
        kept, cards = cards, [card for card in cards if card.tier in _PUBLISHED]
        if not cards and kept:
            return _unpublished(context, kept)
    if not cards:
        return context.missing(context.label("place", "documents"), "documents")
    names = [context.dossier.profile.legal_name, *(o.name for o in context.dossier.profile.other_names)]
    alike = {card.id for card in cards if of_namesake(card.title, names)}
    cards = sorted(
        cards,
        key=lambda card: (
            card.id not in alike,
            card.published.last.isoformat() if card.published else "",
            str(card.id),
        ),
        reverse=True,
    )
    grave, told = _grave(context), 0
    evidence = [document_evidence(context, card) for card in cards]
    counted = context.tools.count("documents", evidence, customer=context.customer.code)
    values = {"name": context.name, "what": context.label("place", "documents"), "number": len(cards)}
    if context.request.period is not None:
        lines = [lead(context.say("list.lead_in", period=context.span(), **values), counted)]
    else:
        lines = [lead(context.say("list.lead", **values), counted)]
    for card, item in list(zip(cards, evidence, strict=True))[: context.standards.listed]:
        title = context.words.title(card.title)
        if card.published:
            day = context.words.date(card.published)
            said = context.say("news.item", date=day, title=title, source=card.source)
        else:
            said = context.say("news.item_undated", title=title, source=card.source)
        if card.id in alike:
            said = context.say("news.namesake", said=said)
        event = grave.get(card.id) if card.id not in alike and told < _TOLD else None
        if event is None:
            lines.append(bullet(said, item))
        else:
            told += 1
            words = quotable(event.quote, _WORDS)
            lines.append(
                bullet(context.say("news.told", said=said, words=words), item, context.tools.passage(event))
            )
    if len(cards) > context.standards.listed:
        lines.append(note(context.say("list.more", number=len(cards) - context.standards.listed)))
    return Draft(tuple(lines))


def _grave(context: Context) -> dict[UUID, Evidence]:
    """By document, the sentence that tells the gravest of what it says of the customer."""
    found: dict[UUID, Evidence] = {}
    for event in sorted(context.dossier.events, key=lambda event: event.severity == "high"):
        if event.role == "subject" and event.severity in ("warn", "high"):
            found[event.document_id] = event.evidence
    return found


def _unpublished(context: Context, cards: list[DocumentCard]) -> Draft:
    """That nobody has published anything, although there are papers of our own and of the customer."""
    evidence = [document_evidence(context, card) for card in cards]
    counted = context.tools.count("documents", evidence, customer=context.customer.code)
    said = context.book.count("answers.news.own", len(cards))
    return context.missing(context.label("place", "news"), "documents").joined(Draft((note(said, counted),)))


def document_evidence(context: Context, card: DocumentCard) -> Evidence:
    """A document as evidence, quoting its title."""
    from knowledge.passages.found import WHOLE

    locator = dict(WHOLE)
    return context.tools.passage(
        Evidence(
            id=passage_id(card.sha256, locator, card.title),
            kind=EvidenceKind.PASSAGE,
            source=card.source,
            quote=card.title,
            tier=card.tier,
            date=str(card.published) if card.published else None,
            customer=context.customer.code,
            external_id=card.external_id,
            title=card.title,
            url=card.url,
            locator=locator,
            recorded_at=card.added_at,
            field_class=card.field_class,
        )
    )
