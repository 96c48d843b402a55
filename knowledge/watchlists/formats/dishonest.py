"""Dishonest judgment debtors (失信被执行人) as CSV, from the court's publication or from a data vendor.

A row is a case; one debtor may have many, and each is an entry by case number and name, because each ends by itself.
Columns of the court and of the vendors are known by name. Numbers of identity cards are published masked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from knowledge.watchlists.entry import Kind, Link, Quality, Scheme
from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats.china import identity_of
from knowledge.watchlists.formats.csvfile import Row, Table
from knowledge.watchlists.formats.shapes import Draft, Notes, Reading

_NAME = (
    "被执行人姓名/名称",
    "被执行人姓名",
    "被执行人名称",
    "失信被执行人",
    "姓名/名称",
    "名称",
    "姓名",
    "被执行人",
    "iname",
    "Name",
)
_CASE = ("案号", "Anno", "caseCode", "case_number")
_NUMBER = (
    "身份证号码/组织机构代码",
    "证件号码",
    "身份证号码",
    "组织机构代码",
    "统一社会信用代码",
    "cardNum",
    "number",
)
_HEAD = ("法定代表人或者负责人姓名", "法定代表人", "负责人", "businessentity")
_PERSON = re.compile(r"^\d{6}(?:\d{8}|\*+|[\dX*]+)[\dX*]{3,4}$", re.I)
_FIRM = re.compile(r"公司|企业|厂|店|中心|合作社|集团|银行|事务所|学校|医院|商行|经营部|委员会|合伙")


def read(files: Sequence[Path]) -> Reading:
    """The entries of all files together; raises ListUnreadable."""
    notes, drafts = Notes(), dict[str, Draft]()
    for path in files:
        table = Table(path, required=(_NAME, _CASE), delimiter=None, fallback="gb18030")
        for row in table:
            name, case = row.take(*_NAME), row.take(*_CASE)
            if not name or not case:
                raise ListUnreadable(
                    f"{table.name}, line {row.line}: a row without a name (名称) or a case number (案号)"
                )
            identity = f"{case}/{identity_of(name)[2:10]}"
            draft = drafts.setdefault(identity, Draft(identity, Kind.UNKNOWN, notes))
            _add(draft, row, name, case)
    return notes.reading(entry for draft in drafts.values() if (entry := draft.build()) is not None)


def _add(draft: Draft, row: Row, name: str, case: str) -> None:
    number, gender, age, head = (
        row.take(*_NUMBER),
        row.take("性别", "sexy"),
        row.take("年龄", "age"),
        row.take(*_HEAD),
    )
    head = "" if head in ("无", "-", "/") else head
    if head or _FIRM.search(name):
        draft.kind = Kind.ORGANISATION
    elif gender or age or _PERSON.match(number):
        draft.kind = Kind.PERSON
    draft.name(name, Quality.PRIMARY, language="zh")
    masked = "masked" if "*" in number else None
    draft.identifier(_scheme(number, draft.kind), number, country="中国", note=masked)
    draft.say(draft.genders, gender)
    draft.say(draft.programmes, "失信被执行人")
    draft.countries.append("中国")
    if head:
        draft.links.append(Link("legal representative", head))
    draft.listed(row.take("发布时间", "发布日期", "Publicdate", "publishDate", "publishdate"))
    draft.say(
        draft.remarks, row.take("失信被执行人行为具体情形", "行为具体情形", "ActionRemark", "disruptTypeName")
    )
    draft.say(draft.remarks, row.take("生效法律文书确定的义务", "duty", "final_duty"))
    draft.more([("case number", case), ("age", age)])
    draft.more([("court", row.take("执行法院", "Executegov", "courtName"))])
    draft.more([("performance", row.take("被执行人的履行情况", "履行情况", "Executestatus", "performance"))])
    draft.more([("filed on", row.take("立案时间", "立案日期", "Liandate", "regDate"))])
    draft.more([("amount", row.take("涉案金额", "执行标的", "Amount", "amount"))])
    draft.more([("judgment", row.take("执行依据文号", "Executeno", "gistId"))])
    draft.more(row.rest())


def _scheme(number: str, kind: Kind) -> Scheme:
    if kind is Kind.PERSON:
        return Scheme.NATIONAL_ID
    return Scheme.USCC if len(number) == 18 else Scheme.REGISTRATION
