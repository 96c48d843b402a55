"""The Bolt app of the gateway: writes down what arrives, acknowledges, shows that it works on it.

Everything that changes something is done by the worker from the inbox. Here stands only what must be instant and
may be lost: the status line, suggested prompts, help, and a source that opens in a modal (a trigger lives three
seconds).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.settings import SettingsError
from bot.slack.identifiers import (
    CHOOSE_OPTION,
    COMMAND,
    FEEDBACK,
    INSTANT_WORDS,
    OF_A_DESK,
    OPEN_SOURCE,
    STOP,
    starting_with,
    unpack,
)
from bot.slack.incoming import Incoming
from bot.slack.payloads import read_incoming, read_typing
from bot.slack.sources import SourceDesk
from store.errors import StoreError

log = logging.getLogger(__name__)

#: Threads for listeners: a modal must not wait behind status lines.
LISTENER_THREADS = 16
#: Events that say something without anybody asking.
_NOTICES = frozenset(
    {"agent_session_stopped", "app_home_opened", "member_joined_channel", "member_left_channel"}
)
#: What Slack says of a token that no waiting mends.
_BAD_TOKEN = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
#: Marks a payload that is written down, or needs not be: whatever fails from here on, it is acknowledged.
_TAKEN = "taken"


class Desk(Protocol):
    """What the app asks of the house."""

    def language(self, incoming: Incoming) -> str:
        """The language to speak to this person in."""

    def help(self, incoming: Incoming) -> str:
        """What the bot understands, in the person's language."""

    def who(self, incoming: Incoming) -> str:
        """Who the asker is to the bot, and what may be said in this place."""

    def private_notice(self, incoming: Incoming) -> str:
        """The line under a command whose answer comes in private."""

    def status(self, incoming: Incoming) -> str:
        """The status line while an answer is made."""

    def stop(self, incoming: Incoming) -> None:
        """Somebody wants the answer under way to end."""

    @property
    def takes_time(self) -> bool:
        """Whether answers may take so long that Stop is offered."""

    def prompts(self, team: str, user: str) -> list[dict[str, str]]:
        """Suggested prompts by role for the messages tab; empty for strangers."""


class Opener(Protocol):
    """What a desk does in the gateway while a trigger lives, which is three seconds; it only reads."""

    def modal(self, incoming: Incoming) -> dict[str, Any] | None:
        """The modal to open for a click or a shortcut; None when none is needed."""
        ...

    def objections(self, incoming: Incoming) -> dict[str, str]:
        """What is wrong with a modal that was filled in, by block id; it stays open then and nothing is done."""
        ...

    def suggest(self, incoming: Incoming, typed: str) -> list[dict[str, Any]]:
        """The options for what somebody has typed so far in a select."""
        ...


