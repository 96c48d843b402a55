"""Paraphrases of findings: those that say the same stand, those that praise, advise, explain or turn round do not."""

from __future__ import annotations

import pytest

from bot.assistant.agent.readers.tone import misstates

RATIO = {"status": "pass", "text": "The debt ratio is 42.6% (31 December 2025), within the limit of 70%."}
REVENUE = {
    "status": "pass",
    "text": "Revenue went from CNY 268.4 million (2023) to CNY 342.6 million (2025), +27.6%.",
}
PAYMENT = {"status": "pass", "text": "On time: on average 1.9 days early over 12 settled invoices."}
BUYER = {
    "status": "unknown",
    "text": "It is not known how much of the business depends on one buyer or seller.",
}
YEARS = {"status": "unknown", "text": "There are not two years of revenue to compare."}
COMPLAINT = {"status": "pass", "text": "No complaint is open."}
GUARANTEE = {"status": "unknown", "text": "没有查询担保的来源。"}
DEBT = {"status": "warn", "text": "资产负债率为82.1%（2025年12月31日），超过70%的限度。"}


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("The debt ratio of 42.6% stays within the limit of 70%.", [RATIO]),
        ("Revenue rose by 27.6% between 2023 and 2025.", [REVENUE]),
        ("The firm pays early, by 1.9 days on average.", [PAYMENT]),
        ("How much business depends on one buyer is unknown.", [BUYER]),
        ("Two years of revenue are not there to compare.", [YEARS]),
        ("There is no open complaint.", [COMPLAINT]),
        ("担保情况未知，没有查询来源。", [GUARANTEE]),
        ("资产负债率82.1%，高于70%的限度。", [DEBT]),
    ],
)
def test_what_says_the_same_stands(text: str, findings: list[dict[str, str]]) -> None:
    assert misstates(text, findings) is None
    assert all(misstates(finding["text"], [finding]) is None for finding in findings)


@pytest.mark.parametrize(
    ("text", "findings", "reason"),
    [
        ("The debt ratio of 42.6% exceeds the limit of 70%.", [RATIO], "limit"),
        ("The debt ratio of 42.6% is healthy.", [RATIO], "praises"),
        ("We recommend this firm with a debt ratio of 42.6%.", [RATIO], "advises"),
        ("Revenue went up by 27.6% because of exports.", [REVENUE], "cause"),
        ("Revenue fell from CNY 268.4 million to CNY 342.6 million.", [REVENUE], "fall"),
        ("12 settled invoices were overdue.", [PAYMENT], "late"),
        ("The firm depends on one buyer.", [BUYER], "unknown"),
        ("The firm does not depend on one buyer.", [BUYER], "unknown"),
        ("Two years of revenue were compared.", [YEARS], "unknown"),
        ("A complaint is open.", [COMPLAINT], "denies"),
        ("The debt ratio is not 42.6%.", [RATIO], "denies"),
        ("担保没有问题。", [GUARANTEE], "praises"),
        ("该公司无担保。", [GUARANTEE], "unknown"),
        ("资产负债率82.1%，在70%的限度之内。", [DEBT], "limit"),
        ("由于负债较多，资产负债率为82.1%。", [DEBT], "cause"),
    ],
)
def test_what_says_more_or_the_opposite_does_not(
    text: str, findings: list[dict[str, str]], reason: str
) -> None:
    said = misstates(text, findings)
    assert said is not None and reason in said
