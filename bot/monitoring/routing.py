"""Where alerts are for (预警路由): the channels, roles and persons that policy names for one alert.

Only names: who of them may see suspicion at all is decided by `Places`, so an owner from sales is never a place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store.access import Role
from store.alerts import Alert
from store.policy.alerts import AlertsSection, RouteSection


@dataclass(frozen=True, slots=True)
class Way:
    """What policy names for an alert; nobody: it waits in App Home and the digest."""

    channels: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    emails: tuple[str, ...] = ()

    @property
    def is_wanted(self) -> bool:
        """Whether it names anybody."""
        return bool(self.channels or self.roles or self.emails)


def way_of(section: AlertsSection, alert: Alert, customer: Mapping[str, Any]) -> Way:
    """The first route that fits, else what the severity says; `customer` is the register's entry as it is now."""
    for route in section.routes:
        if _fits(route, alert, customer):
            owner = str(customer.get("owner") or "").strip().lower()
            return Way(route.channels, route.roles, (owner,) if route.owner and "@" in owner else ())
    severity = alert.severity.value
    return Way(section.channels.get(severity, ()), section.roles.get(severity, ()))


def _fits(route: RouteSection, alert: Alert, customer: Mapping[str, Any]) -> bool:
    if route.severities and alert.severity.value not in route.severities:
        return False
    if route.rules and alert.rule not in route.rules:
        return False
    if route.tags and not set(route.tags) & set(customer.get("tags") or ()):
        return False
    address = " ".join(str(customer.get(name) or "") for name in ("country", "address")).casefold()
    return not route.regions or any(region.casefold() in address for region in route.regions)
