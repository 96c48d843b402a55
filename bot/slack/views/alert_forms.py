"""What is asked before an alert is dismissed or closed, the note, and the page of what happened to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.slack.identifiers import OPEN_SOURCE, Pointer
from bot.slack.views.alert import AlertCard, headline, moment
from bot.slack.views.answer import source_line
from bot.slack.views.forms import ask, form, option, page, plain, select, small, words, write
from bot.slack.views.limits import BUTTON_TEXT, cut, escape
from prompts.phrasebook import Phrasebook

#: Callbacks of the forms, and the ids of their fields; an objection to the words stands at `WORDS_BLOCK`.
DISMISS, CLOSE, NOTE = "alert_dismiss", "alert_close", "alert_note"
CHOICE, WORDS = "alert_choice", "alert_words"
WORDS_BLOCK = "words"
#: The choice that needs words.
OTHER = "other"
REASONS = ("known", "not_ours", "not_relevant", "wrong", "duplicate", OTHER)
OUTCOMES = ("no_action", "terms_changed", "customer_explained", "stopped", "passed_on", OTHER)
#: Steps and pieces of evidence on the page of an alert's history.
_STEPS, _EVIDENCE = 60, 30


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to an alert; `words` is what was said with it."""

    at: datetime
    what: str
    who: str
    words: str = ""


def dismiss_form(card: AlertCard, phrases: Phrasebook) -> dict[str, Any]:
    """The reason is required: a dismissal without one proves nothing later."""
    return _chosen_form(DISMISS, "dismiss", "reason", REASONS, card, phrases)


def close_form(card: AlertCard, phrases: Phrasebook) -> dict[str, Any]:
    """How it ended."""
    return _chosen_form(CLOSE, "close", "outcome", OUTCOMES, card, phrases)


def note_form(card: AlertCard, phrases: Phrasebook) -> dict[str, Any]:
    """Words that stay with the alert."""
    return form(
        NOTE,
        phrases.say("slack_alerts.form.note", code=card.code),
        [_about(card, phrases), ask(WORDS_BLOCK, phrases["slack_alerts.form.note_words"], write(WORDS))],
        phrases,
        pointer=Pointer(card.code),
        submit=phrases["slack_alerts.form.note_send"],
    )


def history_page(card: AlertCard, steps: Iterable[Step], phrases: Phrasebook) -> dict[str, Any]:
    """What happened to an alert from its first item on, and all that it stands on."""
    lines = []
    for step in list(steps)[-_STEPS:]:
        said = f": {escape(cut(step.words, 300))}" if step.words else ""
        lines.append(f"• {moment(step.at, phrases)} – {escape(step.what)} – {escape(step.who)}{said}")
    blocks: list[dict[str, Any]] = [
        words(f"*{escape(headline(card, phrases))}*\n{escape(cut(card.what, 700))}"),
        {"type": "divider"},
    ]
    blocks += [words("\n".join(lines[at : at + 6])) for at in range(0, len(lines), 6)]
    if not lines:
        blocks.append(small(phrases["slack_alerts.form.no_history"]))
    if card.evidence:
        blocks.append({"type": "divider"})
    for number, item in enumerate(card.evidence[:_EVIDENCE], start=1):
        opener = {
            "type": "button",
            "action_id": f"{OPEN_SOURCE}:{number}",
            "text": plain(phrases.say("slack.sources.open", number=number), BUTTON_TEXT),
            "value": Pointer(card.code, number).pack(),
        }
        blocks.append(words(f"*[{number}]* {source_line(item, phrases)}") | {"accessory": opener})
    return page(phrases.say("slack_alerts.form.history", code=card.code), blocks, phrases)


def _chosen_form(
    callback: str, word: str, question: str, choices: Iterable[str], card: AlertCard, phrases: Phrasebook
) -> dict[str, Any]:
    options = [option(phrases[f"slack_alerts.{question}.{each}"], each) for each in choices]
    chooser = select(CHOICE, options, placeholder=phrases["slack.form.choose"])
    return form(
        callback,
        phrases.say(f"slack_alerts.form.{word}", code=card.code),
        [
            _about(card, phrases),
            ask("choice", phrases[f"slack_alerts.form.{word}_{question}"], chooser),
            ask(WORDS_BLOCK, phrases[f"slack_alerts.form.{word}_words"], write(WORDS), optional=True),
        ],
        phrases,
        pointer=Pointer(card.code),
        submit=phrases[f"slack_alerts.form.{word}_send"],
    )


def _about(card: AlertCard, phrases: Phrasebook) -> dict[str, Any]:
    return small(
        phrases.say(
            "slack_alerts.form.about", name=escape(cut(card.customer, 90)), what=escape(cut(card.what, 300))
        )
    )
