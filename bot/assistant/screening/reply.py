"""Answers about watch lists (名单答复): only for those who may know; nobody else hears that there is anything.

Hits are told as they stand, with list, version, entry, who decided and why. That a name was found nowhere is said of
the lists and versions that were compared, and never as a clean bill.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bot.assistant.conversation import Request
from bot.assistant.draft import Draft, Line, bullet, lead, note
from bot.assistant.naming import Named
from bot.assistant.screening.wishes import About, Wish
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from bot.assistant.wording import Wording
from prompts.phrasebook import Phrasebook
from store.access import FieldClass, Permission
from store.errors import Forbidden
from store.evidence import Evidence, record_id

if TYPE_CHECKING:
    from store.hits import Hit, HitStep
    from store.records import Dossier
    from store.screening_batches import Covered

_WAITING = ("open", "proposed", "unsure")
_STATES = {"waiting": _WAITING, "cleared": ("false",), "true": ("true",)}
_DECIDED = ("proposed", "unsure", "true", "false")
#: Customers whose coverage one answer tells.
_CUSTOMERS = 200


def may_know(tools: Tools) -> bool:
    """Whether this viewer may hear of hits in this place."""
    viewer = tools.question.viewer
    reads = viewer.may(Permission.SCREEN) or viewer.may(Permission.READ_LEDGER)
    return reads and FieldClass.SUSPICION in viewer.classes


def reply(wish: Wish, request: Request, tools: Tools, book: Phrasebook, standards: Standards) -> Draft | None:
    """The answer; None where public facts are all that may be said of a name on lists. Raises Forbidden."""
    if not may_know(tools):
        if wish.about is About.HITS and request.customers and not wish.codes:
            return None
        raise Forbidden("nothing is said of screening here")
    telling = _Telling(tools, book, standards)
    match wish.about:
        case About.WHY:
            codes = wish.codes or telling.cited(request) or telling.of(request.customers)
            # "Why" asks about other things than hits, too.
            return telling.why(codes) if codes else None
        case About.LISTS if not request.customers:
            return telling.lists()
        case About.LISTS | About.COVERED:
            return telling.covered(request.customers)
        case About.OWNERS:
            return telling.hits(
                request.customers, (*_WAITING, "true"), roles=("beneficial_owner", "shareholder")
            )
    if wish.codes:
        return telling.why(wish.codes)
    states = tuple(state for name in sorted(wish.states) for state in _STATES[name])
    return telling.hits(request.customers, states)


class _Telling:
    """Words of one answer."""

    def __init__(self, tools: Tools, book: Phrasebook, standards: Standards) -> None:
        self._tools, self._book, self._standards = tools, book, standards
        self._words = Wording(book)

    def cited(self, request: Request) -> tuple[str, ...]:
        """The hits that the answer before stood on: "why was this cleared?"."""
        before = request.previous.cited if request.previous is not None else request.cited
        refs = set(before or self._before())
        return tuple(hit.code for hit in self._tools.sources.list_hits() if record_id(hit.id) in refs)

    def of(self, customers: Sequence[Named]) -> tuple[str, ...]:
        """The hits of customers that are named: "why was the hit of Lanyan cleared?"."""
        wanted = {customer.id for customer in customers}
        return tuple(hit.code for hit in self._tools.sources.list_hits() if hit.customer_id in wanted)

    def _before(self) -> Sequence[str]:
        turns = self._tools.sources.turns(self._tools.question.conversation, limit=1)
        return turns[0].focus.get("evidence", ()) if turns else ()

    def why(self, codes: Sequence[str]) -> Draft:
        """The life of hits: what was found, who decided what, why, on which version."""
        lines: list[Line] = []
        unknown: list[str] = []
        for code in codes[: self._standards.compared]:
            known = self._tools.sources.list_hit(code)
            card = self._card(known[0]) if known else None
            if known is None or card is None:
                unknown.append(self._book.say("screening_answers.no_hit", code=code))
                continue
            hit, steps = known
            told = [self._step(hit, step) for step in steps]
            item = self._evidence(hit, card, told)
            lines.append(lead(self._hit(hit), item))
            lines += [bullet(text, item) for text in told]
        return Draft(tuple(lines), tuple(unknown))

    def hits(self, customers: Sequence[Named], states: Sequence[str], roles: Sequence[str] = ()) -> Draft:
        """The hits of these customers, or of all; with what was compared where nothing was found."""
        wanted = [customer.id for customer in customers] or None
        found = [
            (hit, card)
            for hit in self._tools.sources.list_hits(states=states)
            if (wanted is None or hit.customer_id in wanted)
            and (not roles or set(roles) & set(hit.roles))
            and (card := self._card(hit)) is not None
        ]
        listed = self._standards.tabled if wanted is None else self._standards.listed
        lines = [bullet(self._hit(hit), self._evidence(hit, card, ())) for hit, card in found[:listed]]
        if found:
            items = [line.evidence[0] for line in lines]
            counted = self._tools.count("hits", items) if len(found) <= listed else None
            head = self._book.count("screening_answers.found", len(found)) if counted else None
            first = [lead(head, counted, *items)] if head and counted else []
            more = (
                [note(self._book.say("answers.list.more", number=len(found) - listed))]
                if len(found) > listed
                else []
            )
            return Draft((*first, *lines, *more, *self._coverage(customers[:1])))
        return self._nothing(customers, narrowed=bool(states or roles))

    def _nothing(self, customers: Sequence[Named], *, narrowed: bool) -> Draft:
        coverage = list(self._coverage(customers))
        name = customers[0].name if len(customers) == 1 else ""
        code = customers[0].code if len(customers) == 1 else None
        looked = self._tools.nothing("watchlists", name or "hits", customer=code)
        if customers and not coverage:
            never = [self._book.say("screening_answers.never", name=each.name) for each in customers]
            return Draft((note(self._book["screening_answers.looked"], looked),), tuple(never))
        if not customers and not any(self._tools.sources.covered(each.id) for each in self._everybody()):
            nothing = (self._book["screening_answers.never_any"],)
            return Draft((note(self._book["screening_answers.looked"], looked),), nothing)
        whole = "screening_answers.none_such" if narrowed else "screening_answers.none"
        said = (
            self._book.say("screening_answers.none_of", name=name)
            if name and not narrowed
            else self._book[whole]
        )
        return Draft((lead(said, looked), *coverage))

    def covered(self, customers: Sequence[Named]) -> Draft:
        """Which version of each list customers were compared with, and when."""
        lines: list[Line] = []
        never: list[str] = []
        listed = list(customers) or self._everybody()
        for customer in listed[:_CUSTOMERS]:
            told = list(self._coverage([customer]))
            lines += told
            if not told:
                never.append(customer.name)
        limit = self._standards.table_rows if customers else 40
        more = (
            [note(self._book.say("answers.list.more", number=len(lines) - limit))]
            if len(lines) > limit
            else []
        )
        unknown = [self._book.say("screening_answers.never", name=name) for name in never[:10]]
        if len(never) > 10:
            unknown.append(self._book.say("screening_answers.never_more", number=len(never) - 10))
        return Draft((*lines[:limit], *more), tuple(unknown))

    def lists(self) -> Draft:
        """Which lists customers are compared with: their newest versions, and what was refused since."""
        states = self._tools.sources.watchlists()
        if not states:
            looked = self._tools.nothing("watchlists", "lists")
            return Draft((lead(self._book["screening_answers.no_lists"], looked),))
        lines: list[Line] = []
        for state, version in states:
            if version is not None:
                text = self._book.say(
                    "screening_answers.list",
                    list=state.name,
                    version=version.version,
                    entries=version.entries,
                    date=self._words.date(version.loaded_at.date()),
                )
                if version.published:
                    text = self._book.say(
                        "screening_answers.published", said=text, day=version.published[:10]
                    )
            else:
                text = self._book.say("screening_answers.list_empty", list=state.name)
            if state.refused_at is not None and state.refused_because:
                text = self._book.say(
                    "screening_answers.refused",
                    said=text,
                    date=self._words.date(state.refused_at.date()),
                    why=state.refused_because,
                )
            lines.append(bullet(text, self._tools.listed(state.name, text)))
        return Draft(tuple(lines))

    def _everybody(self) -> list[Named]:
        cards = self._tools.portfolio(())
        directory = self._tools.sources.directory()
        return [named for card in cards if (named := directory.by_code(card.code)) is not None]

    def _coverage(self, customers: Sequence[Named]) -> Iterator[Line]:
        for customer in customers:
            card = self._tools.dossier(customer)
            if card is None:
                continue
            for covered in self._tools.sources.covered(customer.id):
                text = self._book.say(
                    "screening_answers.covered",
                    name=customer.name,
                    list=covered.list,
                    version=str(covered.version),
                    date=self._words.date(covered.at.date()),
                )
                yield bullet(text, self._covered(covered, customer, card, text))

    def _covered(self, covered: Covered, customer: Named, card: Dossier, text: str) -> Evidence:
        lines = [f"list: {covered.list}", f"version: {covered.version}", f"by: {covered.by}", text]
        return self._tools.own(
            f"rec-cov-{customer.code}-{covered.list}-{covered.version}", "screenings", lines, card, covered.at
        )

    def _card(self, hit: Hit) -> Dossier | None:
        """The customer of a hit, if this viewer may see it; hits of free names have none."""
        if hit.customer_id is None:
            return None
        directory = self._tools.sources.directory()
        named = directory.by_id(hit.customer_id)
        return self._tools.dossier(named) if named is not None else None

    def _evidence(self, hit: Hit, card: Dossier, told: Sequence[str]) -> Evidence:
        lines = [
            f"hit: {hit.code}",
            f"list: {hit.list}",
            f"version: {hit.list_version}",
            f"entry: {hit.entry}",
            f"name: {hit.entry_name}",
            f"matched: {hit.matched}",
            f"score: {_score(hit)}",
            f"state: {hit.state.value}",
            *([f"by: {hit.by}", f"at: {hit.at.isoformat()}", f"reason: {hit.reason}"] if hit.by else []),
            self._hit(hit),
            *told,
        ]
        before = self._tools.read.get(record_id(hit.id))
        kept = before.quote.splitlines() if before else []
        return self._tools.own(
            record_id(hit.id), "hits", list(dict.fromkeys([*kept, *lines])), card, hit.latest_at
        )

    def _hit(self, hit: Hit) -> str:
        roles = [self._book.get(f"screening_desk.role.{role}", role) for role in hit.roles]
        state = self._book[f"screening_answers.state.{hit.state.value}"]
        if hit.by and hit.state.value in _DECIDED:
            state = self._book.say(
                "screening_answers.decided",
                state=state,
                who=self._tools.people().get(hit.by) or hit.by,
                date=self._words.date(hit.at.date()),
                reason=hit.reason,
            )
        values: dict[str, Any] = {
            "code": hit.code,
            "name": hit.name,
            "roles": self._words.list(roles),
            "list": hit.list,
            "version": str(hit.list_version),
            "entry": hit.entry,
            "matched": hit.matched,
            "score": _score(hit),
            "state": state,
        }
        return self._book.say("screening_answers.hit", **values)

    def _step(self, hit: Hit, step: HitStep) -> str:
        act = self._book.get(f"screening_desk.act.{step.act}", step.act)
        changed = [
            self._book.get(f"screening_desk.field.{field[-1]}", field[-1]) for field in step.fields if field
        ]
        words = step.words or self._words.list(changed)
        who = self._tools.people().get(step.actor or "") or step.actor or "Bonafide"
        told = {
            "date": self._words.date(step.at.date()),
            "who": who,
            "act": act,
            "version": str(step.list_version),
            "score": f"{step.score / 10_000:.2f}",
        }
        if words:
            return self._book.say("screening_answers.step_why", **told, words=words)
        return self._book.say("screening_answers.step", **told)


def _score(hit: Hit) -> str:
    return f"{hit.score / 10_000:.2f}"
