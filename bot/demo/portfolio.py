"""The fictional portfolio of the demo and the tests, laid out in real files for one day.

``bot/demo/portfolio/`` holds the data with dates written as offsets (see bot/demo/offsets.py). Everybody
and everything in it is made up; identifiers have valid check digits but belong to nobody. What
``write_portfolio`` makes is ready for ``bonafide import KIND FILE`` and ``bonafide ingest``:

    <folder>/customers.jsonl ... notes.jsonl    one file a kind, to be imported in the order of KINDS
    <folder>/users.jsonl, channels.jsonl        who asks, and which channels are registered
    <folder>/sources.jsonl                      name and tier of every source that the rows and documents name
    <folder>/documents.jsonl                    news as JSON Lines, with the text inside
    <folder>/documents/                         files of many formats, described in documents/index.jsonl
    <folder>/watchlist.csv, hits.jsonl          a watch list of made-up people, and the decisions on its hits
    <folder>/conversation.jsonl                 questions with what a good answer holds
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.demo.offsets import OffsetError, expand_text, expand_value

SOURCE = Path(__file__).with_name("portfolio")
CONVERSATION = Path(__file__).with_name("conversation.jsonl")

#: The kinds of ``bonafide import``, in an order in which each finds the customers it speaks of.
KINDS = (
    "users",
    "customers",
    "parties",
    "contacts",
    "facts",
    "statements",
    "scores",
    "invoices",
    "payments",
    "records",
    "contracts",
    "cases",
    "notes",
)

#: The head lines of a file of news.
NEWS_FIELDS = ("title", "published", "source", "url", "language", "customers", "class", "tier")


class PortfolioError(Exception):
    """The portfolio cannot be laid out; the message says which file is wrong and why."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Where the pieces of a laid-out portfolio are."""

    folder: Path
    today: date
    #: Kind and file, in the order in which they are imported.
    imports: tuple[tuple[str, Path], ...]
    #: News as JSON Lines, for ``bonafide ingest``.
    news: Path
    #: The folder of files, for ``bonafide ingest``; its ``index.jsonl`` is ``index``.
    documents: Path
    index: Path
    channels: Path
    sources: Path
    conversation: Path
    #: A watch list in the form of a house list, and the decisions on its first hits.
    watchlist: Path
    hits: Path


def write_portfolio(folder: Path, *, today: date, source: Path = SOURCE) -> Portfolio:
    """Lay the portfolio out in ``folder`` as of ``today``; the same day gives the same bytes.

    Rows that nobody could have observed yet on that day (accounts which come out later in the year) are
    left out. Existing files of the same names are replaced. Raises PortfolioError where the data in
    ``source`` are wrong or missing.
    """
    try:
        return _write_portfolio(folder, today, source)
    except OffsetError as error:
        raise PortfolioError(f"The demo portfolio cannot be laid out. {error}") from error
    except FileNotFoundError as error:
        raise PortfolioError(
            f"The demo portfolio lacks a file: {error.filename}. Install it again."
        ) from error


def read_conversation(*, today: date) -> list[dict[str, object]]:
    """The example questions with their expectations, dates expanded as of ``today``."""
    return list(read_rows(CONVERSATION, today))


def _write_portfolio(folder: Path, today: date, source: Path) -> Portfolio:
    documents = folder / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    sources = list(read_rows(source / "sources.jsonl", today))
    tiers = {row["name"]: row["tier"] for row in sources}
    for kind in KINDS:
        rows = read_rows(source / f"{kind}.jsonl", today)
        observed = (row for row in rows if _is_observed(row, today))
        write_rows(folder / f"{kind}.jsonl", [with_tier(row, tiers) for row in observed])
    write_rows(folder / "sources.jsonl", sources)
    write_rows(folder / "channels.jsonl", read_rows(source / "channels.jsonl", today))
    write_rows(folder / "documents.jsonl", read_news(source / "news", today))
    write_rows(folder / "conversation.jsonl", read_rows(CONVERSATION, today))
    write_watchlist(folder / "watchlist.csv", source / "watchlist.csv", today)
    write_rows(folder / "hits.jsonl", read_rows(source / "hits.jsonl", today))
    entries = list(read_rows(source / "documents" / "index.jsonl", today))
    for entry in entries:
        (documents / str(entry["path"])).write_bytes(render_document(entry, source, today))
    write_rows(documents / "index.jsonl", entries)
    return Portfolio(
        folder=folder,
        today=today,
        imports=tuple((kind, folder / f"{kind}.jsonl") for kind in KINDS),
        news=folder / "documents.jsonl",
        documents=documents,
        index=documents / "index.jsonl",
        channels=folder / "channels.jsonl",
        sources=folder / "sources.jsonl",
        conversation=folder / "conversation.jsonl",
        watchlist=folder / "watchlist.csv",
        hits=folder / "hits.jsonl",
    )


