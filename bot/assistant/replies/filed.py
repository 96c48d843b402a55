"""What colleagues wrote down in words (记录中的文字): notes, cases, clauses and facts that hold what a question asks.

Documents are searched by an index; these rows are few and are read through. A row is told when it holds enough of the
question's words, said in either language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.assistant.draft import Draft, bullet, note
from bot.assistant.replies.context import Context
from bot.assistant.replies.quotations import bridged, nameless, weigh
from bot.assistant.wording import partial
from store.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file in words: what is searched, how it is told, and what it is cited by."""

    text: str
    said: str
    evidence: Evidence


def about(context: Context) -> Draft:
    """The rows that hold the question's words, the fullest first."""
    from knowledge.passages.expansion import expand, said_otherwise
    from knowledge.passages.terms import index_terms, query_terms

    request = context.request
    names = context.tools.sources.directory().names_of(context.customer)
    asked = nameless(request.text, (*names, *context.tools.spoken))
    named = {term for name in names for term in index_terms(name)}
    weights = {term: weigh(term) for term in query_terms(asked, request.language) if term not in named}
    if not weights:
        return Draft()
    total = sum(weights.values())
    concepts = expand(asked, request.language, weights)
    found = []
    for row in _rows(context):
        held = set(index_terms(row.text)) & weights.keys()
        held |= said_otherwise(row.text, concepts) & weights.keys()
        held |= bridged(held, weights)
        share = sum(weights[term] for term in held) / total
        if share >= context.standards.coverage:
            found.append((share, row))
    if not found:
        return Draft()
    best = sorted(found, key=lambda pair: -pair[0])[: context.standards.quoted]
    lines = [bullet(row.said, row.evidence) for _, row in best]
    return Draft((note(context.say("passages.filed")), *lines))


def _rows(context: Context) -> Iterator[Row]:
    dossier, words = context.dossier, context.words
    comma = context.book["wording.list.comma"]
    for one in dossier.notes:
        if not context.within(partial(one.at[:10])):
            continue
        head = [words.date(one.at[:10])]
        head += [context.label("channel", one.channel)] if one.channel else []
        head += [one.by] if one.by else []
        text = " ".join(one.text.split())[:400]
        said = context.say("list.item", head=comma.join(head), details=text)
        yield Row(one.text, said, context.cite(one, "at", "channel", "by", "text"))
    for case in dossier.cases:
        if not context.within(case.opened_on):
            continue
        parts = [context.label("case", case.kind), case.summary, *([case.outcome] if case.outcome else [])]
        said = context.say("list.item", head=words.date(case.opened_on), details=comma.join(parts))
        item = context.cite(case, "kind", "opened_on", "summary", "owner", "due_on", "closed_on", "outcome")
        yield Row(" ".join(parts), said, item)
    for contract in dossier.contracts:
        for clause in contract.clauses:
            said = context.say("list.item", head=contract.contract_number, details=clause)
            yield Row(clause, said, context.cite(contract, "contract_number", "title", "clauses"))
    for fact in dossier.facts:
        label = context.label("field", fact.attribute)
        said = context.say("profile.item", field=label, value=fact.value)
        yield Row(f"{label} {fact.value}", said, context.cite(fact, "attribute", "value"))
