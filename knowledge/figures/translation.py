"""Chinese words of a question that the lexicon does not have (词表以外的词), by the two-language glossary."""

from __future__ import annotations

import re

_HEAD_EN = re.compile(
    r"\b(?:what\s+(?:is|was|were|are)|how\s+much(?:\s+in)?)\s+(?:the\s+|its\s+|their\s+|a\s+)?(?:total\s+)?(?:amount\s+of\s+)?"
    r"(?P<head>[a-z][a-z'-]*(?:\s+(?!(?:under|for|in|at|as|on|from|with|associated|related|relating|to|did|does|do|has|have|had|"
    r"was|were|is|are|that|which|during|by|provided|received|held|outstanding)\b)(?:of\s+(?:credit|use)|(?!of\b)[a-z][a-z'-]*))*)",
    re.IGNORECASE,
)
_HEAD_ZH = re.compile(
    r"(?P<head>[\u4e00-\u9fff]{2,8})的?(?:总)?(?:金额|余额|总额|数额)?\s*(?:大概|大约|约|一共|总共|合计)?(?:是|为|有|达)?多少"
)

#: Kinds of words that restrict nothing: adverbs, prepositions, conjunctions, pronouns, particles, measures.
_SMALL_KINDS = frozenset(
    ("d", "p", "c", "r", "u", "uj", "ul", "ud", "ug", "uv", "uz", "y", "q", "f", "o", "e")
)
#: Small words that say the contrary, and so restrict.
_CONTRARY = frozenset("不未非无没除外另")


def translated(run: str) -> list[tuple[str, ...]]:
    """A run of Chinese as words, each with the ways in which an English document may print it.

    Words that the glossary does not know stay as they are, and restrict; only small words are left out. What a
    name stands for is never guessed: a figure with a restriction that no document meets is not found.
    """
    import rjieba

    from knowledge.passages.expansion import load_glossary

    english_of = load_glossary().english_of
    if run in english_of:
        return [(run, *(" ".join(phrase) for phrase in english_of[run]))]
    words = [(word, str(kind)) for word, kind in rjieba.tag(run)]
    kept: list[tuple[str, ...]] = []
    known = 0
    for word, kind in words:
        if kind in _SMALL_KINDS and not _CONTRARY.intersection(word):
            known += 1
            continue
        phrases = english_of.get(word, ())
        known += bool(phrases)
        kept.append((word, *(" ".join(phrase) for phrase in phrases)))
    # A run of which a part is unknown may be a name that was cut in pieces: it stays whole.
    return kept if known == len(words) else [(run,)]


def head_of(text: str) -> tuple[str, ...]:
    """What a question asks the amount of, in the ways of English: “letters of credit”, 信用证; empty if not clear."""
    match = _HEAD_EN.search(text)
    if match:
        return (" ".join(match["head"].split()),)
    chinese = _HEAD_ZH.search(re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", text))
    if chinese is None:
        return ()
    from knowledge.passages.expansion import load_glossary

    english_of = load_glossary().english_of
    run = re.sub(r"(?:的|总)?(?:金额|余额|总额|数额)?(?:是|为|有|达)?$", "", chinese["head"])
    for size in range(len(run), 1, -1):
        phrases = english_of.get(run[-size:])
        if phrases:
            return (run[-size:], *(" ".join(phrase) for phrase in phrases))
    return ()
