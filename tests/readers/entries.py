"""A report and news of a suit, and what a model rightly lists from them."""

from __future__ import annotations

from typing import Any

REPORT = """骏砾电子2025年年度报告
单位：人民币千元
项目 | 2025年 | 2024年
营业收入 | 52,000 | 48,000
净利润 | (3,100) | 1,200
资产总计 | 88,500 | 80,000"""
NEWS = (
    "广东省东莞市第一人民法院于2026年10月12日立案受理星河公司诉骏砾电子买卖合同纠纷一案，"
    "案号为（2026）粤1971民初12345号，标的额473.82万元人民币。\n骏砾电子表示将应诉。"
)
SUIT_LINE = NEWS.split("\n")[0]


def figure(**changes: Any) -> dict[str, Any]:
    """The revenue as the report prints it."""
    return {
        "block": "b1",
        "item": "revenue",
        "value": "52,000",
        "unit": 1000,
        "currency": "CNY",
        "period_end": "2025-12-31",
        "period_kind": "year",
        "quote": "营业收入 | 52,000 | 48,000",
    } | changes


def suit(**changes: Any) -> dict[str, Any]:
    """The suit as the news tells it."""
    return {
        "block": "b1",
        "dimension": "case_filing",
        "title": "买卖合同纠纷",
        "role": "defendant",
        "record_number": "（2026）粤1971民初12345号",
        "authority": "广东省东莞市第一人民法院",
        "amount": "4738200",
        "currency": "CNY",
        "filed_on": "2026-10-12",
        "quote": SUIT_LINE,
    } | changes
