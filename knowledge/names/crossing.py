"""A Chinese name beside one in Latin letters (中英对照): trade by meaning, place by its name, brand by its sound.

A firm's Chinese name is cut into words of the lexicon and what is left between them; the left-overs are brands, which
are transcribed (洛克希德 Lockheed), romanised (恒岳 Hengyue), written in Latin letters in between (VSE公司), or known
(三菱 Mitsubishi). What has a name of its own in each language cannot be matched by its name at all.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from knowledge.names.firms import Token, firm_parts
from knowledge.names.japanese import is_japanese, spelt_in_japanese
from knowledge.names.keys import HAN, fold
from knowledge.names.lexicon import load_lexicon
from knowledge.names.phonetics import romanised, syllables, transcribed

BRANDS = Path(__file__).with_name("brands.toml")
#: From here on letters spell Chinese characters.
SPELT = 0.88
#: Characters that join the words of a name and say nothing.
_JOINING = frozenset("与和及之在的")
_HAN_OR_LATIN = re.compile(f"[{HAN}]+|[a-z0-9][a-z0-9&.\\- ]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a Chinese name: `kind` is trade, places, forms, brand or latin."""

    text: str
    kind: str
    concepts: frozenset[str] = frozenset()
    known: tuple[str, ...] = ()


@cache
def _words() -> tuple[dict[str, tuple[str, frozenset[str]]], dict[str, tuple[str, ...]], int]:
    lexicon = load_lexicon()
    words = {word: (lexicon.group[min(concepts)], concepts) for word, concepts in lexicon.chinese.items()}
    brands = {
        name: tuple(latin.split("|"))
        for name, latin in tomllib.loads(BRANDS.read_text(encoding="utf-8")).items()
    }
    return words, brands, max(map(len, [*words, *brands]))


@lru_cache(maxsize=32_768)
def pieces_of(name: str) -> tuple[Piece, ...]:
    """A Chinese name cut into known words and what is left between them."""
    from knowledge.names.keys import REGIONS

    words, brands, longest = _words()
    regions = frozenset(REGIONS)
    folded = fold(name).replace("·", " ").replace("・", " ").replace("（", "(")
    found: list[Piece] = []
    for run in _HAN_OR_LATIN.findall(re.sub(r"[()]", " ", folded)):
        if not re.match(f"[{HAN}]", run):
            found.append(Piece(run.strip(), "latin"))
            continue
        rest, at = "", 0
        while at < len(run):
            for length in range(min(longest, len(run) - at), 0, -1):
                word = run[at : at + length]
                piece = None
                if word in brands:
                    piece = Piece(word, "brand", known=brands[word])
                elif (
                    word in words
                    and (length > 1 or not rest or at + 1 == len(run))
                    and _single(word, run, at, words)
                ):
                    piece = Piece(word, words[word][0], words[word][1])
                elif length > 1 and word in regions:
                    piece = Piece(word, "places", known=("".join(syllables(word)),))
                if piece is not None:
                    if rest:
                        found.append(Piece(rest, "brand"))
                        rest = ""
                    found.append(piece)
                    at += length
                    if (
                        piece.kind == "places"
                        and run[at : at + 1] in ("市", "省", "县")
                        and at + 1 < len(run)
                    ):
                        at += 1
                    break
            else:
                rest += run[at]
                at += 1
        if rest:
            found.append(Piece(rest, "brand"))
    return tuple(_unjoined(piece) for piece in found if piece.text not in _JOINING)


def _unjoined(piece: Piece) -> Piece:
    """What is left between words without the "and" before it: 研究与模拟 is 研究 and 模拟."""
    if piece.kind == "brand" and not piece.known and piece.text[0] in "与和及" and len(piece.text) > 2:
        return replace(piece, text=piece.text[1:])
    return piece


def _single(word: str, run: str, at: int, words: object) -> bool:
    """Whether a single character is a word here: a factory at the end (厂), 新 at the start, no brand."""
    return len(word) > 1 or (at + 1 == len(run) and word in "厂院局署所矿部核") or (at == 0 and len(run) <= 3)


