"""What a customer is (属性): where it lies, its industry, stage and owner, tested against the words of a question.

A word that no table knows is looked for among what the visible customers have; `settle` decides once for the whole
portfolio what it means, and a word that nobody has is handed back to be asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.assistant.portfolio.places import lies_in
from bot.assistant.portfolio.query import Condition, Test, mapped
from bot.assistant.portfolio.tokens import lexicon
from store.names import search_key
from store.records import Dossier, Profile

_HAN = re.compile(r"[\u3400-\u9fff]")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
#: Forms of firms that are asked for by a word of their own: 非上市 is not listed.
_FORMS = {
    "listed": re.compile(r"(?<![非未])上市|(?<!un)(?<!not )(?<!non-)\blisted\b", re.IGNORECASE),
    "state_owned": re.compile(r"国有|\bstate[- ]owned\b", re.IGNORECASE),
}
#: What a word may name, tried in this order.
_KINDS = ("owner", "place", "industry", "legal_form", "called", "party")


def attribute(dossier: Dossier, test: Test) -> bool | None:
    """Whether a customer has the attribute that a test names; None where that is not on file."""
    profile, name = dossier.profile, test.term.name
    verdicts = [_one(dossier, profile, name, word) for word in test.words]
    if any(verdict is True for verdict in verdicts):
        return True
    return None if any(verdict is None for verdict in verdicts) else False


def _one(dossier: Dossier, profile: Profile, name: str, word: str) -> bool | None:
    match name:
        case "place":
            return lies_in(profile, word)
        case "stage":
            return None if profile.stage is None else profile.stage.lower() == word
        case "industry":
            if not profile.industry:
                return None
            return any(holds_word(profile.industry, form) for form in (word, *industry_forms(word)))
        case "owner":
            return None if profile.owner is None else profile.owner.casefold() == word.casefold()
        case "legal_form":
            if not profile.legal_form:
                return None
            form = _FORMS.get(word)
            return bool(form.search(profile.legal_form)) if form else holds_word(profile.legal_form, word)
        case "called":
            names = [profile.legal_name, *(other.name for other in profile.other_names)]
            return any(search_key(word) in search_key(one) for one in names)
        case "party":
            return any(search_key(word) == search_key(party.name) for party in dossier.parties)
    return None


def holds_word(text: str, word: str) -> bool:
    """Whether a text holds a word: Chinese anywhere, others as a word of their own or its beginning."""
    if _HAN.search(word):
        return word in text
    return re.search(rf"\b{re.escape(word.rstrip('s'))}", text, re.IGNORECASE) is not None


def industry_forms(key: str) -> tuple[str, ...]:
    """The words of an industry of the grammar; none for a word that is no key of it."""
    found = [
        phrase if isinstance(phrase, str) else " ".join(phrase)
        for table in (lexicon().chinese, lexicon().english)
        for phrase, labels in table.items()
        if ("industry", key) in labels
    ]
    return tuple(found)


def settle(
    where: Sequence[Condition], cards: Iterable[Dossier], people: Mapping[str, str | None], *, parties: bool
) -> tuple[tuple[Condition, ...], tuple[str, ...]]:
    """The conditions with every open word decided, and the words that are nobody's.

    `cards` are the visible customers; `people` maps e-mail addresses to names. `parties` says whether the cards hold
    parties too.
    """
    listed = list(cards)
    strange: list[str] = []

    def decide(test: Test) -> Test:
        if test.term.name not in ("text", "owner"):
            return test
        words: list[str] = []
        kind = ""
        for word in test.words:
            kind, meant = _meaning(word, listed, people, parties)
            if not kind:
                strange.append(word)
            words += meant
        return replace(test, term=replace(test.term, name=kind or "owner"), words=tuple(words))

    return tuple(mapped(condition, decide) for condition in where), tuple(strange)


def _meaning(
    word: str, cards: Sequence[Dossier], people: Mapping[str, str | None], parties: bool
) -> tuple[str, list[str]]:
    """What a word names, and by which values: an account owner, a place, an industry, a form, a name, a party."""
    visible = {card.profile.owner for card in cards if card.profile.owner}
    emails = [email for email in visible if owner_is(email, people.get(email), word)]
    if emails:
        return "owner", sorted(emails)
    if _MAIL.fullmatch(word) and word in people:
        # A colleague who has no customers.
        return "owner", [word]
    bare = re.sub(
        r"\s+(?:industry|sector|branch|business|province|city|region|area)$|(?:行业|产业|地区|省|市)$",
        "",
        word,
        flags=re.IGNORECASE,
    )
    for kind in _KINDS[1:]:
        if kind == "party" and not parties:
            continue
        if kind in ("called", "place") and len(bare) < 2:
            continue
        if any(_one(card, card.profile, kind, bare) for card in cards):
            return kind, [bare]
    # Somebody of ours who looks after nobody is known, and has no customers.
    owners = [email for email, name in people.items() if owner_is(email, name, word)]
    return ("owner", owners) if owners and visible else ("", [])


def owner_is(email: str, name: str | None, word: str) -> bool:
    """Whether words name a colleague: the address, its words, or the name."""
    if word.casefold() == email.casefold():
        return True
    if name and search_key(word) == search_key(name):
        return True
    said = re.findall(r"[a-z]+", word.casefold())
    local = re.findall(r"[a-z]+", email.casefold().partition("@")[0])
    return bool(said) and sorted(said) == sorted(local)
