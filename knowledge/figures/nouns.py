"""What a question counts (所数之物): stores, shares, employees."""

from __future__ import annotations

import re

from knowledge.figures.items import Lexicon

#: How a question asks for a count, with the counted thing.
HOW_MANY = re.compile(
    r"\bhow\s+many\s+(?:[a-z][\w'-]*\s+){0,5}?(?P<noun>[a-z][a-z-]*)"
    r"(?=\s+(?:did|does|do|has|have|had|was|were|is|are|will|would|in|of|at|on|by|per|open|opened|closed|for|as|there|outstanding)\b|\s*[?,]|\s*$)|"
    r"(?:多少|几)\s*(?P<zh>家|股|个|名|人|间)|(?P<nn>门店|店铺|仓储店|仓库|员工|雇员|股份|股票|餐厅|工厂)(?:总)?(?:数量?|个数|人数|家数)|"
    r"(?P<zhn>多少)(?=员工|雇员|门店|店铺|仓储店|仓库|工厂|餐厅)|"
    r"\b(?:number|count|total)\s+of\s+(?:the\s+)?(?:[a-z][\w'&-]*\s+){0,4}?(?P<of>stores?|warehouses?|employees|shares|outlets|restaurants|"
    r"locations|associates|branches|countries|customers|members|stores|plants|facilities|clubs|hotels|rooms|vehicles|aircraft|stockholders|shareholders)\b|"
    r"\b(?P<bare>stores?|warehouses?|employees|restaurants|shares)\s+(?:count|number|outstanding|open|operated)\b|\b(?P<share>ordinary|common)\s+shares?\b(?=.*\boutstanding)",
    re.IGNORECASE,
)

_COUNTABLE = re.compile(
    r"\b(?:stores|warehouses|employees|restaurants|locations|outlets|hotels|branches|plants|facilities|clubs|associates)\b",
    re.IGNORECASE,
)
#: Words between a measure and what is counted: 多少家国际门店.
_PLACES = frozenset(("international", "domestic", "online", "united states", "canada", "china"))


def shared_noun(text: str, lexicon: Lexicon) -> str | None:
    """The counted thing of which a share is asked: “what percentage of its warehouses are in …”."""
    match = _COUNTABLE.search(text)
    if match:
        return match.group().casefold()
    return next(
        (
            lexicon.literal[han][0]
            for han in ("仓储店", "仓库", "门店", "店铺", "员工", "雇员")
            if han in text and han in lexicon.literal
        ),
        None,
    )


def noun_of(match: re.Match[str], lexicon: Lexicon, text: str) -> str | None:
    """The counted thing that a question names."""
    plain = match["noun"] or match["of"] or match["bare"]
    if plain:
        return plain.casefold()
    if match["share"] or match["zh"] == "股":
        return "shares"
    if match["nn"]:
        return lexicon.literal.get(match["nn"], ("stores",))[0]
    after = text[match.end() :].lstrip()
    while after:
        han = next(
            (word for word in sorted(lexicon.literal, key=len, reverse=True) if after.startswith(word)), ""
        )
        if not han:
            break
        if lexicon.literal[han][0] not in _PLACES or not match["zh"]:
            return lexicon.literal[han][0]
        after = after[len(han) :].lstrip("的 ")
    return {"家": "stores", "间": "stores", "名": "employees", "人": "employees"}.get(match["zh"])
