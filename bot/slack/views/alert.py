"""An alert as a message: one glance says what happened, to whom, why it matters and what to do (预警).

Pure: the desk reads the alert and gives an `AlertCard`; the same card always gives the same message, so every place
that shows an alert is drawn again from the record. Buttons are those that its state allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.slack.identifiers import OPEN_SOURCE, Pointer
from bot.slack.views.answer import source_line
from bot.slack.views.forms import option, plain, small, words
from bot.slack.views.limits import BUTTON_TEXT, FALLBACK_TEXT, HEADER_TEXT, cut, escape
from prompts.phrasebook import Phrasebook

#: Pieces of evidence that get a line and a button; the count names the rest.
SHOWN_EVIDENCE = 3
#: What stands for a severity beside its word; colour alone tells nothing to some eyes.
SIGNS = {"high": "🔴", "warn": "🟠", "info": "🔵"}
#: What stands before an alert that is over.
ENDS = {"closed": "✓", "dismissed": "✕"}
_WHAT, _WHY, _REASON = 700, 900, 300

MORE = "alert_more"
#: The button that shows the hits of the customer; it belongs to the desk of screening.
SHOW_HITS = "screening_show"
#: The clicks that a state allows: buttons (the first is the next step), then the entries of the menu.
BUTTONS: dict[str, tuple[str, ...]] = {
    "open": ("acknowledge", "check", "dismiss"),
    "acknowledged": ("take", "check", "dismiss"),
    "in_work": ("close", "check", "dismiss"),
    "closed": (),
    "dismissed": (),
}
MENU: dict[str, tuple[str, ...]] = {
    "open": ("take", "snooze", "close", "note", "history"),
    "acknowledged": ("snooze", "close", "note", "history"),
    "in_work": ("take", "snooze", "note", "history"),
    "closed": ("note", "history"),
    "dismissed": ("note", "history"),
}


@dataclass(frozen=True, slots=True)
class AlertCard:
    """What a message says of an alert; times in UTC, names as people are shown, texts not yet escaped."""

    code: str
    severity: str
    state: str
    customer: str
    customer_code: str
    what: str
    why: str
    evidence: tuple[Mapping[str, Any], ...] = ()
    #: How many items it stands on, and from how many independent sources.
    items: int = 1
    sources: int = 1
    opened_at: datetime | None = None
    latest_at: datetime | None = None
    #: Who brought it into its state, and when; None where nobody has done anything.
    by: str | None = None
    at: datetime | None = None
    #: Who works on it.
    owner: str | None = None
    #: Why it was dismissed, or how it ended.
    reason: str = ""
    snoozed_until: datetime | None = None
    escalated: bool = False
    notes: int = 0
    #: Whether it is about hits, which a button shows.
    hits: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be done any more."""
        return self.state in ("closed", "dismissed")


def alert_message(card: AlertCard, phrases: Phrasebook) -> dict[str, Any]:
    """`text` and `blocks` of the message; one that is over collapses to what became of it."""
    heading = headline(card, phrases)
    if card.is_over:
        return {"text": cut(escape(heading), FALLBACK_TEXT), "blocks": _collapsed(card, phrases)}
    blocks: list[dict[str, Any]] = [
        {"type": "header", "block_id": f"head:{card.code}", "text": plain(heading, HEADER_TEXT)},
        words(_story(card, phrases)),
    ]
    blocks += _evidence(card, phrases)
    blocks.append(small(_counts(card, phrases), state_line(card, phrases)))
    blocks.append(action_row(card, phrases))
    return {"text": cut(escape(f"{heading}\n{card.what}"), FALLBACK_TEXT), "blocks": blocks}


def headline(card: AlertCard, phrases: Phrasebook) -> str:
    """Severity, code and customer in one plain line."""
    severity = phrases[f"slack_alerts.severity.{card.severity}"]
    return phrases.say(
        "slack_alerts.headline",
        sign=SIGNS.get(card.severity, "🔵"),
        severity=severity,
        code=card.code,
        name=cut(card.customer, 80),
        customer=card.customer_code or "–",
    )


def state_line(card: AlertCard, phrases: Phrasebook) -> str:
    """Where it stands, through whom and since when; in mrkdwn."""
    values = {"who": escape(card.by or ""), "when": moment(card.at or card.opened_at, phrases)}
    key = f"slack_alerts.state.{card.state}"
    if card.state == "open":
        line = phrases.say(key, when=values["when"])
    else:
        line = phrases.say(
            key if card.by else f"{key}_by_rule", **(values if card.by else {"when": values["when"]})
        )
    parts = [line]
    if card.owner and card.owner != card.by and not card.is_over:
        parts.append(phrases.say("slack_alerts.owner", who=escape(card.owner)))
    if card.snoozed_until and not card.is_over:
        parts.append(phrases.say("slack_alerts.snoozed", when=moment(card.snoozed_until, phrases)))
    if card.escalated and not card.is_over:
        parts.append(f"*{phrases['slack_alerts.escalated']}*")
    if card.notes:
        parts.append(phrases.count("slack_alerts.notes", card.notes))
    return " · ".join(parts)


