"""A check as a message: first a plan whose steps finish one by one, then the card with the result (核查卡片).

Pure: the plan is drawn from the sections that are finished, the card from the check as the store keeps it. Worst
comes first; what is left out is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.slack.identifiers import BAD, GOOD, OPEN_SOURCE, Pointer
from bot.slack.views.answer import source_line
from bot.slack.views.forms import plain, small, words
from bot.slack.views.limits import ALT_TEXT, BUTTON_TEXT, FALLBACK_TEXT, HEADER_TEXT, cut, escape
from prompts.phrasebook import Phrasebook

#: The sections in the order of a check, as `bot.checks.result.SectionName` has them.
SECTIONS = ("identity", "finance", "business", "reputation", "law", "compliance")
#: What stands for a status beside its word; colour alone tells nothing to some eyes.
SIGNS = {"pass": "🟢", "warn": "🟡", "fail": "🔴", "unknown": "⚪"}
#: Worst first; what is not known is worse than what is in order.
_RANK = {"fail": 0, "warn": 1, "unknown": 2, "pass": 3}

REPORT, PICTURES, AGAIN, VERDICT = "check_report", "check_pictures", "check_again", "check_verdict"
#: The button that opens the letter which asks for papers; it belongs to the desk of papers.
PAPERS = "papers_ask"

_FINDINGS, _CONFLICTS, _MISSING, _CHANGES, _SOURCES = 8, 3, 6, 5, 12
_FINDING, _SIDE, _BECAUSE, _MISSING_TEXT, _CHANGE = 320, 120, 240, 140, 200


def plan_message(
    name: str, finished: Mapping[str, str], phrases: Phrasebook, *, broken: bool = False
) -> dict[str, Any]:
    """The message while a check runs; `finished` has the status of each finished section by its name.

    `broken`: it stopped on the way and will be taken up again.
    """
    # A title is plain text, where nothing can be called or linked; the fallback text is not.
    title = phrases.say("slack_check.plan.title", name=cut(" ".join(name.split()), 120))
    running = next((each for each in SECTIONS if each not in finished), None)
    tasks = []
    for section in SECTIONS:
        task: dict[str, Any] = {
            "type": "task_card",
            "task_id": section,
            "title": phrases[f"slack_check.section.{section}"],
            "status": "complete"
            if section in finished
            else ("error" if broken else "in_progress")
            if section == running
            else "pending",
        }
        if section in finished:
            task["output"] = _rich(_status(finished[section], phrases))
        tasks.append(task)
    return {
        "text": cut(escape(title), FALLBACK_TEXT),
        "blocks": [{"type": "plan", "block_id": "plan", "title": title, "tasks": tasks}],
    }


def check_message(check: Mapping[str, Any], phrases: Phrasebook) -> dict[str, Any]:
    """`text` and `blocks` of the card of a finished check in the language of the phrases."""
    code, name = str(check["code"]), str(check["name"])
    sections = list(check["sections"])
    findings = worst_first(sections)
    lines, cited = _findings(findings, check, phrases)
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": plain(_headline(check, phrases), HEADER_TEXT)},
        small(" · ".join(_about(check, phrases))),
        words("\n".join(_section(each, phrases) for each in sections)),
    ]
    if lines:
        blocks.append({"type": "divider"})
        blocks.append(words(f"*{phrases['slack_check.card.findings']}*\n" + "\n".join(lines)))
    for lead, shown in (
        ("conflicts", list(_conflicts(sections, check, cited, phrases))),
        ("missing", list(_missing(check, phrases))),
        ("changes", list(_changes(check, phrases))),
    ):
        if shown:
            blocks.append(words(f"*{phrases[f'slack_check.card.{lead}']}*\n" + "\n".join(shown)))
    blocks += _sources(code, check["evidence"], cited, phrases)
    blocks.append(_actions(check, phrases))
    blocks.append(_verdict(code, phrases))
    text = phrases.say(
        "slack_check.card.text",
        name=escape(cut(name, 120)),
        status=_status(str(check["status"]), phrases),
        customer=str(check["customer"]),
        code=code,
    )
    return {"text": cut(text, FALLBACK_TEXT), "blocks": blocks}


def pictures_message(code: str, described: Sequence[str], phrases: Phrasebook) -> dict[str, Any]:
    """The message with the pictures of a check; `described` says of each what it shows, in the order of its files."""
    lead = phrases.say("slack_check.picture.lead", code=code)
    images = [
        {"type": "image", "slack_file": {"file": place}, "alt_text": cut(text, ALT_TEXT) or code}
        for place, text in enumerate(described)
    ]
    return {"text": lead, "blocks": [words(lead), *images]}


def worst_first(sections: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Every finding that is no pass: by status, then by likelihood times impact, then in the order of the check."""
    found = [
        finding for section in sections for finding in section["findings"] if finding["status"] != "pass"
    ]
    return sorted(
        found,
        key=lambda each: (
            _RANK.get(str(each["status"]), 2),
            -int(each.get("likelihood") or 0) * int(each.get("impact") or 0),
        ),
    )


