"""Customers named by a part of their name (名称片段): one telling word, a short form, a Chinese brand (字号).

A part names nobody when the words beside it belong to somebody else: of "Foobar Pumps" the only customer with Pumps
in its name knows nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from rapidfuzz.distance import OSA

from bot.assistant.topics import find_phrases, load_lexicon
from knowledge.names.chinese import chinese_parts
from knowledge.names.keys import fold, shared_words
from knowledge.names.lexicon import load_lexicon as load_names
from knowledge.names.mentions import NOT_NAMES
from knowledge.names.ordinary import is_ordinary
from store.customers import CustomerName

_WORDS = re.compile(r"[^\W_\u2e80-\u9fff]+")
_SHORT = re.compile(r"(?<![A-Za-z0-9&])(?:[A-Z]&[A-Z]|[A-Z][A-Za-z]{3})(?![A-Za-z0-9&])")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
#: What stands before a brand and after it where nothing else belongs to the name.
_BEFORE = re.compile(
    r"(?:^|[^\u3400-\u9fff]|[和与跟及同对给查问看比]|请问|谁是|关于|介绍|介绍一下|比较|对比|一下|那么?|核查|筛查)$"
)
_AFTER = re.compile(
    r"$|[^\u3400-\u9fff]|[的是有欠付还又最今去上本前和与跟及同在被会能可以怎什哪谁多几近现目这那呢吗吧]"
)
#: Words that more customers have tell nobody apart.
_FEW = 3
#: So much of a text is looked at for brands.
_HEARD = 200
#: So many letters must be right for one that is wrong.
_LETTERS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """Where a text holds a part of a name, and whose."""

    start: int
    end: int
    customers: frozenset[UUID]


class PartialNames:
    """The telling parts of all names."""

    def __init__(self, names: Sequence[CustomerName]) -> None:
        self._words = _words_of(names)
        self._telling = _telling_words(names)
        self._shorts = _short_forms(names)
        self._names = names

    @cached_property
    def _brands(self) -> dict[str, set[UUID]]:
        """Worked out when a brand is first looked for: most questions name somebody otherwise."""
        return _brands(self._names)

    def find(self, text: str) -> Part | None:
        """The first part of a name in a text: a word, or else a short form that one customer has."""
        return self._by_word(text) or self._by_short(text)

    def brand_of(self, name: str) -> frozenset[UUID]:
        """The few customers that have the brand of a Chinese name."""
        return frozenset(self._brands.get(_brand(name), ()))

    def find_brands(self, text: str) -> list[Part]:
        """Chinese brands that stand by themselves: 允棠的股东, and not 允棠餐饮的股东."""
        found: list[Part] = []
        for run in _HAN_RUN.finditer(text[:_HEARD]):
            for start in range(run.start(), run.end() - 1):
                end = start + 2
                having = self._brands.get(text[start:end])
                if having and not _is_word(text[start:end]) and _alone(text, start, end):
                    found.append(Part(start, end, frozenset(having)))
        return found

    def _by_word(self, text: str) -> Part | None:
        """A single Latin word that few customers have in their names: "Yuntang"."""
        for match in _WORDS.finditer(text):
            having = self._telling.get(match.group().casefold(), set())
            if having and match.group()[:1].isupper():
                beside = _beside(text, match.start(), match.end())
                meant = frozenset(key for key in having if self._has(key, beside))
                if meant:
                    return Part(match.start(), match.end(), meant)
        return None

    def _by_short(self, text: str) -> Part | None:
        """A short form that one customer has: the first word of its name (Ulta), or its initials (J&J)."""
        for match in _SHORT.finditer(text):
            meant = self._shorts.get(match.group(), set())
            if len(meant) == 1:
                return Part(match.start(), match.end(), frozenset(meant))
        return None

    def _has(self, customer: UUID, words: Sequence[str]) -> bool:
        """Whether a customer has all these words in its names, each as it is or with a letter wrong in five."""
        known = self._words[customer]
        return all(
            word in known
            or any(OSA.distance(word, one, score_cutoff=2) <= len(word) // _LETTERS for one in known)
            for word in words
        )


def _beside(text: str, start: int, end: int) -> list[str]:
    """The words in capitals right beside a word that make one name with it, but for words that any firm may have."""
    found: list[str] = []
    while match := re.search(r"([^\W_\u2e80-\u9fff]+)[ &-]+$", text[:start]):
        if not match[1][:1].isupper():
            break
        found.append(match[1])
        start = match.start()
    while match := re.match(r"[ &-]+([^\W_\u2e80-\u9fff]+)", text[end:]):
        if not match[1][:1].isupper():
            break
        found.append(match[1])
        end += match.end()
    lexicon, names = load_lexicon(), load_names()
    return [
        word.casefold()
        for word in found
        if not (
            word.isdigit() or len(word) < 3 or names.of_english(word) or find_phrases(word.lower(), lexicon)
        )
    ]


def _is_word(brand: str) -> bool:
    """Whether a brand of two signs is a word of the dictionary: 光明, 东方, and not 允棠."""
    import rjieba

    if len(rjieba.cut(brand, hmm=False)) > 1:
        return False
    return not rjieba.tag(brand)[0][1].startswith(("nr", "nz"))


def _alone(text: str, start: int, end: int) -> bool:
    """Whether the signs around a brand belong to the question and not to another name."""
    if not _BEFORE.search(text[:start]):
        return False
    if _AFTER.match(text[end:]):
        return True
    return any(match.start == 0 for match in find_phrases(text[end : end + 12], load_lexicon()))


def _words_of(names: Sequence[CustomerName]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for name in names:
        found[name.customer_id].update(word.casefold() for word in _WORDS.findall(name.name))
    return dict(found)


def _telling_words(names: Sequence[CustomerName]) -> dict[str, set[UUID]]:
    """Latin words of five letters and more that few customers have in their names."""
    found: dict[str, set[UUID]] = defaultdict(set)
    for name in names:
        if name.kind not in NOT_NAMES:
            for word in _WORDS.findall(name.name):
                if len(word) >= 5 and not word.isdigit() and not is_ordinary(fold(word)):
                    found[word.casefold()].add(name.customer_id)
    return {word: customers for word, customers in found.items() if len(customers) <= _FEW}


def _short_forms(names: Sequence[CustomerName]) -> dict[str, set[UUID]]:
    """First words of four letters and initials of names with an ampersand, by how they are written."""
    found: dict[str, set[UUID]] = defaultdict(set)
    for name in names:
        if name.kind in NOT_NAMES:
            continue
        words = _WORDS.findall(name.name)
        first = words[0] if words else ""
        if len(first) == 4 and first.isascii() and first.isalpha() and not is_ordinary(fold(first)):
            found[first].add(name.customer_id)
            found[first.capitalize()].add(name.customer_id)
        if pair := re.match(r"([A-Z])\w+\s*&\s*([A-Z])\w+", name.name):
            found[f"{pair[1]}&{pair[2]}"].add(name.customer_id)
    return found


def _brand(name: str) -> str:
    """The first two signs of a Chinese name behind its region: most often its brand (字号)."""
    return chinese_parts(name).body[:2] if _HAN_RUN.search(name) else ""


def _brands(names: Sequence[CustomerName]) -> dict[str, set[UUID]]:
    """Brands that at most three customers have; what many have tells nobody apart."""
    found: dict[str, set[UUID]] = defaultdict(set)
    for name in names:
        brand = _brand(name.name) if name.kind not in NOT_NAMES else ""
        if len(brand) == 2 and not all(shared_words(brand)):
            found[brand].add(name.customer_id)
    return {brand: customers for brand, customers in found.items() if len(customers) <= _FEW}
