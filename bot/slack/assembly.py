"""Builds the Slack surface on the services of a house; the one place beside `bot.assembly` that constructs any.

Parts are built when they are first asked for. Those that speak with Slack need its token and say so where there is
none; the others, such as the board of alerts, do without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot.settings import SettingsError

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.gateway.intake import Route
    from bot.gateway.posting import Poster
    from bot.monitoring.rounds import Rounds
    from bot.processes.gateway import Transport
    from bot.slack.alertbook import AlertBook
    from bot.slack.alerting import AlertBoard
    from bot.slack.arrivals import Arrivals
    from bot.slack.desks import Desks
    from bot.slack.directory import Directory, SlackReader
    from bot.slack.places import Places
    from bot.slack.saying import Voice
    from bot.slack.screeningboard import ScreeningBoard
    from bot.slack.screeningbook import ScreeningBook


class Surface:
    """Everything between one house and its Slack."""

    def __init__(self, house: House) -> None:
        self._house = house

    @property
    def is_configured(self) -> bool:
        """Whether there is a Slack to speak with."""
        return self._house.settings.slack_bot_token is not None

    @property
    def token(self) -> str:
        """The bot's token; raises `SettingsError` where none is set."""
        token = self._house.settings.slack_bot_token
        if token is None:
            raise SettingsError("SLACK_BOT_TOKEN must be set to talk to Slack; it begins with xoxb-")
        return token.get_secret_value()

    @cached_property
    def client(self) -> SlackReader:
        """A client for reading from Slack; what is sent goes through `poster`."""
        from bot.slack.directory import reading_client

        return reading_client(self.token, self._house.settings.slack_api_url)

    @cached_property
    def directory(self) -> Directory:
        """Who is asking, and who may ever see the answer."""
        from bot.slack.directory import Directory

        house = self._house
        return Directory(house.databases, self.client, rights=house.policy.rights, clock=house.clock)

    @cached_property
    def poster(self) -> Poster:
        """What carries messages out."""
        from bot.slack.delivery import SlackDelivery

        house = self._house
        return SlackDelivery(
            self.token,
            base_url=house.settings.slack_api_url,
            bytes_of=lambda sha256: house.blobs.get(sha256),
        )

    def listen(self, receive: Callable[[Mapping[str, Any]], bool]) -> Transport:
        """How Slack reaches the gateway; `receive` writes a payload into the inbox."""
        from bot.slack.app import build_app
        from bot.slack.desk import FrontDesk
        from bot.slack.sources import SourceDesk
        from bot.slack.transport import HttpTransport, SocketTransport

        house, settings = self._house, self._house.settings
        app = build_app(
            token=self.token,
            api_url=settings.slack_api_url,
            receive=receive,
            desk=FrontDesk(house.databases, self.directory, takes_time=settings.model is not None),
            sources=SourceDesk(
                house.databases,
                lambda: house.library,
                self.directory,
                clock=house.clock,
                shelves=self.desks.shelves,
            ),
            openers=self.desks.openers,
            signing_secret=settings.slack_signing_secret and settings.slack_signing_secret.get_secret_value(),
        )
        if settings.slack_transport == "http":
            return HttpTransport(app, host=settings.http_host, port=settings.http_port)
        if settings.slack_app_token is None:
            raise SettingsError("SLACK_APP_TOKEN must be set for Socket Mode; it begins with xapp-")
        return SocketTransport(
            app, app_token=settings.slack_app_token.get_secret_value(), api_url=settings.slack_api_url
        )

    @cached_property
    def route(self) -> Route:
        """Which job an arrival becomes."""
        from bot.slack.routing import Router

        return Router(self._house.databases, self._house.inbox, bot_user=self.directory.bot_user)

    @cached_property
    def voice(self) -> Voice:
        """How the desks speak."""
        from bot.slack.saying import Voice

        return Voice(self._house.databases, clock=self._house.clock)

    @cached_property
    def desks(self) -> Desks:
        """Who takes what people do in Slack."""
        from bot.slack.desks import Desks

        return Desks(self._house, self)

    @cached_property
    def arrivals(self) -> Arrivals:
        """What the worker does with an arrival."""
        from bot.slack.arrivals import Arrivals

        house = self._house
        return Arrivals(house.databases, house.inbox, self.directory, self.voice, self.desks.by_name)

    @property
    def handlers(self) -> dict[str, Callable[[str], None]]:
        """The worker's jobs by name."""
        return {"answer": self.arrivals.handle}

    @property
    def given_up(self) -> Callable[[str, str, str], None]:
        """What is done when a job has failed for good: the asker is told."""
        return self.arrivals.apologise

    @cached_property
    def alert_book(self) -> AlertBook:
        """Alerts as the surface shows them."""
        from functools import partial

        from bot.monitoring.telling import tell_alert
        from bot.slack.alertbook import AlertBook

        return AlertBook(partial(tell_alert, self._house.policy.alerts))

    @cached_property
    def alert_board(self) -> AlertBoard:
        """The messages that show alerts."""
        from bot.slack.alerting import AlertBoard

        return AlertBoard(self.alert_book.card_of, clock=self._house.clock)

    @cached_property
    def screening_book(self) -> ScreeningBook:
        """Hits as the surface shows them."""
        from bot.slack.screeningbook import ScreeningBook

        return ScreeningBook(self._house.policy, clock=self._house.clock)

    @cached_property
    def screening_board(self) -> ScreeningBoard:
        """The messages that show hits."""
        from bot.slack.screeningboard import ScreeningBoard

        return ScreeningBoard(self.screening_book, clock=self._house.clock)

    @cached_property
    def places(self) -> Places:
        """Where alerts may stand."""
        from bot.slack.places import Places

        return Places(self._house.databases, self.directory)

    @property
    def rounds(self) -> Rounds:
        """What brings alerts to people."""
        from bot.monitoring.rounds import Rounds

        house = self._house
        return Rounds(
            house.databases,
            self.alert_board,
            self.places,
            self.alert_book.digest,
            policy=house.policy,
            clock=house.clock,
            also=lambda: self.screening_board.catch_up(house.databases),
        )
