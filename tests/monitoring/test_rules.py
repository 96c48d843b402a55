"""Rules by themselves: what of a change fits, what stood already, and rules that cannot work are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bot.monitoring.rules import Context, judge_row
from bot.monitoring.telling import tell_alert
from knowledge.events.taxonomy import taxonomy
from prompts.phrasebook import Phrasebook
from store.policy import Policy, PolicyError, load_policy
from store.watching import ChangedRow

DAY = date(2026, 11, 21)
CONTEXT = Context("C-1001", "东莞市骏砾电子有限公司", DAY)


def row(
    aggregate: str, body: dict[str, Any], before: dict[str, Any] | None = None, **other: Any
) -> ChangedRow:
    values: dict[str, Any] = {
        "version_id": UUID(int=2),
        "subject_id": UUID(int=1),
        "aggregate": aggregate,
        "customer_id": UUID(int=3),
        "number": 1 if before is None else 2,
        "recorded_seq": 9,
        "recorded_at": datetime(2026, 11, 21, 9, tzinfo=UTC),
        "removed": False,
        "body": body,
        "before": before,
        "source": "gsxt",
        "tier": "register",
        "field_class": "public",
        "observed_on": "2026-11-20",
        "url": None,
        "stood": before is not None,
    }
    return ChangedRow(**values | other)


def found(policy: Policy, changed: ChangedRow) -> list[str]:
    return [
        draft.rule for draft in judge_row(policy.alerts.rules, changed, CONTEXT, policy.alerts.max_age_days)
    ]


SUIT = {
    "dimension": "judgment_debtor",
    "title": "被执行人",
    "role": "defendant",
    "amount": "4738206",
    "published_on": "2026-11-20",
    "status": "open",
}


def test_a_record_that_stood_already_is_nothing_new(policy: Policy) -> None:
    assert found(policy, row("records", SUIT)) == ["record_enforcement"]
    again = row("records", SUIT | {"title": "被执行人:更正"}, SUIT)
    assert found(policy, again) == []
    # What no look has seen yet is new, however often it was written meanwhile.
    assert found(policy, replace(again, stood=False)) == ["record_enforcement"]


def test_a_record_that_comes_back_after_a_repair_is_new_and_counts_anew(policy: Policy) -> None:
    back = row("records", SUIT, SUIT | {"status": "repaired"})
    (draft,) = judge_row(policy.alerts.rules, back, CONTEXT, policy.alerts.max_age_days)
    assert draft.item == str(back.version_id)
    (first,) = judge_row(policy.alerts.rules, row("records", SUIT), CONTEXT, policy.alerts.max_age_days)
    assert first.item == str(back.subject_id)


def test_one_entry_of_the_register_can_change_in_several_ways(policy: Policy) -> None:
    before = {
        "legal_name": "东莞市骏砾电子有限公司",
        "registered_capital": "5000000",
        "address": "东莞市长安镇",
    }
    after = {
        "legal_name": "东莞市骏石电子有限公司",
        "registered_capital": "1000000",
        "address": "东莞市虎门镇",
    }
    assert found(policy, row("customers", after, before)) == [
        "capital_reduced",
        "name_changed",
        "address_changed",
    ]
    assert found(policy, row("customers", before, before)) == []
    assert found(policy, row("customers", after)) == []


def test_an_owner_with_another_share_is_not_told_as_new(policy: Policy) -> None:
    owner = {"name": "罗启晟", "role": "shareholder", "share_percent": "60", "from": "2019-03-01"}
    changed = row("parties", owner | {"share_percent": "35"}, owner)
    (draft,) = judge_row(policy.alerts.rules, changed, CONTEXT, policy.alerts.max_age_days)
    assert draft.values["before"] == ["percent", "60"] and draft.values["after"] == ["percent", "35"]
    assert found(policy, row("parties", owner | {"address": "东莞市"}, owner)) == []
    assert found(policy, row("parties", owner | {"from": "2026-11-18"})) == ["owner_changed"]
    # A first import of somebody who has been there for years is no news.
    assert found(policy, row("parties", owner)) == []


def test_a_loss_that_was_known_is_not_told_again_when_the_statement_is_mended(policy: Policy) -> None:
    loss = {"period_end": "2025-12-31", "currency": "CNY", "items": {"net_income": "-120000"}}
    assert found(policy, row("statements", loss)) == ["loss"]
    assert found(policy, row("statements", loss | {"auditor": "天衡"}, loss)) == []
    profit = loss | {"items": {"net_income": "5"}}
    assert found(policy, row("statements", loss, profit)) == ["loss"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_of_the_default_says_why_it_matters(policy: Policy, language: str) -> None:
    book = Phrasebook.nearest(language)
    assert len(policy.alerts.rules) >= 25
    missing = [rule.id for rule in policy.alerts.rules if f"alerts.why.{rule.id}" not in book]
    assert missing == []
    silent = {rule.over for rule in policy.alerts.rules if f"alerts.what.over_{rule.over}" not in book}
    assert silent == set()


def test_every_kind_of_event_that_a_rule_names_exists(policy: Policy) -> None:
    named = {kind for rule in policy.alerts.rules if rule.over == "events" for kind in rule.kinds}
    assert named <= set(taxonomy().kinds)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('id = "own"\nover = "records"\nkind = ["default"]', "kind is not a key of the policy"),
        ('id = "own"\nover = "rumours"', "over"),
        ('id = "own"\nover = "scores"\nseverity = "warn"', "needs fell_by"),
        ('id = "own"\nover = "statements"\nseverity = "warn"\nitem = "equity"', "needs below"),
        ('id = "own"\nover = "records"\nseverity = "warn"\ndays_overdue = 30', "days_overdue says nothing"),
        ('id = "own"\nover = "records"', "needs severity"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_in_a_sentence(tmp_path: Path, rule: str, said: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(f"[[alerts.rules]]\n{rule}\n", encoding="utf-8")
    with pytest.raises(PolicyError) as wrong:
        load_policy(path)
    assert said in str(wrong.value) and str(path) in str(wrong.value)


def test_a_rule_of_the_firms_own_says_why_in_its_own_words(lite: Any, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(
        '[[alerts.rules]]\nid = "big_suit"\nover = "records"\nseverity = "high"\nkinds = ["case_filing"]\n'
        'amount_at_least = 1000000\nwhy_en = "Ask legal."\nwhy_zh = "请法务评估。"\n',
        encoding="utf-8",
    )
    lite.policy = load_policy(path)
    lite.watch = type(lite.watch)(lite.databases, policy=lite.policy, clock=lite.clock)
    customer = lite.customer()
    lite.suit(customer, "1", dimension="case_filing", amount="999999.99")
    lite.suit(customer, "2", dimension="case_filing", amount="1000000")
    lite.look()
    (alert,) = lite.alerts()
    assert alert.items == 1
    assert tell_alert(lite.policy.alerts, alert, "zh")[1] == "请法务评估。"
    assert tell_alert(lite.policy.alerts, alert, "en")[1] == "Ask legal."
