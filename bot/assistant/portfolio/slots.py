"""Words that no table knows (生词): those that stand where a name, a place or a trade would, and those left over."""

from __future__ import annotations

import re

from bot.assistant.portfolio.parts import Atom, Parts
from bot.assistant.portfolio.query import Term, Test
from bot.assistant.portfolio.tokens import Token

_HAN = re.compile(r"[\u3400-\u9fff]")
#: Words behind which a name, a place or an industry stands.
_SLOT = re.compile(r"\b(?:in|of|from|by|near|called|named|at|around|to)\s+(?:the\s+)?$", re.IGNORECASE)
#: Words that make a name that of a colleague.
_OWNER_AFTER = re.compile(r"\s*(?:负责|名下|跟进|管理|经管|(?:owns?|manages?|handles?|looks? after)\b)")
_OWNER_BEFORE = re.compile(
    r"\b(?:owned|managed|handled|assigned|looked after)\s+(?:by|to)\s*$", re.IGNORECASE
)


def fill_slots(parts: Parts, text: str) -> None:
    """Words that no table knows become conditions of their own where a name or a place would stand."""
    kept: list[Token] = []
    runs: list[list[Token]] = []
    for token in parts.rest:
        if runs and text[runs[-1][-1].end : token.start].strip() == "" and not _HAN.search(token.text):
            runs[-1].append(token)
        else:
            runs.append([token])
    for run in runs:
        start, end = run[0].start, run[-1].end
        if len(run) > 1 and _OWNER_AFTER.fullmatch(run[-1].text):
            # Which customers does Chen Yutong own?
            end = run[-2].end
        words = text[start:end]
        han = bool(_HAN.search(words))
        slot = _SLOT.search(text[:start]) or _OWNER_BEFORE.search(text[:start])
        named = re.match(
            r"\s*(?:负责|名下|跟进|管理|经管|的客户|行业|的公司|的企业|企业|公司)", text[end:]
        ) or re.search(r"(?:在|来自|位于|属于|由|从事)$", text[:start])
        # A word in capitals is a name where the rest already asks something.
        capital = words[0].isupper() and bool(parts.asks or parts.atoms or parts.ranks)
        if (han and len(words) >= 2 and named) or (not han and (slot or capital) and len(words) >= 3):
            negated = bool(
                re.search(
                    r"(?:\bnot\s+(?:in|from|by)|outside|非|不在|除了)\s*(?:the\s+)?$",
                    text[:start],
                    re.IGNORECASE,
                )
            )
            owned = _OWNER_AFTER.match(text[end:]) or _OWNER_BEFORE.search(text[:start])
            term = Term("owner") if owned else Term("text")
            atom = Atom(start, end, term, Test(term, "is", words=(words,)), negated=negated)
            place = next(
                (at for at, other in enumerate(parts.atoms) if other.start > start), len(parts.atoms)
            )
            parts.atoms.insert(place, atom)
            if place + 1 < len(parts.atoms) and negated:
                parts.atoms[place + 1].negated = False
            between = text[parts.atoms[place - 1].end : start] if place else ""
            atom.either = bool(re.search(r"\bor\b|或", between))
            atom.joined = bool(re.search(r"\band\b|和|、|,", between))
        else:
            kept += run
    parts.rest = kept


def leftover(parts: Parts, text: str) -> tuple[list[str], list[str]]:
    """Words that were not used: those that may be meant as a condition, and those that are merely named."""
    doubtful, dull = [], []
    for token in parts.rest:
        if _HAN.search(token.text) and len(token.text) >= 2:
            doubtful.append(token.text)
        elif len(token.text) >= 2 or _HAN.search(token.text):
            dull.append(token.text)
    return doubtful, dull
