"""The one tokeniser (分词) of the product: the same terms when a passage is indexed and when it is asked for.

A term holds only ``[0-9a-z_]`` and Han characters, at most 64 of them, so terms can be joined by spaces in an FTS5
column (``tokenize="unicode61 remove_diacritics 0 tokenchars '_'"``) or stored as lexemes of a tsvector without
quoting. Folding goes one way and only for keys: width (NFKC), case, accents, traditional to simplified Chinese
character by character, so that what a character becomes never depends on its neighbours.

- Chinese gives bigrams, and dictionary words of three and more characters (a word of two is its bigram).
- Latin words lose a plural ending; English and Chinese function words are dropped.
- Numbers lose separators: ``1,234.50`` is ``1234_5``, and ``78项`` is both ``78`` and ``78项``.
- A date or period gives one term in either language: ``8月15日`` and ``August 15`` are ``d0815``, see `dates`.
- Codes are kept whole and in parts: ``10-K`` is ``10_k`` and ``10``; a court's case number is one term.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise

from knowledge.passages.dates import date_terms, without_months
from knowledge.passages.stopwords import (
    CALCULATION_WORDS,
    CHINESE_STOP_CHARACTERS,
    CHINESE_STOP_WORDS,
    ENGLISH_STOP_WORDS,
    QUESTION_PHRASES,
)

#: Stored with every index row: terms of another version must be made again before they are compared.
TERMS_VERSION = "2"

#: The longest term; longer runs of letters or digits are cut, so that the start can still be found.
LONGEST_TERM = 64

#: Weights of a question's lesser terms; measured by tests/benchmarks/bench_terms.py.
CROSSING_WEIGHT = 0.5
CALCULATION_WEIGHT = 0.3

_HAN = "\u4e00-\u9fff"
_RUNS = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    rf"|(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?![\d.,]*[\da-z])|\d+(?:\.\d+)?(?![.\-/&_]?[\da-z]))(?=(?P<unit>[{_HAN}]?))"
    r"|(?P<code>[a-z0-9]+(?:[.\-/&_'][a-z0-9]+)*)"
    r"|(?P<other>[^\W_a-z0-9]+)"
)
_CASE_NUMBER = re.compile(
    rf"[(\[〔【]?((?:19|20)\d\d)[)\]〕】]?\s?([{_HAN}]{{1,3}}\d{{0,6}}[{_HAN}]{{1,6}}\d{{1,7}})(?:之[一二三四五六七八九十])?号"
)
# A particle at the start of a stretch of Chinese: what is left of “Amcor 的净销售额”.
_PARTICLE = re.compile(rf"(?<![{_HAN}])[的了是在]+(?=[{_HAN}])")


@cache
def _folding() -> dict[int, str]:
    """Traditional to simplified by single characters, the round zero of years, Latin without accents."""
    from opencc import OpenCC

    characters = [chr(code) for code in range(0x4E00, 0xA000)]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {ord(a): b for a, b in zip(characters, converted, strict=True) if a != b and len(b) == 1}
    table[0x3007] = "零"
    for code in range(0xC0, 0x250):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table[code] = base.lower()
    table.update(
        {
            ord(a): b
            for a, b in {
                "ß": "ss",
                "æ": "ae",
                "ø": "o",
                "œ": "oe",
                "ł": "l",
                "đ": "d",
                "ð": "d",
                "þ": "th",
            }.items()
        }
    )
    return table


def fold(text: str) -> str:
    """The text as terms see it: half width, lower case, simplified. A key for searching, never shown."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).lower().translate(_folding())


def index_terms(text: str) -> list[str]:
    """The terms of a passage with repetitions, roughly in order; their count is its length for BM25."""
    folded = fold(text)
    terms = run_terms(folded)
    if not folded.isascii():
        terms += _words(folded)
        if "号" in folded:
            terms += [f"{year}{rest}号" for year, rest in _CASE_NUMBER.findall(folded)]
    terms += date_terms(folded)
    return terms


def query_terms(text: str, language: str = "zh") -> list[str]:
    """The terms of a question, each once, in order: the keys of :func:`query_weights`."""
    return list(query_weights(text, language))


