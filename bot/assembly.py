"""Builds the whole from settings; nothing else constructs services.

Parts are built when they are first asked for, so that a command pays only for what it uses.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from bot.assistant.service import Assistant
    from knowledge.library import Library
    from knowledge.sources.intake import Intake
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

        return Library(self.databases, self.blobs, policy=self.policy, clock=self.clock)

    @cached_property
    def assistant(self) -> Assistant:
        """From a question to a cited answer."""
        from bot.assistant.service import Assistant

        return Assistant(self.databases, self.library, policy=self.policy, clock=self.clock)

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
