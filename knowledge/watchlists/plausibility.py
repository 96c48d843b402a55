"""Whether what was read can be the list (合理性检查): one that suddenly halves is a broken file until a person
says otherwise.

The numbers are policy's (`[watchlists]`). Names are counted beside entries because a file of aliases that is missing
leaves the entries whole.
"""

from __future__ import annotations

from datetime import datetime

from knowledge.watchlists.formats.shapes import Reading
from store.policy.screening import WatchlistsSection
from store.watchlists import ListVersion


def refusal(read: Reading, last: ListVersion | None, removed: int, policy: WatchlistsSection) -> str | None:
    """The reason to refuse a reading after the version `last`, of which `removed` entries are gone; None for none."""
    entries = len(read.entries)
    if not entries:
        return "the files hold no entry at all"
    if read.problem_count * 100 > entries * policy.problems_percent:
        return (
            f"{read.problem_count:,} parts of {entries:,} entries were not understood, the first: {read.problems[0]}; "
            "the list seems to have changed in format"
        )
    if last is None:
        return None
    names = sum(len(entry.names) for entry in read.entries)
    for what, now, before in (("entries", entries, last.entries), ("names", names, last.names)):
        if now < before * policy.smallest_share:
            return f"the files hold {now:,} {what} where version {last.version} holds {before:,}"
    if removed > last.entries * policy.largest_removed:
        return f"{removed:,} of the {last.entries:,} entries of version {last.version} are not in the files"
    if (here := _moment(read.published)) and (there := _moment(last.published)) and here < there:
        return f"the files are of {read.published}, older than version {last.version}, which is of {last.published}"
    return None


def _moment(published: str | None) -> str | None:
    """The day of publication, where it is written in ISO form; days compare, hours and zones are left aside."""
    if not published:
        return None
    try:
        return datetime.fromisoformat(published).date().isoformat()
    except ValueError:
        return None
