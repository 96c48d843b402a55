"""Which customers a text names (客户名录): by name, code, identifier, key, a part of a name, a brand, or by ear.

Who is meant is decided by `knowledge.names`; here the decision is tied to the words that said it, so that they
can be cut out before the rest is read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

from bot.assistant.naming import Mention, Named, Naming
from bot.assistant.partial import Part, PartialNames
from bot.assistant.sounds import Sounds
from knowledge.names.keys import fold
from knowledge.names.resolution import Choice, Kind, NameIndex, resolve
from store.customers import CustomerName

_CODE = re.compile(r"(?<![A-Za-z0-9])[Cc]\s?[-‐–—－]?\s?(\d{3,9})(?![A-Za-z0-9])")
_IDENTIFIER = re.compile(r"(?<![A-Za-z0-9])[0-9A-Za-z]{15,20}(?![A-Za-z0-9])")
_WORDS = re.compile(r"[^\W_\u2e80-\u9fff]+")
_OPENING = re.compile(r"\s*(?:请问|请|那么?|查一下|查询|介绍一下)?\s*")
_GOES_ON = re.compile(r"\s*(?:\d|[的年第是在上去今近过截有欠付何呢]|$)")
_KEY = re.compile(r"(?<![A-Za-z0-9&.-])[A-Z][A-Z0-9.-]{1,11}(?![A-Za-z0-9&-])")
#: Words in capitals that are looked up as keys in one text.
_KEYS_TRIED = 8
_AND = re.compile(r"\b(?:and|or|vs|versus|with|than|compare)\b|[和与跟对比、]", re.IGNORECASE)


class NameDirectory:
    """A directory over the names of all customers, held in memory."""

    def __init__(self, names: Iterable[CustomerName]) -> None:
        self._names = list(names)
        self._index = NameIndex(self._names)
        self._by_id = {key: Named(key, legal.code, legal.name) for key, legal in self._index.legal.items()}
        self._partial = PartialNames(self._names)
        self._by_code = {named.code: named for named in self._by_id.values()}
        self._names_by_id: dict[UUID, list[str]] = defaultdict(list)
        for name in self._names:
            self._names_by_id[name.customer_id].append(name.name)
        self._sounds: Sounds | None = None

    def by_code(self, code: str) -> Named | None:
        """The customer with this code."""
        return self._by_code.get(code)

    def by_id(self, customer_id: UUID) -> Named | None:
        """The customer with this key."""
        return self._by_id.get(customer_id)

    def names_of(self, customer: Named) -> tuple[str, ...]:
        """Every name of a customer, identifiers too."""
        return tuple(self._names_by_id.get(customer.id, ()))

    def read(self, text: str) -> Naming:
        """The customers that a text names, with the words that name them."""
        found = resolve(text, self._index)
        match found.kind:
            case Kind.ONE if found.match:
                named = self._by_id[found.match.customer_id]
                places = self._places(text, {named.id})
                span = found.span if found.span and found.span[1] <= len(text) else None
                spans = [(start, end) for start, end, _ in places] or [
                    span or _aligned(text, self.names_of(named))
                ]
                spans = [(start, _extended(text, end, self.names_of(named))) for start, end in spans]
                mentions = [Mention(a, b, text[a:b], (named,)) for a, b in spans]
                return Naming(
                    tuple(sorted(mentions + self._another(text, mentions), key=lambda one: one.start))
                )
            case Kind.SEVERAL:
                return Naming(tuple(self._several(text, found.candidates)))
            case Kind.AMBIGUOUS:
                meant = {choice.customer_id for choice in found.candidates}
                customers = tuple(self._by_id[choice.customer_id] for choice in found.candidates)
                places = self._places(text, meant)
                start, end = places[0][:2] if places else _aligned(text, [name.name for name in customers])
                return Naming((Mention(start, end, text[start:end], customers),))
        if found.kind in (Kind.NONE, Kind.UNSURE) and (first := self._first(text)):
            return Naming((first,))
        if part := self._by_part(text):
            return Naming((part,))
        if brands := self._by_brand(text):
            return Naming(tuple(brands))
        match found.kind:
            case Kind.UNSURE:
                return Naming(near=tuple(self._by_id[choice.customer_id] for choice in found.candidates))
        return Naming(near=self._by_sound(text))

    def suggest(self, name: str) -> tuple[Named, ...]:
        """Customers that may be meant by a name that nobody has: nearly written so, or of the same brand."""
        found = resolve(name, self._index)
        near = [*([found.match] if found.match else []), *found.candidates]
        if near:
            return tuple(dict.fromkeys(self._by_id[choice.customer_id] for choice in near))
        meant = self._partial.brand_of(name)
        return tuple(sorted((self._by_id[key] for key in meant), key=lambda named: named.code))

    def _by_sound(self, text: str) -> tuple[Named, ...]:
        if self._sounds is None:
            self._sounds = Sounds(self._names)
        return tuple(
            sorted((self._by_id[key] for key in self._sounds.heard(text)), key=lambda named: named.code)
        )

    def _another(self, text: str, mentions: Sequence[Mention]) -> list[Mention]:
        """A second customer beside a certain one, named by a part of its name ("compare X and Y")."""
        if not _AND.search(text):
            return []
        rest = text
        for mention in mentions:
            rest = rest[: mention.start] + " " * (mention.end - mention.start) + rest[mention.end :]
        found = resolve(rest, self._index)
        if found.kind is not Kind.ONE or found.match is None:
            part = self._by_part(rest)
            return [part] if part else self._by_brand(rest)
        named = self._by_id[found.match.customer_id]
        start, end = _aligned(rest, self.names_of(named))
        return [Mention(start, end, text[start:end], (named,))] if end > start else []

    def _first(self, text: str) -> Mention | None:
        """A short Chinese name with which a question begins: 百思买2024财年…, although it may be a plain word."""
        for pattern, start, end in self._index.mentions.matches(text):
            opens = _OPENING.fullmatch(text[:start]) is not None
            if opens and "\u3400" <= text[start] <= "\u9fff" and _goes_on(text[end:]):
                named = tuple(self._by_id[key] for key in sorted(pattern.customers))
                return Mention(start, end, text[start:end], named)
        return None

    def _by_part(self, text: str) -> Mention | None:
        """A part of a name that few customers have: "Yuntang", "Ulta", "J&J"."""
        found = self._partial.find(text)
        return self._mention(text, found) if found else None

    def _by_brand(self, text: str) -> list[Mention]:
        """Customers named by nothing but their Chinese brands: 允棠和恒岳."""
        return [self._mention(text, found) for found in self._partial.find_brands(text)]

    def _mention(self, text: str, part: Part) -> Mention:
        customers = sorted((self._by_id[key] for key in part.customers), key=lambda named: named.code)
        return Mention(part.start, part.end, text[part.start : part.end], tuple(customers))

    def _several(self, text: str, candidates: Sequence[Choice]) -> list[Mention]:
        meant = {choice.customer_id for choice in candidates}
        places = self._places(text, meant)
        clear = {next(iter(customers)) for _, _, customers in places if len(customers) == 1}
        mentions = []
        for start, end, customers in places:
            fitting = (customers & clear) or customers
            named = tuple(self._by_id[key] for key in sorted(fitting))
            mentions.append(Mention(start, end, text[start:end], named))
        told = {named.id for mention in mentions for named in mention.customers}
        untold = [choice.customer_id for choice in candidates if choice.customer_id not in told]
        at = len(text)
        return mentions + [Mention(at, at, "", (self._by_id[key],)) for key in untold]

    def _places(self, text: str, meant: set[UUID]) -> list[tuple[int, int, set[UUID]]]:
        """Where codes, identifiers and names of these customers stand."""
        found: list[tuple[int, int, set[UUID]]] = []
        for match in _CODE.finditer(text):
            named = self._by_code.get(f"C-{int(match[1])}")
            if named and named.id in meant:
                found.append((match.start(), match.end(), {named.id}))
        for match in _IDENTIFIER.finditer(text):
            customers = self._index.identifiers.get(match.group().casefold(), set()) & meant
            if customers:
                found.append((match.start(), match.end(), customers))
        for pattern, start, end in self._index.mentions.matches(text):
            customers = set(pattern.customers) & meant
            if customers and not any(a < end and start < b for a, b, _ in found):
                found.append((start, end, customers))
        return sorted(found, key=lambda place: place[:2])


class KeyedDirectory:
    """A directory that also knows the caller's own keys (BBY), each typed as a word of its own in capitals."""

    def __init__(self, base: NameDirectory, find: Callable[[str], str | None]) -> None:
        self._base = base
        self._find = find

    def by_code(self, code: str) -> Named | None:
        """The customer with this code."""
        return self._base.by_code(code)

    def by_id(self, customer_id: UUID) -> Named | None:
        """The customer with this key."""
        return self._base.by_id(customer_id)

    def names_of(self, customer: Named) -> tuple[str, ...]:
        """Every name of a customer, identifiers too."""
        return self._base.names_of(customer)

    def suggest(self, name: str) -> tuple[Named, ...]:
        """Customers that may be meant by a name that nobody has."""
        return self._base.suggest(name)

    def read(self, text: str) -> Naming:
        """The customers that a text names by a name or, where it has none, by a key."""
        naming = self._base.read(text)
        if naming.mentions:
            return naming
        for match in list(_KEY.finditer(text))[:_KEYS_TRIED]:
            code = self._find(match.group())
            named = self._base.by_code(code) if code else None
            if named is not None:
                return Naming((Mention(match.start(), match.end(), match.group(), (named,)),))
        return naming


