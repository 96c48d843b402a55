"""Builds the whole from settings; nothing else constructs services, except `bot.slack.assembly` the Slack surface.

Parts are built when they are first asked for, so that a command pays only for what it uses.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from bot.assistant.agent.colleague import Cast
    from bot.assistant.agent.models import Models
    from bot.assistant.agent.readers.service import Readers
    from bot.assistant.exporting import Exporter
    from bot.assistant.service import Assistant
    from bot.checks.service import CheckDesk
    from bot.dossier.proposals import ProposalDesk
    from bot.monitoring.desk import AlertDesk
    from bot.monitoring.watch import Watch
    from bot.reports.service import Reports
    from bot.screening.exporting import HitExport
    from bot.screening.hits import HitDesk
    from bot.screening.rescreening import Rescreening
    from bot.screening.service import ScreeningDesk
    from bot.slack.assembly import Surface
    from knowledge.library import Library
    from knowledge.passages.neighbours import Neighbours
    from knowledge.sources.intake import Intake
    from knowledge.watchlists.service import Lists
    from knowledge.watchlists.syncing import Syncing
    from prompts.phrasebook import Phrasebook
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
    def lists(self) -> Lists:
        """The watch lists and their versions."""
        from knowledge.watchlists.service import Lists

        return Lists(self.databases, policy=self.policy, clock=self.clock)

    @cached_property
    def syncing(self) -> Syncing:
        """Watch lists fetched from where they are published; none unless policy names them."""
        from knowledge.watchlists.syncing import Syncing

        self.make_home()
        folder = self.settings.home / "fetched"
        return Syncing(self.databases, policy=self.policy, clock=self.clock, folder=folder)

    @cached_property
    def assistant(self) -> Assistant:
        """From a question to a cited answer."""
        from bot.assistant.service import Assistant

        return Assistant(
            self.databases, self.library, policy=self.policy, clock=self.clock, models=self.models
        )

    @cached_property
    def models(self) -> tuple[Models, Cast] | None:
        """The models that the settings name; None where the built-in grammar answers alone."""
        settings = self.settings
        if settings.model is None:
            return None
        from bot.assistant.agent.colleague import Cast
        from bot.assistant.agent.models import Models

        key = settings.model_key and settings.model_key.get_secret_value()
        names = [settings.model, settings.fallback_model]
        return (
            Models(self.policy.model.seconds_a_call, settings.model_url, key),
            Cast(tuple(dict.fromkeys(name for name in names if name)), settings.local_model),
        )

    @cached_property
    def readers(self) -> Readers:
        """A model as a second reader; off unless policy turns it on."""
        from bot.assistant.agent.readers.service import Readers

        return Readers(self.databases, self.library, self.models, policy=self.policy, clock=self.clock)

    @cached_property
    def proposals(self) -> ProposalDesk:
        """What people decide on proposals of a model."""
        from bot.dossier.proposals import ProposalDesk

        return ProposalDesk(self.databases, self.intake, policy=self.policy, clock=self.clock)

    @cached_property
    def reports(self) -> Reports:
        """Background checks as documents."""
        from bot.reports.service import Reports

        return Reports()

    @cached_property
    def checks(self) -> CheckDesk:
        """Background checks: made, kept, found again."""
        from bot.checks.looking import Looking
        from bot.checks.service import CheckDesk

        looking = Looking(self.databases, lambda: self.screening, policy=self.policy, clock=self.clock)
        return CheckDesk(self.databases, policy=self.policy, clock=self.clock, look=looking.look)

    @cached_property
    def screening(self) -> ScreeningDesk:
        """Names and customers against the watch lists."""
        from bot.screening.service import ScreeningDesk

        return ScreeningDesk(
            self.databases,
            self.lists,
            policy=self.policy,
            clock=self.clock,
            folder=self.settings.home / "names",
        )

    @cached_property
    def hits(self) -> HitDesk:
        """The hits of screening, and what people decide of them."""
        from bot.screening.hits import HitDesk

        return HitDesk(self.databases, policy=self.policy, clock=self.clock)

    @cached_property
    def rescreening(self) -> Rescreening:
        """Looking again when a list or a customer changes."""
        from bot.screening.rescreening import Rescreening

        return Rescreening(
            self.databases,
            self.lists,
            self.screening,
            policy=self.policy,
            clock=self.clock,
            folder=self.settings.home / "names",
        )

    @cached_property
    def screening_export(self) -> HitExport:
        """Hits with their history for an examiner."""
        from bot.screening.exporting import HitExport

        return HitExport(self.databases, policy=self.policy, clock=self.clock)

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

    @cached_property
    def alerts(self) -> AlertDesk:
        """What people do to alerts."""
        from bot.monitoring.desk import AlertDesk

        board = self.surface.alert_board if self.surface.is_configured else None
        return AlertDesk(self.databases, policy=self.policy, clock=self.clock, board=lambda: board)

    @cached_property
    def surface(self) -> Surface:
        """What stands between this house and its Slack."""
        from bot.slack.assembly import Surface

        return Surface(self)

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
