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
from knowledge.names.comparison import CERTAIN, Comparison, NameKind, Reason, compare, weights_of
from knowledge.names.keys import HAN, fold
from knowledge.names.phonetics import pinyin
from knowledge.names.scripts import latin, scripts_of, skeleton, sound, split_words, tidy
from knowledge.names.shortening import SIGNS, short_features

#: So many candidates are compared, and so many are given back.
COMPARED, GIVEN = 60, 5
#: The best is the answer from this score on, when it is so likely among all candidates and nobody.
ACCEPTED, SURE = 0.5, 0.85
#: What sharing all pieces is worth beside the comparison, in log odds.
_RARE = 6.0
#: Pieces that more than this share of all names have are passed over, where rarer ones are left.
_COMMON = 0.2
#: How many of the strongest features a short name is explained by.
_REASONS = 6

#: Marks of an exchange on a short name: *ST, PT, a share class at the end.
_MARKS = re.compile(rf"^(?:\*?(?:ST|SST|S|PT|N|XD|XR|DR)|退市)(?=[{HAN}])|(?<=[{HAN}])(?:-?[UWAB])$")


#: Ends that every firm may have.
_ENDS = re.compile(r"(?:\(?集团\)?|控股|股份|有限|责任|公司)*$")


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
    #: The log odds against nobody, with how rare the shared pieces are among all names.
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

    def __len__(self) -> int:
        return len(self._listed)

    def find(self, name: str, kind: NameKind = NameKind.UNKNOWN) -> list[Candidate]:
        """Those who may be meant, best first, at most five."""
        name = _MARKS.sub("", name.strip()) or name
        best: dict[str, Candidate] = {}
        for named, known, share in self.near(name):
            compared = compare(name, known, kind)
            # Rare characters tell more than frequent ones, which a comparison of two names alone cannot know.
            rank = compared.odds + _RARE * share
            if compared.way == "chinese":
                rank, compared = self._shortened(name, known, share, compared)
            if named.key not in best or rank > best[named.key].rank:
                best[named.key] = Candidate(named, known, compared, rank)
        return sorted(best.values(), key=lambda each: (-each.rank, each.named.key))[:GIVEN]

    def near(self, name: str) -> list[tuple[Named, str, float]]:
        """The names that share the rarest pieces with this one, and what share of their weight it is."""
        weights: dict[int, float] = defaultdict(float)
        wanted = [piece for piece in pieces(name) if piece in self._having]
        rare = [piece for piece in wanted if len(self._having[piece]) <= max(50, _COMMON * len(self._listed))]
        whole = 0.0
        for piece in rare or wanted:
            weight = self.rarity(piece)
            whole += weight
            for at in self._having[piece]:
                weights[at] += weight
        nearest = sorted(weights, key=lambda at: (-weights[at] / math.sqrt(4 + len(self._listed[at][1])), at))
        return [(*self._listed[at], weights[at] / whole) for at in nearest[:COMPARED]]

    def rarity(self, piece: str) -> float:
        """What a piece tells: the logarithm of one in how many names has it."""
        return math.log(1 + len(self._listed) / (len(self._having.get(piece, ())) or 0.5))

    def _shortened(
        self, name: str, known: str, share: float, compared: Comparison
    ) -> tuple[float, Comparison]:
        """A Chinese name beside a fuller one: both comparisons weighed together."""
        features = rank_features(self, name, known, share, compared.odds)
        weights = weights_of("short")
        parts = {feature: weights.get(feature, 0.0) * value for feature, value in features.items()}
        odds = max(-CERTAIN, min(CERTAIN, weights["bias"] + sum(parts.values())))
        score = min(0.99, 1 / (1 + math.exp(-odds)))
        if score <= compared.score:
            return odds, compared
        strongest = sorted((part for part in parts if parts[part]), key=lambda part: -abs(parts[part]))
        because = tuple(Reason(part, name, known, round(parts[part], 2)) for part in strongest[:_REASONS])
        return odds, Comparison(score, because, "short", compared.deceiving, odds)


def rank_features(crowd: Crowd, name: str, known: str, share: float, odds: float) -> dict[str, float]:
    """What ranks a Chinese name among others: its comparison, the shared rare pieces, and how it is shortened."""
    return {
        "compared": max(-10.0, min(10.0, odds)) / 10,
        "share": share,
        **short_features(name, known, crowd.rarity),
    }


def chosen(candidates: Sequence[Candidate]) -> Candidate | None:
    """The one that is meant, when it is likely and no other is nearly as likely."""
    if not candidates or candidates[0].comparison.score < ACCEPTED:
        return None
    best = candidates[0].rank
    others = sum(math.exp(min(0.0, each.rank - best)) for each in candidates[1:])
    nobody = math.exp(min(0.0, -best))
    return candidates[0] if 1 / (1 + others + nobody) >= SURE else None


@lru_cache(maxsize=131_072)
def pieces(name: str) -> frozenset[str]:
    """What a name is found by, whatever script it is in."""
    text = tidy(name)
    if "han" not in scripts_of(text):
        return frozenset(word_pieces(text))
    return frozenset(characters(text) | word_pieces(text) | letter_groups(read_aloud(text)))


def characters(text: str) -> set[str]:
    """The pieces of Chinese characters."""
    body = _body(text)
    found = {body[at : at + 2] for at in range(len(body) - 1)}
    found.update(body)
    # A short name may take the initials of the place, or its sign: 上汽 is 上海汽车, 粤电力 is 广东电力.
    whole = re.sub(f"[^{HAN}]", "", _ENDS.sub("", fold(text)))
    found.update(whole)
    for sign, region in SIGNS.items():
        if sign in whole[:2] or region in whole:
            found.update((sign, region[0]))
    return found


def read_aloud(text: str) -> str:
    """Brand and trade of a Chinese name in Pinyin, in one word."""
    return "".join(map(pinyin, _body(text)))


def _body(text: str) -> str:
    return re.sub(f"[^{HAN}]", "", chinese_parts(text).body or fold(text))


def word_pieces(text: str) -> set[str]:
    """The pieces of words in letters, also of those that are joined to Chinese characters (TDK株式会社)."""
    found: set[str] = set()
    for word in split_words(re.sub(f"[{HAN}]+", " ", text)):
        written = latin(word)
        found.update(letter_groups(sound(written)))
        if len(bones := skeleton(written)) > 1:
            found.add("|" + bones)
    return found


def letter_groups(written: str) -> set[str]:
    """Three and three of the letters, with the ends marked."""
    padded = f"^{written}$"
    return {padded[at : at + 3] for at in range(max(1, len(padded) - 2))}
