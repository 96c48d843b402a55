"""The taxonomy: kinds in both languages, words that are found, and one meaning with the catalogue of records."""

from __future__ import annotations

from collections import Counter

import pytest

from knowledge.events.taxonomy import Sign, taxonomy
from knowledge.sources.dimensions import dimensions

#: The kinds of the public Chinese set of events (CCKS 2019).
COMPETITION = (
    "信批违规 实控人股东变更 交易违规 涉嫌非法集资 不能履职 重组失败 评级调整 业绩下滑 涉嫌违法 财务造假 涉嫌传销 "
    "涉嫌欺诈 资金账户风险 高管负面 资产负面 投诉维权 产品违规 提现困难 失联跑路 歇业停业"
)


def test_every_kind_has_a_name_in_both_languages_and_words_in_both():
    for kind in taxonomy().kinds.values():
        assert kind.zh and kind.en and kind.group
        assert kind.severity in ("info", "warn", "high")
    assert set(COMPETITION.split()) <= {kind.zh for kind in taxonomy().kinds.values()}


def test_a_kind_that_records_have_too_is_in_the_same_group():
    shared = taxonomy().kinds.keys() & dimensions().keys()
    assert {"dishonest_debtor", "bankruptcy", "tax_violation", "default"} <= shared
    differing = [key for key in shared if taxonomy().kinds[key].group != dimensions()[key].group]
    # Labour and people stand in a group of their own here.
    assert set(differing) <= {"labour_arbitration"}


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("惠誉下调恒岳评级", "rating_downgrade", True),
        ("惠誉下调预测。恒岳评级", "rating_downgrade", False),
        ("the bank laundered money", "money_laundering", True),
        ("董事长李某失联", "executive_absence", True),
        ("defiant executives", "admin_penalty", False),
    ],
)
def test_words_with_a_gap_and_words_that_end(text, kind, found):
    kinds = Counter(hit.phrase.kind for hit in taxonomy().find(text) if hit.phrase.sign is Sign.SURE)
    assert (kinds[kind] > 0) == found
