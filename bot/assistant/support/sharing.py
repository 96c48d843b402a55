"""Whether a sentence shares its words with its sources (用词相合), by way of the names that we give to fields.

`revenue: 123` in a record is “revenue” and 营业收入 in a sentence. What our own phrases say around such names (average,
against, 截至) counts neither way, nor do figures, dates and the names of customers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.assistant.naming import Directory
from bot.assistant.topics import find_phrases, load_lexicon
from knowledge.names.keys import HAN, fold
from knowledge.passages.terms import index_terms
from prompts.phrasebook import LANGUAGES, Phrasebook
from store.evidence import Evidence, EvidenceKind

#: At least this share of a sentence's words of matter, where there are so many that a share says something: words
#: of English, pairs of Chinese characters.
SHARE, LEAST, LEAST_HAN = 0.25, 4, 6

#: So many words of which none is shared say enough.
NOTHING = 3

_TOKEN = re.compile(r"[A-Za-z][A-Za-z_]+")
_NUMBER = re.compile(r"[\d_]+[^\W\d_]?|[dm]\d{2,6}|y\d{4}.*")
#: Evidence that was looked for in all there is.
_ANYWHERE = re.compile(r"^(?:portfolio|customers|documents)\b|\bcount\(documents\b")
_COUNT = re.compile(r"count\((?:records|cases|documents)\b")
_MONTHS = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
#: Values that somebody wrote: more than one word, or Chinese.
_PROSE = re.compile(
    rf"^(?:title|text|summary|outcome|value|industry|business_scope|clauses): (.*(?:[{HAN}]{{2}}|[a-z] [A-Za-z]).*)$",
    re.MULTILINE,
)
_ENDS = re.compile(r"\{\w+\}|[;；。.!！?？，,:：()（）]")
_HAN = re.compile(f"[{HAN}]")


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """Keys of fields and values with the terms of their names in both languages; and the terms of our phrases."""

    named: dict[str, frozenset[str]]
    neutral: frozenset[str]
    own: frozenset[str]
    names: dict[str, tuple[str, ...]]


@cache
def _vocabulary() -> _Vocabulary:
    named: dict[str, set[str]] = defaultdict(set)
    own: set[str] = set()
    names: set[str] = set()
    phrases: set[str] = set()
    written: dict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        book = Phrasebook(language)
        for key in sorted(book.keys()):
            plain = re.sub(r"\{\w+\}", " ", _written(book, key))
            terms = index_terms(plain)
            if key.startswith("labels."):
                named[key.rpartition(".")[2]].update(terms)
                written[key.rpartition(".")[2]].add(plain)
                if key.startswith(("labels.item.", "labels.field.", "labels.role.", "labels.dimension.")):
                    names.update(terms)
            elif key.startswith(("answers.", "portfolio.", "wording.")):
                own.update(terms)
                phrases.update(map(_piece, _ENDS.split(_written(book, key))))
    return _Vocabulary(
        {key: frozenset(terms) for key, terms in named.items()},
        frozenset(own - names),
        frozenset(piece for piece in phrases if len(piece) > 1),
        {key: tuple(sorted(several)) for key, several in written.items()},
    )


def _written(book: Phrasebook, key: str) -> str:
    return book.say(key, **{name: f"{{{name}}}" for name in book.names(key)})


def share(bare: str, sources: Sequence[Evidence]) -> tuple[float, int]:
    """The share of a sentence's words of matter that its sources hold, and how many it has; it comes without names."""
    vocabulary = _vocabulary()
    text = "\n".join(
        f"{item.title or ''}\n{item.quote}\n{item.source}\n{item.external_id or ''}" for item in sources
    )
    kept = set(index_terms(text.replace("_", " ")))
    for token in set(_TOKEN.findall(text)):
        kept |= vocabulary.named.get(token, frozenset())
    labels = {match.label for match in find_phrases(text.replace("_", " ").lower(), load_lexicon())}
    for match in find_phrases(bare.lower(), load_lexicon()):
        # Small words (to, date, current) are one label for all of them, which says nothing of what is shared.
        if match.label[0] != "words" and (match.label in labels or match.label[-1] in text):
            kept.update(index_terms(bare[match.start : match.end]))
    # What our own phrases say counts where it is shared, and is nothing against the sentence where it is not.
    terms = [term for term in _terms(bare) if term in kept or term not in vocabulary.neutral]
    return (sum(term in kept for term in terms) / len(terms), len(terms)) if terms else (1.0, 0)


