"""Whether something in the register has changed (工商变更): what registers published of it, beside what it is now."""

from __future__ import annotations

from bot.assistant.draft import Draft, bullet, heading, note
from bot.assistant.replies.context import Context
from bot.assistant.topics import load_lexicon, phrases_of
from bot.dossier.records import own_date

_DIMENSION = "registry_change"


def asked(context: Context) -> bool:
    """Whether the question asks for a change and not only for how it is now."""
    return "replaced" in context.request.aspects


def of(context: Context, topic: str, items: tuple[str, ...]) -> Draft:
    """The changes that a register published of these items, newest first; that there are none on file is said."""
    words = [phrase for item in items for phrase in phrases_of(load_lexicon(), "item", topic, item)]
    found = [
        record
        for record in context.dossier.records
        if record.dimension == _DIMENSION and any(word in record.title.casefold() for word in words)
    ]
    if not found:
        looked = context.tools.nothing("records", _DIMENSION, customer=context.customer.code)
        said = context.say("changes.none", date=context.words.date(context.tools.today))
        return Draft((note(said, looked),))
    lines = [heading(context.say("changes.heading"))]
    for record in found[: context.standards.listed]:
        day = own_date(record)
        title = context.words.title(record.title)
        said = context.say("changes.item", date=context.words.date(day), title=title) if day else title
        columns = ("dimension", "title", "record_number", "authority", "filed_on", "published_on")
        lines.append(bullet(said, context.cite(record, *columns)))
    return Draft(tuple(lines))
