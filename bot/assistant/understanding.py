"""Understanding a question by our own grammar (理解问题): language, customers, time, topic, and what it refers to.

Everything here is a pure function of the text, the directory of names and today's date.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from bot.assistant.choices import read_option, read_source
from bot.assistant.litigants import MARK, sided
from bot.assistant.naming import Directory, Mention, Named
from bot.assistant.periods import Times, read_times
from bot.assistant.strangers import OF_SOMEBODY, opening, stranger
from bot.assistant.stretches import Period
from bot.assistant.topics import Lexicon, Matter, find_phrases, recognise
from knowledge.reading.language import detect_language

#: A longer text is a document and not a question.
LONGEST_QUESTION = 4_000


class Form(StrEnum):
    """What kind of text came in."""

    QUESTION = "question"
    EMPTY = "empty"
    SIGNS = "signs"
    LONG = "long"
    FOREIGN = "foreign"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as the grammar reads it. `stranger` is what looks like a name and is nobody's."""

    text: str
    form: Form
    language: str
    mentions: tuple[Mention, ...] = ()
    times: Times = field(default_factory=Times)
    matter: Matter = field(default_factory=lambda: Matter(None, (), frozenset(), frozenset(), ()))
    stranger: str | None = None
    near: tuple[Named, ...] = ()
    source_number: int | None = None
    option_number: int | None = None

    @property
    def refers_back(self) -> bool:
        """Whether the text speaks of something said before: they, 该公司, "and last year?"."""
        return bool(self.matter.words & {"pronouns", "elliptic"})

    @property
    def bare(self) -> bool:
        """Whether nothing but names, time and words of asking is in it."""
        return not self.matter.residual


_MENTION = re.compile(r"<[@#!][^>]{1,80}>")
#: Markup is no matter of a question: elements with a programme in them go whole, other tags alone.
_MARKUP = re.compile(
    r"<(script|style)\b[^<>]{0,300}>.{0,2000}?</\1\s*>|</?[a-z][a-z0-9]{0,20}(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


_THANKS = re.compile(
    r"\W*(?:(?:ok|okay|great|perfect|good|fine)\W+)?(?:thanks|thank you|thx|cheers|ty|many thanks)"
    r"(?:\s+(?:a lot|so much|very much|bonafide|again))*\W*"
    r"|\W*(?:好的?|行|可以)?[，,\s]*(?:谢谢|多谢|感谢|谢了|辛苦了|麻烦了)(?:你|您|啦|了|哈|大家)?\W*",
    re.IGNORECASE,
)


def understand(
    text: str, *, directory: Directory, lexicon: Lexicon, today: date, before: Period | None = None
) -> Understood:
    """Read a question; raises nothing, whatever the text holds."""
    bare = _MARKUP.sub(" ", _MENTION.sub(" ", text[: LONGEST_QUESTION * 6]))
    plain = _CONTROL.sub(" ", unicodedata.normalize("NFKC", bare))
    plain = " ".join(plain.split())
    if not plain:
        return Understood(plain, Form.EMPTY, "en")
    if len(text) > LONGEST_QUESTION:
        return Understood(plain[:80], Form.LONG, _language(plain[:4000]))
    option, source = read_option(plain), read_source(plain)
    if source is not None and option is None:
        return Understood(plain, Form.QUESTION, _language(plain), source_number=source)
    if not any(sign.isalnum() for sign in plain):
        return Understood(plain, Form.SIGNS, "zh" if re.search(r"[。？！，、]", text) else "en")
    if _THANKS.fullmatch(plain):
        return Understood(plain, Form.THANKS, _language(plain))
    naming = directory.read(plain)
    mentions = naming.mentions
    rest = _without(plain, [(mention.start, mention.end) for mention in mentions], MARK)
    language = detect_language(plain)
    if language == "other" and option is None:
        language = _settle(rest, mentions, lexicon)
    if language == "other":
        language = "en" if option is not None else language
    if language == "other":
        return Understood(plain, Form.FOREIGN, "en", mentions=mentions)
    times = read_times(rest, today=today, before=before)
    said = times.rest(rest)
    matter = recognise(said, lexicon)
    matter = replace(matter, aspects=sided(matter.aspects, said))
    strange = None if mentions else stranger(plain, matter)
    near = naming.near
    if not mentions and not near and (called := strange or opening(plain, matter, lexicon)):
        near = directory.suggest(called)
        strange = strange or (called if near or matter.topic in OF_SOMEBODY else None)
    return Understood(
        text=plain,
        form=Form.QUESTION,
        language=language,
        mentions=mentions,
        times=times,
        matter=matter,
        stranger=strange,
        near=near,
        option_number=option,
    )


def _language(text: str) -> str:
    found = detect_language(text)
    if found == "other":
        return "zh" if re.search(r"[\u3400-\u9fff]", text) else "en"
    return found


def _settle(rest: str, mentions: tuple[Mention, ...], lexicon: Lexicon) -> str:
    """The language of a text too short to tell: "Nordhafen revenue", "C-1024", "ROE 2024"."""
    without = rest.replace(MARK, " ")
    if re.search(r"[\u3041-\u30ff\uac00-\ud7af\u0400-\u04ff\u0600-\u06ff\u0e00-\u0e7f]", without):
        return "other"
    if not any(sign.isalpha() for sign in without):
        return "zh" if mentions and re.search(r"[\u3400-\u9fff]", mentions[0].text) else "en"
    if re.search(r"[\u3400-\u9fff]", without):
        return "zh"
    words = re.findall(r"[^\W\d_]+", without)
    known = sum(
        len(re.findall(r"[^\W\d_]+", without[match.start : match.end]))
        for match in find_phrases(without, lexicon)
        if match.label[0] in ("topic", "item", "words")
    )
    return "en" if known * 2 >= len(words) or (len(words) <= 2 and without.isascii()) else "other"


def _without(text: str, spans: list[tuple[int, int]], mark: str) -> str:
    kept, at = [], 0
    for start, end in sorted(spans):
        kept += [text[at:start], mark]
        at = max(at, end)
    return "".join([*kept, text[at:]])