def _headline(check: Mapping[str, Any], phrases: Phrasebook) -> str:
    return phrases.say(
        "slack_check.card.headline",
        sign=SIGNS.get(str(check["status"]), SIGNS["unknown"]),
        name=cut(str(check["name"]), 90),
        status=phrases[f"slack_check.status.{check['status']}"],
    )


def _about(check: Mapping[str, Any], phrases: Phrasebook) -> Iterator[str]:
    yield f"*{escape(str(check['code']))}*"
    yield escape(str(check["customer"]))
    yield phrases.say("slack_check.card.made", when=_moment(str(check["made_at"])))
    if check.get("as_of"):
        yield phrases.say("slack_check.card.as_of", day=str(check["as_of"]))
    yield phrases.count("slack_check.card.evidence", len(check["evidence"]))


def _section(section: Mapping[str, Any], phrases: Phrasebook) -> str:
    parts = [phrases.say("slack_check.card.complete", percent=round(float(section["completeness"]) * 100))]
    days = section.get("freshness_days")
    if days is not None:
        parts.append(phrases.count("slack_check.card.days", int(days)))
    parts.append(phrases.count("slack_check.card.sources", int(section["sources"])))
    title = escape(cut(str(section["title"]), 60))
    status = phrases[f"slack_check.status.{section['status']}"]
    return f"{SIGNS[str(section['status'])]} *{title}* {status} · " + " · ".join(parts)


def _findings(
    findings: Sequence[Mapping[str, Any]], check: Mapping[str, Any], phrases: Phrasebook
) -> tuple[list[str], list[int]]:
    """The lines of the worst findings, and the numbers of the evidence that they cite, in order."""
    cited: list[int] = []
    lines = []
    for finding in findings[:_FINDINGS]:
        marks = _numbers(finding.get("evidence") or (), check, cited)
        text = escape(cut(" ".join(str(finding["text"]).split()), _FINDING))
        lines.append(f"{SIGNS[str(finding['status'])]} {text}{marks}")
    if len(findings) > _FINDINGS:
        lines.append(phrases.count("slack_check.card.more", len(findings) - _FINDINGS))
    return lines, cited


def _numbers(ids: Sequence[str], check: Mapping[str, Any], cited: list[int]) -> str:
    """Marks of the first pieces of evidence, which are noted as cited."""
    position = {str(item["id"]): number for number, item in enumerate(check["evidence"], start=1)}
    numbers = [position[each] for each in ids if each in position][:3]
    cited += [number for number in numbers if number not in cited]
    return "".join(f" [{number}]" for number in numbers)


def _conflicts(
    sections: Sequence[Mapping[str, Any]], check: Mapping[str, Any], cited: list[int], phrases: Phrasebook
) -> Iterator[str]:
    found = [conflict for section in sections for conflict in section.get("conflicts") or ()]
    for conflict in found[:_CONFLICTS]:
        sides = []
        for number, side in enumerate(conflict["sides"][:4]):
            value = escape(cut(str(side["value"]), _SIDE))
            origin = escape(cut(", ".join(str(side[key]) for key in ("source", "date") if side.get(key)), 80))
            marks = _numbers([side["evidence"]] if side.get("evidence") else [], check, cited)
            chosen = " ✔" if conflict.get("proposed") == number else ""
            sides.append(f"“{value}” ({origin}){marks}{chosen}")
        line = f"⚖️ {escape(cut(str(conflict['attribute']), 60))}: " + " ↔ ".join(sides)
        if conflict.get("proposed") is not None and conflict.get("because"):
            line += "\n      " + escape(cut(str(conflict["because"]), _BECAUSE))
        yield line
    if len(found) > _CONFLICTS:
        yield phrases.count("slack_check.card.more", len(found) - _CONFLICTS)