def crossing_features(han: str, latin_name: str) -> dict[str, float]:
    """What speaks for or against one firm between a Chinese and a Latin name."""
    pieces, firm, japanese = pieces_of(han), firm_parts(latin_name), is_japanese(han)
    tokens = [token for token in firm.tokens if token.kind != "stop"]
    free = list(tokens)
    met = missed = places_met = places_missed = 0
    brands: list[tuple[str, tuple[str, ...], str]] = []
    translated, unmet = 0, -2
    for number, piece in enumerate(pieces):
        if piece.kind in ("trade", "places") and piece.concepts:
            token = next((token for token in free if token.concepts & piece.concepts), None)
            if token is None and japanese:
                # 精密 may stand as Seimitsu, 工业 as Kogyo.
                token = next(
                    (each for each in free if spelt_in_japanese(piece.text, each.word.latin) >= SPELT), None
                )
            if token is not None:
                free.remove(token)
            hit = token is not None
            if piece.kind == "places":
                places_met, places_missed = places_met + hit, places_missed + (not hit)
            else:
                met, missed = met + hit, missed + (not hit)
        elif piece.kind == "nouns" or (piece.kind == "brand" and not piece.known):
            # What is translated meets by its meaning (顶峰 Summit, 蓝力 Blue Force); the rest is a brand by its sound.
            used = _by_meaning(piece, free)
            free = [token for token in free if token not in used]
            translated += len(used)
            if not used and unmet == number - 1:
                # 金 within 金斯顿 was no word of its own.
                brands[-1] = (brands[-1][0] + piece.text, (), "brand")
            elif not used:
                brands.append((piece.text, (), "brand"))
            unmet = unmet if used else number
        elif piece.kind != "forms":
            brands.append((piece.text, piece.known, piece.kind))
    left_trade = sum(token.kind == "trade" for token in free)
    left_place = sum(token.kind == "places" for token in free)
    words = [token.word.latin for token in free if token.kind in ("brand", "number")]
    all_words = [token.word.latin for token in free]
    fit, sounds, literal, unfit = float(translated), 3 * translated, float(translated > 0), 0
    for text, known, kind in brands:
        some = all_words if kind == "latin" or not words else words
        value, used, how = _best(text, known, kind, some, japanese)
        fit += value
        sounds += len(text) if kind == "brand" else 3
        literal = max(literal, how)
        unfit += value < 0.55
        for word in used:
            if word in words:
                words.remove(word)
            if word in all_words:
                all_words.remove(word)
    has = len(brands) + translated
    return {
        "brand_fit": fit / has if has else 0.0,
        "brand_length": min(sounds, 8) / 8 * (fit / has if has else 0.0),
        "literal": literal,
        "no_brand": float(not has),
        "brand_unfit": float(unfit) / (has or 1),
        "words_left": min(len(words), 4) / 4,
        "met": min(met, 3) / 3,
        "missed": min(missed, 3) / 3,
        "left_trade": min(left_trade, 3) / 3,
        "all_met": float(met > 0 and not missed and not left_trade),
        "place_met": float(places_met > 0),
        "place_missed": float(places_missed > 0),
        "place_left": float(left_place > 0),
        "nothing": float(not met and not places_met and fit < 0.5),
        "brandless_met": float(not has and not words) * min(met + places_met, 3) / 3,
    }


def _by_meaning(piece: Piece, free: list[Token]) -> list[Token]:
    """The Latin words that say the same as the piece, or as each of its few characters; none where one is missing."""
    if piece.kind == "nouns":
        return [token for token in free if token.concepts & piece.concepts][:1]
    chinese = load_lexicon().chinese
    found: list[Token] = []
    for character in piece.text if 2 <= len(piece.text) <= 3 else ():
        concepts = chinese.get(character, frozenset())
        token = next((token for token in free if token.concepts & concepts and token not in found), None)
        if token is None:
            return []
        found.append(token)
    return found


def _best(
    text: str, known: tuple[str, ...], kind: str, words: list[str], japanese: bool
) -> tuple[float, tuple[str, ...], float]:
    """The likeliest words for a brand: how well they fit, which they are, and whether by letters (1) or sound (0)."""
    if not words:
        return 0.0, (), 0.0
    spans = [tuple(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words) - size + 1)]
    best: tuple[float, tuple[str, ...], float] = (0.0, (), 0.0)
    for span in spans:
        letters = "".join(span)
        if kind == "latin":
            plain = re.sub("[^a-z0-9]", "", text)
            value, how = (1.0, 1.0) if plain == letters else (0.0, 0.0)
        elif known:
            value = 1.0 if any(re.sub("[^a-z0-9]", "", name) == letters for name in known) else 0.0
            how = value
            if not value:
                value, how = max(transcribed(text, letters), romanised(text, letters)) * 0.9, 0.0
        else:
            by_letters = max(romanised(text, letters), spelt_in_japanese(text, letters) if japanese else 0.0)
            value = max(transcribed(text, letters), by_letters)
            how = 1.0 if by_letters >= 0.9 and len(text) > 1 else 0.0
        if value > best[0] + 0.02:
            best = value, span, how
    return best
