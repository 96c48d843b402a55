"""A name among many (从名单中认名): candidates by shared pieces of the name, then the comparison of each.

Pieces are pairs of Chinese characters, groups of three letters of the Latin form, and the consonants of its words, so
that a name in one script finds one in another. The rarest pieces decide; the comparison ranks.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.names.chinese import chinese_parts
from knowledge.names.comparison import Comparison, NameKind, compare
from knowledge.names.keys import HAN, fold
from knowledge.names.phonetics import pinyin
from knowledge.names.scripts import latin, scripts_of, skeleton, sound, split_words, tidy

#: So many candidates are compared, and so many are given back.
COMPARED, GIVEN = 60, 5
#: The best is the answer from this score on, with log odds so much above those of the next.
ACCEPTED, MARGIN = 0.5, 2.0
#: What sharing all pieces is worth beside the comparison, in log odds.
_RARE = 6.0
#: Pieces that more than this share of all names have are passed over, where rarer ones are left.
_COMMON = 0.2


#: Marks of an exchange on a short name: *ST, PT, a share class at the end.
_MARKS = re.compile(rf"^(?:\*?(?:ST|SST|S|PT|N|XD|XR|DR)|退市)(?=[{HAN}])|(?<=[{HAN}])(?:-?[UWAB])$")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody with a key of the caller's and one or more names."""

    key: str
    name: str
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be meant: the name that fits best and how it compares."""

    named: Named
    name: str
    comparison: Comparison
    #: The log odds, raised by how rare the shared pieces are among all names.
    rank: float


class Crowd:
    """Names prepared for many look-ups."""

    def __init__(self, everybody: Iterable[Named]) -> None:
        self._listed: list[tuple[Named, str]] = []
        self._having: dict[str, list[int]] = defaultdict(list)
        for named in everybody:
            for name in dict.fromkeys((named.name, *named.other_names)):
                for piece in pieces(name):
                    self._having[piece].append(len(self._listed))
                self._listed.append((named, name))

    def find(self, name: str, kind: NameKind = NameKind.UNKNOWN) -> list[Candidate]:
        """Those who may be meant, best first, at most five."""
        name = _MARKS.sub("", name) or name
        weights: dict[int, float] = defaultdict(float)
        wanted = [piece for piece in pieces(name) if piece in self._having]
        rare = [piece for piece in wanted if len(self._having[piece]) <= max(50, _COMMON * len(self._listed))]
        for piece in rare or wanted:
            having = self._having[piece]
            weight = math.log(1 + len(self._listed) / len(having))
            for at in having:
                weights[at] += weight
        nearest = sorted(weights, key=lambda at: (-weights[at] / math.sqrt(4 + len(self._listed[at][1])), at))
        whole = (
            sum(math.log(1 + len(self._listed) / len(self._having[piece])) for piece in rare or wanted) or 1.0
        )
        best: dict[str, Candidate] = {}
        for at in nearest[:COMPARED]:
            named, known = self._listed[at]
            compared = compare(name, known, kind)
            # Rare characters tell more than frequent ones, which a comparison of two names alone cannot know.
            rank = compared.odds + _RARE * weights[at] / whole
            if named.key not in best or rank > best[named.key].rank:
                best[named.key] = Candidate(named, known, compared, rank)
        return sorted(best.values(), key=lambda each: (-each.rank, each.named.key))[:GIVEN]


def chosen(candidates: Sequence[Candidate]) -> Candidate | None:
    """The one that is meant, when it is likely and no other is nearly as likely."""
    if not candidates or candidates[0].comparison.score < ACCEPTED:
        return None
    if len(candidates) > 1 and candidates[0].rank - candidates[1].rank < MARGIN:
        return None
    return candidates[0]


@lru_cache(maxsize=131_072)
def pieces(name: str) -> frozenset[str]:
    """What a name is found by, whatever script it is in."""
    text = tidy(name)
    found: set[str] = set()
    if "han" in scripts_of(text):
        body = re.sub(f"[^{HAN}]", "", chinese_parts(text).body or fold(text))
        found.update(body[at : at + 2] for at in range(len(body) - 1))
        found.update(body)
        found.update(_letters("".join(map(pinyin, body))))
    for word in split_words(text):
        if "han" in scripts_of(word):
            continue
        written = latin(word)
        found.update(_letters(sound(written)))
        if len(bones := skeleton(written)) > 1:
            found.add("|" + bones)
    return frozenset(found)


def _letters(written: str) -> set[str]:
    padded = f"^{written}$"
    return {padded[at : at + 3] for at in range(max(1, len(padded) - 2))}
