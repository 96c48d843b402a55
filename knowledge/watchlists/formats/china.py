"""Chinese lists as a table: 不可靠实体清单, 出口管制管控名单, 反制清单.

The ministries publish announcements, not files, so whoever keeps the list writes it as CSV; columns are known by their
Chinese and their English names (`_COLUMNS`). A row is an announcement about somebody; rows with the same number, or
with the same names where there is none, are one entry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from knowledge.watchlists.entry import Kind, Quality, Scheme
from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats.csvfile import Row, Table
from knowledge.watchlists.formats.schemes import scheme_of
from knowledge.watchlists.formats.shapes import Draft, Notes, Reading

_ENGLISH = ("Name", "English name", "英文名称", "英文名")
_CHINESE = ("Chinese name", "名称", "中文名称", "中文名", "实体名称", "姓名", "企业名称")
_KIND = ("Type", "类型", "主体类型", "类别")
_IDENTITY = ("ID", "编号", "序号")
KINDS = {
    "person": Kind.PERSON,
    "individual": Kind.PERSON,
    "个人": Kind.PERSON,
    "自然人": Kind.PERSON,
    "人员": Kind.PERSON,
    "organization": Kind.ORGANISATION,
    "organisation": Kind.ORGANISATION,
    "company": Kind.ORGANISATION,
    "entity": Kind.ORGANISATION,
    "实体": Kind.ORGANISATION,
    "组织": Kind.ORGANISATION,
    "企业": Kind.ORGANISATION,
    "公司": Kind.ORGANISATION,
    "机构": Kind.ORGANISATION,
    "vessel": Kind.VESSEL,
    "船舶": Kind.VESSEL,
}


def read(files: Sequence[Path]) -> Reading:
    """The entries of all files together; raises ListUnreadable."""
    notes, drafts = Notes(), dict[str, Draft]()
    for path in files:
        table = Table(path, required=((*_ENGLISH, *_CHINESE),), delimiter=None, fallback="gb18030")
        for row in table:
            _add(drafts, row, table.name, notes)
    return notes.reading(entry for draft in drafts.values() if (entry := draft.build()) is not None)


def _add(drafts: dict[str, Draft], row: Row, file: str, notes: Notes) -> None:
    chinese, english = row.take(*_CHINESE), row.take(*_ENGLISH)
    if not chinese and not english:
        raise ListUnreadable(f"{file}, line {row.line}: a row without a name")
    identity = row.take(*_IDENTITY) or row.take("QID") or identity_of(chinese, english)
    word = row.take(*_KIND)
    kind = KINDS.get(word.casefold(), Kind.UNKNOWN)
    draft = drafts.setdefault(identity, Draft(identity, kind, notes))
    draft.more([("type", word if kind is Kind.UNKNOWN else "")])
    # These lists name foreigners in Chinese; the name in the announcement is the Chinese one.
    draft.name(chinese, Quality.STRONG if draft.names else Quality.PRIMARY, language="zh")
    draft.name(english, Quality.STRONG if draft.names else Quality.PRIMARY, language="en")
    for alias in split(row.take("Alias", "Aliases", "别名", "曾用名", "简称")):
        draft.name(alias)
    where = row.take("Country", "国家", "国家/地区", "国别", "国籍")
    draft.say(draft.nationalities if draft.kind is Kind.PERSON else draft.countries, *split(where))
    draft.say(draft.programmes, *split(row.take("List", "名单", "清单", "清单名称")))
    draft.listed(row.take("Date", "列入日期", "公告日期", "日期", "发布日期"))
    draft.more([("removed on", row.take("End date", "移出日期", "截止日期", "结束日期"))])
    draft.more([("suspended", row.take("暂停日期", "暂停措施", "Suspended"))])
    draft.say(draft.titles, row.take("Position", "职务", "职位"))
    draft.say(
        draft.remarks,
        row.take("Chinese summary", "事由", "原因", "说明", "备注"),
        row.take("Summary", "Reason"),
    )
    draft.address(text=row.take("Address", "地址"))
    for column in ("统一社会信用代码", "注册号", "LEI", "护照号"):
        draft.identifier(scheme_of(column), row.take(column), type=column)
    draft.identifier(Scheme.OTHER, row.take("证件号码", "Identifier"), type="证件号码")
    draft.more([("authority", row.take("Body", "Authority", "发布机构", "主管部门"))])
    draft.more([("announcement", row.take("公告号", "文号", "Announcement"))])
    draft.more([("source", row.take("Source URL", "来源", "链接", "Source"))])
    draft.more([("topics", row.take("Topics"))])
    draft.more(row.rest())


def identity_of(*names: str) -> str:
    """A number for an entry without one: it stays the same as long as the names do."""
    said = "\n".join(name.casefold() for name in names if name)
    return f"n-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def split(cell: str) -> list[str]:
    """The values of a cell with several, parted by ; ； 、 or |."""
    for sign in "；、|":
        cell = cell.replace(sign, ";")
    return [part.strip() for part in cell.split(";") if part.strip()]
