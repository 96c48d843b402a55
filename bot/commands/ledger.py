"""`bonafide ledger`: read the ledger, or prove that nobody changed it (台账)."""

from __future__ import annotations

import json
import sys

import click


@click.group("ledger")
def command() -> None:
    """Read the ledger, or prove that nobody changed it."""


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="The outcome as JSON.")
def verify_ledger(as_json: bool) -> None:
    """Compute every entry anew; exit status 4 when one was changed, is missing or out of place."""
    from bot.assembly import build
    from bot.settings import load_settings
    from store.engine import reading
    from store.proof import verify

    house = build(load_settings())
    with reading(house.databases.read) as connection:
        outcome = verify(connection)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "entries": outcome.entries,
                    "root": outcome.root,
                    "ok": outcome.ok,
                    "first_bad": outcome.first_bad,
                    "because": outcome.because,
                }
            )
        )
    elif outcome.ok:
        click.echo(f"All {outcome.entries} entries are as they were written. Root {outcome.root}")
    else:
        click.echo(f"Entry {outcome.first_bad} is not as it was written: {outcome.because}")
    sys.exit(0 if outcome.ok else 4)


@command.command("show")
@click.option("--as", "who", default="compliance", show_default=True, help="A role or an e-mail address.")
@click.option("--customer", help="Only entries about this customer.")
@click.option("-n", "limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="One JSON object an entry.")
def show_ledger(who: str, customer: str | None, limit: int, as_json: bool) -> None:
    """The newest entries first; exit status 3 for those who may not read them."""
    from bot.assembly import build
    from bot.commands.viewing import viewer_of
    from bot.settings import load_settings
    from store.access import Permission, authorize
    from store.customers import Customers
    from store.engine import reading
    from store.ledger import read

    house = build(load_settings())
    viewer = viewer_of(house, who)
    authorize(viewer, Permission.READ_LEDGER)
    with reading(house.databases.read) as connection:
        customer_id = Customers(connection).find(customer).id if customer else None
        entries = read(connection, viewer=viewer, customer_id=customer_id, limit=limit)
    for entry in entries:
        if as_json:
            row = {
                "seq": entry.seq,
                "at": entry.at.isoformat(),
                "actor": entry.actor,
                "action": entry.action,
                "subject": entry.subject,
                "detail": dict(entry.detail),
            }
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            click.echo(
                f"{entry.seq:>7}  {entry.at:%Y-%m-%d %H:%M:%S}  {entry.actor}  {entry.action}  {entry.subject or ''}"
            )


@command.command("sent")
@click.argument("answer")
@click.option("--as", "who", default="compliance", show_default=True, help="A role or an e-mail address.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a call.")
def show_sent(answer: str, who: str, as_json: bool) -> None:
    """What was sent to a model for ANSWER (a code such as Q-7, or the id of an arrival), proved by the ledger.

    Exit status 3 for those who may not read the ledger, 4 when what is kept is not what the ledger says was sent.
    """
    from bot.assembly import build
    from bot.commands.viewing import viewer_of
    from bot.settings import load_settings
    from store.access import Permission, authorize
    from store.answers import Answers
    from store.engine import reading
    from store.ledger import read
    from store.model_calls import ModelCalls, digest_of, whole

    house = build(load_settings())
    viewer = viewer_of(house, who)
    authorize(viewer, Permission.READ_LEDGER)
    with reading(house.databases.read) as connection:
        kept = Answers(connection).by_code(answer)
        request = kept.request if kept is not None else answer
        calls = ModelCalls(connection).of_request(request)
        entries = read(connection, viewer=viewer, actions=["model.sent"], subject=request, limit=1000)
    if not calls:
        click.echo(f"nothing was sent to a model for {answer}", err=True)
        return
    proved = {entry.detail["sha256"] for entry in entries}
    broken = False
    for call in calls:
        try:
            sent = whole(calls, call.number)
            state = "proved" if digest_of(sent) == call.sha256 and call.sha256 in proved else "changed"
        except LookupError:
            sent, state = [], "emptied by retention" if call.sha256 in proved else "changed"
        broken = broken or state == "changed"
        if as_json:
            told = {
                "call": call.number,
                "at": call.at.isoformat(),
                "model": call.model,
                "prompts": dict(call.prompts),
                "outcome": call.outcome,
                "sha256": call.sha256,
                "state": state,
                "messages": sent,
            }
            click.echo(json.dumps(told, ensure_ascii=False))
            continue
        click.echo(
            f"== call {call.number} · {call.model} · {call.at:%Y-%m-%d %H:%M:%S} · {call.outcome} · {state}"
        )
        for message in sent[max(0, call.earlier) :]:
            click.echo(f"[{message['role']}] {message['text']}")
            for used in message.get("calls", ()):
                click.echo(f"    {used['name']} {used['arguments']}")
    sys.exit(4 if broken else 0)
