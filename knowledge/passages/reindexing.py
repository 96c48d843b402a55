"""Reindexing (重建索引): the terms of every stored passage anew, when the tokeniser has changed.

Reading and tokenising happen outside of any transaction. It may be killed at any line and started again, and while
it runs everything can be searched: the slices that are done by their new terms, the others by their old ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.passages.preparing import Tokenise, lexical_row, title_terms
from knowledge.passages.terms import TERMS_VERSION, index_terms
from store.clock import Clock
from store.documents import Documents
from store.engine import Databases, reading, unit_of_work
from store.ledger import Ledger
from store.lexicon import tidy
from store.reindexing import FreshTerms, Reindexing, StoredPassage
from store.schema.lexical import TITLE_MARK

#: Passages that one transaction rewrites: some tenths of a second.
SLICE = 250

# How a term of the day of publication begins, in whatever version of the tokeniser.
_DATED = re.compile(r"[a-z]?\d")


@dataclass(frozen=True, slots=True)
class Reindexed:
    """What a run did: the version that it found and the one that it made, and how many passages it wrote."""

    found: str
    made: str
    passages: int


def outdated(databases: Databases, version: str = TERMS_VERSION) -> str | None:
    """The version of the tokeniser that the index was made with, if the program makes another one."""
    with reading(databases.read) as connection:
        return Reindexing(connection).outdated(version)


def reindex(
    databases: Databases,
    clock: Clock,
    *,
    actor: str = "system",
    tokenise: Tokenise = index_terms,
    version: str = TERMS_VERSION,
    size: int = SLICE,
    report: Callable[[int, int], None] | None = None,
) -> Reindexed | None:
    """Make all lexical rows anew; None when they are of this version already.

    `report(done, left)` is called after each slice. Raises StoreBusy when the store fails; what is done stays done,
    and running it again goes on from there.
    """
    found = outdated(databases, version)
    if found is None:
        return None
    done = 0
    while True:
        with reading(databases.read) as connection:
            work = Reindexing(connection)
            if work.outdated(version) is None:
                # Another run was faster.
                break
            progress = work.progress(version)
            stored = work.read(progress.after, size)
        if stored:
            titles: dict[object, list[str]] = {}
            fresh = {passage.id: _fresh(passage, titles, tokenise) for passage in stored}
            with unit_of_work(databases.write) as connection:
                written = Reindexing(connection).write(fresh, version=version, after=progress.after)
            if written:
                done += len(fresh)
                if report is not None:
                    report(done, progress.left - len(fresh))
        elif _finish(databases, clock, Reindexed(found, version, done), actor):
            break
    _tidy(databases)
    return Reindexed(found, version, done)


def _finish(databases: Databases, clock: Clock, what: Reindexed, actor: str) -> bool:
    with unit_of_work(databases.write) as connection:
        work = Reindexing(connection)
        if work.outdated(what.made) is None or not work.finish(what.made):
            return False
        Ledger(connection, clock).append(
            actor=actor, action="reindex", detail={"from": what.found, "to": what.made}
        )
        return True


def _tidy(databases: Databases) -> None:
    """Free what the old rows took; only room is lost when this is cut short."""
    first, more = True, True
    while more:
        with unit_of_work(databases.write) as connection:
            more = tidy(connection, first=first)
            first = False
    with unit_of_work(databases.write) as connection:
        Documents(connection).refresh_plans()


def _fresh(passage: StoredPassage, titles: dict[object, list[str]], tokenise: Tokenise) -> FreshTerms:
    head = titles.get(passage.document_id)
    if head is None:
        old = passage.terms.partition(TITLE_MARK)[0].split()
        stated = passage.title if _was_stated(passage.title, old, tokenise) else ""
        head = titles[passage.document_id] = title_terms(stated, passage.published, tokenise)
    body = tokenise(passage.text)
    return FreshTerms(passage.document_id, lexical_row(head, body), len(body))


def _was_stated(title: str, old: Sequence[str], tokenise: Tokenise) -> bool:
    """Whether the title came with the document: one that was made from its text has no terms of its own."""
    return _speaks(old) or not _speaks(tokenise(title))


def _speaks(terms: Sequence[str]) -> bool:
    return any(not _DATED.match(term) for term in terms)
