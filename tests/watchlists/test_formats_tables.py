"""Chinese lists, OpenSanctions and a list of one's own; all names are made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from knowledge.watchlists.entry import Kind, ListEntry, Quality, Scheme, read_entry, to_body
from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats import read_list
from knowledge.watchlists.formats.shapes import Reading

Read = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """read(format, text, encoding): the list in a file of this text."""

    def build(format: str, text: str, encoding: str = "utf-8") -> Reading:
        file = tmp_path / "list.csv"
        file.write_bytes(text.encode(encoding))
        return read_list(format, [file], max_bytes=10**8)

    return build


def names(entry: ListEntry) -> list[tuple[str, str]]:
    return [(name.text, str(name.quality)) for name in entry.names]


_CHINA = """类型,名称,英文名称,别名,国家,名单,发布机构,公告号,列入日期,移出日期,事由,来源
实体,蓝鹭航运有限公司,Blue Heron Shipping Ltd,蓝鹭;蓝鹭航运,美国,不可靠实体清单,商务部,2026年第7号,2026年1月9日,,对台军售,https://a.example
个人,米罗·科瓦特,Miro Korvath,,美国,反制清单,外交部,,2025-12-26,2026-12-26,,
实体,蓝鹭航运有限公司,Blue Heron Shipping Ltd,,美国,出口管制管控名单,商务部,2026年第9号,2026年2月1日,,,
"""
_ENGLISH = """Type,QID,Name,Alias,Chinese name,Country,Topics,Summary,Chinese summary,Body,List,Date,End date,Source URL
Person,Q1,Miro Korvath,,米罗,US,sanction.counter,Envoy,,Ministry,AFSL,12.02.19,,https://a.example
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_lists_in_every_encoding(read: Read, encoding: str) -> None:
    firm, man = read("china", _CHINA, encoding).entries
    assert names(firm) == [
        ("蓝鹭航运有限公司", "primary"),
        ("Blue Heron Shipping Ltd", "strong"),
        ("蓝鹭", "strong"),
        ("蓝鹭航运", "strong"),
    ]
    assert firm.names[0].language == "zh"
    assert firm.programmes == ("不可靠实体清单", "出口管制管控名单")
    assert (str(firm.listed_on), firm.countries, firm.kind) == ("2026-01-09", ("美国",), Kind.ORGANISATION)
    assert {("announcement", "2026年第7号"), ("authority", "商务部")} <= set(firm.extra)
    assert (man.kind, man.nationalities) == (Kind.PERSON, ("美国",))
    assert ("removed on", "2026-12-26") in man.extra


def test_chinese_lists_with_english_columns_keep_what_cannot_be_read_as_a_date(read: Read) -> None:
    (man,) = read("china", _ENGLISH).entries
    assert (man.id, names(man)) == ("Q1", [("米罗", "primary"), ("Miro Korvath", "strong")])
    # Whether 12.02.19 is in February or December nobody can say: it is kept as it stands.
    assert man.listed_on is None and ("listed on", "12.02.19") in man.extra


_DISHONEST = """被执行人姓名/名称,性别,年龄,身份证号码/组织机构代码,法定代表人或者负责人姓名,\
执行法院,省份,执行依据文号,立案时间,案号,\
做出执行依据单位,生效法律文书确定的义务,被执行人的履行情况,失信被执行人行为具体情形,发布时间
王某某,男,45,3302251980****1234,,某县法院,浙江,（2025）浙1号,2025年3月1日,（2025）浙0225执100号,某院,还款10万元,全部未履行,违反财产报告制度,2025年4月2日
某某贸易有限公司,,,91330200MA2HTQKN0P,李某,某县法院,浙江,（2025）浙2号,2025年3月1日,（2025）浙0225执101号,某院,还款20万元,部分履行,有履行能力而拒不履行,2025年4月3日
王某某,男,45,3302251980****1234,,某市法院,浙江,（2025）浙9号,2025年6月1日,（2025）浙02执7号,某院,还款,全部未履行,规避执行,2025年7月2日
"""


