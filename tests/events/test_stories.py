"""The same matter is one story: copies, rewrites, translations; another matter is another."""

from __future__ import annotations

import time

FINE = (
    "2026年11月12日，青禾食品有限公司因标签不合规定被上海市市场监督管理局处以罚款353,600元的行政处罚，"
    "处罚决定书显示该公司三批次产品未标注过敏原。"
)
COPY = "【快讯】" + FINE + "（责任编辑：王）"
REWRITE = "青禾食品吃罚单！上海市市监局日前对青禾食品开出35.36万元罚款，行政处罚原因是产品标签不合规定。"
ENGLISH = "Shanghai's market regulator fined Qinghe Foods CNY 353,600 on 12 November 2026 for labels without allergens."
OTHER = "青禾食品因违规排放被生态环境局处以罚款1,280,000元的行政处罚，公司称将加装过滤设备。"


def stories(desk, firm):
    return {event.evidence.external_id: event.story for event in desk.events(firm)}


def test_a_copy_a_rewrite_and_a_translation_are_one_story(desk):
    firm = desk.customer("青禾食品有限公司", "青禾食品", "Qinghe Foods")
    for name, text, day in (
        ("first", FINE, "2026-11-13"),
        ("copy", COPY, "2026-11-13"),
        ("rewrite", REWRITE, "2026-11-14"),
        ("english", ENGLISH, "2026-11-15"),
    ):
        desk.add(text, external_id=name, published=day)
    told = stories(desk, firm)
    assert set(told) == {"first", "copy", "rewrite", "english"} and len(set(told.values())) == 1
    [leader] = [event for event in desk.events(firm) if event.id == event.story]
    assert leader.evidence.external_id == "first"


def test_another_fine_another_month_and_another_customer_are_stories_of_their_own(desk):
    firm, neighbour = (
        desk.customer("青禾食品有限公司", "青禾食品"),
        desk.customer("白桦食品有限公司", "白桦食品"),
    )
    desk.add(FINE, external_id="first", published="2026-11-13")
    desk.add(OTHER, external_id="other", published="2026-11-14")
    desk.add(
        "青禾食品因标签不合规定被处以罚款，行政处罚决定已送达。", external_id="later", published="2027-03-02"
    )
    desk.add(FINE.replace("青禾", "白桦"), external_id="neighbour", published="2026-11-13")
    told = stories(desk, firm) | stories(desk, neighbour)
    assert set(told) == {"first", "other", "later", "neighbour"}
    assert len(set(told.values())) == 4


def test_the_same_words_with_another_sum_are_another_matter(desk):
    firm = desk.customer("青禾食品有限公司", "青禾食品")
    for number, total in enumerate(("13万元", "27万元", "13万元")):
        desk.add(f"青禾食品因标签不合规定被罚款{total}。", external_id=f"n-{number}", published="2026-11-13")
    told = stories(desk, firm)
    assert told["n-0"] == told["n-2"] != told["n-1"]


def test_a_case_number_ties_what_is_worded_otherwise(desk):
    firm = desk.customer("海蓝物流有限公司", "海蓝物流")
    desk.add(
        "海蓝物流被起诉，案号（2026）沪0115民初12345号，原告要求支付运费。",
        external_id="a",
        published="2026-10-02",
    )
    desk.add(
        "法院公告：(2026)沪0115民初12345号案将于11月开庭，海蓝物流为被告，纠纷案起于一份仓储合同。",
        external_id="b",
        published="2026-11-20",
    )
    desk.add(
        "海蓝物流被起诉，案号（2026）沪0115民初54321号，原告要求支付运费。",
        external_id="c",
        published="2026-10-02",
    )
    told = stories(desk, firm)
    assert told["a"] == told["b"] != told["c"]


def test_three_thousand_items_on_one_firm_are_a_handful_of_stories_and_stay_fast(desk, article):
    firm = desk.customer("青禾食品有限公司", "青禾食品")
    texts = [
        FINE,
        OTHER,
        "青禾食品被申请破产，债权人称其拖欠货款。",
        "青禾食品召回三批次饼干，因检出异物，产品质量不合格。",
    ]
    items = [
        article(f"{texts[n % 4]} 转载自第{n}号网站。", external_id=f"n-{n}", published="2026-11-13")
        for n in range(3_000)
    ]
    started = time.perf_counter()
    desk.add_many(items)
    took = time.perf_counter() - started
    events = desk.events(firm)
    assert len({event.evidence.external_id for event in events}) == 3_000
    assert len({event.story for event in events}) <= 6
    assert took < 120
