"""Names of firms in Chinese characters (中文企业名称): region, brand (字号), trade (行业), legal form; how two compare.

The order of the rule book is region + brand + trade + form (企业名称登记管理规定, art. 8). The brand tells firms apart;
a region or a form that one side leaves out tells nothing, one that differs tells much. Traditional characters, full
width and brackets are folded before anything is compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import LCSseq, Levenshtein

from knowledge.names.keys import GENERIC, HAN, REGIONS, fold

#: Legal forms, longest first, with the kind that they are of: limited and stock companies are near, branches are not.
_FORMS = (
    ("股份有限责任公司", "stock"), ("股份有限公司", "stock"), ("有限责任公司", "limited"), ("有限公司", "limited"),
    ("股份公司", "stock"), ("株式会社", "stock"), ("有限合伙企业", "partnership"), ("有限合伙", "partnership"),
    ("合伙企业", "partnership"),
    ("总公司", "company"), ("分公司", "branch"), ("支公司", "branch"), ("办事处", "branch"),
    ("代表处", "branch"), ("分行", "branch"), ("支行", "branch"), ("有限责任", "limited"), ("公司", "company"),
)  # fmt: skip
_GROUP = re.compile(r"\(?集团\)?")
_HOLDING = re.compile("控股|持股")
_PLACES = "|".join(
    sorted(
        {*REGIONS, "香港", "澳门", "台湾", "日本", "美国", "韩国", "德国", "英国", "法国", "新加坡"},
        key=len,
        reverse=True,
    )
)
_REGION = re.compile(f"(?:{_PLACES})(?:省|市|自治区|县|区)?")
_ANY_PLACE = re.compile(f"[{HAN}]{{2,4}}?(?:省|市|自治区|自治州|县|区)")
_REGION_END = re.compile(f"(?:{_PLACES})(?:省|市)?$")
_BRACKETED = re.compile(r"\(([^()]{1,12})\)")
_TRADE = re.compile(
    "(?:"
    + "|".join(
        sorted(
            (
                word
                for word in GENERIC
                if word not in ("集团", "股份", "有限", "责任", "公司", "控股", "世界")
            ),
            key=len,
            reverse=True,
        )
    )
    + ")"
)
_NUMBER = re.compile(r"第?([一二三四五六七八九十百]+|\d+)(?=[分期号局院所厂建冶航部])|\d+")
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")


@dataclass(frozen=True, slots=True)
class ChineseFirm:
    """A Chinese firm's name taken apart; `body` is brand and trade as they stand, in simplified characters."""

    whole: str
    body: str
    brand: str
    trades: tuple[str, ...]
    regions: tuple[str, ...]
    form: str
    group: bool
    holding: bool
    numbers: tuple[str, ...]


@lru_cache(maxsize=131_072)
def chinese_parts(name: str) -> ChineseFirm:
    """A name in Chinese characters taken apart."""
    whole = re.sub(r"\s+", "", fold(name)).replace("·", "").strip("，,。;；")
    rest, form = whole, ""
    regions: list[str] = []
    for bracket in _BRACKETED.findall(rest):
        if _REGION.fullmatch(bracket) or bracket in ("集团",):
            if bracket != "集团":
                regions.append(_short(bracket))
            rest = rest.replace(f"({bracket})", "集团" if bracket == "集团" else "", 1)
    rest = rest.replace("(", "").replace(")", "")
    group, holding = bool(_GROUP.search(rest)), bool(_HOLDING.search(rest))
    for ending, kind in _FORMS:
        if rest.endswith(ending) and len(rest) > len(ending) + 1:
            rest, form = rest[: -len(ending)], kind
            break
    if form == "branch":
        # 某某有限公司上海分公司: the firm itself stands before.
        rest = re.sub("(?:股份有限公司|有限责任公司|有限公司)", "", rest)
    rest = re.sub("集团(?:股份)?$|股份$|控股$", "", rest) or rest
    whole_city = False
    while (match := _REGION.match(rest)) and len(rest) - match.end() >= 2:
        whole_city |= match.group().endswith("市")
        regions.append(_short(match.group()))
        rest = rest[match.end() :]
    # 深圳市新城市规划: a city stands in no other city.
    if (
        (match := _ANY_PLACE.match(rest))
        and len(rest) - match.end() >= 2
        and not (whole_city and match.group().endswith("市"))
    ):
        regions.append(_short(match.group()))
        rest = rest[match.end() :]
    if (match := _REGION_END.search(rest)) and match.start() >= 2:
        regions.append(_short(match.group()))
        rest = rest[: match.start()]
    numbers = tuple(
        number.translate(_DIGITS)
        for number in re.findall(r"[一二三四五六七八九十百]+(?=[分期号局院所厂建冶航部])|\d+", rest)
    )
    body = re.sub("集团$|股份$|控股$", "", rest) or rest
    trades = tuple(_TRADE.findall(body[1:])) if len(body) > 2 else ()
    brand = _TRADE.sub("", body[1:]) if len(body) > 2 else body[1:]
    return ChineseFirm(
        whole, body, body[:1] + brand, trades, tuple(dict.fromkeys(regions)), form, group, holding, numbers
    )


def _short(region: str) -> str:
    return re.sub("(?:省|市|自治区|自治州|县|区)$", "", region) if len(region) > 2 else region


def chinese_features(left: ChineseFirm, right: ChineseFirm) -> dict[str, float]:
    """What speaks for or against one firm; all from 0 to 1."""
    body = max(len(left.body), len(right.body)) or 1
    edits = Levenshtein.distance(left.body, right.body)
    shorter, longer = sorted((left.body, right.body), key=len)
    inner = LCSseq.similarity(shorter, longer) / (len(shorter) or 1)
    brand = Levenshtein.normalized_similarity(left.brand, right.brand)
    brand_in = (
        left.brand
        and right.brand
        and (left.brand.startswith(right.brand) or right.brand.startswith(left.brand))
    )
    places = set(left.regions), set(right.regions)
    trades = set(left.trades), set(right.trades)
    return {
        "same_body": float(left.body == right.body),
        "edits": min(edits, 4) / 4,
        "edit_share": edits / body,
        "inner": inner,
        "whole_form": float(inner == 1.0 and left.body != right.body),
        "brand": brand,
        "brand_same": float(left.brand == right.brand),
        "brand_start": float(bool(brand_in)),
        "short": float(len(shorter) <= 2),
        "place_conflict": _place_conflict(*places),
        "place_extra": float(bool(places[0]) != bool(places[1])),
        "trade_conflict": float(bool(trades[0] - trades[1]) and bool(trades[1] - trades[0])),
        "trade_extra": float(bool(trades[0] ^ trades[1])),
        "branch": float((left.form == "branch") != (right.form == "branch")),
        "group": float(left.group != right.group),
        "number_conflict": float(left.numbers != right.numbers),
        "whole": Levenshtein.normalized_similarity(left.whole, right.whole),
    }


def _place_conflict(left: set[str], right: set[str]) -> float:
    """1 where both name places and none is the same; less where one is no place and may be a slip of the pen."""
    if not left or not right or left & right:
        return 0.0
    slip = any(
        Levenshtein.distance(mine, theirs) == 1 and not (mine in REGIONS and theirs in REGIONS)
        for mine in left
        for theirs in right
    )
    return 0.2 if slip else 1.0
