"""A briefing before a call or a decision (客户简报): of each part of the file the few lines that a person reads first.

Nothing is told here that the reply of a part would not tell: each is asked in turn and its first lines are taken, so
rights, time and sources are those of the whole answers. What a part does not have is one sentence at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from bot.assistant.draft import Draft, Line, LineKind, bullet, heading, note
from bot.assistant.replies import listings, money, news, payments, people, profile, records
from bot.assistant.replies.context import Context

#: What ties a name to what is said of it.
_JOINT = re.compile(r"^(?:\s*[–—:：,，]\s*|\s*的|\s+)")


@dataclass(frozen=True, slots=True)
class _Part:
    """One question that a briefing asks: which reply, of what, and how many leads and items of a list are taken."""

    heading: str
    reply: Callable[[Context], Draft]
    topic: str
    items: tuple[str, ...] = ()
    aspects: frozenset[str] = frozenset()
    leads: int = 1
    bullets: int = 0
    #: What is said to be missing when there is nothing; a part that nobody misses has none.
    place: str | None = None


_PARTS = (
    _Part("people", people.reply, "people", ("legal_representative",), place="parties"),
    _Part("people", people.reply, "people", ("beneficial_owner",), leads=0, bullets=2),
    _Part("figures", money.reply, "money", ("revenue",), bullets=1, place="statements"),
    _Part("figures", money.reply, "money", ("net_income",), bullets=1),
    _Part("figures", money.reply, "money", ("debt_ratio",)),
    _Part("figures", listings.scores, "scores", leads=0, bullets=1),
    _Part("payments", payments.reply, "payments", ("days_late",), bullets=1, place="payments"),
    _Part("payments", payments.reply, "payments", ("overdue",)),
    _Part("records", records.reply, "records", bullets=3, place="records"),
    _Part("news", news.reply, "news", leads=0, bullets=3, place="news"),
    _Part("business", listings.contracts, "contracts", aspects=frozenset({"ending"}), leads=0, bullets=1),
    _Part("business", listings.notes, "notes", leads=0, bullets=1),
    _Part("business", listings.cases, "cases", aspects=frozenset({"open_only"}), leads=0, bullets=2),
)

_WEIGHED = ("figures", "payments", "records")


def reply(context: Context) -> Draft:
    """Who the customer is, and the first lines of each part that its file has."""
    return Draft((profile.headline(context),)).joined(_parts(context, _PARTS))


def weighed(context: Context) -> Draft:
    """What a person weighs before a decision: figures, payments, records."""
    return _parts(context, [part for part in _PARTS if part.heading in _WEIGHED])


def _parts(context: Context, parts: Iterable[_Part]) -> Draft:
    lines: list[Line] = []
    absent: list[str] = []
    under = ""
    for part in parts:
        told = _told(context, part)
        if not told and part.place is not None:
            absent.append(part.place)
        if told and part.heading != under:
            under = part.heading
            lines.append(heading(context.say(f"briefing.{under}")))
        lines += told
    if absent:
        names = [context.label("place", place) for place in absent]
        looked = context.tools.nothing(", ".join(absent), "briefing", customer=context.customer.code)
        said = context.say("missing.plain", what=context.words.list(names), name=context.name)
        lines.append(note(said, looked))
    return Draft(tuple(lines))


def _told(context: Context, part: _Part) -> list[Line]:
    """The first lines of a part as items of a list; none where its reply found nothing."""
    request = replace(
        context.request,
        topic=part.topic,
        items=part.items,
        aspects=part.aspects,
        residual=(),
        also=(),
        period=None,
        periods=(),
    )
    draft = part.reply(replace(context, request=request))
    if draft.unknown and not draft.claims_stated:
        return []
    leads = [line for line in draft.lines if line.kind is LineKind.LEAD][: part.leads]
    bullets = [line for line in draft.lines if line.kind is LineKind.BULLET][: part.bullets]
    return [bullet(_short(line.text, context.name), *line.evidence) for line in (*leads, *bullets)]


def _short(text: str, name: str) -> str:
    """A line without the name that stands above it anyway."""
    rest = text.removeprefix(name.strip())
    return _JOINT.sub("", rest) if rest != text else text
