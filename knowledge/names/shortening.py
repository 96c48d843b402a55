"""Short names of Chinese firms (企业简称): how likely a few characters stand for a full name among many.

A short name takes characters of the full one in order: the brand (神农), its beginning (韵达), the initials of place
and trade (上汽 = 上海汽车), the sign of a province (粤 = 广东); 股份, 集团 and 控股 at its end say little. Which
characters are rare can only be known among all names, so their weights come from the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from knowledge.names.chinese import chinese_parts
from knowledge.names.keys import GENERIC, REGIONS, fold

#: One-character signs of provinces and cities (车牌简称 and customary ones); general knowledge.
SIGNS = {
    "沪": "上海", "申": "上海", "京": "北京", "津": "天津", "渝": "重庆", "冀": "河北", "晋": "山西", "皖": "安徽",
    "闽": "福建", "赣": "江西", "鲁": "山东", "豫": "河南", "鄂": "湖北", "湘": "湖南", "粤": "广东", "琼": "海南",
    "川": "四川", "蜀": "四川", "黔": "贵州", "滇": "云南", "秦": "陕西", "陇": "甘肃", "蒙": "内蒙古", "桂": "广西",
    "苏": "江苏", "浙": "浙江", "辽": "辽宁", "吉": "吉林", "穗": "广州", "甬": "宁波", "蓉": "成都", "榕": "福州",
    "鹭": "厦门", "锡": "无锡", "宁": "南京", "杭": "杭州", "深": "深圳",
}  # fmt: skip
#: Ends of a short name that need not stand in the full one.
_TAIL = re.compile(r"(?<=.)(?:股份|集团|控股|公司|股)$")
_FULL_TAIL = re.compile(r"(?:\(?集团\)?)?(?:控股)?(?:股份)?(?:有限)?(?:责任)?公司$")
_WORD = re.compile(
    "|".join(sorted({*GENERIC, *REGIONS, "大学", "国际", "第一", "省", "市"}, key=len, reverse=True))
)
#: What the alignment itself reckons with: leaving characters out before a word, and within one.
_JUMP, _BREAK = 0.15, 0.45
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Whole:
    """A full name as it is aligned: its characters, where words begin, what each is (region, brand, trade, tail)."""

    text: str
    begins: tuple[bool, ...]
    kinds: str
    tail: str


@lru_cache(maxsize=131_072)
def whole_of(name: str) -> Whole:
    """A full name with the kinds of its characters."""
    text = re.sub(r"[^\w]", "", fold(name))[:_LONGEST]
    parts = chinese_parts(name)
    kinds, begins = ["b"] * len(text), [False] * len(text)
    tail = _FULL_TAIL.search(text)
    end = tail.start() if tail else len(text)
    kinds[end:] = ["f"] * (len(text) - end)
    for match in _WORD.finditer(text[:end]):
        region = match.group() in REGIONS and (match.group() in parts.regions or match.start() == 0)
        kind = "r" if region or match.group() in "省市" else "t"
        kinds[match.start() : match.end()] = [kind] * (match.end() - match.start())
        begins[match.start()] = True
    for at in range(len(text)):
        begins[at] |= at == 0 or at == end or kinds[at] != kinds[at - 1]
    return Whole(text, tuple(begins), "".join(kinds), text[end:])


@lru_cache(maxsize=8192)
def short_of(alias: str) -> tuple[str, str]:
    """A short name without an end that says little, and that end."""
    text = re.sub(r"[^\w]", "", fold(alias))[:_LONGEST]
    stem = _TAIL.sub("", text)
    return stem, text[len(stem) :]


def short_features(alias: str, full: str, rarity: Callable[[str], float]) -> dict[str, float]:
    """What speaks for or against a short name standing for a full one; `rarity` weighs a character."""
    stem, tail = short_of(alias)
    whole = whole_of(full)
    steps = _in_order(stem, whole)
    used = {at for at, _ in steps.values()}
    weight = {at: rarity(character) for at, character in enumerate(stem)}
    all_of_it = sum(weight.values()) or 1.0
    lost = [at for at in range(len(stem)) if at not in steps]
    brand = [at for at, kind in enumerate(whole.kinds) if kind == "b"]
    left_out = [at for at in brand if at not in used]
    order = sorted(steps.items())
    jumps = breaks = 0
    for (_, (before, _)), (_, (after, _)) in pairwise(order):
        if after != before + 1:
            jumps, breaks = jumps + whole.begins[after], breaks + (not whole.begins[after])
    middle = [at for at, kind in enumerate(whole.kinds) if kind != "f"]
    first = next((at for at, kind in enumerate(whole.kinds) if kind in "bt"), 0)
    kinds = [whole.kinds[at] for at in used]
    return {
        "lost": len(lost) / (len(stem) or 1),
        "lost_rare": sum(weight[at] for at in lost) / all_of_it,
        "lost_first": float(0 in lost),
        "moved": sum(stem[at] in whole.text for at in lost) / (len(stem) or 1),
        "sign": float(any(sign for _, sign in steps.values())),
        "jumps": min(jumps, 3) / 3,
        "breaks": min(breaks, 3) / 3,
        "brand_first": float(bool(brand) and brand[0] in used),
        "body_first": float(first in used),
        "brand_left_out": len(left_out) / (len(brand) or 1),
        "left_out": min(len([at for at in middle if at not in used and whole.kinds[at] != "r"]), 10) / 10,
        "of_region": kinds.count("r") / (len(stem) or 1),
        "of_brand": kinds.count("b") / (len(stem) or 1),
        "of_trade": kinds.count("t") / (len(stem) or 1),
        "of_tail": kinds.count("f") / (len(stem) or 1),
        "same_end": float(tail in ("集团", "控股") and tail in whole.text),
        "other_end": float(tail in ("集团", "控股") and tail not in whole.text),
        "unsaid_group": float(tail == "股份" and "集团" in whole.text),
        "placeless": float("r" not in whole.kinds),
        "word_ends": float(_ends_word(used, whole)),
        "starts": float(whole.text.startswith(stem)),
        "rare": min(sum(weight[at] for at in steps), 30.0) / 30,
    }


def _ends_word(used: set[int], whole: Whole) -> bool:
    """Whether what is taken ends where a word of the full name ends."""
    after = max(used, default=-1) + 1
    return bool(used) and (after >= len(whole.text) or whole.begins[after])


def _in_order(stem: str, whole: Whole) -> dict[int, tuple[int, bool]]:
    """Which character of the short name is which of the full one, in order: the best way of taking them.

    The value is the place in the full name, and whether a sign (粤) stands for the region's whole name there.
    """
    text = whole.text
    best: list[dict[int, tuple[float, int, int]]] = []
    # The best way so far that ends at a place, with its character of the short name.
    ending: list[tuple[float, int]] = [(-1.0, -1)] * len(text)
    for number, character in enumerate(stem):
        region = SIGNS.get(character)
        here: dict[int, tuple[float, int, int]] = {}
        # The best way that ends before the place, whichever it is.
        before, before_at = (-1.0, -1), -1
        for at, other in enumerate(text):
            if at and ending[at - 1] > before:
                before, before_at = ending[at - 1], at - 1
            sign = region is not None and text.startswith(region, at) and character != other
            if character != other and not sign:
                continue
            value, came = (1.0 if at < len(text) - len(whole.tail) else 0.6), (-1, -1)
            value -= 0.0 if whole.begins[at] or at == 0 else 0.1
            found = value
            if at and ending[at - 1][0] + value > found:
                found, came = ending[at - 1][0] + value, (ending[at - 1][1], at - 1)
            jumped = before[0] + value - (_JUMP if whole.begins[at] else _BREAK)
            if jumped > found:
                found, came = jumped, (before[1], before_at)
            here[at] = (found, *came)
        best.append(here)
        for at, (score, _, _) in here.items():
            if score > ending[at][0]:
                ending[at] = score, number
    ends = [(score, number, at) for number, row in enumerate(best) for at, (score, _, _) in row.items()]
    if not ends:
        return {}
    _, number, at = max(ends, key=lambda end: (end[0], -end[1], -end[2]))
    steps: dict[int, tuple[int, bool]] = {}
    while number >= 0:
        steps[number] = (at, text[at] != stem[number])
        _, number, at = best[number][at]
    return steps
