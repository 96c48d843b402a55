"""Who asks on the command line, and where: `--as ROLE|EMAIL`, `--in private|#channel`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.assembly import House
    from store.access import Viewer


def viewer_of(house: House, who: str, place: str = "private") -> Viewer:
    """The viewer that `who` (a role, or the e-mail address of a registered person) is in `place`.

    An address that nobody registered has no rights at all; a channel that nobody registered hears public facts
    only. Raises `click.BadParameter` for what is neither role nor address nor place.
    """
    from store.access import Audience, Role, Viewer
    from store.engine import reading
    from store.people import People

    who, place = who.strip(), place.strip()
    with reading(house.databases.read) as connection:
        people = People(connection)
        if "@" in who:
            person = people.by_email(who)
            role = person.role if person else Role.UNKNOWN
        elif who in set(Role):
            role = Role(who)
        else:
            raise click.BadParameter(
                f"“{who}” is neither a role ({', '.join(Role)}) nor an e-mail address", param_hint="--as"
            )
        if place == "private":
            audience = Audience.alone()
        elif place.startswith("#") and len(place) > 1:
            channel = people.channel(None, place)
            audience = Audience.channel(place, channel.ceiling if channel else None)
        else:
            raise click.BadParameter(f"“{place}” is neither private nor a #channel", param_hint="--in")
    actor = who if "@" in who else f"role:{role.value}"
    return Viewer(actor=actor, role=role, audience=audience, rights=house.policy.rights)
