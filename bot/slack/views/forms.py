"""The parts of modals that people fill in: inputs, selects and the frame around them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.slack.identifiers import Pointer
from bot.slack.views.limits import (
    MODAL_TITLE,
    OPTION_TEXT,
    PLACEHOLDER_TEXT,
    SECTION_TEXT,
    SELECT_OPTIONS,
    VIEW_BLOCKS,
    cut,
)
from prompts.phrasebook import Phrasebook

#: The longest text that a person writes into a form; the store keeps all of it.
WORDS = 1000


def form(
    callback: str,
    title: str,
    blocks: list[dict[str, Any]],
    phrases: Phrasebook,
    *,
    pointer: Pointer | None = None,
    submit: str,
) -> dict[str, Any]:
    """A modal with a button that sends it; where it points is carried along unseen."""
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, MODAL_TITLE),
        "submit": plain(submit, MODAL_TITLE),
        "close": plain(phrases["slack.form.cancel"], MODAL_TITLE),
        "blocks": blocks[:VIEW_BLOCKS],
    } | ({"private_metadata": pointer.pack()} if pointer else {})


def page(title: str, blocks: list[dict[str, Any]], phrases: Phrasebook) -> dict[str, Any]:
    """A modal that is only read."""
    return {
        "type": "modal",
        "title": plain(title, MODAL_TITLE),
        "close": plain(phrases["slack.source.close"], MODAL_TITLE),
        "blocks": blocks[:VIEW_BLOCKS],
    }


def plain(text: str, limit: int) -> dict[str, Any]:
    """A plain text object; Slack refuses an empty one."""
    return {"type": "plain_text", "text": cut(text, limit) or "–"}


def words(text: str) -> dict[str, Any]:
    """A section of mrkdwn; `text` is escaped where it is not ours. Verbatim: Slack makes no mention and no link."""
    return {"type": "section", "text": mrkdwn(text)}


def mrkdwn(text: str) -> dict[str, Any]:
    """A mrkdwn text object within the limit of a section."""
    return {"type": "mrkdwn", "text": cut(text, SECTION_TEXT) or "–", "verbatim": True}


def small(*lines: str) -> dict[str, Any]:
    """A line of small print."""
    return {"type": "context", "elements": [mrkdwn(line) for line in lines[:10]]}


def option(label: str, value: str, description: str = "") -> dict[str, Any]:
    """One entry of a select; `value` has at most 150 characters."""
    entry: dict[str, Any] = {"text": plain(label, OPTION_TEXT), "value": value}
    return entry | ({"description": plain(description, OPTION_TEXT)} if description else {})


def select(
    action: str, options: Iterable[dict[str, Any]], *, placeholder: str, initial: str | None = None
) -> dict[str, Any]:
    """A select with its options, of which it shows at most 100; `initial` is the value that is chosen already."""
    shown = list(options)[:SELECT_OPTIONS]
    element: dict[str, Any] = {
        "type": "static_select",
        "action_id": action,
        "placeholder": plain(placeholder, PLACEHOLDER_TEXT),
        "options": shown,
    }
    chosen = next((each for each in shown if each["value"] == initial), None)
    return element | ({"initial_option": chosen} if chosen else {})


def choose_one(action: str, options: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Radio buttons, at most ten."""
    return {"type": "radio_buttons", "action_id": action, "options": list(options)[:10]}


def write(action: str, *, lines: bool = True, placeholder: str = "") -> dict[str, Any]:
    """A field for words."""
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": action,
        "multiline": lines,
        "max_length": WORDS,
    }
    return element | ({"placeholder": plain(placeholder, PLACEHOLDER_TEXT)} if placeholder else {})


def ask(block: str, label: str, element: dict[str, Any], *, optional: bool = False) -> dict[str, Any]:
    """An input with its label; `block` is where an objection stands."""
    return {
        "type": "input",
        "block_id": block,
        "label": plain(label, 200),
        "element": element,
        "optional": optional,
    }