def build_app(
    *,
    token: str,
    api_url: str,
    receive: Callable[[Mapping[str, Any]], bool],
    desk: Desk,
    sources: SourceDesk,
    openers: Mapping[str, Opener] | None = None,
    signing_secret: str | None = None,
) -> App:
    """The app with all its listeners; `receive` writes a payload into the inbox and tells whether it is new.

    Raises `SettingsError` when Slack refuses the token, `ConnectionError` when it is ill for the moment.
    """
    openers = openers or {}
    client = WebClient(token=token, base_url=api_url, retry_handlers=[])
    bot_user = _own_id(client)
    app = App(
        client=client,
        signing_secret=signing_secret or "socket mode needs none",
        listener_executor=ThreadPoolExecutor(LISTENER_THREADS, thread_name_prefix="listener"),
        logger=logging.getLogger("bot.slack.bolt"),
    )

    @app.middleware
    def write_down(
        body: dict[str, Any], context: Any, next: Callable[[], BoltResponse]
    ) -> BoltResponse | None:
        """Before anything is acknowledged: what means something to us is in the inbox, or is not acknowledged."""
        incoming = read_incoming(body, bot_user)
        if incoming is None and "event" in body and _event_type(body) not in _NOTICES:
            # Bolt would leave it unacknowledged and Slack send it again.
            return BoltResponse(status=200, body="")
        context["incoming"] = incoming
        context["fresh"] = True
        if incoming is not None and incoming.kind == "view_submission":
            opener = openers.get(incoming.desk)
            if opener is not None and (wrong := opener.objections(incoming)):
                context[_TAKEN] = True
                return BoltResponse(status=200, body={"response_action": "errors", "errors": wrong})
        if incoming is not None and incoming.needs_work:
            try:
                context["fresh"] = receive(body)
            except StoreError as busy:
                log.warning("not acknowledged, Slack will send it again: %s", busy)
                return BoltResponse(status=503, body="")
        context[_TAKEN] = True
        return next()

    def show_status(context: Any, client: WebClient) -> None:
        incoming: Incoming | None = context.get("incoming")
        if incoming is None or not incoming.addressed or not context["fresh"]:
            return
        try:
            client.assistant_threads_setStatus(
                channel_id=incoming.channel,
                thread_ts=incoming.thread_ts or incoming.ts,
                status=desk.status(incoming),
            )
            if desk.takes_time and incoming.private:
                client.api_call(
                    "agents.sessions.setStatus",
                    json={
                        "channel_id": incoming.channel,
                        "thread_ts": incoming.thread_ts or incoming.ts,
                        "status": "processing",
                        "initiator_user_id": incoming.user,
                    },
                )
        except SlackApiError as refused:
            log.info("no status line: %s", refused.response.get("error"))

    app.event("app_mention")(show_status)
    app.event("message")(show_status)

    @app.command(COMMAND)
    def command(ack: Ack, context: Any) -> None:
        incoming: Incoming | None = context["incoming"]
        if incoming is None:  # it names nobody to answer
            ack()
            return
        if incoming.act not in INSTANT_WORDS:
            ack(response_type="ephemeral", text=desk.private_notice(incoming))
        elif incoming.act == "who":
            ack(response_type="ephemeral", text=desk.who(incoming))
        else:
            ack(response_type="ephemeral", text=desk.help(incoming))

    @app.action(starting_with(OPEN_SOURCE))
    def open_source(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        chosen = action.get("selected_option") or {}
        view = sources.open(
            unpack(action.get("value") or chosen.get("value")),
            team=str((body.get("team") or {}).get("id") or ""),
            user=str(body["user"]["id"]),
            channel=str((body.get("channel") or {}).get("id") or ""),
        )
        show = client.views_push if _within_modal(body) else client.views_open
        try:
            show(trigger_id=body["trigger_id"], view=view)
        except SlackApiError as refused:
            log.info("the source was not shown: %s", refused.response.get("error"))

    def stop_answer(ack: Ack, context: Any) -> None:
        ack()
        if context["incoming"] is not None:
            desk.stop(context["incoming"])

    app.action(STOP)(stop_answer)
    app.event("agent_session_stopped")(stop_answer)

    @app.action(starting_with(CHOOSE_OPTION))
    def choose(ack: Ack) -> None:
        ack()

    def open_modal(ack: Ack, body: dict[str, Any], context: Any, client: WebClient) -> None:
        ack()
        incoming: Incoming | None = context["incoming"]
        if incoming is None or not incoming.opens or not context["fresh"]:
            return
        opener = openers.get(incoming.desk)
        view = opener.modal(incoming) if opener is not None else None
        if view is None:
            return
        show = client.views_push if _within_modal(body) else client.views_open
        try:
            show(trigger_id=body["trigger_id"], view=view)
        except SlackApiError as refused:
            log.info("no modal for %s: %s", incoming.act, refused.response.get("error"))

    def accept(ack: Ack) -> None:
        ack()

    app.action(FEEDBACK)(open_modal)
    app.action(OF_A_DESK)(open_modal)
    app.shortcut(OF_A_DESK)(open_modal)
    app.view(OF_A_DESK)(accept)

    @app.options(OF_A_DESK)
    def suggest_options(ack: Ack, body: dict[str, Any]) -> None:
        asked = read_typing(body)
        opener = openers.get(asked.desk) if asked is not None else None
        ack(options=opener.suggest(asked, str(body.get("value") or "")) if opener and asked else [])

    @app.event("app_home_opened")
    def prompt(event: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        if event.get("tab") != "messages":
            return
        if prompts := desk.prompts(str(body.get("team_id") or ""), str(event["user"])):
            client.assistant_threads_setSuggestedPrompts(channel_id=event["channel"], prompts=prompts)

    @app.event("member_joined_channel")
    @app.event("member_left_channel")
    def members_changed(event: dict[str, Any], body: dict[str, Any]) -> None:
        sources.directory.forget_members(str(body.get("team_id") or ""), str(event["channel"]))

    @app.error
    def explain(error: Exception, context: Any) -> BoltResponse:
        if context.get(_TAKEN):
            log.error("a listener failed: %s", error, exc_info=error)
            return BoltResponse(status=200, body="")
        log.error("not acknowledged, for it could not be written down: %s", error, exc_info=error)
        return BoltResponse(status=500, body="")

    return app


def _own_id(client: WebClient) -> str:
    """The bot's own user id, by which the token is tried before anything is built on it."""
    try:
        return str(client.auth_test()["user_id"])
    except SlackApiError as refused:
        reason = str(refused.response.get("error") or "")
        if reason in _BAD_TOKEN:
            raise SettingsError(
                f"Slack refuses SLACK_BOT_TOKEN ({reason}); copy it again from the app's page “OAuth & Permissions”"
            ) from None
        raise ConnectionError(f"Slack refuses to say who the bot is ({reason})") from None


def _event_type(body: Mapping[str, Any]) -> str:
    event = body.get("event")
    return str(event.get("type")) if isinstance(event, Mapping) else ""


def _within_modal(body: Mapping[str, Any]) -> bool:
    view = body.get("view")
    return isinstance(view, Mapping) and view.get("type") == "modal"
