"""Files that people send and letters that ask for papers, as messages and modals (收件、索取材料)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.identifiers import Pointer
from bot.slack.views.forms import ask, form, option, page, plain, select, small, words, write
from bot.slack.views.limits import (
    BUTTON_TEXT,
    FALLBACK_TEXT,
    OPTION_TEXT,
    PLACEHOLDER_TEXT,
    SECTION_TEXT,
    cut,
    escape,
)
from prompts.phrasebook import Phrasebook

#: Buttons and selects of the question whose a file is.
CUSTOMER, OTHER, DISCARD, OPEN = "papers_customer", "papers_other", "papers_discard", "papers_open"
#: The modal of the letter and its fields.
LETTER, REQUEST, LANGUAGE, OPENING, EXTRA = (
    "papers_letter",
    "papers_request",
    "papers_language",
    "papers_opening",
    "papers_extra",
)
#: The block that an objection to an empty letter stands at.
EXTRA_BLOCK = "extra"
#: Customers that are offered as buttons; checkboxes of one input; inputs of requests.
GUESSES, BOXES, GROUPS = 4, 10, 3
_NAME, _LETTER_PIECE, _LETTER = 120, 2900, 9000


@dataclass(frozen=True, slots=True)
class Filed:
    """A file that is filed, as its message says it; names and texts are not escaped yet."""

    code: str
    name: str
    customer: str
    customer_code: str
    what: str
    mentioned: tuple[str, ...]
    events: tuple[str, ...]
    warnings: tuple[str, ...]
    field_class: str
    sender: str
    known: bool = False


def question_message(
    code: str,
    name: str,
    what: str,
    guesses: Sequence[tuple[str, str]],
    phrases: Phrasebook,
    *,
    warnings: Iterable[str] = (),
) -> dict[str, Any]:
    """Asks whose the file is; `guesses` are (customer code, name), the likeliest first."""
    number = int(code.removeprefix("F-"))
    question = phrases.say("slack_check.file.which", name=_quiet(name), what=escape(cut(what, 200)))
    buttons: list[dict[str, Any]] = [
        {
            "type": "button",
            "action_id": f"{CUSTOMER}:{place}",
            "text": plain(f"{label} · {customer}", BUTTON_TEXT),
            "value": Pointer(code, 0, customer).pack(),
        }
        | ({"style": "primary"} if place == 1 else {})
        for place, (customer, label) in enumerate(guesses[:GUESSES], start=1)
    ]
    chooser = {
        "type": "external_select",
        "action_id": f"{OTHER}:{number}",
        "min_query_length": 1,
        "placeholder": plain(phrases["slack_check.file.choose"], PLACEHOLDER_TEXT),
    }
    discard = {
        "type": "button",
        "action_id": DISCARD,
        "text": plain(phrases["slack_check.file.discard"], BUTTON_TEXT),
        "value": Pointer(code, 0, "discard").pack(),
    }
    told = [phrases.say("slack_check.file.warning", text=escape(cut(each, 300))) for each in warnings][:4]
    hint = [phrases["slack_check.file.guess"]] if guesses else []
    blocks = [words(question)]
    if told or hint:
        blocks.append(small(*told, *hint))
    blocks.append({"type": "actions", "block_id": "whose", "elements": [*buttons, chooser, discard]})
    return {"text": cut(question, FALLBACK_TEXT), "blocks": blocks}


def filed_message(filed: Filed, phrases: Phrasebook) -> dict[str, Any]:
    """What was read, and that it is a source from now on."""
    separator = phrases["slack_check.file.separator"]
    lead = phrases.say(
        "slack_check.file.taken",
        name=_quiet(filed.name),
        customer=escape(cut(filed.customer, _NAME)),
        code=filed.customer_code,
    )
    lines = [phrases.say("slack_check.file.read", what=escape(filed.what))]
    if filed.known:
        lines = [phrases.say("slack_check.file.known", name=_quiet(filed.name)), *lines]
    lines.append(
        phrases.say("slack_check.file.mentioned", names=escape(cut(separator.join(filed.mentioned), 400)))
        if filed.mentioned
        else phrases["slack_check.file.nobody"]
    )
    lines.append(
        phrases.say("slack_check.file.events", events=escape(cut(separator.join(filed.events), 600)))
        if filed.events
        else phrases["slack_check.file.no_events"]
    )
    lines += [
        phrases.say("slack_check.file.warning", text=escape(cut(each, 300))) for each in filed.warnings[:5]
    ]
    origin = phrases.say(
        "slack_check.file.class",
        **{"class": phrases[f"slack.class.{filed.field_class}"], "who": escape(cut(filed.sender, 100))},
    )
    button = {
        "type": "button",
        "action_id": OPEN,
        "text": plain(phrases["slack_check.file.open"], BUTTON_TEXT),
        "value": Pointer(filed.code, 0, "open").pack(),
    }
    return {
        "text": cut(lead, FALLBACK_TEXT),
        "blocks": [
            words(lead),
            words("\n".join(f"• {line}" for line in lines)),
            small(origin),
            {"type": "actions", "block_id": "filed", "elements": [button]},
        ],
    }


def plain_message(text: str) -> dict[str, Any]:
    """A question that is answered otherwise, without its buttons."""
    return {"text": cut(text, FALLBACK_TEXT), "blocks": [words(text)]}


def document_modal(title: str, lines: Iterable[str], text: str, phrases: Phrasebook) -> dict[str, Any]:
    """The beginning of a document, with what is known of it."""
    blocks = [words(f"*{escape(cut(title, 300))}*"), small(*(escape(cut(line, 300)) for line in lines))]
    for start in range(0, min(len(text), 6000), 2000):
        quoted = "\n".join("> " + escape(line) for line in text[start : start + 2000].split("\n"))
        blocks.append(words(cut(quoted, SECTION_TEXT)))
    return page(phrases["slack_check.file.open"], blocks, phrases)


def letter_form(
    code: str, requests: Sequence[str], language: str, opening: str, phrases: Phrasebook
) -> dict[str, Any]:
    """The modal in which the papers are chosen and the letter is worded; everything is ticked at first."""
    blocks: list[dict[str, Any]] = []
    for group in range(min(GROUPS, (len(requests) + BOXES - 1) // BOXES)):
        options = [
            _box(number, text)
            for number, text in enumerate(requests[group * BOXES : (group + 1) * BOXES], start=group * BOXES)
        ]
        element = {
            "type": "checkboxes",
            "action_id": f"{REQUEST}:{group + 1}",
            "options": options,
            "initial_options": options,
        }
        label = phrases["slack_check.letter.which" if group == 0 else "slack_check.letter.which_more"]
        blocks.append(ask(f"requests{group}", label, element, optional=True))
    languages = [option(phrases[f"slack_check.letter.{each}"], each) for each in ("zh", "en")]
    blocks += [
        ask(EXTRA_BLOCK, phrases["slack_check.letter.extra"], write(EXTRA), optional=True),
        ask(
            "language",
            phrases["slack_check.letter.language"],
            select(
                LANGUAGE,
                languages,
                placeholder=phrases["slack_check.letter.language"],
                initial=language,
            ),
        ),
        ask(
            "opening",
            phrases["slack_check.letter.opening"],
            write(OPENING) | {"initial_value": cut(opening, 1000)},
        ),
    ]
    return form(
        LETTER,
        phrases["slack_check.letter.heading"],
        blocks,
        phrases,
        pointer=Pointer(code),
        submit=phrases["slack_check.letter.send"],
    )


def letter_message(name: str, letter: str, phrases: Phrasebook) -> dict[str, Any]:
    """The letter, ready to be copied: as it is, with nothing in it that Slack makes more of."""
    ready = phrases.say("slack_check.letter.ready", name=escape(cut(name, _NAME)))
    text = cut(letter, _LETTER)
    pieces = [text[start : start + _LETTER_PIECE] for start in range(0, len(text), _LETTER_PIECE)]
    return {
        "text": cut(ready, FALLBACK_TEXT),
        "blocks": [words(ready), *(_preformatted(piece) for piece in pieces)],
    }


def _box(number: int, text: str) -> dict[str, Any]:
    """A request as a checkbox: its first words, and the next ones in small print."""
    whole = " ".join(text.split())
    if len(whole) <= OPTION_TEXT:
        return option(whole, str(number))
    at = whole.rfind(" ", 0, OPTION_TEXT)
    at = at if at > OPTION_TEXT // 2 else OPTION_TEXT
    return option(whole[:at], str(number), whole[at:].strip())


def _preformatted(text: str) -> dict[str, Any]:
    element = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [element]}


def _quiet(name: str) -> str:
    """A file name within bold words: escaped, and without what would end them."""
    shown = " ".join(name.replace("*", "∗").split())
    return escape(cut(shown, _NAME)) or "–"


def chosen(values: Mapping[str, str], requests: Sequence[str]) -> list[str]:
    """The requests that were ticked, in their order; the words of `EXTRA` follow, a line each."""
    ticked = {
        int(number)
        for group in range(1, GROUPS + 1)
        for number in values.get(f"{REQUEST}:{group}", "").split("\n")
        if number.isascii() and number.isdigit()
    }
    extra = [line.strip() for line in values.get(EXTRA, "").splitlines() if line.strip()]
    return [text for number, text in enumerate(requests) if number in ticked] + extra
