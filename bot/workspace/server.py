"""The workspace over HTTP and WebSocket on 127.0.0.1: Web API, Socket Mode, files, control, page."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from . import answers, sight
from .control import Control
from .delivery import Delivery
from .errors import ControlError, SlackError, WorkspaceError
from .faults import Fault, Faults, Throttle
from .feed import Feed
from .methods import Call, all_methods, call
from .methods_files import SIZE_LIMIT
from .sockets import Sockets
from .state import Workspace
from .webhooks import Requests

PAGE = Path(__file__).parent / "page"
_POLICY = "default-src 'self'; img-src 'self' data: https:; frame-ancestors 'none'; base-uri 'none'"


class Site:
    """All request handlers around one workspace."""

    def __init__(self, workspace: Workspace, base_url: str) -> None:
        self.workspace = workspace
        self.base_url = base_url
        self.feed = Feed()
        self.faults = Faults()
        rules = workspace.seed.rules
        self.throttle = Throttle(per_second=rules.post_per_second, burst=rules.post_burst)
        self.sockets = Sockets(workspace.seed, self._connections_changed)
        http = Requests(workspace.seed, workspace.clock.now)
        sender = http.send if workspace.seed.request_url else self.sockets.send
        self.delivery = Delivery(workspace, sender)
        self.control = Control(workspace, self.delivery, self.sockets, self.faults, base_url)
        self.methods = all_methods()
        self.loop: asyncio.AbstractEventLoop | None = None

    def app(self) -> Starlette:
        """The ASGI application."""
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
        routes = [
            Route("/api/{method}", self.web_api, methods=["GET", "POST"]),
            WebSocketRoute("/link", self.link),
            Route("/response/{key}", self.response_url, methods=["POST"]),
            Route("/upload/{file_id}", self.upload, methods=["POST", "PUT"]),
            Route("/files/{file_id}/{name}", self.download),
            Route("/files/{user}/{file_id}/{name}", self.download),
            Route("/control/feed", self.live),
            Route("/control/{verb:path}", self.read_control, methods=["GET"]),
            Route("/control/{verb:path}", self.write_control, methods=["POST"]),
            Mount("/", _Page(directory=PAGE, html=True)),
        ]
        return Starlette(routes=routes, middleware=[hosts], lifespan=self._lifespan)

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        self.loop = asyncio.get_running_loop()
        # What was said before the server started (a seeded conversation) is delivered too.
        for event in self.workspace.journal:
            self.delivery.emit(event)
        self.workspace.journal.clear()
        self.workspace.emit = self.delivery.emit
        self.workspace.publish = self.feed.publish
        housekeeping = asyncio.create_task(self._tidy())
        yield
        housekeeping.cancel()
        self.delivery.forget()

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(1)
            self.workspace.expire_statuses()
            self.workspace.forget_rights()

    def _connections_changed(self, count: int) -> None:
        self.feed.publish({"type": "connections", "connections": count})
        if count:
            self.delivery.wake()

    async def web_api(self, request: Request) -> Response:
        """One call of the Web API."""
        method = request.path_params["method"]
        args, token = await _arguments(request)
        fault = self.faults.take(method)
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault is not None and fault.kind != "drop":
            return _refuse(fault)
        opener = f"{self.base_url.replace('http', 'ws', 1)}/link?ticket="
        asked = Call(method, args, self.base_url, lambda: opener + self.sockets.ticket())
        try:
            self._limit(asked)
            answer = call(self.workspace, self.methods, asked, token)
        except SlackError as error:
            headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
            return JSONResponse(error.answer(), status_code=error.status, headers=headers)
        if fault is not None and fault.kind == "drop":
            request.scope["state"]["transport"].abort()
            # Give uvicorn a moment to notice, so that it does not answer on a dead connection.
            await asyncio.sleep(0.05)
            return Response(status_code=204)
        scopes = ",".join(self.workspace.seed.scopes or ())
        return JSONResponse(answer, headers={"X-OAuth-Scopes": scopes} if scopes else None)

    def _limit(self, asked: Call) -> None:
        entry = self.methods.get(asked.method)
        if entry is None or not entry.throttled:
            return
        wait = self.throttle.take(asked.text("channel"), self.workspace.clock.now())
        if wait is not None:
            raise SlackError("ratelimited", status=429, retry_after=wait)

    async def link(self, socket: WebSocket) -> None:
        """A Socket Mode connection."""
        await self.sockets.serve(socket)

    async def response_url(self, request: Request) -> Response:
        """An app's answer through a response_url."""
        try:
            body = json.loads(await request.body())
            answers.use_response_url(self.workspace, request.path_params["key"], body)
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_payload"}, status_code=400)
        except SlackError as error:
            return JSONResponse(error.answer(), status_code=error.status)
        return PlainTextResponse("ok")

    async def upload(self, request: Request) -> Response:
        """The bytes of a file that files.getUploadURLExternal announced."""
        record = self.workspace.files.get(request.path_params["file_id"])
        if record is None or int(request.headers.get("content-length") or 0) > SIZE_LIMIT:
            return PlainTextResponse("no such upload", status_code=404)
        fault = self.faults.take("upload")
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault is not None and fault.kind != "drop":
            return _refuse(fault)
        record["content"] = await request.body()
        record["size"] = len(record["content"])
        if fault is not None and fault.kind == "drop":
            request.scope["state"]["transport"].abort()
            await asyncio.sleep(0.05)
            return Response(status_code=204)
        return PlainTextResponse(f"OK - {record['size']}")

    async def download(self, request: Request) -> Response:
        """url_private: for the bot with its token, and for the page by its own origin."""
        record = self.workspace.files.get(request.path_params["file_id"])
        authorised = request.headers.get("authorization") == f"Bearer {self.workspace.seed.tokens.bot}"
        if record is None or record["content"] is None:
            return PlainTextResponse("file_not_found", status_code=404)
        if not authorised and request.headers.get("sec-fetch-site") != "same-origin":
            return PlainTextResponse("not_authed", status_code=403)
        # Always as a download: an uploaded HTML file must not run as a page of this origin.
        headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment"}
        return Response(record["content"], media_type=record["mimetype"], headers=headers)

    async def live(self, request: Request) -> Response:
        """The feed of changes."""
        stream = self.feed.listen(request.query_params.get("user"))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def write_control(self, request: Request) -> Response:
        """A control verb. Only JSON is taken, so that no foreign web page can send one unasked."""
        if not request.headers.get("content-type", "").startswith("application/json"):
            return _wrong(
                ControlError("Control requests are JSON (Content-Type: application/json).", status=415)
            )
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            return _wrong(ControlError("The request is not valid JSON."))
        if not isinstance(body, dict):
            return _wrong(ControlError("The request must be one JSON object."))
        try:
            answer = await self.control.run(request.path_params["verb"], body)
        except WorkspaceError as error:
            return _wrong(error)
        return JSONResponse({"ok": True, **answer})

    async def read_control(self, request: Request) -> Response:
        """A reading request of the control API."""
        query, workspace = dict(request.query_params), self.workspace
        try:
            answer = self._read(request.path_params["verb"], query, workspace)
        except WorkspaceError as error:
            return _wrong(error)
        return JSONResponse({"ok": True, **answer})

    def _read(self, verb: str, query: dict[str, str], workspace: Workspace) -> dict[str, Any]:
        if verb == "state":
            user = query.get("user") or workspace.seed.users[0].id
            return sight.state(workspace, user, connections=self._connected())
        if verb == "messages":
            user, channel = self.control.person(query), self.control.channel(query)
            return {"messages": sight.messages(workspace, channel, user, query.get("thread_ts"))}
        if verb == "views":
            return sight.views(workspace, self.control.person(query))
        if verb == "statuses":
            return sight.statuses(workspace)
        if verb == "deliveries":
            return sight.deliveries(self.delivery, query)
        raise ControlError(f"There is nothing to read at {verb!r}.", status=404)

    def _connected(self) -> int:
        return 1 if self.workspace.seed.request_url else len(self.sockets.connections)


