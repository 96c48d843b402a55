"""Messages of a check: the plan at every moment, the card in both languages, and nothing that Slack would refuse."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.checks.result import SectionName
from bot.slack.identifiers import unpack
from bot.slack.payloads import read_incoming
from bot.slack.views.check import SECTIONS, check_message, plan_message, worst_first
from bot.slack.views.papers import (
    EXTRA,
    REQUEST,
    Filed,
    chosen,
    filed_message,
    letter_form,
    letter_message,
    question_message,
)
from bot.workspace.blocks import check_blocks, check_view
from prompts.phrasebook import Phrasebook

_SPEC = importlib.util.spec_from_file_location(
    "check_sample", Path(__file__).parents[1] / "reports" / "sample.py"
)
assert _SPEC is not None and _SPEC.loader is not None
_SAMPLE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_SAMPLE)

HOSTILE = "<!channel> *Acme* <https://evil.example|click> & `x` \u202e ```"


def fits(message: dict[str, Any]) -> None:
    """Slack takes the message: as a post and as a change, which may have 4,000 characters of text."""
    check_blocks(message["blocks"], surface="message")
    assert 0 < len(message["text"]) <= 4000


def texts(value: Any) -> str:
    """All words of a message."""
    if isinstance(value, dict):
        return "\n".join(
            texts(each) for key, each in value.items() if key not in ("type", "action_id", "value")
        )
    if isinstance(value, list):
        return "\n".join(map(texts, value))
    return str(value) if isinstance(value, str) else ""


def test_the_sections_of_a_plan_are_those_of_a_check() -> None:
    assert tuple(each.value for each in SectionName) == SECTIONS


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_plan_finishes_step_by_step(language: str) -> None:
    phrases, finished = Phrasebook(language), {}
    for number, section in enumerate(SECTIONS):
        message = plan_message("宁波海曙精密机械有限公司", finished, phrases)
        fits(message)
        states = [task["status"] for task in message["blocks"][0]["tasks"]]
        assert states == ["complete"] * number + ["in_progress"] + ["pending"] * (5 - number)
        finished[section] = ["pass", "warn", "fail", "unknown"][number % 4]
    done = plan_message("宁波海曙精密机械有限公司", finished, phrases)["blocks"][0]["tasks"]
    assert {task["status"] for task in done} == {"complete"}
    assert phrases["slack_check.status.fail"] in texts(done)


def test_a_plan_that_broke_shows_where() -> None:
    tasks = plan_message("Nordhafen", {"identity": "pass"}, Phrasebook("en"), broken=True)["blocks"][0][
        "tasks"
    ]
    assert [task["status"] for task in tasks] == ["complete", "error"] + ["pending"] * 4


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_card_says_the_worst_first_with_sources_that_open(language: str) -> None:
    check, phrases = _SAMPLE.sample(language), Phrasebook(language)
    message = check_message(check, phrases)
    fits(message)
    said = texts(message)
    for section in check["sections"]:
        assert section["title"] in said
    ranks = {"fail": 0, "warn": 1, "unknown": 2}
    order = [ranks[each["status"]] for each in worst_first(check["sections"])]
    assert order == sorted(order) and order
    buttons = [
        element for block in message["blocks"] if block["type"] == "actions" for element in block["elements"]
    ]
    opened = [unpack(each["value"]) for each in buttons if each["action_id"].startswith("open_source")]
    assert opened and all(pointer and pointer.code == check["code"] for pointer in opened)
    assert all(1 <= pointer.number <= len(check["evidence"]) for pointer in opened if pointer)
    marks = {f"[{pointer.number}]" for pointer in opened if pointer}
    assert all(mark in said for mark in marks)
    acts = {each["action_id"] for each in buttons} & {"check_report", "check_again", "papers_ask"}
    assert acts == {"check_report", "check_again", "papers_ask"}


def test_every_button_of_the_card_is_read_as_a_click_at_its_desk() -> None:
    message = check_message(_SAMPLE.sample("en"), Phrasebook("en"))
    desks = set()
    for block in message["blocks"]:
        for element in block.get("elements", ()):
            if element.get("type") == "button" and not element["action_id"].startswith("open_source"):
                body = {
                    "type": "block_actions",
                    "team": {"id": "T1"},
                    "user": {"id": "U1"},
                    "channel": {"id": "D1"},
                    "actions": [element],
                }
                incoming = read_incoming(body, "UBOT")
                assert incoming is not None and incoming.pointer is not None
                desks.add((incoming.desk, incoming.needs_work))
    assert desks == {("check", True), ("papers", False)}


@st.composite
def checks(draw: st.DrawFn) -> dict[str, Any]:
    """Checks of every size with long and hostile words."""
    words = st.one_of(
        st.text(max_size=500), st.just(HOSTILE * 20), st.text("汉𠀀&<>", min_size=1, max_size=3000)
    )
    statuses = st.sampled_from(["pass", "warn", "fail", "unknown"])
    base = _SAMPLE.sample(draw(st.sampled_from(["en", "zh"])))
    ids = [item["id"] for item in base["evidence"]]
    base["name"] = draw(words)
    for item in base["evidence"]:
        item["title"] = draw(words)
    for section in base["sections"]:
        section["title"] = draw(words)
        section["status"] = draw(statuses)
        section["completeness"] = draw(st.floats(0, 1))
        section["freshness_days"] = draw(st.none() | st.integers(0, 9999))
        section["findings"] = [
            {"check": "identity.uscc", "text": draw(words), "status": draw(statuses), "evidence": ids[:count]}
            for count in draw(st.lists(st.integers(0, 6), max_size=6))
        ]
        section["conflicts"] = [
            {
                "attribute": draw(words),
                "sides": [
                    {
                        "value": draw(words),
                        "source": draw(words),
                        "tier": "media",
                        "date": None,
                        "evidence": ids[0],
                    }
                    for _ in range(count)
                ],
                "proposed": draw(st.none() | st.integers(0, 5)),
                "because": draw(words),
            }
            for count in draw(st.lists(st.integers(1, 7), max_size=2))
        ]
    base["missing"] = draw(st.lists(words, max_size=30))
    base["requests"] = draw(st.lists(words, max_size=3))
    base["earlier"] = draw(
        st.none()
        | st.fixed_dictionaries(
            {
                "code": st.just("B-3"),
                "made_at": st.just("2026-08-01T10:00:00+00:00"),
                "changes": st.lists(
                    st.fixed_dictionaries(
                        {
                            "check": st.just("x"),
                            "before": statuses | st.none(),
                            "after": statuses | st.none(),
                            "text": words,
                        }
                    ),
                    max_size=20,
                ),
            }
        )
    )
    return base


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(check=checks(), language=st.sampled_from(["en", "zh"]))
def test_no_check_makes_a_message_that_slack_refuses_or_that_calls_anybody(check: Any, language: str) -> None:
    phrases = Phrasebook(language)
    message = check_message(check, phrases)
    fits(message)
    for block in message["blocks"]:
        if block["type"] in ("section", "context"):
            assert "<!" not in texts(block) and "<http" not in texts(block) and "<@" not in texts(block)
    fits(plan_message(check["name"], {"identity": "warn"}, phrases))
    assert "<!" not in plan_message(check["name"], {}, phrases)["text"]


@settings(max_examples=60, deadline=None)
@given(
    requests=st.lists(st.text(min_size=1, max_size=400).filter(str.strip), max_size=40),
    opening=st.text(max_size=3000),
    name=st.text(max_size=300),
    language=st.sampled_from(["en", "zh"]),
)
def test_a_letter_fits_its_form_and_its_message(
    requests: list[str], opening: str, name: str, language: str
) -> None:
    phrases = Phrasebook(language)
    view = letter_form("B-12", requests, language, opening or "Dear Sirs", phrases)
    check_view(view, ("modal",))
    fits(letter_message(name, "\n".join(["Dear", *requests, opening]), phrases))


def test_what_is_ticked_and_written_is_asked_for() -> None:
    requests = [f"paper {number}" for number in range(23)]
    values = {f"{REQUEST}:1": "0\n9", f"{REQUEST}:3": "22\nrubbish\n²", EXTRA: " the lease \n\n  "}
    assert chosen(values, requests) == ["paper 0", "paper 9", "paper 22", "the lease"]
    assert chosen({}, requests) == []


@settings(max_examples=80, deadline=None)
@given(
    name=st.text(max_size=400),
    guesses=st.lists(st.tuples(st.just("C-1024"), st.text(max_size=200)), max_size=6),
    warnings=st.lists(st.text(max_size=600), max_size=9),
    language=st.sampled_from(["en", "zh"]),
)
def test_whatever_a_file_is_called_the_question_fits(
    name: str, guesses: list[tuple[str, str]], warnings: list[str], language: str
) -> None:
    phrases = Phrasebook(language)
    for shown in (name, name + HOSTILE):
        message = question_message("F-7", shown, "3 pages", guesses, phrases, warnings=warnings)
        fits(message)
        assert "<!" not in texts(message["blocks"][0])
        filed = Filed(
            "F-7",
            shown,
            name,
            "C-1024",
            "3 pages",
            (name,) * 9,
            (name,) * 9,
            tuple(warnings),
            "internal",
            "a@b",
        )
        fits(filed_message(filed, phrases))
        assert "<!" not in texts(filed_message(filed, phrases)["blocks"][:2])