def strange_words(bare: str) -> list[str]:
    """The terms of a sentence that neither our phrases nor the names of our fields have."""
    vocabulary = _vocabulary()
    known = vocabulary.neutral.union(*vocabulary.named.values())
    return [term for term in _terms(bare) if term not in known]


def foreign_words(bare: str, sources: Sequence[Evidence]) -> str | None:
    """Why a sentence is not about what its sources say, judged by its words; None when it may be."""
    if not one_language(bare, sources) or any(_is_count(item) for item in sources):
        return None
    part, count = share(bare, sources)
    if (part < SHARE and count >= (LEAST_HAN if _is_han(bare) else LEAST)) or (
        part == 0 and count >= NOTHING
    ):
        return f"it shares {part:.0%} of its {count} words with its evidence"
    return None


def subjects(text: str) -> frozenset[str]:
    """The subjects of our grammar that a text speaks of: payments, records, people; empty where it is about any."""
    plain = text.replace("_", " ").lower()
    if _ANYWHERE.search(plain):
        return frozenset()
    found = {
        match.label[1] for match in find_phrases(plain, load_lexicon()) if match.label[0] in ("topic", "item")
    }
    return frozenset(found - {"help"})


def shares_name(key: str, said: str) -> bool:
    """Whether a sentence speaks of the field with this name."""
    terms = set(index_terms(key.replace("_", " "))) | _vocabulary().named.get(key.strip(), frozenset())
    return not terms.isdisjoint(index_terms(said))


def is_own_wording(text: str) -> bool:
    """Whether a sentence, or the part of it that says something, is one of our own phrases."""
    return _piece(text) in _vocabulary().own


def without_names(said: str, sources: Sequence[Evidence], names: Directory) -> str:
    """The folded sentence without the names and codes of the customers that its sources are about."""
    named = [one for item in sources if item.customer and (one := names.by_code(item.customer))]
    several = {fold(name) for one in named for name in (*names.names_of(one), one.code)}
    folded = fold(said)
    for name in sorted(several, key=len, reverse=True):
        if len(name) > 1:
            folded = folded.replace(name, " ")
    return folded


def field_names(text: str) -> str:
    """The names, in both languages, of the fields and values that stand in a text by their keys."""
    names = _vocabulary().names
    return "\n".join(name for token in sorted(set(_TOKEN.findall(text))) for name in names.get(token, ()))


def _piece(text: str) -> str:
    return " ".join(fold(text).split()).strip(" .。!！?？:：,，;；()–-")


def _is_count(item: Evidence) -> bool:
    """A number of rows that does not say of what kind they are."""
    return item.calculation is not None and _COUNT.match(item.calculation.formula) is not None


def _terms(text: str) -> list[str]:
    return [term for term in index_terms(_MONTHS.sub(" ", text)) if not _NUMBER.fullmatch(term)]


def one_language(said: str, sources: Sequence[Evidence]) -> bool:
    """Whether the quotes are in the language of the sentence; the keys of a record are in both, its values are not."""
    han = _is_han(said)
    for item in sources:
        prose = item.quote if item.kind is EvidenceKind.PASSAGE else " ".join(_PROSE.findall(item.quote))
        if prose and _is_han(prose) != han:
            return False
    return True


def _is_han(text: str) -> bool:
    return len(_HAN.findall(text)) * 4 > len(re.findall(r"[^\W\d_]", text))
