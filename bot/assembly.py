"""Builds the whole from settings; nothing else constructs services.

Parts are built when they are first asked for, so that a command pays only for what it uses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from bot.assistant.exporting import Exporter
    from bot.assistant.service import Assistant
    from bot.checks.service import CheckDesk
    from bot.gateway.intake import Route
    from bot.gateway.posting import Poster
    from bot.monitoring.desk import AlertDesk
    from bot.monitoring.rounds import Rounds
    from bot.monitoring.watch import Watch
    from bot.processes import Transport
    from bot.reports.service import Reports
    from bot.slack.alertbook import AlertBook
    from bot.slack.alerting import AlertBoard
    from bot.slack.app import Opener
    from bot.slack.arrivals import Arrivals, Desk
    from bot.slack.directory import Directory, SlackReader
    from bot.slack.finding import Finder
    from bot.slack.homepages import HomePages
    from bot.slack.homes import HomeDesk
    from bot.slack.letters import Letters
    from bot.slack.places import Places
    from bot.slack.saying import Voice
    from bot.slack.sources import Shelf
    from bot.slack.taking_in import TakingIn
    from knowledge.library import Library
    from knowledge.passages.neighbours import Neighbours
    from knowledge.sources.intake import Intake
    from prompts.phrasebook import Phrasebook
    from store.access import Permission
    from store.blobs import Blobs
    from store.engine import Databases
    from store.inbox import Inbox
    from store.policy import Policy


class House:
    """Every service of one installation."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def clock(self) -> Callable[[], datetime]:
        """Now, in UTC; fixed by BONAFIDE_NOW for tests and the demo."""
        from store.clock import system_clock

        return system_clock(self.settings.now)

    @cached_property
    def policy(self) -> Policy:
        """The one policy file as typed values."""
        from store.policy import load_policy

        return load_policy(self.settings.policy)

    @cached_property
    def databases(self) -> Databases:
        """The engines, with every table in place."""
        from store.engine import open_databases
        from store.migrate import upgrade

        self.make_home()
        databases = open_databases(self.settings.database)
        upgrade(databases)
        return databases

    @cached_property
    def blobs(self) -> Blobs:
        """The bytes of documents, content-addressed in the data folder."""
        from store.blobs import Blobs

        self.make_home()
        return Blobs(self.settings.home / "blobs")

    @cached_property
    def inbox(self) -> Inbox:
        """What has arrived."""
        from store.inbox import Inbox

        return Inbox(self.databases.inbox)

    @cached_property
    def intake(self) -> Intake:
        """Rows from files into the store."""
        from knowledge.sources.intake import Intake

        aside = self.settings.home / "aside"
        return Intake(self.databases, policy=self.policy, clock=self.clock, aside_folder=aside)

    @cached_property
    def library(self) -> Library:
        """The one door to documents."""
        from knowledge.library import Library

        return Library(
            self.databases, self.blobs, policy=self.policy, clock=self.clock, similar=self.vectors.similar
        )

    @cached_property
    def vectors(self) -> Neighbours:
        """The vector index in the data folder; one process owns it, the others do without."""
        from knowledge.passages.neighbours import Neighbours

        return Neighbours(self.databases, self.settings.home / "vectors")

    @cached_property
    def assistant(self) -> Assistant:
        """From a question to a cited answer."""
        from bot.assistant.service import Assistant

        return Assistant(self.databases, self.library, policy=self.policy, clock=self.clock)

    @cached_property
    def reports(self) -> Reports:
        """Background checks as documents."""
        from bot.reports.service import Reports

        return Reports()

    @cached_property
    def checks(self) -> CheckDesk:
        """Background checks: made, kept, found again."""
        from bot.checks.service import CheckDesk

        return CheckDesk(self.databases, policy=self.policy, clock=self.clock)

    @cached_property
    def exporter(self) -> Exporter:
        """Tables of answers as files, for those who may export."""
        from bot.assistant.exporting import Exporter

        return Exporter(self.databases, clock=self.clock)

    @cached_property
    def watch(self) -> Watch:
        """The rules over what changed."""
        from bot.monitoring.watch import Watch

        return Watch(self.databases, policy=self.policy, clock=self.clock)

    @property
    def rounds(self) -> Rounds | None:
        """What brings alerts to people; None where no Slack is configured."""
        if self.settings.slack_bot_token is None:
            return None
        from bot.monitoring.rounds import Rounds

        return Rounds(
            self.databases,
            self.alert_board,
            self.places,
            self.alert_book.digest,
            policy=self.policy,
            clock=self.clock,
        )

    @cached_property
    def slack_client(self) -> SlackReader:
        """A client for reading from Slack; what is sent goes through `poster`."""
        from bot.slack.directory import reading_client

        return reading_client(self._token(), self.settings.slack_api_url)

    @cached_property
    def directory(self) -> Directory:
        """Who is asking, and who may ever see the answer."""
        from bot.slack.directory import Directory

        return Directory(self.databases, self.slack_client, rights=self.policy.rights, clock=self.clock)

    @cached_property
    def poster(self) -> Poster:
        """What carries messages out."""
        from bot.slack.delivery import SlackDelivery

        return SlackDelivery(
            self._token(),
            base_url=self.settings.slack_api_url,
            bytes_of=lambda sha256: self.blobs.get(sha256),
        )

    def listen(self, receive: Callable[[Mapping[str, Any]], bool]) -> Transport:
        """How Slack reaches the gateway; `receive` writes a payload into the inbox."""
        from bot.slack.app import build_app
        from bot.slack.desk import FrontDesk
        from bot.slack.sources import SourceDesk
        from bot.slack.transport import HttpTransport, SocketTransport

        settings = self.settings
        app = build_app(
            token=self._token(),
            api_url=settings.slack_api_url,
            receive=receive,
            desk=FrontDesk(self.databases, self.directory),
            sources=SourceDesk(
                self.databases, lambda: self.library, self.directory, clock=self.clock, shelves=self.shelves
            ),
            openers=self.openers,
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

        return Router(self.databases, self.inbox, bot_user=self.directory.bot_user)

    @cached_property
    def voice(self) -> Voice:
        """How the desks speak."""
        from bot.slack.saying import Voice

        return Voice(self.databases, clock=self.clock)

    @cached_property
    def desks(self) -> dict[str, Desk]:
        """Who takes what people do in Slack, by the name that begins the ids of their buttons and views."""
        from bot.slack.alertdesk import AlertClicks
        from bot.slack.answering import Answering
        from bot.slack.checking import Checking
        from bot.slack.companies import Companies
        from bot.slack.feedback import FeedbackDesk
        from bot.slack.homes import HomeDesk
        from bot.slack.papers import Papers
        from bot.slack.tables import TableDesk

        questions = Answering(self.directory, self.assistant, self.voice, clock=self.clock)
        checking = Checking(
            self.databases,
            self.blobs,
            self.directory,
            self.voice,
            lambda: self.checks,
            lambda: self.reports,
            clock=self.clock,
            pause=timedelta(milliseconds=self.policy.surface.progress_milliseconds),
        )
        companies = Companies(
            self.databases,
            self.directory,
            self.finder,
            self.voice,
            checking,
            questions=questions,
            clock=self.clock,
        )
        return {
            "question": questions,
            "alert": AlertClicks(
                self.databases,
                self.directory,
                self.voice,
                self.alert_book,
                self.alert_board,
                self.alerts,
                companies,
                clock=self.clock,
            ),
            "table": TableDesk(
                self.databases,
                self.blobs,
                self.directory,
                self.voice,
                lambda: self.exporter,
                clock=self.clock,
            ),
            "home": HomeDesk(self.databases, self.directory, self.home_pages, questions, clock=self.clock),
            "feedback": FeedbackDesk(self.databases, clock=self.clock),
            "check": companies,
            "file": self.taking_in,
            "papers": Papers(self.taking_in, self.letters),
        }

    @cached_property
    def taking_in(self) -> TakingIn:
        """Files that people send to the bot."""
        from bot.slack.fetching import Fetcher
        from bot.slack.filing import Filing
        from bot.slack.taking_in import TakingIn

        filing = Filing(
            self.databases,
            self.blobs,
            self.voice,
            lambda: self.library,
            limits=self.policy.surface,
            clock=self.clock,
        )
        return TakingIn(
            self.databases,
            self.blobs,
            self.directory,
            self.voice,
            lambda: self.library,
            lambda: Fetcher(self.slack_client, self._token(), self.settings.slack_api_url),
            filing,
            limits=self.policy.surface,
            clock=self.clock,
        )

    @property
    def waiting_files(self) -> TakingIn | None:
        """The files that nobody has claimed; None where no Slack is configured."""
        return None if self.settings.slack_bot_token is None else self.taking_in

    @cached_property
    def letters(self) -> Letters:
        """Letters that ask customers for papers."""
        from bot.slack.letters import Letters

        return Letters(
            self.databases,
            self.directory,
            self.voice,
            lambda: self.checks,
            reply_days=self.policy.surface.reply_days,
            clock=self.clock,
        )

    @cached_property
    def alerts(self) -> AlertDesk:
        """What people do to alerts."""
        from bot.monitoring.desk import AlertDesk

        board = None if self.settings.slack_bot_token is None else self.alert_board
        return AlertDesk(self.databases, policy=self.policy, clock=self.clock, board=lambda: board)

    @cached_property
    def alert_book(self) -> AlertBook:
        """Alerts as the surface shows them."""
        from functools import partial

        from bot.monitoring.telling import tell_alert
        from bot.slack.alertbook import AlertBook

        return AlertBook(partial(tell_alert, self.policy.alerts))

    @cached_property
    def alert_board(self) -> AlertBoard:
        """The messages that show alerts."""
        from bot.slack.alerting import AlertBoard

        return AlertBoard(self.alert_book.card_of, clock=self.clock)

    @cached_property
    def places(self) -> Places:
        """Where alerts may stand."""
        from bot.slack.places import Places

        return Places(self.databases, self.directory)

    @cached_property
    def home_pages(self) -> HomePages:
        """What each person's Home shows."""
        from bot.slack.homepages import HomePages

        return HomePages(
            self.databases,
            self.directory,
            clock=self.clock,
            alerts=self.alert_book,
            digest_hour=self.policy.alerts.digest_hour,
            check_days=self.policy.freshness.customers,
        )

    @property
    def homes(self) -> HomeDesk | None:
        """The desk of App Home, which draws again what has changed; None where no Slack is configured."""
        from bot.slack.homes import HomeDesk

        if self.settings.slack_bot_token is None:
            return None
        desk = self.desks["home"]
        assert isinstance(desk, HomeDesk)
        return desk

    @property
    def shelves(self) -> dict[str, tuple[Permission, Shelf]]:
        """What has sources that open, beside answers, by the letter of its codes."""
        from bot.slack.alertbook import shelf as alerts
        from bot.slack.checking import shelf as checks
        from store.access import Permission

        return {"A": (Permission.ALERTS, alerts), "B": (Permission.CHECK, checks)}

    @cached_property
    def finder(self) -> Finder:
        """Which customer somebody means."""
        from bot.slack.finding import Finder

        return Finder(lambda: self.library)

    @cached_property
    def openers(self) -> dict[str, Opener]:
        """What the gateway opens at once for a click or a shortcut, by the same names."""
        from bot.slack.alertdesk import AlertForms
        from bot.slack.companies import CompanyForm
        from bot.slack.feedback import FeedbackForm
        from bot.slack.papers import PapersForm

        return {
            "alert": AlertForms(self.databases, self.directory, self.alert_book),
            "feedback": FeedbackForm(self.directory),
            "check": CompanyForm(self.directory, self.finder),
            "papers": PapersForm(
                self.databases,
                self.directory,
                self.finder,
                self.letters,
                clock=self.clock,
            ),
        }

    @cached_property
    def arrivals(self) -> Arrivals:
        """What the worker does with an arrival."""
        from bot.slack.arrivals import Arrivals

        return Arrivals(self.databases, self.inbox, self.directory, self.voice, self.desks)

    @property
    def handlers(self) -> dict[str, Callable[[str], None]]:
        """The worker's jobs by name."""
        return {"answer": self.arrivals.handle}

    @property
    def given_up(self) -> Callable[[str, str, str], None]:
        """What is done when a job has failed for good: the asker is told."""
        return self.arrivals.apologise

    def _token(self) -> str:
        if self.settings.slack_bot_token is None:
            raise SettingsError("SLACK_BOT_TOKEN must be set to talk to Slack; it begins with xoxb-")
        return self.settings.slack_bot_token.get_secret_value()

    def phrases(self, language: str) -> Phrasebook:
        """Every sentence for people in one language."""
        from prompts.phrasebook import Phrasebook

        return Phrasebook(language)

    def make_home(self) -> None:
        """Make the data folder on first use, readable by its owner only."""
        home = self.settings.home
        try:
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            probe = home / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as wrong:
            raise SettingsError(
                f"the data folder {home} cannot be written ({wrong.strerror}); set BONAFIDE_HOME to a folder of yours"
            ) from None


def build(settings: Settings) -> House:
    """The house of these settings."""
    return House(settings)
