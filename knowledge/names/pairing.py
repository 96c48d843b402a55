"""Two firms' names beside each other (企业名称比对): which words stand for which, and what that speaks for or against.

Words meet by concept, by number, by spelling and sound, and a word may be the initials of the others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from knowledge.names.alignment import ALIKE, Alignment, Pair, Word, align, likeness
from knowledge.names.firms import Firm
from knowledge.names.scripts import latin


def firm_features(left: Sequence[Firm], right: Sequence[Firm]) -> tuple[Alignment, dict[str, float]]:
    """The names of two firms that fit best: their alignment, and what of it speaks for or against one firm."""
    best: tuple[float, Alignment, dict[str, float]] | None = None
    for mine in left:
        for theirs in right:
            found, features = _features(mine, theirs)
            fit = (
                features["shared"]
                - features["conflict"]
                - features["brand_conflict"]
                - features["differs"]
                - 0.5 * features["extra"]
                - 0.5 * (mine is not left[0])
                - 0.5 * (theirs is not right[0])
            )
            if best is None or fit > best[0]:
                part = float(mine is not left[0]) + float(theirs is not right[0])
                best = fit, found, {**features, "second_name": part / 2}
    assert best is not None
    return best[1], best[2]


def _features(left: Firm, right: Firm) -> tuple[Alignment, dict[str, float]]:
    """The alignment of two firms' names and what of it speaks for or against one firm."""
    found, extra = _aligned(left, right)
    shared = sum(pair.weight for pair in found.pairs)
    mine, theirs = sum(word.weight for word in found.left), sum(word.weight for word in found.right)
    whole = min(shared + mine, shared + theirs) or 1.0
    lost = sum((1 - pair.likeness) * pair.weight for pair in found.pairs) / (shared or 1.0)
    brands = [pair for pair in found.pairs if "brand" in (pair.left[0].kind, pair.right[0].kind)]
    brand_left = sum(word.weight for word in found.left if word.kind == "brand")
    brand_right = sum(word.weight for word in found.right if word.kind == "brand")
    brand_shared = sum(pair.weight for pair in brands)
    says_left, says_right = {word.kind for word in found.left}, {word.kind for word in found.right}
    places, numbers, trades = (
        (kind in says_left, kind in says_right) for kind in ("places", "number", "trade")
    )
    has_brands = left.has_brand and right.has_brand
    joined = likeness(left.joined, right.joined)[0]
    cover = shared / (shared + mine + theirs or 1.0)
    return found, {
        "differs": lost,
        "worst_brand": max((1 - pair.likeness for pair in brands), default=0.0),
        "conflict": min(mine, theirs) / whole,
        "extra": abs(mine - theirs) / (whole + abs(mine - theirs)),
        "brand_conflict": min(brand_left, brand_right) / (brand_shared + min(brand_left, brand_right) or 1.0),
        "brand_extra": abs(brand_left - brand_right) / (brand_shared + abs(brand_left - brand_right) + 0.5),
        "no_brand": float(has_brands and not brands),
        "brandless": float(not has_brands),
        "place_conflict": float(all(places)),
        "place_extra": float(places[0] != places[1]),
        "number_conflict": float(all(numbers)),
        "number_extra": float(numbers[0] != numbers[1]),
        "trade_conflict": float(all(trades)),
        "trade_extra": float(trades[0] != trades[1]),
        "form_differs": float(bool(left.forms) and bool(right.forms) and not left.forms & right.forms),
        "shared": math.log1p(shared),
        "cover": cover,
        "shared_cover": math.log1p(shared) * cover**2,
        "brand_shared": math.log1p(brand_shared),
        "all_shared": float(bool(found.pairs) and not found.left and not found.right),
        "trade_only": float(bool(found.pairs) and not brands) * mine / (shared + mine or 1.0),
        "joined": max(0.0, joined - ALIKE),
        "acronym": extra,
        "nothing": float(not found.pairs),
    }


