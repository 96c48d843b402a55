"""The desks of the Slack surface, and what opens at once beside them; built when they are first asked for."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.slack.answering import Answering
    from bot.slack.app import Opener
    from bot.slack.arrivals import Desk
    from bot.slack.assembly import Surface
    from bot.slack.companies import Companies
    from bot.slack.finding import Finder
    from bot.slack.homepages import HomePages
    from bot.slack.homes import HomeDesk
    from bot.slack.letters import Letters
    from bot.slack.screeningdesk import ScreeningClicks
    from bot.slack.sources import Shelf
    from bot.slack.taking_in import TakingIn
    from store.access import Permission


class Desks:
    """Who takes what people do in Slack, on the services of one house."""

    def __init__(self, house: House, surface: Surface) -> None:
        self._house = house
        self._surface = surface

    @cached_property
    def by_name(self) -> dict[str, Desk]:
        """The desks by the name that begins the ids of their buttons and views."""
        from bot.slack.alertdesk import AlertClicks
        from bot.slack.feedback import FeedbackDesk
        from bot.slack.papers import Papers
        from bot.slack.tables import TableDesk

        house, surface = self._house, self._surface
        return {
            "question": self.questions,
            "alert": AlertClicks(
                house.databases,
                surface.directory,
                surface.voice,
                surface.alert_book,
                surface.alert_board,
                house.alerts,
                self.companies,
                clock=house.clock,
            ),
            "table": TableDesk(
                house.databases,
                house.blobs,
                surface.directory,
                surface.voice,
                lambda: house.exporter,
                clock=house.clock,
            ),
            "home": self.homes,
            "feedback": FeedbackDesk(house.databases, clock=house.clock),
            "check": self.companies,
            "file": self.taking_in,
            "papers": Papers(self.taking_in, self.letters),
            "screening": self.screening,
        }

    @cached_property
    def openers(self) -> dict[str, Opener]:
        """What the gateway opens at once for a click or a shortcut, by the same names."""
        from bot.slack.alertdesk import AlertForms
        from bot.slack.companies import CompanyForm
        from bot.slack.feedback import FeedbackForm
        from bot.slack.papers import PapersForm
        from bot.slack.screeningdesk import ScreeningForms

        house, directory = self._house, self._surface.directory
        return {
            "alert": AlertForms(house.databases, directory, self._surface.alert_book),
            "feedback": FeedbackForm(directory),
            "check": CompanyForm(directory, self.finder),
            "papers": PapersForm(house.databases, directory, self.finder, self.letters, clock=house.clock),
            "screening": ScreeningForms(house.databases, directory, self._surface.screening_book),
        }

    @property
    def shelves(self) -> dict[str, tuple[Permission, Shelf]]:
        """What has sources that open, beside answers, by the letter of its codes."""
        from bot.slack.alertbook import shelf as alerts
        from bot.slack.checking import shelf as checks
        from store.access import Permission

        return {"A": (Permission.ALERTS, alerts), "B": (Permission.CHECK, checks)}

    @cached_property
    def questions(self) -> Answering:
        """Questions, and what is said around their answers."""
        from bot.slack.answering import Answering

        house, surface = self._house, self._surface
        return Answering(
            house.databases,
            surface.directory,
            house.assistant,
            surface.voice,
            clock=house.clock,
            pause=timedelta(milliseconds=house.policy.surface.progress_milliseconds),
        )

    @cached_property
    def finder(self) -> Finder:
        """Which customer somebody means."""
        from bot.slack.finding import Finder

        return Finder(lambda: self._house.library)

    @cached_property
    def companies(self) -> Companies:
        """Background checks, from the words that ask for one to its message."""
        from bot.slack.checking import Checking
        from bot.slack.companies import Companies

        house, surface = self._house, self._surface
        checking = Checking(
            house.databases,
            house.blobs,
            surface.directory,
            surface.voice,
            lambda: house.checks,
            lambda: house.reports,
            clock=house.clock,
            pause=timedelta(milliseconds=house.policy.surface.progress_milliseconds),
            in_words=lambda *given: house.readers.in_words(*given),
        )
        return Companies(
            house.databases,
            surface.directory,
            self.finder,
            surface.voice,
            checking,
            questions=self.questions,
            clock=house.clock,
        )

    @cached_property
    def screening(self) -> ScreeningClicks:
        """Names and customers against the watch lists, and what people decide of hits."""
        from bot.slack.screeningdesk import ScreeningClicks

        house, surface = self._house, self._surface
        return ScreeningClicks(
            house.databases,
            surface.directory,
            self.finder,
            surface.voice,
            surface.screening_book,
            surface.screening_board,
            lambda: house.screening,
            lambda: house.hits,
        )

    @cached_property
    def taking_in(self) -> TakingIn:
        """Files that people send to the bot."""
        from bot.slack.fetching import Fetcher
        from bot.slack.filing import Filing
        from bot.slack.taking_in import TakingIn

        house, surface = self._house, self._surface
        filing = Filing(
            house.databases,
            house.blobs,
            surface.voice,
            lambda: house.library,
            limits=house.policy.surface,
            clock=house.clock,
        )
        return TakingIn(
            house.databases,
            house.blobs,
            surface.directory,
            surface.voice,
            lambda: house.library,
            lambda: Fetcher(surface.client, surface.token, house.settings.slack_api_url),
            filing,
            limits=house.policy.surface,
            clock=house.clock,
        )

    @cached_property
    def letters(self) -> Letters:
        """Letters that ask customers for papers."""
        from bot.slack.letters import Letters

        house, surface = self._house, self._surface
        return Letters(
            house.databases,
            surface.directory,
            surface.voice,
            lambda: house.checks,
            reply_days=house.policy.surface.reply_days,
            clock=house.clock,
        )

    @cached_property
    def homes(self) -> HomeDesk:
        """The desk of App Home, which draws again what has changed."""
        from bot.slack.homes import HomeDesk

        house, directory = self._house, self._surface.directory
        return HomeDesk(house.databases, directory, self.home_pages, self.questions, clock=house.clock)

    @cached_property
    def home_pages(self) -> HomePages:
        """What each person's Home shows."""
        from bot.slack.homepages import HomePages

        house = self._house
        return HomePages(
            house.databases,
            self._surface.directory,
            clock=house.clock,
            alerts=self._surface.alert_book,
            digest_hour=house.policy.alerts.digest_hour,
            check_days=house.policy.freshness.customers,
            waiting_hits=self._surface.screening_book.waiting,
        )