def test_dishonest_debtors_are_an_entry_a_case(read: Read) -> None:
    one, firm, other = read("dishonest", _DISHONEST, "gb18030").entries
    assert (one.kind, firm.kind) == (Kind.PERSON, Kind.ORGANISATION)
    assert one.id != other.id and one.name == other.name
    card = one.identifiers[0]
    assert (card.scheme, card.note) == (Scheme.NATIONAL_ID, "masked")
    assert firm.identifiers[0].scheme is Scheme.USCC
    assert (firm.links[0].role, firm.links[0].name) == ("legal representative", "李某")
    assert str(firm.listed_on) == "2025-04-03"
    assert {("case number", "（2025）浙0225执101号"), ("performance", "部分履行"), ("省份", "浙江")} <= set(
        firm.extra
    )
    assert "有履行能力而拒不履行" in firm.remarks


_HOUSE = """id,name,aliases,kind,birth_date,nationality,identifiers,reason,owner,desk
H-1,Miro Korvath,"Miro K.;КОРВАТ",person,1951;dd/mm/1952,Serbia;Malta,passport:P0012345;plain,never paid,,north
,蓝鹭航运有限公司,,企业,,,uscc:91330200MA2HTQKN0P,,Miro Korvath,south
"""


def test_a_list_of_ones_own(read: Read) -> None:
    man, firm = read("house", _HOUSE).entries
    assert names(man) == [("Miro Korvath", "primary"), ("Miro K.", "strong"), ("КОРВАТ", "strong")]
    assert [str(date.first) for date in man.birth_dates] == ["1951", "1952"]
    assert [(each.scheme, each.number) for each in man.identifiers] == [
        (Scheme.PASSPORT, "P0012345"),
        (Scheme.OTHER, "plain"),
    ]
    assert ("desk", "north") in man.extra
    assert firm.kind is Kind.ORGANISATION and firm.links[0].name == "Miro Korvath"
    assert firm.id == read("house", _HOUSE).entries[1].id
    with pytest.raises(ListUnreadable, match="line 3: the id H-1 is already that of another name"):
        read("house", "id,name\nH-1,One\nH-1,Two\n")


def _entity(identity: str, schema: str, **properties: list[Any]) -> dict[str, Any]:
    return {"id": identity, "schema": schema, "properties": properties}


def ftm(*entities: dict[str, Any]) -> str:
    return "\n".join(json.dumps(entity, ensure_ascii=False) for entity in entities)


_FIRM = _entity(
    "blue",
    "Company",
    name=["Blue Heron Shipping Ltd", "蓝鹭航运有限公司"],
    previousName=["Heron Bulk"],
    weakAlias=["BHS"],
    topics=["sanction"],
    uscCode=["91330200MA2HTQKN0P"],
    jurisdiction=["mt"],
    addressEntity=["addr"],
    incorporationDate=["2016"],
)
_MAN = _entity(
    "miro", "Person", name=["Miro Korvath"], birthDate=["1951"], topics=["role.pep"], country=["rs"]
)
_AUNT = _entity("aunt", "Person", name=["Vesna Korvath"])
_FLAT = (
    _entity("own", "Ownership", owner=["miro"], asset=["blue"], percentage=["51.5 %"], startDate=["2019"]),
    _entity("fam", "Family", person=["miro"], relative=["aunt"], relationship=["aunt"]),
    _entity("band", "Ownership", owner=["aunt"], asset=["blue"], percentage=["25-50"]),
    _FIRM,
    _MAN,
    _AUNT,
    _entity("addr", "Address", full=["12 Quay Street, Valletta"], country=["mt"]),
    _entity(
        "s", "Sanction", entity=["blue"], program=["HAR"], listingDate=["2019-07-02"], reason=["ran the port"]
    ),
    _entity("p", "Passport", holder=["miro"], number=["P0012345"], country=["rs"], type=["Diplomatic"]),
)


