"""What is asked before a hit is decided, and the page of what happened to one (命中处置表单)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.slack.identifiers import Pointer
from bot.slack.views.alert import moment
from bot.slack.views.alert_forms import Step
from bot.slack.views.forms import ask, form, page, small, words, write
from bot.slack.views.limits import cut, escape
from bot.slack.views.screening import HitLine, Reason, likelihood, state_line
from prompts.phrasebook import Phrasebook

#: The callback of the form for each verdict, and where the reason stands.
FORMS = {"true": "screening_true", "false": "screening_false", "unsure": "screening_unsure"}
WORDS, WORDS_BLOCK = "screening_words", "words"
#: Steps on the page of a hit's history, and findings on each side.
_STEPS, _NOTES = 60, 12


def reason_form(
    verdict: str, hit: HitLine, phrases: Phrasebook, *, needs_two: bool = False
) -> dict[str, Any]:
    """The reason is required: a decision without one proves nothing later. `needs_two`: a second person confirms it."""
    blocks: list[dict[str, Any]] = [
        words(_headline(hit, phrases)),
        small(phrases[f"slack_screening.form.{verdict}_means"]),
        ask(WORDS_BLOCK, phrases["slack_screening.form.reason"], write(WORDS)),
    ]
    if needs_two and verdict == "false":
        blocks.append(small(phrases["slack_screening.form.needs_two"]))
    return form(
        FORMS[verdict],
        phrases.say("slack_screening.form.title", code=hit.code),
        blocks,
        phrases,
        pointer=Pointer(hit.code, 0, verdict),
        submit=phrases[f"slack_screening.form.{verdict}"],
    )


def history_page(hit: HitLine, steps: Iterable[Step], phrases: Phrasebook) -> dict[str, Any]:
    """What happened to a hit from its finding on, and everything that speaks for it and against it."""
    blocks: list[dict[str, Any]] = [words(_headline(hit, phrases)), small(state_line(hit, phrases))]
    for key, reasons in (("for", hit.because), ("against", hit.against)):
        if reasons:
            listed = "\n".join(f"• {_reason(each)}" for each in reasons[:_NOTES])
            blocks.append(words(phrases.say(f"slack_screening.{key}", reasons="\n" + listed)))
    blocks.append({"type": "divider"})
    lines = []
    for step in list(steps)[-_STEPS:]:
        said = f": {escape(cut(step.words, 300))}" if step.words else ""
        what, who = escape(cut(step.what, 120)), escape(cut(step.who, 80))
        lines.append(f"• {moment(step.at, phrases)} – {what} – {who}{said}")
    blocks += [words("\n".join(lines[at : at + 4])) for at in range(0, len(lines), 4)]
    return page(phrases.say("slack_screening.form.history", code=hit.code), blocks, phrases)


def _headline(hit: HitLine, phrases: Phrasebook) -> str:
    return phrases.say(
        "slack_screening.form.about",
        ours=escape(cut(hit.ours, 120)),
        matched=escape(cut(hit.matched, 120)),
        list=escape(cut(hit.list, 60)),
        version=hit.version,
        entry=escape(cut(hit.entry, 60)),
        likely=likelihood(hit, phrases),
    )


def _reason(reason: Reason) -> str:
    sides = " ~ ".join(dict.fromkeys(each for each in (reason.ours, reason.theirs) if each))
    return escape(cut(f"{reason.note} ({sides})" if sides else reason.note, 200))
