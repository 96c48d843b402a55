"""Chinese words of a question that the lexicon does not have (词表以外的词), by the two-language glossary."""

from __future__ import annotations

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
