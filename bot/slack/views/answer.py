"""An answer as a message: the text, numbered sources that open, choices, and feedback.

Takes the answer in the shape in which the store keeps it, so a message can be drawn again from the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.identifiers import BAD, CHOOSE_OPTION, DOWNLOAD_TABLE, FEEDBACK, GOOD, OPEN_SOURCE, Pointer
from bot.slack.views.forms import plain
from bot.slack.views.limits import (
    ACTION_ELEMENTS,
    BUTTON_TEXT,
    FALLBACK_TEXT,
    MARKDOWN_TEXT,
    OPTION_TEXT,
    PLACEHOLDER_TEXT,
    SECTION_TEXT,
    SELECT_OPTIONS,
    cut,
    escape,
)
from prompts.phrasebook import Phrasebook

#: Sources that get a line and a button of their own; the rest is named by its count.
SHOWN_SOURCES = 10


def answer_message(answer: Mapping[str, Any], phrases: Phrasebook) -> dict[str, Any]:
    """`text` and `blocks` of the message that carries an answer."""
    code = str(answer["code"])
    body = quiet_markdown(str(answer["answer"]))
    blocks: list[dict[str, Any]] = [{"type": "markdown", "text": cut(body, MARKDOWN_TEXT - 2000)}]
    if answer.get("clarify"):
        blocks.append(_choices(code, answer["clarify"]["options"]))
    if (answer.get("table") or {}).get("export"):
        blocks.append(_download(code, phrases))
    evidence = answer.get("evidence") or []
    if evidence:
        blocks.extend(_sources(code, evidence, phrases))
    blocks.append(_feedback(code, phrases))
    return {"text": cut(body, FALLBACK_TEXT), "blocks": blocks}


def _download(code: str, phrases: Phrasebook) -> dict[str, Any]:
    """The button that sends the table as a file; whoever clicks is checked again."""
    button = {
        "type": "button",
        "action_id": DOWNLOAD_TABLE,
        "text": {"type": "plain_text", "text": cut(phrases["slack_table.button"], BUTTON_TEXT)},
        "value": Pointer(code).pack(),
    }
    return {"type": "actions", "block_id": f"table:{code}", "elements": [button]}


def quiet_markdown(text: str) -> str:
    """Markdown in which nothing can call or link: angle brackets are escaped, quotation marks at line starts kept.

    An address within a quotation is written so that Slack makes no link of it: whoever wrote the document does not
    get a click.
    """
    lines = []
    for line in text.split("\n"):
        stripped = line.lstrip()
        if stripped.startswith("> "):
            lines.append("> " + _harmless(stripped[2:]).replace("://", "[:]//"))
        else:
            lines.append(_harmless(line))
    return "\n".join(lines)


def _harmless(markdown: str) -> str:
    """Slack's escapes instead of markdown's own, which it would show: `\\<` and `\\&lt;` would both be wrong."""
    return escape(markdown.replace("\\<", "<").replace("\\>", ">"))


def _choices(code: str, options: list[Mapping[str, str]]) -> dict[str, Any]:
    return {
        "type": "actions",
        "block_id": f"choices:{code}",
        "elements": [
            {
                "type": "button",
                "action_id": f"{CHOOSE_OPTION}:{number}",
                "text": {"type": "plain_text", "text": cut(option["label"], BUTTON_TEXT)},
                "value": Pointer(code, number, option["value"]).pack(),
            }
            for number, option in enumerate(options[:ACTION_ELEMENTS], start=1)
        ],
    }


def _sources(code: str, evidence: list[Mapping[str, Any]], phrases: Phrasebook) -> list[dict[str, Any]]:
    shown, others = evidence[:SHOWN_SOURCES], evidence[SHOWN_SOURCES:]
    lines = [f"*[{number}]* {source_line(item, phrases)}" for number, item in enumerate(shown, start=1)]
    if others:
        lines.append(phrases.say("slack.sources.more", count=len(others)))
    return [
        {
            "type": "context",
            "block_id": f"sources:{code}",
            # Titles are words from outside: verbatim, so that Slack makes no mention and no link of them.
            "elements": [{"type": "mrkdwn", "text": cut("\n".join(lines), SECTION_TEXT), "verbatim": True}],
        },
        {
            "type": "actions",
            "block_id": f"open:{code}",
            "elements": [
                {
                    "type": "button",
                    "action_id": f"{OPEN_SOURCE}:{number}",
                    "text": {"type": "plain_text", "text": phrases.say("slack.sources.open", number=number)},
                    "value": Pointer(code, number).pack(),
                }
                for number in range(1, len(shown) + 1)
            ]
            + ([_further(code, others, phrases)] if others else []),
        },
    ]


def _further(code: str, others: list[Mapping[str, Any]], phrases: Phrasebook) -> dict[str, Any]:
    """A menu of the sources that have no button of their own; beyond what it holds, people write "open 120"."""
    listed = enumerate(others[:SELECT_OPTIONS], start=SHOWN_SOURCES + 1)
    return {
        "type": "static_select",
        "action_id": f"{OPEN_SOURCE}:0",
        "placeholder": plain(phrases["slack.sources.further"], PLACEHOLDER_TEXT),
        "options": [
            {
                "text": plain(f"[{number}] {source_line(item, phrases, as_text=True)}", OPTION_TEXT),
                "value": Pointer(code, number).pack(),
            }
            for number, item in listed
        ],
    }


def source_line(item: Mapping[str, Any], phrases: Phrasebook, *, as_text: bool = False) -> str:
    """One line that says what a source is, from whom and of when; never more than 200 characters.

    mrkdwn, or plain text in which nothing is a sign.
    """
    mark = str if as_text else escape
    kind = kind_of(item, phrases)
    title = item.get("title") or item.get("source") or ""
    if item.get("calculation"):
        # Where a figure was worked out, how says more than who did it.
        return " · ".join((kind, mark(cut(str(item["quote"]).split("\n", 1)[0], 110))))
    parts = [kind, mark(cut(str(title), 80))]
    if item.get("title") and item.get("source"):
        parts.append(mark(cut(str(item["source"]), 40)))
    if place := place_of(item.get("locator") or {}, phrases):
        parts.append(place)
    if item.get("date"):
        parts.append(str(item["date"]))
    return " · ".join(part for part in parts if part)


def kind_of(item: Mapping[str, Any], phrases: Phrasebook) -> str:
    """What kind of source it is; a record by what it records."""
    aggregate = f"slack.aggregate.{(item.get('locator') or {}).get('aggregate')}"
    return phrases[aggregate] if aggregate in phrases else phrases[f"slack.kind.{item['kind']}"]


def place_of(locator: Mapping[str, Any], phrases: Phrasebook) -> str:
    """The place in a document as people say it: page 4, sheet Ageing row 12, line 7."""
    known = ("page", "sheet", "row", "paragraph", "table", "line", "part")
    return escape(
        ", ".join(
            phrases.say(f"slack.place.{key}", value=str(locator[key])) for key in known if key in locator
        )
    )


def _feedback(code: str, phrases: Phrasebook) -> dict[str, Any]:
    def button(choice: str) -> dict[str, Any]:
        return {
            "text": {"type": "plain_text", "text": phrases[f"slack.feedback.{choice}"]},
            "accessibility_label": phrases[f"slack.feedback.{choice}_label"],
            "value": Pointer(code, 0, choice).pack(),
        }

    return {
        "type": "context_actions",
        "block_id": f"feedback:{code}",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": FEEDBACK,
                "positive_button": button(GOOD),
                "negative_button": button(BAD),
            }
        ],
    }