class _Page(StaticFiles):
    """The static page with a content policy, never from an old cache."""

    async def get_response(self, path: str, scope: Any) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _arguments(request: Request) -> tuple[dict[str, Any], str | None]:
    """Query, form or JSON arguments, and the token from the header or the arguments."""
    args: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    if body.strip():
        if "json" in request.headers.get("content-type", ""):
            with contextlib.suppress(ValueError):
                sent = json.loads(body)
                args |= sent if isinstance(sent, dict) else {}
        else:
            args |= dict(parse_qsl(body.decode("utf-8", errors="replace"), keep_blank_values=True))
    token = args.pop("token", None)
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    return args, value.strip() if kind.lower() == "bearer" else token


def _refuse(fault: Fault) -> Response:
    if fault.kind == "rate_limit":
        headers = {"Retry-After": str(fault.retry_after)}
        return JSONResponse({"ok": False, "error": "ratelimited"}, status_code=429, headers=headers)
    if fault.kind == "refuse":
        return JSONResponse({"ok": False, "error": fault.code})
    return PlainTextResponse("server error", status_code=fault.status)


def _wrong(error: WorkspaceError) -> JSONResponse:
    status = error.status if isinstance(error, ControlError) else 400
    return JSONResponse({"ok": False, "error": str(error)}, status_code=status)
