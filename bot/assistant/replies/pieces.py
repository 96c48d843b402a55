"""Texts in pieces (断句): sentences, heads of tables and headings, and what kind of thing a question wants in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: A quotation is at most so long; one sentence more is taken only when it stays below.
LONGEST = 320

_SENTENCE = re.compile(r"[^。！？!?；;\n]+(?:[。！？!?；;]+[”’」』）)\"']*|\n|$)")
_ENGLISH_SENTENCE = re.compile(r"[^\n]+?(?:[.!?]+[\"')\]]*(?=\s|$)|\n|$)")

HAN = re.compile(r"[\u3400-\u9fff]")

HEADING = re.compile(r"#{1,6}\s|\|?\s*:?-{3,}|[-=*_]{3,}\s*$")

DATE = re.compile(
    r"\d{1,4}\s*年|\d{1,2}\s*月\s*\d{0,2}\s*日?|\d{1,2}\s*日|\b(?:19|20)\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d"
    r"|\d\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|周[一二三四五六日]|\d+\s*[点时]",
    re.I,
)
_NUMBER = re.compile(
    r"\d|[一二三四五六七八九十百千万亿两]+(?:个|名|人|项|次|家|条|万|亿|元|倍|成|%|％)|百分之|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million)\b",
    re.I,
)
_PERSON = re.compile(
    r"[\u3400-\u9fff]{2,4}(?:表示|说|称|认为|指出|强调|介绍|先生|女士|总书记|主席|部长|市长|书记|教授|院士|总裁|董事长|经理|主任|记者|发言人)|(?:总书记|主席|部长|市长|书记|教授|院士|总裁|董事长|总经理|主任|发言人|总理|总统|首相|议长|局长)[\u3400-\u9fff·]{2,8}|\b[A-Z][a-z]+\s+[A-Z][a-z]+"
)
_PLACE = re.compile(
    r"在[\u3400-\u9fff]{2,}|[\u3400-\u9fff]{2,}(?:省|市|县|区|州|镇|村|路|街|国|岛|港|馆|中心|大厦|大学|广场)|\b(?:in|at|near)\s+[A-Z]"
)
REASON = re.compile(
    r"因为|由于|因|原因|所以|为了|是为|导致|失去|断裂|无力|because|due to|owing to|as a result|reason|since\b(?! \d{4})"
    r"|\blost (?:its|their|his|her|the)\b|\bran out of\b|\bcould (?:not|no longer)\b|\bunable to\b",
    re.I,
)

#: What makes a name into another firm's: more capitalised words and a legal form, or Han characters up to one.
_LONGER = re.compile(
    r"(?:\s+[A-Z][\w&.-]*){0,4}\s+(?:GmbH|AG|SE|KG|Ltd|Limited|Inc|Corp|LLC|PLC|plc|Pte|Co|S\.A|B\.V)\b"
    r"|[\u3400-\u9fff()（）]{1,14}?(?:有限责任公司|股份有限公司|有限公司|集团|公司)"
)

WANTED: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"哪一?[天日年月]|何时|什么时候|几[月日号点]|时间|日期"
            r"|\bwhen\b|what (?:date|day|year|month|time)|\bdates? of\b|birthday|出生|生日"
            r"|which (?:day|year|month)", re.I), DATE),
    (re.compile(r"多少|几[个名人项次家条]|第几|多[大长高远久]|百分之几|比例|金额"
            r"|how (?:much|many|long|far|old|large|big|high)|what (?:percentage|share|amount|number)", re.I), _NUMBER),
    (re.compile(r"谁|哪[位些名]人?|何人|什么人|\bwho(?:m|se)?\b", re.I), _PERSON),
    (re.compile(r"哪里|哪儿|何处|什么地方|哪个(?:国家|城市|地区|省|市)"
            r"|\bwhere\b|which (?:country|city|place)", re.I), _PLACE),
    (re.compile(r"为什么|为何|原因|怎么会|\bwhy\b|what caused", re.I), REASON),
)  # fmt: skip


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand; a very long one is cut at commas."""
    chinese = len(re.findall(r"[\u3400-\u9fff]", text)) * 4 > len(text)
    found = []
    for match in (_SENTENCE if chinese else _ENGLISH_SENTENCE).finditer(text):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[start] in "-*•|> \t":
            start += 1
        while end > start and text[end - 1] in "| \t\n":
            end -= 1
        while end - start > LONGEST:
            cut = max(text.rfind(sign, start + 60, start + LONGEST) for sign in ("，", "、", ", ", " "))
            cut = cut + 1 if cut > start else start + LONGEST
            found.append((start, cut))
            start = cut
        heads = text[:start].endswith("\n") or start == 0
        if end > start and not (heads and HEADING.match(text, start, end)):
            found.append((start, end))
    return found


def extended(text: str, start: int, end: int, pieces: Sequence[tuple[int, int]], *, reach: int) -> str:
    """A short stretch with the sentences that follow it, so that it can be understood alone."""
    for first, last in pieces:
        if first >= end and end - start < reach and last - start <= LONGEST:
            end = last
    return text[start:end].strip()


def head_of(text: str, pieces: Sequence[tuple[int, int]]) -> int | None:
    """Which line is the head, where a text is a table: the first or, under a title, the second."""
    rows = sum(text[start:end].count("|") >= 2 for start, end in pieces)
    if rows * 3 < len(pieces) * 2:
        return None
    return next((at for at in range(min(2, len(pieces) - 1)) if is_head(text[slice(*pieces[at])])), None)


def is_head(line: str) -> bool:
    """Whether a line names the columns of a table: cells of words, at most with a year."""
    return line.count("|") >= 2 and not re.search(r"\d[\d,]{4,}|\d[.%]", line)


def of_namesake(text: str, names: Sequence[str]) -> bool:
    """Whether a text names only another firm whose name begins like this customer's (Nordhafen Logistik AG)."""
    from knowledge.names.keys import fold

    own = {fold(name) for name in names}
    seen = False
    for name in names:
        if len(name) < 2:
            continue
        for match in re.finditer(re.escape(name), text, re.IGNORECASE):
            longer = _LONGER.match(text, match.end())
            whole = fold(text[match.start() : longer.end()]) if longer else ""
            if not longer or any(whole.startswith(other) for other in own if len(other) > len(name)):
                return False
            seen = True
    return seen
