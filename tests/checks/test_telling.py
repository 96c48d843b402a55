"""A check in words: every finding in both languages, nothing left unsaid, numbers that are those of the values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from bot.checks.figures import figures
from bot.checks.telling import record, tell
from knowledge.sources.dimensions import dimensions
from prompts.phrasebook import Phrasebook
from store.policy import Policy

STATES = ("pass", "warn", "fail", "unknown")


@pytest.fixture
def told(check: Callable[..., Any], policy: Policy) -> Callable[..., dict[str, Any]]:
    """told(dossier, language): its check as the surfaces get it."""

    def tell_it(firm: Any, language: str, **more: Any) -> dict[str, Any]:
        body = record(check(firm).result, figures(firm, policy.checks, date(2026, 11, 21)))
        return tell(body, language, code="B-1", **more)

    return tell_it


def firms(make: SimpleNamespace) -> list[Any]:
    """Firms that between them bring out most of what can be found."""
    good = make.good_firm()
    poor = make.sound(2025, 500_000, net_income=-50_000, cash=1_000, receivables=480_000, inventory=450_000,
                      operating_cash_flow=-200_000, equity=700_000)  # fmt: skip
    events = [make.event(status=status) for status in ("alleged", "confirmed", "denied", "resolved")]
    return [
        good,
        make.dossier(),
        make.replace(
            good,
            statements=(poor, *good.statements[1:]),
            invoices=(make.invoice("R-X", "2026-05-01", "900"), make.invoice("R-Y", "2026-11-01", "70")),
            payments=(),
            records=tuple(make.public_record(key) for key in dimensions()),
            contracts=(make.contract("V-2", ends="2026-12-24", status="disputed"),),
            cases=(make.complaint("2026-09-01", "2026-09-15"),),
            events=(*events, *(make.event(kind) for kind in ("admin_penalty", "default"))),
            parties=(make.holding("沈砚秋", "70"), make.holding("顾闻笛", "70"),
                     make.party("魏书遥", "beneficial_owner")),
            facts=(make.fact("employees", "310"), make.fact("employees", "280", "erp", on="2024-01-01"),
                   make.fact("guarantees_given", "为关联方担保")),
        ),
        make.replace(good, statements=(make.statement(2021, audited=False, revenue=10),), parties=()),
        make.replace(good, parties=(make.holding("甲", "20"), make.holding("乙控股", "30", kind="organisation"))),
        make.dossier(make.profile(uscc="91320106MA1K8Q2R7D", lei="5493001KJTIIGC8Y1R13", registered_capital=None)),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_finding_is_said_and_every_mark_leads_to_a_source(
    make: SimpleNamespace, told: Callable[..., Any], language: str
) -> None:
    for firm in firms(make):
        check = told(firm, language)
        marks = {item["id"] for item in check["evidence"]}
        assert check["language"] == language and check["status"] in STATES
        for section in check["sections"]:
            assert section["title"] and 0 <= section["completeness"] <= 1
            for finding in section["findings"]:
                assert finding["evidence"] and set(finding["evidence"]) <= marks
                for leak in ("{", "}", "checks.", "\x1f", "Decimal"):
                    assert leak not in finding["text"], finding
            for conflict in section["conflicts"]:
                assert {side["evidence"] for side in conflict["sides"]} <= marks and conflict["because"]
        assert len(check["missing"]) == len(check["requests"])


def test_no_word_of_one_language_is_left_in_the_other(
    make: SimpleNamespace, told: Callable[..., Any]
) -> None:
    """Words of ours are never shown by their key: an underscore tells that one was."""
    for firm in firms(make):
        for language in ("en", "zh"):
            for section in told(firm, language)["sections"]:
                for finding in section["findings"]:
                    assert "_" not in finding["text"], finding


def test_both_languages_say_the_same_things(make: SimpleNamespace, told: Callable[..., Any]) -> None:
    for firm in firms(make):
        english, chinese = told(firm, "en"), told(firm, "zh")
        for one, other in zip(english["sections"], chinese["sections"], strict=True):
            same = ("check", "status", "evidence", "likelihood", "impact")
            assert [[f[key] for key in same] for f in one["findings"]] == [
                [f[key] for key in same] for f in other["findings"]
            ]
        assert english["figures"] == chinese["figures"]


def test_the_figures_are_series_of_the_firm(make: SimpleNamespace, told: Callable[..., Any]) -> None:
    shown = told(make.good_firm(), "en")["figures"]
    assert [(each["period"], each["value"]) for each in shown["revenue"]] == [
        ("2023", "1000000"),
        ("2024", "1100000"),
        ("2025", "1200000"),
    ]
    assert {edge["percent"] for edge in shown["ownership"]["edges"]} == {"60", "40"}
    assert [each["month"] for each in shown["payments"]][:2] == ["2026-01", "2026-02"]


def test_what_changed_since_the_check_before(
    make: SimpleNamespace, told: Callable[..., Any], check: Any
) -> None:
    """Worse payment, a suit that was not there, and news that is gone from the window."""
    good = make.good_firm()
    before = {"code": "B-1", "body": record(check(make.replace(good, events=(make.event(),))).result, {})}
    now = make.replace(good, records=(*good.records, make.public_record("dishonest_debtor")))
    changes = {each["check"]: each for each in told(now, "en", earlier=before)["earlier"]["changes"]}
    assert (changes["law.dishonest_debtor"]["before"], changes["law.dishonest_debtor"]["after"]) == (
        None,
        "fail",
    )
    assert (changes["law.records"]["before"], changes["law.records"]["after"]) == ("pass", None)
    gone = next(each for name, each in changes.items() if name.startswith("reputation.equity_freeze"))
    assert gone["after"] is None and gone["text"]
    assert "finance.sums" not in changes


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_phrase_of_checks_is_in_use(language: str) -> None:
    """A phrase that no code names is a sentence that was forgotten."""
    from pathlib import Path

    import bot

    room = Path(bot.__file__).parent
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (*(room / "checks").glob("*.py"), room / "commands" / "check.py")
    )
    book = Phrasebook(language)
    made = ("section.", "status.", "missing.", "model.", "model_why.", "event_status.", "attribute.", "anomaly.",
            "ratio.", "records.", "request.", "complaints.", "payments.aged", "identifier.", "uscc.", "lei.",
            "check.", "tier.", "cause.", "screening.rule.")  # fmt: skip
    for key in book.keys("checks."):
        short = key.removeprefix("checks.")
        assert f'"{key}"' in code or short.startswith(made), key