def _missing(check: Mapping[str, Any], phrases: Phrasebook) -> Iterator[str]:
    missing = list(check.get("missing") or ())
    for text in missing[:_MISSING]:
        yield f"• {escape(cut(str(text), _MISSING_TEXT))}"
    if len(missing) > _MISSING:
        yield phrases.count("slack_check.card.more", len(missing) - _MISSING)


def _changes(check: Mapping[str, Any], phrases: Phrasebook) -> Iterator[str]:
    earlier = check.get("earlier")
    if not earlier:
        return
    changes = list(earlier.get("changes") or ())
    since = phrases.say(
        "slack_check.card.since", code=str(earlier["code"]), when=_moment(str(earlier["made_at"]))
    )
    if not changes:
        yield phrases.say("slack_check.card.unchanged", since=since)
        return
    yield since
    for change in changes[:_CHANGES]:
        signs = "→".join(SIGNS.get(str(change.get(side)), "–") for side in ("before", "after"))
        yield f"{signs} {escape(cut(str(change['text']), _CHANGE))}"
    if len(changes) > _CHANGES:
        yield phrases.count("slack_check.card.more", len(changes) - _CHANGES)


def _sources(
    code: str, evidence: Sequence[Mapping[str, Any]], cited: Sequence[int], phrases: Phrasebook
) -> list[dict[str, Any]]:
    shown = sorted(cited[:_SOURCES])
    if not shown:
        return []
    # A line of small print holds 2,000 characters.
    lines = [f"*[{number}]* {cut(source_line(evidence[number - 1], phrases), 180)}" for number in shown]
    if len(evidence) > len(shown):
        lines.append(phrases.say("slack.sources.more", count=len(evidence) - len(shown)))
    half = (len(lines) + 1) // 2
    return [
        small(*("\n".join(part) for part in (lines[:half], lines[half:]) if part)),
        {
            "type": "actions",
            "block_id": "sources",
            "elements": [
                {
                    "type": "button",
                    "action_id": f"{OPEN_SOURCE}:{number}",
                    "text": plain(phrases.say("slack.sources.open", number=number), BUTTON_TEXT),
                    "value": Pointer(code, number).pack(),
                }
                for number in shown
            ],
        },
    ]


def _actions(check: Mapping[str, Any], phrases: Phrasebook) -> dict[str, Any]:
    code, customer = str(check["code"]), str(check["customer"])
    buttons = [
        (REPORT, "report", Pointer(code, 0, "report")),
        (PICTURES, "pictures", Pointer(code, 0, "show")),
    ]
    if check.get("requests"):
        buttons.append((PAPERS, "papers", Pointer(code, 0, "ask")))
    buttons.append((AGAIN, "again", Pointer(customer, 0, "again")))
    return {
        "type": "actions",
        "block_id": "acts",
        "elements": [
            {
                "type": "button",
                "action_id": action,
                "text": plain(phrases[f"slack_check.act.{word}"], BUTTON_TEXT),
                "value": pointer.pack(),
            }
            | ({"style": "primary"} if action == REPORT else {})
            for action, word, pointer in buttons
        ],
    }


def _verdict(code: str, phrases: Phrasebook) -> dict[str, Any]:
    def button(choice: str) -> dict[str, Any]:
        return {
            "text": plain(phrases[f"slack.feedback.{choice}"], BUTTON_TEXT),
            "accessibility_label": phrases[f"slack_check.verdict.{choice}"],
            "value": Pointer(code, 0, choice).pack(),
        }

    return {
        "type": "context_actions",
        "block_id": "verdict",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": VERDICT,
                "positive_button": button(GOOD),
                "negative_button": button(BAD),
            }
        ],
    }


def _status(status: str, phrases: Phrasebook) -> str:
    return f"{SIGNS.get(status, SIGNS['unknown'])} {phrases[f'slack_check.status.{status}']}"


def _moment(text: str) -> str:
    """An instant as people read it, to the minute in UTC."""
    return escape(text[:16].replace("T", " "))


def _rich(text: str) -> dict[str, Any]:
    element = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [element]}
