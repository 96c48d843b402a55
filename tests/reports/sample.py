"""A rendered background check in both languages, in the shape that `bonafide check --json` prints.

Ningbo Haishu Precision is made up: audited until 2024, no statement of 2022, later and later payments, a law suit,
two sources that disagree about its address and a natural person behind two holding firms.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

_NAME = {"zh": "宁波海曙精密机电有限公司", "en": "Ningbo Haishu Precision Electromechanical Co., Ltd."}
_TITLES = {
    "identity": ("主体身份", "Identity"),
    "finance": ("财务状况", "Finance"),
    "business": ("经营状况", "Business standing"),
    "reputation": ("声誉舆情", "Reputation"),
    "law": ("司法涉诉", "Law"),
    "compliance": ("合规", "Compliance"),
}
#: section: status, completeness, days since the newest observation, independent sources
_STANDING = {
    "identity": ("warn", 0.92, 12, 3),
    "finance": ("warn", 0.75, 96, 2),
    "business": ("pass", 0.67, 28, 2),
    "reputation": ("warn", 0.8, 9, 3),
    "law": ("fail", 1.0, 21, 2),
    "compliance": ("unknown", 0.33, None, 1),
}
#: section, check, status, evidence, likelihood, impact, Chinese, English
_FINDINGS: tuple[tuple[str, str, str, str, int | None, int | None, str, str], ...] = (
    ("identity", "identity.uscc", "pass", "e1", None, None,
     "统一社会信用代码91330203MA2AF7Q13K校验位正确，登记状态为存续。",
     "The unified social credit code 91330203MA2AF7Q13K has a correct check digit; the firm is registered as active."),
    ("identity", "identity.name_change", "pass", "e1 e2", None, None,
     "2019年3月由“宁波海曙机电厂”更名，变更登记与章程一致。",
     "It was renamed from “Ningbo Haishu Electromechanical Works” in March 2019; register and articles agree."),
    ("identity", "identity.address_change", "warn", "e3 e4", 3, 2,
     "注册地址18个月内变更2次，现地址与来函抬头不一致。",
     "The registered address changed twice within 18 months, and the present one differs from the firm's letterhead."),
    ("identity", "identity.owners", "pass", "e5 e6 e7", None, None,
     "自然人王建国经海曙控股间接持有42.0%，为持股25%以上的最终受益人。",
     "Wang Jianguo, a natural person, holds 42.0% through Haishu Holding and is a beneficial owner above 25%."),
    ("finance", "finance.complete", "warn", "e8", 2, 3,
     "近五年缺少2022年年度报表，其余各年已经审计。",
     "The annual statement of 2022 is missing; the other years of the last five are audited."),
    ("finance", "finance.trend", "warn", "e8 e9 e10", 4, 3,
     "营业收入由2023年的8.42亿元降至2025年的6.91亿元，下降17.9%。",
     "Revenue fell from CNY 842 million in 2023 to CNY 691 million in 2025, by 17.9%."),
    ("finance", "finance.current_ratio", "pass", "e11", None, None,
     "流动比率1.31，高于政策下限1.00。", "The current ratio is 1.31, above the policy floor of 1.00."),
    ("finance", "finance.distress", "warn", "e12", 3, 5,
     "Altman Z″值为1.52，处于灰色区间（1.10至2.60）。",
     "Altman's Z″ is 1.52, within the grey zone (1.10 to 2.60)."),
    ("finance", "finance.payments", "fail", "e13 e14", 5, 3,
     "近六个月平均逾期34.5天，逾期余额123.46万元，较上年同期增加一倍以上。",
     "Over the last six months it paid 34.5 days late on average; CNY 1,234,567.80 is overdue, more than twice as much as a year ago."),
    ("business", "business.concentration", "pass", "e15", None, None,
     "前五大客户占收入46%，低于政策关注线60%。", "The five largest customers make 46% of revenue, below the policy line of 60%."),
    ("business", "business.contracts", "pass", "e16", None, None,
     "现行框架合同HT-2024-077有效至2027年6月30日。", "Framework contract HT-2024-077 runs until 30 June 2027."),
    ("business", "business.complaints", "unknown", "e17", None, None,
     "没有检索到投诉记录；投诉台账自2025年1月起才有数据。",
     "No complaint was found; the complaints register only begins in January 2025."),
    ("reputation", "reputation.news", "warn", "e18 e19", 3, 4,
     "两家媒体报道其二号厂区停产检修（同一事件，合并为一条）。",
     "Two newspapers report a production stop at plant no. 2 (one story, counted once)."),
    ("reputation", "reputation.resolved", "pass", "e20", None, None,
     "2024年环保处罚已于2025年2月完成信用修复，不再计入。",
     "The environmental penalty of 2024 was repaired in February 2025 and no longer counts."),
    ("law", "law.defendant", "fail", "e21", 4, 4,
     "作为被告的买卖合同纠纷1件，标的额860万元，一审败诉，二审审理中。",
     "Defendant in one sales-contract suit over CNY 8.6 million: lost in first instance, on appeal."),
    ("law", "law.plaintiff", "pass", "e22", None, None,
     "作为原告的案件2件，均已结案。", "Plaintiff in two suits, both closed."),
    ("law", "law.dishonest", "pass", "e23", None, None,
     "截至2026年11月7日，未检索到失信被执行人或限制高消费记录。",
     "Searched until 7 November 2026: no entry as dishonest judgment debtor or under consumption restriction."),
    ("compliance", "compliance.licence", "unknown", "", None, None,
     "未提供危险化学品经营许可证，无法判断。", "No hazardous-chemicals licence was provided; it cannot be judged."),
    ("compliance", "compliance.related", "unknown", "e24", None, None,
     "关联方清单最近一次更新于2023年，现状未知。", "The list of related parties was last updated in 2023; its present state is unknown."),
)  # fmt: skip
#: id, kind, source, tier, date, title, quote, locator
_EVIDENCE: tuple[tuple[str, str, tuple[str, str], str, str | None, tuple[str, str] | None, tuple[str, str], dict[str, Any]], ...] = (
    ("e1", "record", ("国家企业信用信息公示系统", "National Enterprise Credit Information Publicity System"), "register", "2026-11-16", None,
     ("legal_name: 宁波海曙精密机电有限公司\nuscc: 91330203MA2AF7Q13K\nstage: active",) * 2, {}),
    ("e2", "passage", ("公司章程", "Articles of association"), "filing", "2019-03-20", ("章程（2019年修订）", "Articles (2019 revision)"),
     ("公司名称由宁波海曙机电厂变更为宁波海曙精密机电有限公司。",) * 2, {"page": 1, "paragraph": 2}),
    ("e3", "record", ("国家企业信用信息公示系统", "National Enterprise Credit Information Publicity System"), "register", "2026-11-16", None,
     ("address: 宁波市海曙区望春工业园云林中路238号",) * 2, {}),
    ("e4", "passage", ("来函", "Letter"), "customer_supplied", "2026-09-02", ("供应商资料更新函", "Supplier data update"),
     ("地址：宁波市鄞州区首南街道泰康中路558号",) * 2, {"page": 1}),
    ("e5", "record", ("国家企业信用信息公示系统", "National Enterprise Credit Information Publicity System"), "register", "2026-11-16", None,
     ("name: 宁波海曙控股有限公司\nrole: shareholder\nshare_percent: 60",) * 2, {}),
    ("e6", "record", ("国家企业信用信息公示系统", "National Enterprise Credit Information Publicity System"), "register", "2026-11-16", None,
     ("name: 王建国\nrole: shareholder\nheld_in: 宁波海曙控股有限公司\nshare_percent: 70",) * 2, {}),
    ("e7", "calculation", ("Bonafide",) * 2, "internal", "2026-11-28", None, ("60% × 70% = 42%",) * 2,
     {"calculation": ("share(海曙控股) * share(王建国) / 100", (("海曙控股", "e5", "60"), ("王建国", "e6", "70")), "42", "percent")}),
    ("e8", "record", ("审计报告", "Audited statements"), "filing", "2026-04-18", None,
     ("period_end: 2025-12-31\nrevenue: 691000000\nnet_income: -14200000\naudited: true",) * 2, {}),
    ("e9", "record", ("审计报告", "Audited statements"), "filing", "2024-04-20", None,
     ("period_end: 2023-12-31\nrevenue: 842000000\nnet_income: 31500000\naudited: true",) * 2, {}),
    ("e10", "calculation", ("Bonafide",) * 2, "internal", "2026-11-28", None, ("(691000000 - 842000000) / 842000000 * 100 = -17.9",) * 2,
     {"calculation": ("(revenue_2025 - revenue_2023) / revenue_2023 * 100", (("revenue_2025", "e8", "691000000"), ("revenue_2023", "e9", "842000000")), "-17.9", "percent")}),
    ("e11", "calculation", ("Bonafide",) * 2, "internal", "2026-11-28", None, ("412000000 / 314500000 = 1.31",) * 2,
     {"calculation": ("current_assets / current_liabilities", (("current_assets", "e8", "412000000"), ("current_liabilities", "e8", "314500000")), "1.31", "ratio")}),
    ("e12", "calculation", ("Bonafide",) * 2, "internal", "2026-11-28", None, ("6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4 = 1.52",) * 2,
     {"calculation": ("6.56*X1 + 3.26*X2 + 6.72*X3 + 1.05*X4", (("X1", "e8", "0.171"), ("X2", "e8", "0.062"), ("X3", "e8", "-0.021"), ("X4", "e8", "0.320")), "1.52", "score")}),
    ("e13", "calculation", ("Bonafide",) * 2, "internal", "2026-11-28", None, ("avg(days_late) = 34.5",) * 2,
     {"calculation": ("avg(payment.days_late) [2026-05..2026-10]", (("FP-2026-0412", "e14", "41"),), "34.5", "days")}),
    ("e14", "record", ("ERP",) * 2, "internal", "2026-11-20", None,
     ("invoice_number: FP-2026-0412\ndue_on: 2026-09-15\namount: 412000.00\ncurrency: CNY\nstatus: open",) * 2, {}),
    ("e15", "passage", ("年度报告", "Annual report"), "filing", "2026-04-18", ("2025年年度报告", "Annual report 2025"),
     ("前五名客户合计销售额占年度销售总额的46.0%。",) * 2, {"page": 37, "table": 4}),
    ("e16", "record", ("合同台账", "Contract register"), "internal", "2024-07-01", None,
     ("contract_number: HT-2024-077\nstarts_on: 2024-07-01\nends_on: 2027-06-30",) * 2, {}),
    ("e17", "search", ("投诉台账", "Complaints register"), "internal", "2026-11-28", None, ("kind: complaint; found: 0",) * 2, {}),
    ("e18", "passage", ("宁波日报", "Ningbo Daily"), "media", "2026-11-19", ("海曙机电二号厂区停产检修", "Haishu plant no. 2 stands still"),
     ("记者从企业获悉，二号厂区自11月10日起停产检修，复产时间未定。",) * 2, {"line": 6}),
    ("e19", "passage", ("机电商报", "Electromechanical Business News"), "media", "2026-11-20", ("停产检修引发交付担忧", "Worries about deliveries"),
     ("海曙精密二号厂区停产，下游客户担忧交付。",) * 2, {"line": 3}),
    ("e20", "record", ("信用中国", "Credit China"), "government", "2025-02-14", None,
     ("dimension: env_penalty\ntitle: 甬环罚〔2024〕17号\nstatus: repaired",) * 2, {}),
    ("e21", "record", ("中国裁判文书网", "China Judgments Online"), "court", "2026-08-30", None,
     ("record_number: (2026)浙0203民初1234号\nrole: defendant\namount: 8600000\ncurrency: CNY\nstatus: open",) * 2, {}),
    ("e22", "record", ("中国裁判文书网", "China Judgments Online"), "court", "2025-05-11", None,
     ("record_number: (2024)浙0203民初887号\nrole: plaintiff\nstatus: closed",) * 2, {}),
    ("e23", "search", ("中国执行信息公开网", "China Enforcement Information Online"), "court", "2026-11-07", None,
     ("dimension: dishonest_debtor, consumption_restriction; found: 0",) * 2, {}),
    ("e24", "record", ("客户资料表", "Customer data sheet"), "customer_supplied", "2023-06-01", None, ("related_parties: 4",) * 2, {}),
)  # fmt: skip
_MISSING = (
    ("2022年度财务报表", "Annual statement of 2022"),
    ("危险化学品经营许可证", "Hazardous-chemicals licence"),
    ("关联方清单（现行）", "List of related parties (current)"),
)
_REQUESTS = (
    ("请提供贵公司2022年度经审计的财务报表。", "Please send us your audited annual statement of 2022."),
    ("请提供危险化学品经营许可证复印件。", "Please send us a copy of your hazardous-chemicals licence."),
    ("请更新关联方清单并注明日期。", "Please update your list of related parties and state its date."),
)
_CHANGES = (
    ("finance.payments", "warn", "fail", "平均逾期由21.0天升至34.5天。", "Payments went from 21.0 to 34.5 days late on average."),
    ("law.defendant", None, "fail", "新增一件被诉案件。", "One suit against the firm is new."),
    ("reputation.resolved", "warn", "pass", "环保处罚已完成信用修复。", "The environmental penalty was repaired."),
)  # fmt: skip


def sample(language: str) -> dict[str, Any]:
    """The check in one language; a fresh copy that a test may spoil."""
    pick = 0 if language == "zh" else 1
    sections = []
    for name, titles in _TITLES.items():
        status, completeness, freshness, sources = _STANDING[name]
        sections.append(
            {
                "name": name,
                "title": titles[pick],
                "status": status,
                "completeness": completeness,
                "freshness_days": freshness,
                "sources": sources,
                "findings": [
                    {
                        "check": check,
                        "text": (chinese, english)[pick],
                        "status": found,
                        "evidence": evidence.split(),
                        "likelihood": likelihood,
                        "impact": impact,
                    }
                    for section, check, found, evidence, likelihood, impact, chinese, english in _FINDINGS
                    if section == name
                ],
                "conflicts": [_conflict(pick)] if name == "identity" else [],
            }
        )
    return deepcopy(
        {
            "id": "0198f3c2-6a51-7d04-9f5b-3a1c5d7e9b20",
            "code": "B-12",
            "customer": "C-1024",
            "name": _NAME[language],
            "language": language,
            "made_at": "2026-11-28T09:30:00+00:00",
            "as_of": None,
            "status": "fail",
            "sections": sections,
            "missing": [item[pick] for item in _MISSING],
            "requests": [item[pick] for item in _REQUESTS],
            "evidence": [_evidence(pick, *item) for item in _EVIDENCE],
            "figures": {
                "currency": "CNY",
                "revenue": [
                    {"period": period, "value": value}
                    for period, value in (
                        ("2020", "612000000"),
                        ("2021", "734500000"),
                        ("2023", "842000000"),
                        ("2024", "768300000"),
                        ("2025", "691000000"),
                    )
                ],
                "profit": [
                    {"period": period, "value": value}
                    for period, value in (
                        ("2020", "28400000"),
                        ("2021", "36900000"),
                        ("2023", "31500000"),
                        ("2024", "6100000"),
                        ("2025", "-14200000"),
                    )
                ],
                "payments": [
                    {"month": month, "average_days_late": days, "paid": paid, "currency": "CNY"}
                    for month, days, paid in (
                        ("2025-11", "8.0", "410000"),
                        ("2025-12", "11.5", "388000"),
                        ("2026-01", "-2.0", "502000"),
                        ("2026-03", "14.0", "276000"),
                        ("2026-04", "19.5", "301000"),
                        ("2026-05", "22.0", "198000"),
                        ("2026-06", "27.5", "240000"),
                        ("2026-07", "31.0", "122500"),
                        ("2026-08", "38.0", "150000"),
                        ("2026-09", "41.0", "90000"),
                        ("2026-10", "47.5", "60000"),
                    )
                ],
                "ownership": _ownership(pick),
            },
            "earlier": {
                "code": "B-5",
                "made_at": "2026-05-20T08:00:00+00:00",
                "changes": [
                    {"check": check, "before": before, "after": after, "text": (chinese, english)[pick]}
                    for check, before, after, chinese, english in _CHANGES
                ],
            },
            "versions": {"policy": "2026.3-4f2a91c0", "program": "0.1.0", "phrases": "9b1d77e02c4f"},
        }
    )


def _conflict(pick: int) -> dict[str, Any]:
    register = ("国家企业信用信息公示系统", "National Enterprise Credit Information Publicity System")
    return {
        "attribute": ("注册地址", "registered address")[pick],
        "sides": [
            {
                "value": "宁波市海曙区望春工业园云林中路238号",
                "source": register[pick],
                "tier": "register",
                "date": "2026-11-16",
                "evidence": "e3",
            },
            {
                "value": "宁波市鄞州区首南街道泰康中路558号",
                "source": ("来函", "Letter")[pick],
                "tier": "customer_supplied",
                "date": "2026-09-02",
                "evidence": "e4",
            },
        ],
        "proposed": 0,
        "because": (
            "登记机关的可信度高于客户自述，且日期更新。",
            "An official register stands above the customer's own word, and it is newer.",
        )[pick],
    }


def _evidence(
    pick: int,
    local: str,
    kind: str,
    source: tuple[str, str],
    tier: str,
    day: str | None,
    title: tuple[str, str] | None,
    quote: tuple[str, str],
    locator: dict[str, Any],
) -> dict[str, Any]:
    worked = locator.get("calculation")
    described = {
        "id": local,
        "ref": f"{kind[:3]}-{int(local[1:]):04d}f3c26a51",
        "kind": kind,
        "source": source[pick],
        "tier": tier,
        "date": day,
        "quote": quote[pick],
        "customer": "C-1024",
        "external_id": None,
        "title": title and title[pick],
        "url": "https://news.example.cn/2026/11/19/2.html" if local == "e18" else None,
        "locator": {} if worked else locator,
        "class": "internal",
    }
    if worked:
        formula, inputs, result, unit = worked
        described["calculation"] = {
            "formula": formula,
            "inputs": [
                {
                    "name": name,
                    "evidence": next(
                        ref for ref in _refs() if ref.startswith(f"{kind_of(key)}-{int(key[1:]):04d}")
                    ),
                    "value": value,
                }
                for name, key, value in inputs
            ],
            "result": result,
            "unit": unit,
        }
    return described


def kind_of(local: str) -> str:
    """The first letters of the kind of a piece of evidence, as its stable id begins."""
    return next(item[1][:3] for item in _EVIDENCE if item[0] == local)


def _refs() -> list[str]:
    return [f"{item[1][:3]}-{int(item[0][1:]):04d}f3c26a51" for item in _EVIDENCE]


def _ownership(pick: int) -> dict[str, Any]:
    names = (
        ("c", "customer", _NAME["zh"], _NAME["en"]),
        ("h", "organisation", "宁波海曙控股有限公司", "Ningbo Haishu Holding Co., Ltd."),
        ("y", "organisation", "甬江创业投资合伙企业（有限合伙）", "Yongjiang Venture Partnership"),
        ("w", "person", "王建国", "Wang Jianguo"),
        ("l", "person", "李敏", "Li Min"),
        ("z", "person", "赵晓燕", "Zhao Xiaoyan"),
        ("s", "organisation", "宁波海曙自动化有限公司", "Ningbo Haishu Automation Co., Ltd."),
    )
    edges = (
        ("h", "c", "60", "shareholder"),
        ("y", "c", "25", "shareholder"),
        ("z", "c", "15", "shareholder"),
        ("w", "h", "70", "shareholder"),
        ("l", "h", "30", "shareholder"),
        ("l", "y", None, "shareholder"),
        ("c", "s", "100", "subsidiary"),
    )
    return {
        "nodes": [
            {"id": key, "name": (chinese, english)[pick], "kind": kind}
            for key, kind, chinese, english in names
        ],
        "edges": [
            {"from": owner, "to": held, "percent": percent, "role": role}
            for owner, held, percent, role in edges
        ],
    }