def told_reason(reason: str, phrases: Phrasebook) -> str:
    """A reason or outcome as it is kept ("not_ours: the one in Shanghai") in words."""
    word, _, said = reason.partition(":")
    for table in ("reason", "outcome"):
        if (key := f"slack_alerts.{table}.{word.strip()}") in phrases:
            return ": ".join(part for part in (phrases[key], said.strip()) if part)
    return reason


def moment(at: datetime | None, phrases: Phrasebook) -> str:
    """An instant that Slack shows in the reader's own zone; in UTC where it cannot."""
    if at is None:
        return phrases["slack_alerts.some_time"]
    fallback = at.strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>"


def _story(card: AlertCard, phrases: Phrasebook) -> str:
    lines = [f"*{escape(cut(card.what, _WHAT))}*"]
    if card.why:
        lines.append(phrases.say("slack_alerts.why", why=escape(cut(card.why, _WHY))))
    return "\n".join(lines)


def _counts(card: AlertCard, phrases: Phrasebook) -> str:
    more = len(card.evidence) - SHOWN_EVIDENCE
    parts = [
        phrases.count("slack_alerts.items", card.items),
        phrases.count("slack_alerts.sources", card.sources),
    ]
    if more > 0:
        parts.append(phrases.say("slack_alerts.more", count=more))
    if card.latest_at is not None and card.latest_at != card.opened_at:
        parts.append(phrases.say("slack_alerts.latest", when=moment(card.latest_at, phrases)))
    return " · ".join(parts)


def _evidence(card: AlertCard, phrases: Phrasebook) -> list[dict[str, Any]]:
    """A line for each piece of evidence, with a button that opens it for those who may see it."""
    blocks: list[dict[str, Any]] = []
    for number, item in enumerate(card.evidence[:SHOWN_EVIDENCE], start=1):
        opener = {
            "type": "button",
            "action_id": f"{OPEN_SOURCE}:{number}",
            "text": plain(phrases.say("slack.sources.open", number=number), BUTTON_TEXT),
            "value": Pointer(card.code, number).pack(),
        }
        line = words(f"*[{number}]* {source_line(item, phrases)}")
        blocks.append(line | {"block_id": f"evidence:{card.code}:{number}", "accessory": opener})
    return blocks


def action_row(card: AlertCard, phrases: Phrasebook) -> dict[str, Any]:
    """The buttons that the alert's state allows, the next step first, and the menu with the rest."""
    elements: list[dict[str, Any]] = []
    for number, word in enumerate(BUTTONS[card.state]):
        button = _button(card, word, phrases)
        elements.append(button | ({"style": "primary"} if number == 0 else {}))
    if card.hits and card.customer_code and not card.is_over:
        shown = Pointer(card.customer_code, 0, "show").pack()
        label = plain(phrases["slack_screening.act.hits"], BUTTON_TEXT)
        elements.insert(1, {"type": "button", "action_id": SHOW_HITS, "text": label, "value": shown})
    return {
        "type": "actions",
        "block_id": f"act:{card.code}",
        "elements": [*elements, _menu(card, phrases)],
    }


def _button(card: AlertCard, word: str, phrases: Phrasebook) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": f"alert_{word}",
        "text": plain(phrases[f"slack_alerts.act.{word}"], BUTTON_TEXT),
        "value": Pointer(card.code, 0, word).pack(),
    }


def _menu(card: AlertCard, phrases: Phrasebook) -> dict[str, Any]:
    entries = [
        option(phrases[f"slack_alerts.act.{word}"], Pointer(card.code, 0, word).pack())
        for word in MENU[card.state]
    ]
    return {"type": "overflow", "action_id": MORE, "options": entries}


def _collapsed(card: AlertCard, phrases: Phrasebook) -> list[dict[str, Any]]:
    """One line of what it was, and what became of it."""
    gone = (
        f"{ENDS[card.state]} ~{card.code}~ *{escape(cut(card.customer, 90))}* {escape(cut(card.what, 200))}"
    )
    block = words(gone) | {"block_id": f"over:{card.code}", "accessory": _menu(card, phrases)}
    line = state_line(card, phrases)
    if card.reason:
        line += "\n" + phrases.say(
            "slack_alerts.reason_given", reason=escape(cut(told_reason(card.reason, phrases), _REASON))
        )
    return [block, small(line)]
