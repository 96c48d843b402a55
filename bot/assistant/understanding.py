"""Understanding a question by our own grammar (理解问题): language, customers, time, topic, and what it refers to.

Everything here is a pure function of the text, the directory of names and today's date.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from bot.assistant.litigants import MARK, sided
from bot.assistant.naming import Directory, Mention, Named
from bot.assistant.periods import Times, read_times
from bot.assistant.stretches import Period
from bot.assistant.topics import VAGUE, Lexicon, Matter, recognise
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


_SOURCE = re.compile(
    r"^\W*(?:(?:please\s+)?(?:open|show(?:\s+me)?|see|display)?\s*(?:the\s+)?(?:source|evidence|citation|reference|footnote)\s*"
    r"(?:no\.?|number|#)?\s*\[?(?P<a>\d{1,3})\]?|(?:open|show(?:\s+me)?)\s*(?:no\.?|number|#)?\s*\[?(?P<d>\d{1,3})\]?|\[(?P<b>\d{1,3})\]"
    r"|(?:请)?(?:打开|查看|看看|看一下|显示)?\s*(?:来源|证据|依据|出处|引用|第)\s*(?:第)?\[?(?P<c>\d{1,3}|[一二三四五六七八九十]{1,3})\]?\s*(?:条|个|号)?(?:来源|证据|依据|出处|引用)?"
    r"|(?:请)?(?:打开|查看)\s*\[?(?P<e>\d{1,3})\]?)(?:\s*please)?\W*$",
    re.IGNORECASE,
)
_OPTION = re.compile(
    r"^\W*(?:(?:option|number|no\.?|the|第|选|选择)\s*)?(\d{1,2}|[一二三四五六七八九])\s*(?:个|家|项|st|nd|rd|th)?(?:one)?\W*$",
    re.IGNORECASE,
)
_ORDINAL_OPTION = re.compile(r"^\W*(?:the\s+)?(first|second|third|fourth|last)(?:\s+one)?\W*$", re.IGNORECASE)
_MENTION = re.compile(r"<[@#!][^>]{1,80}>")
#: Markup is no matter of a question: elements with a programme in them go whole, other tags alone.
_MARKUP = re.compile(
    r"<(script|style)\b[^<>]{0,300}>.{0,2000}?</\1\s*>|</?[a-z][a-z0-9]{0,20}(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)

_LATIN_NAME = re.compile(
    r"[“\"'「『《]([^”\"'」』》]{2,60})[”\"'」』》]"
    r"|((?:[A-ZÄÖÜ](?:(?![\u3400-\u9fff])[\w&.'-])*\s+){0,5}[A-ZÄÖÜ](?:(?![\u3400-\u9fff])[\w&.-])*(?:\s+(?:GmbH|AG|SE|KG|Ltd|Limited|Inc|Corp|LLC|PLC|plc|S\.?A\.?|B\.?V\.?|N\.?V\.?|Co)\b\.?)*)"
)
_HAN_NAME = re.compile(
    r"([\u3400-\u9fff·()（）A-Za-z0-9]{2,30}?(?:有限责任公司|股份有限公司|有限公司|集团|公司|银行|股份))"
)
_NOT_NAMES = frozenset(
    [
        "who",
        "what",
        "which",
        "when",
        "where",
        "why",
        "how",
        "is",
        "are",
        "was",
        "were",
        "do",
        "does",
        "did",
        "has",
        "have",
        "had",
        "can",
        "could",
        "would",
        "should",
        "tell",
        "show",
        "give",
        "list",
        "any",
        "the",
        "a",
        "an",
        "i",
        "we",
        "our",
        "and",
        "or",
        "in",
        "on",
        "at",
        "for",
        "of",
        "to",
        "from",
        "please",
        "hi",
        "hello",
        "hey",
        "q1",
        "q2",
        "q3",
        "q4",
        "fy",
        "h1",
        "h2",
        "open",
        "compare",
        "usd",
        "eur",
        "cny",
        "rmb",
        "lei",
        "uscc",
        "ceo",
        "cfo",
        "roe",
        "roa",
        "ebit",
        "ubo",
        "select",
        "drop",
        "okay",
        "ok",
        "yes",
        "no",
        "thanks",
        "about",
        "if",
        "revenue",
        "profit",
        "sales",
        "news",
        "contracts",
        "contact",
        "contacts",
        "complaints",
        "shareholders",
        "owners",
        "payments",
        "invoices",
        "law",
        "suits",
        "lawsuits",
    ]
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
    option = _option(plain)
    source = _SOURCE.match(plain)
    if source and option is None:
        number = next(value for value in source.groupdict().values() if value)
        return Understood(plain, Form.QUESTION, _language(plain), source_number=_whole(number))
    if not any(sign.isalnum() for sign in plain):
        return Understood(plain, Form.SIGNS, "zh" if re.search(r"[。？！，、]", text) else "en")
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
    stranger = None if mentions else _stranger(plain, matter)
    near = naming.near
    if not mentions and not near and (called := stranger or _opening(plain, matter, lexicon)):
        near = directory.suggest(called)
        stranger = stranger or (called if near or matter.topic in _OF_SOMEBODY else None)
    return Understood(
        text=plain,
        form=Form.QUESTION,
        language=language,
        mentions=mentions,
        times=times,
        matter=matter,
        stranger=stranger,
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
    from bot.assistant.topics import find_phrases

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


def _option(text: str) -> int | None:
    if match := _OPTION.match(text):
        return _whole(match[1])
    if match := _ORDINAL_OPTION.match(text):
        return {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}[match[1].lower()]
    return None


def _whole(text: str) -> int:
    from bot.assistant.moments import chinese_number

    return chinese_number(text)


def _without(text: str, spans: list[tuple[int, int]], mark: str) -> str:
    kept, at = [], 0
    for start, end in sorted(spans):
        kept += [text[at:start], mark]
        at = max(at, end)
    return "".join([*kept, text[at:]])


#: Topics of a customer's own file: what stands before them in a question is somebody.
_OF_SOMEBODY = frozenset({"payments", "contacts", "contracts", "notes", "cases", "scores"})


def _opening(text: str, matter: Matter, lexicon: Lexicon) -> str | None:
    """The Chinese words with which a question begins and that no phrase covers: 华为欠我们多少."""
    from bot.assistant.topics import find_phrases

    begins = re.match(r"(?:请问|请|查一下|那么?)?([\u3400-\u9fff]{2,16})", text)
    if begins is None:
        return None
    run, found = begins[1], find_phrases(begins[1], lexicon)
    end = min((each.start for each in found if each.label[0] in ("topic", "item")), default=len(run))
    words = run[:end].removesuffix("的")
    covered = {at for each in found for at in range(each.start, each.end)}
    sole = len(matter.residual) == 1 and matter.residual[0] in words
    somebody = matter.topic in _OF_SOMEBODY and not covered.issuperset(range(len(words)))
    return words if 2 <= len(words) <= 12 and (sole or somebody) else None


def _stranger(text: str, matter: Matter) -> str | None:
    """What is put like a name: in quotation marks, in capitals, with a legal form, before 's or 的."""
    for match in _HAN_NAME.finditer(text):
        name = re.sub(r"^(?:请问|请|查一下|介绍一下|介绍|告诉我|关于|那么|那|在)", "", match[1])
        if (
            2 < len(name) <= 24
            and not re.search(r"[哪谁几由什]", name)
            and name
            not in (
                "该公司",
                "这家公司",
                "那家公司",
                "这个公司",
                "我们公司",
                "母公司",
                "子公司",
                "分公司",
            )
        ):
            return name
    for match in _LATIN_NAME.finditer(text):
        words = (match[1] or match[2]).split()
        while words and words[0].lower().removesuffix("'s") in _NOT_NAMES:
            words.pop(0)
        name = " ".join(words).removesuffix("'s").rstrip(".,'") if words else ""
        if len(name) >= 3 and name.lower() not in _NOT_NAMES and not name.isdigit():
            return name
    if matter.topic and len(matter.residual) == 1 and 2 <= len(matter.residual[0]) <= 10:
        name = matter.residual[0]
        if re.search(
            rf"^(?:请问|请|介绍一下|介绍|查一下|那|那么)?{re.escape(name)}(?:的|是谁|是什么|怎么样|付|欠|有)",
            text,
        ):
            return name
    if matter.topic in VAGUE and 1 <= len(matter.residual) <= 4 and not matter.items:
        return " ".join(matter.residual)
    return None
