"""Hits as a message: what was compared, who was found on which list, why, what speaks against it (名单筛查).

Pure: the book reads the record and gives a `HitsCard`; the same card always gives the same message, so every message
that shows a hit is drawn again from the record. That nothing was found is said of the lists and versions that were
compared, never as a clean bill.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.slack.identifiers import Pointer
from bot.slack.views.alert import moment
from bot.slack.views.forms import option, plain, small, words
from bot.slack.views.limits import BUTTON_TEXT, FALLBACK_TEXT, HEADER_TEXT, cut, escape
from prompts.phrasebook import Phrasebook

#: Hits of one message, and characters of all its text together; a button shows the next ones.
SHOWN, _ROOM = 8, 11_500
#: Findings of each side that are named, lists, and limits of ownership.
_NOTES, _LISTS, _OWNED = 4, 12, 4
_NAME, _NOTE, _REASON = 120, 110, 300
#: What stands for a state beside its word; colour alone tells nothing to some eyes.
SIGNS = {"open": "🟠", "proposed": "🟡", "unsure": "🟡", "true": "🔴", "false": "🟢", "closed": "⚪"}
#: From which score on which words say how likely it is; 0.5 is even odds.
_LIKELY = ((0.95, "certain"), (0.8, "very"), (0.6, "likely"), (0.5, "even"), (0.0, "less"))

MORE, MENU_ID = "screening_more", "screening_menu"
#: The clicks that a state allows: buttons (the first is the next step), then the entries of the menu.
BUTTONS: dict[str, tuple[str, ...]] = {
    "open": ("true", "false", "unsure"),
    "unsure": ("true", "false"),
    "proposed": ("confirm", "true"),
    "true": (),
    "false": (),
    "closed": (),
}
MENU: dict[str, tuple[str, ...]] = {
    "open": ("history",),
    "unsure": ("history",),
    "proposed": ("unsure", "history"),
    "true": ("false", "unsure", "history"),
    "false": ("true", "unsure", "history"),
    "closed": ("history",),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A finding of the comparison: its sentence, and what stands on our side and on the list's."""

    note: str
    ours: str = ""
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class HitLine:
    """A hit as people see it; names as they are, roles and reasons in words, texts not yet escaped."""

    code: str
    state: str
    ours: str
    roles: tuple[str, ...]
    list: str
    version: int
    entry: str
    entry_name: str
    matched: str
    score: float
    because: tuple[Reason, ...] = ()
    against: tuple[Reason, ...] = ()
    customer: str = ""
    customer_code: str = ""
    #: Who brought it into its state, when and why; None where nobody has decided.
    by: str | None = None
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ListLine:
    """A list that was compared: its version, the day of that version, and whether it is older than policy allows."""

    name: str
    version: int
    day: str
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class HitsCard:
    """A screening, the hits of a customer, or those that wait; `hits` are those of one message from `start` on."""

    #: What it is of: screening, customer or waiting; and its code: S-12, C-1024.
    kind: str
    code: str
    name: str
    hits: tuple[HitLine, ...] = ()
    count: int = 0
    start: int = 0
    #: Of a screening only.
    lists: tuple[ListLine, ...] = ()
    subjects: int = 0
    compared: int = 0
    made_at: datetime | None = None
    #: Limits that listed owners reach: whether it is certain, and the sentence.
    owned: tuple[tuple[bool, str], ...] = ()

    @property
    def shown(self) -> str:
        """What it is of, as a button carries it."""
        return self.code or self.kind


def hits_message(card: HitsCard, phrases: Phrasebook) -> dict[str, Any]:
    """`text` and `blocks` of the message."""
    heading = phrases.say(f"slack_screening.head.{card.kind}", name=cut(card.name, 90)).strip()
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": plain(heading, HEADER_TEXT)},
        *_about(card, phrases),
    ]
    summary = _summary(card, phrases)
    blocks.append(words(f"*{escape(summary)}*"))
    for certain, text in card.owned[:_OWNED]:
        blocks.append(words(f"{'🔴' if certain else '🟠'} {cut(escape(text), 500)}"))
    room, place = _ROOM - _size(blocks), card.start
    for hit in card.hits[:SHOWN]:
        drawn = hit_blocks(hit, place + 1, phrases)
        room -= _size(drawn)
        if room < 0 and place > card.start:
            break
        blocks += [{"type": "divider"}, *drawn]
        place += 1
    left = card.count - place
    if left > 0:
        pointer = Pointer(card.shown, place, "more")
        button = _button(MORE, phrases.say("slack_screening.act.more", count=left), pointer)
        blocks.append({"type": "actions", "block_id": "more", "elements": [button]})
    if card.hits:
        blocks.append(small(phrases["slack_screening.foot"]))
    return {"text": cut(escape(f"{heading}: {summary}"), FALLBACK_TEXT), "blocks": blocks}


def hit_blocks(hit: HitLine, place: int, phrases: Phrasebook) -> list[dict[str, Any]]:
    """One hit: who was found where and how likely, why, where it stands, and what may be done."""
    line = words(_story(hit, phrases)) | {"block_id": f"hit:{hit.code}"}
    decided = state_line(hit, phrases)
    buttons = [
        _button(
            f"screening_{word}:{place}",
            phrases[f"slack_screening.act.{word}"],
            Pointer(hit.code, place, word),
        )
        | ({"style": "primary"} if word == "confirm" else {})
        for word in BUTTONS[hit.state]
    ]
    menu = {
        "type": "overflow",
        "action_id": f"{MENU_ID}:{place}",
        "options": [
            option(phrases[f"slack_screening.act.{word}"], Pointer(hit.code, place, word).pack())
            for word in MENU[hit.state]
        ],
    }
    if not buttons:
        return [line | {"accessory": menu}, small(decided)]
    return [
        line,
        small(cut("\n".join((*_reasons(hit, phrases), decided)), 1990)),
        {"type": "actions", "block_id": f"act:{hit.code}", "elements": [*buttons, menu]},
    ]


