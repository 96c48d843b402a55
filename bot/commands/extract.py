"""`bonafide extract`: what a document says of a customer, proposed by a model and proved by code (摘录)."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.assembly import House
    from store.access import Viewer
    from store.shelf import DocumentHead

#: What failed on the side of the model: the exit status of a part that is missing.
_EXIT_MODEL = 4


@click.command("extract")
@click.argument("document")
@click.option("--customer", help="Whose; needed where the document is about several, or about nobody known.")
@click.option("--as", "who", default="risk", show_default=True, help="Role or e-mail of who asks.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(document: str, customer: str | None, who: str, as_json: bool) -> None:
    """Propose records and statement figures from DOCUMENT (its id, or the id of a passage of it).

    Nothing is filed: `bonafide proposals` shows what was found, and a person accepts or rejects it.
    """
    from bot.assembly import build
    from bot.assistant.agent.errors import AgentError
    from bot.commands.proposals import as_line, described
    from bot.commands.viewing import viewer_of
    from bot.dossier.proposals import Shown
    from bot.settings import load_settings
    from store.access import Permission, authorize
    from store.customers import Customers
    from store.engine import reading
    from store.shelf import DocumentReader

    house = build(load_settings())
    viewer = viewer_of(house, who)
    authorize(viewer, Permission.IMPORT)
    head = _document(house, document, viewer)
    with reading(house.databases.read) as connection:
        meant = Customers(connection).by_code(_whose(house, head, customer))
        blocks = DocumentReader(connection, viewer.classes).text([head.id])[head.id]
    try:
        found = house.readers.extractor.extract(head, blocks, meant, viewer)
    except AgentError as wrong:
        click.echo(f"bonafide: the model proposes nothing: {wrong}", err=True)
        sys.exit(_EXIT_MODEL)
    shown = [Shown(each, meant.code, head) for each in found.proposals]
    if as_json:
        told: dict[str, Any] = {
            "document": head.external_id or head.sha256,
            "customer": meant.code,
            "model": found.model,
            "proposals": [described(each) for each in shown],
            "dropped": dict(found.dropped),
            "unread": found.unread,
            "because": found.because,
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for each in shown:
        click.echo(as_line(each))
    dropped = ", ".join(f"{number} for its {reason}" for reason, number in sorted(found.dropped.items()))
    click.echo(f"{len(shown)} proposals by {found.model}; dropped: {dropped or 'none'}")
    if found.unread:
        click.echo(f"{found.unread} of {found.windows} parts were not read ({found.because})")


def _document(house: House, reference: str, viewer: Viewer) -> DocumentHead:
    """The newest document of an id, or the one that a passage is from; raises UnknownSubject."""
    from store.engine import reading
    from store.errors import UnknownSubject
    from store.shelf import DocumentReader

    head = house.library.document(reference, viewer=viewer)
    if head is None:
        parts = reference.split("-")
        start = parts[1] if parts[0] == "pas" and len(parts) == 3 else reference
        with reading(house.databases.read) as connection:
            head = DocumentReader(connection, viewer.classes).by_hash(start.lower())
    if head is None:
        raise UnknownSubject(f"no document has the id “{reference}” here; give its id or that of a passage")
    return head


def _whose(house: House, head: DocumentHead, customer: str | None) -> str:
    from bot.commands.naming import customer_meant
    from store.customers import Customers
    from store.engine import reading

    if customer is not None:
        identity = customer_meant(house, customer)
        with reading(house.databases.read) as connection:
            return Customers(connection).by_id(identity).code
    if len(head.customers) != 1:
        about = " and ".join(head.customers) or "no known customer"
        raise click.UsageError(f"the document is about {about}; say whose with --customer")
    return head.customers[0]