def query_weights(text: str, language: str = "zh") -> dict[str, float]:
    """The terms of a question with how much each counts, a factor on its idf.

    The phrases of asking (是多少, 有哪些, 请问) are cut out first, so that no bigram is made across them. A bigram
    that crosses the bounds of dictionary words counts half, a word of calculation (percentage, average) less. A
    question that has no term, such as a single Han character, gives its characters as they are; they match only
    where a character stands alone, so such a question wants a scan.
    """
    folded = fold(text)
    if not folded.isascii():
        asked = _PARTICLE.sub("", _asking().sub(" ", folded))
        folded = asked if index_terms(asked) else folded
    terms = dict.fromkeys(without_months(index_terms(folded)))
    if not terms:
        return dict.fromkeys(re.findall(rf"[{_HAN}]|[a-z0-9]{{1,{LONGEST_TERM}}}", fold(text)), 1.0)
    within = _bigrams_within_words(folded)
    return {term: _weight(term, within) for term in terms}


def _weight(term: str, within: set[str]) -> float:
    if term in CALCULATION_WORDS:
        return CALCULATION_WEIGHT
    if len(term) == 2 and term[0] >= "\u4e00" and term not in within:
        return CROSSING_WEIGHT
    return 1.0


@cache
def _asking() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, QUESTION_PHRASES)))


def _bigrams_within_words(folded: str) -> set[str]:
    import rjieba

    words = [] if folded.isascii() else rjieba.cut_for_search(folded)
    return {word[at : at + 2] for word in words for at in range(len(word) - 1)}


def _words(folded: str) -> list[str]:
    """Dictionary words of three and more Han characters, long words with their parts (search mode)."""
    import rjieba

    return [
        word
        for word in rjieba.cut_for_search(folded)
        if 2 < len(word) <= LONGEST_TERM
        and "\u4e00" <= word[0] <= "\u9fff"
        and "\u4e00" <= word[-1] <= "\u9fff"
        and word not in CHINESE_STOP_WORDS
    ]


def run_terms(folded: str) -> list[str]:
    """The terms of a folded text in the order in which it is read, without its dictionary words and dates."""
    terms: list[str] = []
    stop = CHINESE_STOP_CHARACTERS
    for match in _RUNS.finditer(folded):
        kind = match.lastgroup
        run = match.group()
        if kind == "han":
            terms += [a + b for a, b in pairwise(run) if not (a in stop and b in stop)]
        elif kind == "code":
            terms += _code(run)
        elif kind == "other":
            terms += _foreign(run)
        else:
            number = _number(run)
            terms.append(number)
            if match["unit"]:
                terms.append(number + match["unit"])
    return terms


def _number(written: str) -> str:
    plain = written.replace(",", "")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain.replace(".", "_")[:LONGEST_TERM]


def _code(run: str) -> list[str]:
    """A Latin word, or a run with signs inside: its parts, and the whole where the parts alone say little."""
    if run.isalpha():
        return [] if run in ENGLISH_STOP_WORDS or len(run) == 1 else [singular(run)[:LONGEST_TERM]]
    parts = re.split(r"[.\-/&_']", run)
    if parts[-1] == "s" and len(parts) > 1 and run[-2] == "'":
        parts.pop()
    terms = [
        singular(part)[:LONGEST_TERM] for part in parts if len(part) > 1 and part not in ENGLISH_STOP_WORDS
    ]
    mixed = any(part.isdigit() for part in parts) or min(map(len, parts)) == 1
    if 1 < len(parts) <= 5 and mixed:
        terms.append("_".join(parts)[:LONGEST_TERM])
    return terms


def singular(word: str) -> str:
    """Take a plural ending off an English word, and leave what may be none (gas, analysis, business)."""
    if len(word) < 4 or word[-1] != "s" or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    if word[-2] in "sui":
        return word
    return word[:-1]


def _foreign(run: str) -> list[str]:
    """Letters of other scripts and rare Han characters, written as their code points."""
    return ["_" + "".join(f"{ord(c):x}" for c in run[:12])[: LONGEST_TERM - 1]]