def likelihood(hit: HitLine, phrases: Phrasebook) -> str:
    """How likely both are one, in words with the figure; the figure alone once somebody has decided."""
    word = next(word for least, word in _LIKELY if hit.score >= least)
    if hit.state in ("true", "false", "closed"):
        word = "decided"
    return phrases.say(f"slack_screening.likely.{word}", score=f"{hit.score:.2f}")


def state_line(hit: HitLine, phrases: Phrasebook) -> str:
    """Where a hit stands, through whom, since when and why; in mrkdwn."""
    word = phrases[f"slack_screening.state.{hit.state}"]
    parts = [f"{SIGNS[hit.state]} *{word}*"]
    if hit.by and hit.at is not None:
        values = {"who": escape(cut(hit.by, 80)), "when": moment(hit.at, phrases)}
        parts.append(phrases.say("slack_screening.by", **values))
    if hit.reason:
        parts.append(phrases.say("slack_screening.because", reason=cut(escape(hit.reason), _REASON)))
    return " · ".join(parts)


def _about(card: HitsCard, phrases: Phrasebook) -> list[dict[str, Any]]:
    """What was compared with what: the lists with version and day, how much, and when."""
    if card.kind != "screening":
        return []
    if not card.lists:
        return [words(f"⚪ {phrases['slack_screening.no_lists']}")]
    said = []
    for each in card.lists[:_LISTS]:
        key = "slack_screening.list_old" if each.is_old else "slack_screening.list"
        said.append(phrases.say(key, name=escape(cut(each.name, 60)), version=each.version, day=each.day))
    if len(card.lists) > _LISTS:
        said.append(f"+{len(card.lists) - _LISTS}")
    counts = phrases.say(
        "slack_screening.compared",
        subjects=phrases.count("slack_screening.subjects", card.subjects),
        compared=f"{card.compared:,}",
        code=card.code,
        when=moment(card.made_at, phrases),
    )
    return [small(cut(" · ".join(said), 1500), counts)]


def _summary(card: HitsCard, phrases: Phrasebook) -> str:
    if card.count:
        return phrases.count(f"slack_screening.found.{card.kind}", card.count)
    if card.kind != "screening":
        return phrases[f"slack_screening.none.{card.kind}"]
    if not card.lists:
        return phrases["slack_screening.none.unlisted"]
    lists = phrases["slack.list_separator"].join(
        phrases.say("slack_screening.list", name=each.name, version=each.version, day=each.day)
        for each in card.lists[:_LISTS]
    )
    return phrases.say("slack_screening.none.screening", lists=cut(lists, 600))


def _story(hit: HitLine, phrases: Phrasebook) -> str:
    roles = phrases["slack.list_separator"].join(hit.roles)
    values = {
        "code": hit.code,
        "ours": escape(cut(hit.ours, _NAME)),
        "roles": escape(cut(roles, _NAME)),
        "matched": escape(cut(hit.matched, _NAME)),
        "list": escape(cut(hit.list, 60)),
        "version": hit.version,
        "entry": escape(cut(hit.entry, 60)),
        "likely": likelihood(hit, phrases),
    }
    lines = [phrases.say("slack_screening.hit", **values)]
    if hit.entry_name != hit.matched:
        name = escape(cut(hit.entry_name, _NAME))
        lines.append(phrases.say("slack_screening.entry_name", name=name))
    if hit.customer:
        named = escape(cut(hit.customer, _NAME))
        lines.append(phrases.say("slack_screening.of_customer", name=named, code=hit.customer_code))
    return "\n".join(lines)


def _reasons(hit: HitLine, phrases: Phrasebook) -> list[str]:
    """What speaks for it and what against; that nothing does is said too."""
    against = _listed(hit.against, phrases) or phrases["slack_screening.nothing"]
    lines = []
    if because := _listed(hit.because, phrases):
        lines.append(phrases.say("slack_screening.for", reasons=because))
    lines.append(phrases.say("slack_screening.against", reasons=against))
    return lines


def _listed(reasons: Sequence[Reason], phrases: Phrasebook) -> str:
    said = []
    for reason in reasons[:_NOTES]:
        sides = " ~ ".join(dict.fromkeys(each for each in (reason.ours, reason.theirs) if each))
        said.append(cut(escape(f"{reason.note} ({sides})" if sides else reason.note), _NOTE))
    if len(reasons) > _NOTES:
        said.append(f"+{len(reasons) - _NOTES}")
    return phrases["slack_screening.and"].join(said)


def _size(part: Any) -> int:
    """How many characters of text there are in blocks."""
    if isinstance(part, dict):
        own = part["text"] if isinstance(part.get("text"), str) else ""
        return len(own) + sum(_size(each) for each in part.values())
    return sum(map(_size, part)) if isinstance(part, list) else 0


def _button(action: str, label: str, pointer: Pointer) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": action,
        "text": plain(label, BUTTON_TEXT),
        "value": pointer.pack(),
    }