def read_rows(path: Path, today: date) -> Iterator[dict[str, object]]:
    """The rows of a file of JSON Lines with their dates expanded; raises PortfolioError that names the line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        place = f"{path.name} line {number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise PortfolioError(f"{place} is not JSON: {error}.") from error
        yield expand_value(row, today=today, place=place)


def _is_observed(row: dict[str, object], today: date) -> bool:
    return str(row.get("observed_on", "")) <= today.isoformat()


def with_tier(row: dict[str, object], tiers: dict[object, object]) -> dict[str, object]:
    """The row with the tier of its source; raises PortfolioError for a source that is not in sources.jsonl."""
    # The tier is written with the row: a policy knows the tiers of real sources, not of made-up ones.
    if "source" not in row:
        return row
    if row["source"] not in tiers:
        raise PortfolioError(f"The source “{row['source']}” has no tier; add it to sources.jsonl.")
    return {**row, "tier": tiers[row["source"]]}


def read_news(folder: Path, today: date) -> Iterator[dict[str, object]]:
    """News files: lines of ``key: value``, an empty line, the text. The file's name is the document's id.

    A head line ``day`` says on which day of the scripted week the text appears.
    """
    for path in sorted(folder.glob("*.txt")):
        content = expand_text(path.read_text(encoding="utf-8"), today=today, place=path.name)
        head, _, text = content.partition("\n\n")
        fields = {key: value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())}
        missing = [name for name in NEWS_FIELDS if name not in fields]
        if missing:
            raise PortfolioError(f"{path.name} lacks the head line “{missing[0]}: …”.")
        yield {
            "id": path.stem,
            "title": fields["title"],
            "text": text,
            "published": fields["published"],
            "url": fields["url"],
            "source": fields["source"],
            "language": fields["language"],
            "customers": [key.strip() for key in fields["customers"].split(",") if key.strip()],
            "class": fields["class"],
            "tier": fields["tier"],
            **({"day": int(fields["day"])} if "day" in fields else {}),
        }


def render_document(entry: dict[str, object], source: Path, today: date) -> bytes:
    """The bytes of one file; Office files are made from a text of the same stem under ``office/``."""
    from bot.demo.office import render_docx, render_xlsx

    name, title = str(entry["path"]), str(entry["title"])
    saved_on = date.fromisoformat(str(entry["published"]))
    stem, _, suffix = name.rpartition(".")
    renderer, kind = {"docx": (render_docx, "md"), "xlsx": (render_xlsx, "csv")}.get(suffix, (None, None))
    path = source / "office" / f"{stem}.{kind}" if renderer else source / "documents" / name
    text = expand_text(path.read_text(encoding="utf-8"), today=today, place=path.name)
    return renderer(text, title=title, saved_on=saved_on) if renderer else text.encode()


def write_watchlist(path: Path, source: Path, today: date) -> None:
    """A watch list with its dates expanded; the same day gives the same bytes."""
    text = expand_text(source.read_text(encoding="utf-8"), today=today, place=source.name)
    path.write_bytes(text.encode())


def write_rows(path: Path, rows: Iterator[dict[str, object]] | list[dict[str, object]]) -> None:
    """Write JSON Lines; the same rows give the same bytes everywhere."""
    # Bytes, not text: a line ends in the same way on every system.
    path.write_bytes("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())