def _aligned(left: Firm, right: Firm) -> tuple[Alignment, float]:
    """Words by concept first, then by spelling and sound; then a word that is the others' initials."""
    mine, theirs = list(left.tokens), list(right.tokens)
    pairs: list[Pair] = []
    for token in left.tokens if any(token.concepts for token in theirs) else ():
        if not token.concepts:
            continue
        for other in theirs:
            if token.concepts & other.concepts:
                same = token.word.latin == other.word.latin
                pairs.append(
                    Pair((token.word,), (other.word,), 1.0 if same else 0.97, "same" if same else "meaning")
                )
                mine.remove(token)
                theirs.remove(other)
                break
    numbers = [[t.word for t in side if t.kind == "number"] for side in (mine, theirs)]
    for word in list(numbers[0]):
        for other in numbers[1]:
            if word.latin == other.latin:
                pairs.append(Pair((word,), (other,), 1.0, "same"))
                numbers[0].remove(word)
                numbers[1].remove(other)
                break
    found = align(
        [t.word for t in mine if t.kind != "number"], [t.word for t in theirs if t.kind != "number"]
    )
    rest_left, rest_right = [*found.left, *numbers[0]], [*found.right, *numbers[1]]
    pairs += found.pairs
    acronym = 0.0
    for side, other, order in ((rest_left, rest_right, 1), (rest_right, rest_left, -1)):
        source = right if order == 1 else left
        for word in list(side):
            # БЭМЗ is the Брянский электромеханический завод; УПЗ the Ulyanovsk Cartridge Works.
            spelt = _spells(word, source)
            if len(spelt) >= 2:
                side.remove(word)
                for each in spelt:
                    if any(each is one for one in other):
                        other[:] = [one for one in other if one is not each]
                both = ((word,), tuple(spelt))
                pairs.append(Pair(*(both if order == 1 else both[::-1]), 0.9, "initials"))
                acronym = max(acronym, min(len(word.latin), 6) / 6)
                break
    return Alignment(tuple(pairs), tuple(rest_left), tuple(rest_right)), acronym


def _spells(word: Word, firm: Firm) -> list[Word]:
    """The words of a firm whose initials, in their language or in Russian, an acronym spells in order."""
    letters = _acronym(word.given, word.latin)
    if not letters or len(firm.tokens) < 2:
        return []
    at, found, skipped, unread = 0, [], 0, 0
    for token, start in firm.initials:
        # A word of two stems gives two letters: электромеханический ЭМ.
        passed = len(letters) >= 4 and at and not unread and letters[at : at + 1] not in start
        if passed and letters[at + 1 : at + 2] and letters[at + 1] in start:
            at, unread = at + 1, 1
        if at < len(letters) and letters[at] in start:
            at += 1
            found.append(token.word)
        else:
            skipped += 1
    if at + 1 == len(letters) and not unread and not skipped and len(letters) >= 4:
        at, unread = at + 1, 1
    if at == len(letters) and skipped <= 1 - unread:
        return found
    if not skipped and at + 1 == len(letters) and letters[-1] in firm.ends and not unread:
        # ВПК is the Military Industrial Company, whose last word counts as its form.
        return found
    return _spells_in_any_order(letters, firm) if len(letters) >= 4 else []


@lru_cache(maxsize=65_536)
def _acronym(given: str, latin_word: str) -> str:
    """The letters of a word that may be an acronym: three to seven, and most of them capitals."""
    # Ц and Щ are one letter of the acronym, however many Latin ones they take.
    letters = "".join(latin(letter)[:1] for letter in given) if len(given) <= 8 else latin_word
    return letters if 3 <= len(letters) <= 7 and sum(letter.isupper() for letter in given) >= 3 else ""


def _spells_in_any_order(letters: str, firm: Firm) -> list[Word]:
    """УЗГА is the Ural Civil Aviation Factory, whose words English puts in another order: all letters, all words."""
    if len(firm.initials) != len(letters):
        return []
    free, found = list(firm.initials), []
    for letter in letters:
        # The word with the fewest possible letters goes first.
        fitting = min(
            (each for each in free if letter in each[1]), key=lambda each: len(each[1]), default=None
        )
        if fitting is None:
            return []
        free.remove(fitting)
        found.append(fitting[0].word)
    return found
