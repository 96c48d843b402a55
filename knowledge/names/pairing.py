"""Two firms' names beside each other (企业名称比对): which words stand for which, and what that speaks for or against.

Words meet by concept, by number, by spelling and sound, and a word may be the initials of the others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from knowledge.names.alignment import ALIKE, Alignment, Pair, Word, align, likeness
from knowledge.names.firms import Firm, Token
from knowledge.names.lexicon import load_lexicon
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
    kind = {id(token.word): token.kind for token in (*left.tokens, *right.tokens)}
    shared = sum(pair.weight for pair in found.pairs)
    mine, theirs = sum(word.weight for word in found.left), sum(word.weight for word in found.right)
    whole = min(shared + mine, shared + theirs) or 1.0
    lost = sum((1 - pair.likeness) * pair.weight for pair in found.pairs) / (shared or 1.0)
    brands = [
        pair for pair in found.pairs if "brand" in (kind.get(id(pair.left[0])), kind.get(id(pair.right[0])))
    ]
    brand_left = sum(word.weight for word in found.left if kind.get(id(word)) == "brand")
    brand_right = sum(word.weight for word in found.right if kind.get(id(word)) == "brand")
    brand_shared = sum(pair.weight for pair in brands)
    places_left = [word for word in found.left if kind.get(id(word)) == "places"]
    places_right = [word for word in found.right if kind.get(id(word)) == "places"]
    numbers = [
        {word.latin for word in side if kind.get(id(word)) == "number"} for side in (found.left, found.right)
    ]
    trades = [[word for word in side if kind.get(id(word)) == "trade"] for side in (found.left, found.right)]
    has_brands = any(t.kind == "brand" for t in left.tokens) and any(t.kind == "brand" for t in right.tokens)
    joined = likeness("".join(w.latin for w in left.words)[:60], "".join(w.latin for w in right.words)[:60])[
        0
    ]
    return found, {
        "differs": lost,
        "worst_brand": max((1 - pair.likeness for pair in brands), default=0.0),
        "conflict": min(mine, theirs) / whole,
        "extra": abs(mine - theirs) / (whole + abs(mine - theirs)),
        "brand_conflict": min(brand_left, brand_right) / (brand_shared + min(brand_left, brand_right) or 1.0),
        "brand_extra": abs(brand_left - brand_right) / (brand_shared + abs(brand_left - brand_right) + 0.5),
        "no_brand": float(has_brands and not brands),
        "brandless": float(not has_brands),
        "place_conflict": float(bool(places_left) and bool(places_right)),
        "place_extra": float(bool(places_left) != bool(places_right)),
        "number_conflict": float(bool(numbers[0]) and bool(numbers[1])),
        "number_extra": float(bool(numbers[0]) != bool(numbers[1])),
        "trade_conflict": float(bool(trades[0]) and bool(trades[1])),
        "trade_extra": float(bool(trades[0]) != bool(trades[1])),
        "form_differs": float(bool(left.forms) and bool(right.forms) and not left.forms & right.forms),
        "shared": math.log1p(shared),
        "cover": shared / (shared + mine + theirs or 1.0),
        "shared_cover": math.log1p(shared) * (shared / (shared + mine + theirs or 1.0)) ** 2,
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
    for token in list(mine):
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
    # Ц and Щ are one letter of the acronym, however many Latin ones they take.
    letters = "".join(latin(letter)[:1] for letter in word.given) if len(word.given) <= 8 else word.latin
    capitals = sum(letter.isupper() for letter in word.given)
    if not 3 <= len(letters) <= 7 or len(firm.tokens) < 2 or capitals < 3:
        return []
    initials = load_lexicon().initials
    starts = [
        frozenset(token.word.latin[:1]).union(*(initials.get(concept, ()) for concept in token.concepts))
        for token in firm.tokens
        if token.kind != "number"
    ]
    tokens = [token for token in firm.tokens if token.kind != "number"]
    at, found, skipped, unread = 0, [], 0, 0
    for token, start in zip(tokens, starts, strict=True):
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
    return _spells_in_any_order(letters, tokens, starts) if len(letters) >= 4 else []


def _spells_in_any_order(letters: str, tokens: list[Token], starts: list[frozenset[str]]) -> list[Word]:
    """УЗГА is the Ural Civil Aviation Factory, whose words English puts in another order: all letters, all words."""
    if len(tokens) != len(letters):
        return []
    free, found = list(zip(tokens, starts, strict=True)), []
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
