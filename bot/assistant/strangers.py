"""What looks like a name and is no customer's (陌生名称): quoted, in capitals, with a legal form, or by its place.

The words that are written like a name and are none lie in `prompts/grammar/strangers.toml`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.assistant.topics import VAGUE, Lexicon, Matter, find_phrases

#: Where the words lie that are nobody's name.
WORDS = Path(__file__).parents[2] / "prompts" / "grammar" / "strangers.toml"

_LATIN_NAME = re.compile(
    r"[“\"'「『《]([^”\"'」』》]{2,60})[”\"'」』》]"
    r"|((?:[A-ZÄÖÜ](?:(?![\u3400-\u9fff])[\w&.'-])*\s+){0,5}[A-ZÄÖÜ](?:(?![\u3400-\u9fff])[\w&.-])*(?:\s+(?:GmbH|AG|SE|KG|Ltd|Limited|Inc|Corp|LLC|PLC|plc|S\.?A\.?|B\.?V\.?|N\.?V\.?|Co)\b\.?)*)"
)
_HAN_NAME = re.compile(
    r"([\u3400-\u9fff·()（）A-Za-z0-9]{2,30}?(?:有限责任公司|股份有限公司|有限公司|集团|公司|银行|股份))"
)

#: Topics of a customer's own file: what stands before them in a question is somebody.
OF_SOMEBODY = frozenset({"payments", "contacts", "contracts", "notes", "cases", "scores"})


def opening(text: str, matter: Matter, lexicon: Lexicon) -> str | None:
    """The Chinese words with which a question begins and that no phrase covers: 华为欠我们多少."""
    begins = re.match(r"(?:请问|请|查一下|那么?)?([\u3400-\u9fff]{2,16})", text)
    if begins is None:
        return None
    run, found = begins[1], find_phrases(begins[1], lexicon)
    end = min((each.start for each in found if each.label[0] in ("topic", "item")), default=len(run))
    words = run[:end].removesuffix("的")
    covered = {at for each in found for at in range(each.start, each.end)}
    sole = len(matter.residual) == 1 and matter.residual[0] in words
    somebody = matter.topic in OF_SOMEBODY and not covered.issuperset(range(len(words)))
    return words if 2 <= len(words) <= 12 and (sole or somebody) else None


def stranger(text: str, matter: Matter) -> str | None:
    """What is put like a name: in quotation marks, in capitals, with a legal form, before 's or 的."""
    never = _never()
    for match in _HAN_NAME.finditer(text):
        name = re.sub(r"^(?:请问|请|查一下|介绍一下|介绍|告诉我|关于|那么|那|在)", "", match[1])
        if 2 < len(name) <= 24 and not re.search(r"[哪谁几由什]", name) and name not in never.chinese:
            return name
    for match in _LATIN_NAME.finditer(text):
        words = (match[1] or match[2]).split()
        while words and words[0].lower().removesuffix("'s") in never.english:
            words.pop(0)
        name = " ".join(words).removesuffix("'s").rstrip(".,'") if words else ""
        if len(name) >= 3 and name.lower() not in never.english and not name.isdigit():
            return name
    if matter.topic and len(matter.residual) == 1 and 2 <= len(matter.residual[0]) <= 10:
        name = matter.residual[0]
        if re.search(
            rf"^(?:请问|请|介绍一下|介绍|查一下|那|那么)?{re.escape(name)}(?:的|是谁|是什么|怎么样|付|欠|有)",
            text,
        ):
            return name
    if matter.topic in VAGUE and 1 <= len(matter.residual) <= 4 and not matter.items:
        return " ".join(matter.residual)
    return None


@dataclass(frozen=True, slots=True)
class _Never:
    english: frozenset[str]
    chinese: frozenset[str]


@cache
def _never() -> _Never:
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))["never"]
    return _Never(frozenset(words["en"]), frozenset(words["zh"]))