def test_owners_by_number_that_point_forward(read: Read) -> None:
    reading = read("opensanctions", ftm(*_FLAT))
    firm, man = {entry.id: entry for entry in reading.entries}.values()
    assert [(link.role, link.name, link.entry_id, link.percent) for link in firm.links] == [
        ("owner", "Miro Korvath", "miro", Decimal("51.5")),
        ("owner", "Vesna Korvath", "aunt", None),
    ]
    assert firm.links[1].note == "percentage 25-50"
    assert [(link.role, link.entry_id) for link in man.links] == [("owns", "blue"), ("family", "aunt")]
    assert names(firm)[-2:] == [("Heron Bulk", "former"), ("BHS", "weak")]
    assert (firm.programmes, str(firm.listed_on), firm.remarks) == (("HAR",), "2019-07-02", ("ran the port",))
    assert str(firm.addresses[0]) == "12 Quay Street, Valletta, mt"
    assert firm.identifiers[0].scheme is Scheme.USCC
    assert ("incorporationDate", "2016") in firm.extra
    assert (man.identifiers[0].scheme, man.identifiers[0].country) == (Scheme.PASSPORT, "rs")
    # An aunt without a topic is a link and not listed.
    assert "aunt" not in {entry.id for entry in reading.entries}
    assert all(read_entry(to_body(entry)) == entry for entry in reading.entries)


def test_owners_that_are_nested(read: Read) -> None:
    nested = {**_FIRM, "properties": {**_FIRM["properties"], "ownershipAsset": [{**_FLAT[0]}]}}
    nested["properties"]["ownershipAsset"][0]["properties"] = {
        "owner": [_MAN],
        "asset": ["blue"],
        "percentage": ["51.5"],
    }
    firm = next(entry for entry in read("opensanctions", ftm(nested)).entries if entry.id == "blue")
    assert [(link.name, link.percent) for link in firm.links] == [("Miro Korvath", Decimal("51.5"))]


def test_a_file_that_marks_nobody_lists_everybody(read: Read) -> None:
    reading = read("opensanctions", ftm(_AUNT, _entity("x", "LegalEntity", name=["Somebody"])))
    assert [(entry.id, entry.kind) for entry in reading.entries] == [
        ("aunt", Kind.PERSON),
        ("x", Kind.UNKNOWN),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (ftm(_MAN) + '\n{"id": "x", "schema"', "line 2: no JSON"),
        ('{"name": "Miro"}', "line 1: an entity needs id"),
        ("[1, 2]", "line 1: an entity needs id"),
        ('{"id": "x", "schema": "Person", "properties": {"name": "Miro"}}', "values of name are no list"),
        ('{"id": "x", "schema": "Person", "properties": {"name": ["a\\u0000b"]}}', "line 1: no JSON"),
        ('{"id": "x", "schema": "Person", "properties": {"name": ["a\\ud800b"]}}', "line 1: no JSON"),
        ("[" * 100_000, "line 1: no JSON"),
    ],
)
def test_broken_json_is_refused_with_its_line(read: Read, text: str, reason: str) -> None:
    with pytest.raises(ListUnreadable, match=reason):
        read("opensanctions", text)


def test_a_weak_name_is_never_the_entry_s_own_where_there_is_a_better_one(read: Read) -> None:
    (man,) = read("opensanctions", ftm(_entity("x", "Person", weakAlias=["M"], alias=["Miro K."]))).entries
    assert man.names[0].quality is Quality.PRIMARY and man.name == "Miro K."


def test_columns_of_one_name_and_lines_without_a_name_are_kept(read: Read) -> None:
    (man,) = read("house", "name,note,note\nMiro,one,two\n").entries
    assert {("note", "one"), ("note", "two")} <= set(man.extra)
    wallet = _entity("w", "CryptoWallet", publicKey=["bc1qexample"], topics=["sanction"])
    reading = read("opensanctions", ftm(wallet, _entity("n", "Person", topics=["poi"])))
    assert [entry.name for entry in reading.entries] == ["bc1qexample"]
    assert reading.problems == ("entry n has no name and was left out",)


def test_what_stands_beside_the_properties(read: Read) -> None:
    beside = {"datasets": ["harbour"], "first_seen": "2026-01-01", "last_seen": "2026-11-28"}
    one, two = (
        read("opensanctions", ftm({**_MAN, **beside, "last_seen": day})).entries[0]
        for day in ("2026-11-27", "x")
    )
    assert {("datasets", "harbour"), ("first_seen", "2026-01-01")} <= set(one.extra)
    assert one.content_hash == two.content_hash
