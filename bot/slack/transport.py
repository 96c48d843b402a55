"""How payloads come in: Socket Mode by default, signed HTTP by configuration; the same app behind both."""

from __future__ import annotations

import logging
import threading
from typing import Protocol

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.settings import SettingsError

log = logging.getLogger(__name__)

#: What Slack answers to a token that will not become right by waiting.
_HOPELESS = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "not_allowed_token_type",
        "missing_scope",
    }
)
#: Payloads that are written down at the same time; each takes a few milliseconds.
CONCURRENCY = 10


class Transport(Protocol):
    """Something that can be started once and stopped once."""

    def start(self) -> None:
        """Begin to receive; returns at once."""

    def stop(self) -> None:
        """Receive no more; what has arrived is finished."""


class SocketTransport:
    """Socket Mode: the app opens the connection, no public address is needed.

    The client is the one over `websocket-client`: beside a busy machine its acknowledgements came three times as
    fast at the 95th percentile as those of the SDK's built-in one.
    """

    def __init__(self, app: App, *, app_token: str, api_url: str) -> None:
        from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler

        self._handler = SocketModeHandler(
            app,
            app_token=app_token,
            web_client=WebClient(token=app_token, base_url=api_url),
            logger=logging.getLogger("bot.slack.socket"),
            concurrency=CONCURRENCY,
        )

    def start(self) -> None:
        try:
            self._handler.connect()
        except SlackApiError as refused:
            reason = str(refused.response.get("error"))
            if reason in _HOPELESS:
                raise SettingsError(
                    f"Slack refuses SLACK_APP_TOKEN ({reason}); "
                    "it begins with xapp- and has the scope connections:write"
                ) from None
            raise
        log.info("listening to Slack over Socket Mode")

    def stop(self) -> None:
        self._handler.close()


class HttpTransport:
    """Signed HTTP requests at `/slack/events`, for where a public address exists (behind TLS)."""

    def __init__(self, app: App, *, host: str, port: int) -> None:
        import uvicorn
        from slack_bolt.adapter.starlette import SlackRequestHandler
        from starlette.applications import Starlette
        from starlette.concurrency import run_in_threadpool
        from starlette.requests import Request
        from starlette.responses import Response
        from starlette.routing import Route

        handler = SlackRequestHandler(app)

        async def events(request: Request) -> Response:
            from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response

            asked = to_bolt_request(request, await request.body())
            return to_starlette_response(await run_in_threadpool(handler.app.dispatch, asked))

        routes = [Route("/slack/events", events, methods=["POST"])]
        config = uvicorn.Config(Starlette(routes=routes), host=host, port=port, log_level="warning")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="http", daemon=True)

    def start(self) -> None:
        self._thread.start()
        log.info("listening to Slack over HTTP at port %s", self._server.config.port)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
