"""`bonafide alerts` and `bonafide watch`: the alerts as they stand, and a look of the rules now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from store.access import Viewer
    from store.alerts import Alert

_STATES = ("open", "acknowledged", "in_work", "closed", "dismissed")


@click.command("alerts")
@click.option(
    "--state", "states", type=click.Choice(_STATES), multiple=True, help="Only these; else all under way."
)
@click.option("--customer", help="Only of this customer: code, identifier or exact name.")
@click.option("--as", "who", default="risk", show_default=True, help="Role or e-mail of who asks.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an alert.")
def command(states: tuple[str, ...], customer: str | None, who: str, as_json: bool) -> None:
    """The alerts, the gravest and then the oldest first."""
    from bot.assembly import build
    from bot.commands.viewing import viewer_of
    from bot.monitoring.telling import tell_alert
    from bot.settings import load_settings
    from store.access import Permission, authorize
    from store.alerts import UNDER_WAY, Alerts, AlertState
    from store.customers import Customers
    from store.engine import reading

    house = build(load_settings())
    viewer = viewer_of(house, who)
    authorize(viewer, Permission.ALERTS)
    wanted = [AlertState(state) for state in states] or list(UNDER_WAY)
    with reading(house.databases.read) as connection:
        customers = Customers(connection)
        whose = customers.find(customer).id if customer else None
        for alert in Alerts(connection).listed(states=wanted, customer_id=whose, limit=10_000):
            what, why = tell_alert(house.policy.alerts, alert, house.settings.language)
            code = customers.by_id(alert.customer_id).code
            opinions = opinions_on(connection, alert, viewer)
            click.echo(_line(alert, code, what, why, opinions, as_json=as_json))


def opinions_on(connection: Connection, alert: Alert, viewer: Viewer) -> list[dict[str, Any]]:
    """What a model as a second reader held of the documents that an alert stands on; it changes nothing of it."""
    from store.opinions import Opinions

    refs = [str(item["ref"]).split("-") for item in alert.evidence]
    shas = {parts[1] for parts in refs if parts[0] == "pas" and len(parts) == 3}
    return [
        {
            "adverse": opinion.body["adverse"],
            "events": opinion.body["events"],
            "rule": opinion.rule,
            "model": opinion.model,
            "at": opinion.at.isoformat(),
        }
        for opinion in Opinions(connection).on_documents(shas, viewer.classes)
        if opinion.customer_id == alert.customer_id
    ]


def _line(
    alert: Alert, customer: str, what: str, why: str, opinions: list[dict[str, Any]], *, as_json: bool
) -> str:
    if not as_json:
        return f"{alert.code}  {alert.severity.value:4s}  {alert.state.value:12s}  {customer}  {what}  [{alert.items}]"
    told = {
        "code": alert.code,
        "customer": customer,
        "rule": alert.rule,
        "severity": alert.severity.value,
        "state": alert.state.value,
        "what": what,
        "why": why,
        "items": alert.items,
        "sources": list(alert.sources),
        "opened_at": alert.opened_at.isoformat(),
        "latest_at": alert.latest_at.isoformat(),
        "by": alert.by,
        "at": alert.at.isoformat(),
        "reason": alert.reason,
        "evidence": list(alert.evidence),
        "opinions": opinions,
        "policy": alert.policy_version,
    }
    return json.dumps(told, ensure_ascii=False)
