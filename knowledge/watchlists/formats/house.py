"""A list of one's own (自有名单) as CSV: `name` is the only column that must be there.

Known columns: id, name, aliases, kind, birth_date, birth_place, nationality, country, gender, identifiers
(`passport:E123;uscc:9131…`), address, programme, reason, listed_on, owner; also by their Chinese names. Several values
are parted by `;`. Every other column is kept under its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from knowledge.watchlists.entry import Kind, Link, Quality, Scheme
from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats.china import KINDS, identity_of, split
from knowledge.watchlists.formats.csvfile import Row, Table
from knowledge.watchlists.formats.schemes import scheme_of
from knowledge.watchlists.formats.shapes import Draft, Notes, Reading

_NAME = ("name", "名称", "姓名")


def read(files: Sequence[Path]) -> Reading:
    """The entries of all files together; raises ListUnreadable."""
    notes, drafts = Notes(), dict[str, Draft]()
    for path in files:
        table = Table(path, required=(_NAME,), delimiter=None, fallback="gb18030")
        for row in table:
            name = row.take(*_NAME)
            if not name:
                raise ListUnreadable(f"{table.name}, line {row.line}: a row without a name")
            identity = row.take("id", "编号") or identity_of(name)
            draft = drafts.get(identity)
            if draft is not None and draft.names[0].text != name:
                raise ListUnreadable(
                    f"{table.name}, line {row.line}: the id {identity} is already that of another name"
                )
            draft = drafts.setdefault(identity, Draft(identity, Kind.UNKNOWN, notes))
            _add(draft, row, name)
    return notes.reading(entry for draft in drafts.values() if (entry := draft.build()) is not None)


def _add(draft: Draft, row: Row, name: str) -> None:
    word = row.take("kind", "type", "类型")
    draft.kind = KINDS.get(word.casefold(), draft.kind)
    draft.more([("kind", word if word.casefold() not in KINDS else "")])
    draft.name(name, Quality.PRIMARY)
    for alias in split(row.take("aliases", "alias", "other_names", "别名", "曾用名")):
        draft.name(alias)
    for alias in split(row.take("weak_aliases")):
        draft.name(alias, Quality.WEAK)
    for date in split(row.take("birth_date", "dob", "出生日期")):
        draft.birth(date)
    for place in split(row.take("birth_place", "出生地")):
        draft.birth_place(text=place)
    draft.say(draft.nationalities, *split(row.take("nationality", "国籍")))
    draft.say(draft.countries, *split(row.take("country", "国家")))
    draft.say(draft.genders, row.take("gender", "性别"))
    for number in split(row.take("identifiers", "identifier", "证件号码")):
        kind, colon, rest = number.partition(":")
        scheme = scheme_of(kind) if colon else Scheme.OTHER
        draft.identifier(scheme, rest if colon else number, type=kind if colon else None)
    for column in ("uscc", "统一社会信用代码", "lei", "passport", "护照号"):
        draft.identifier(scheme_of(column), row.take(column), type=column)
    for address in split(row.take("address", "地址")):
        draft.address(text=address)
    draft.say(draft.programmes, *split(row.take("programme", "program", "list", "名单")))
    draft.say(draft.remarks, row.take("reason", "remarks", "原因", "备注"))
    draft.listed(row.take("listed_on", "date", "列入日期"))
    draft.links += [Link("owner", owner) for owner in split(row.take("owner", "owners", "所有人"))]
    draft.more(row.rest())