def _goes_on(rest: str) -> bool:
    """Whether what follows a short Chinese name goes on as a question about a firm does."""
    if _GOES_ON.match(rest):
        return True
    from knowledge.figures import read_question

    return read_question(rest, today=date(2000, 1, 1)) is not None


def _extended(text: str, end: int, names: Sequence[str]) -> int:
    """The end of a Latin name with those of its further words that follow: Yipan (Heavy)."""
    known = {word.casefold() for name in names for word in _WORDS.findall(name)}
    while match := re.match(r"\s+([^\W_\u2e80-\u9fff]+)", text[end:]):
        if match[1].casefold() not in known or not match[1][:1].isupper():
            break
        end += match.end()
    return end


def _aligned(text: str, names: Sequence[str]) -> tuple[int, int]:
    """The stretch of the text that is most like a name: it was written with an error or shortened."""
    from rapidfuzz.distance import OSA

    known = {word for name in names for word in _WORDS.findall(fold(name)) if len(word) >= 4}
    spans = [
        match.span()
        for match in _WORDS.finditer(text)
        if len(match.group()) >= 4
        and any(
            OSA.distance(match.group().casefold(), word, score_cutoff=2) <= len(word) // 5 for word in known
        )
    ]
    if spans:
        return spans[0][0], max(end for start, end in spans)
    best = (len(text), len(text))
    folded = fold(text)
    if len(folded) != len(text):
        return best
    for name in map(fold, names):
        for start in range(len(text)):
            size = max(best[1] - best[0], 1) + 1
            while start + size <= len(text) and folded[start : start + size] in name:
                best = (start, start + size)
                size += 1
    return best
