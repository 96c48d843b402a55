"""files.getUploadURLExternal and files.completeUploadExternal: the two-step upload."""

from __future__ import annotations

import mimetypes
import re
from typing import Any
from urllib.parse import quote

from . import talk
from .errors import SlackError
from .methods import Call, Method, writable
from .state import Workspace
from .text import normalise

SIZE_LIMIT = 50 * 1024 * 1024
_PERMALINK = re.compile(r"/files/[A-Z0-9]+/(F[A-Z0-9]+)/")


def new_file(workspace: Workspace, *, name: str, size: int, user: str, base_url: str) -> dict[str, Any]:
    """Register a file whose bytes are still to come; ``content`` stays inside the server."""
    file_id = workspace.mint("F")
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    url = f"{base_url}/files/{file_id}/{quote(name)}"
    record = {
        "id": file_id,
        "name": name,
        "title": name,
        "mimetype": mimetype,
        "filetype": name.rpartition(".")[2] if "." in name else "binary",
        "size": size,
        "user": user,
        "created": int(workspace.clock.now()),
        "mode": "hosted",
        "url_private": url,
        "url_private_download": url,
        "permalink": f"{base_url}/files/{user}/{file_id}/{quote(name)}",
        # Slack finds out by itself what a file is; until then it has no type and cannot be shown as a picture.
        "content": None,
        "completed": user != workspace.bot_user,
    }
    workspace.files[file_id] = record
    return record


def file_json(record: dict[str, Any]) -> dict[str, Any]:
    """A file object without its bytes."""
    return {key: value for key, value in record.items() if key not in ("content", "completed")}


def shared_by(workspace: Workspace, text: str) -> list[dict[str, Any]]:
    """The files whose permalinks stand in a text: posting one shares the file, as in Slack."""
    found = [workspace.files.get(match[1]) for match in _PERMALINK.finditer(text)]
    return [file_json(each) for each in found if each is not None and each["completed"]]


def check_pictures(workspace: Workspace, blocks: Any) -> None:
    """Raise SlackError for an image block with a file that is not there or is no picture; fill in addresses."""
    for block in blocks or ():
        file = block.get("slack_file") if isinstance(block, dict) and block.get("type") == "image" else None
        if not isinstance(file, dict):
            continue
        record = workspace.files.get(str(file.get("id") or "")) or next(
            (each for each in workspace.files.values() if each["url_private"] == file.get("url")), None
        )
        if record is None or not record["completed"] or not record["mimetype"].startswith("image/"):
            problem = "invalid slack file [json-pointer:/blocks]"
            raise SlackError(
                "invalid_blocks", errors=[problem], response_metadata={"messages": [f"[ERROR] {problem}"]}
            )
        block["slack_file"] = {"id": record["id"], "url": record["url_private"]}


def _upload_url(workspace: Workspace, request: Call) -> dict[str, Any]:
    name, length = request.need("filename"), request.need("length")
    if not length.isdigit() or int(length) < 1:
        raise SlackError("invalid_arguments")
    if int(length) > SIZE_LIMIT:
        raise SlackError("file_too_large")
    base, owner = request.base_url, workspace.bot_user
    record = new_file(workspace, name=name, size=int(length), user=owner, base_url=base)
    return {"upload_url": f"{base}/upload/{record['id']}", "file_id": record["id"]}


def _complete(workspace: Workspace, request: Call) -> dict[str, Any]:
    listed = request.json("files")
    if not isinstance(listed, list) or not listed:
        raise SlackError("invalid_arguments")
    records = []
    for item in listed:
        record = workspace.files.get(str(item.get("id"))) if isinstance(item, dict) else None
        if record is None or record["content"] is None:
            raise SlackError("file_not_found")
        record["title"] = item.get("title") or record["name"]
        record["completed"] = True
        records.append(record)
    shown = [file_json(record) for record in records]
    where = request.text("channel_id") or request.text("channels")
    for channel_id in filter(None, where.split(",")):
        talk.post(
            workspace,
            writable(workspace, channel_id),
            workspace.bot_user,
            normalise(request.text("initial_comment")),
            thread_ts=request.text("thread_ts") or None,
            bot=True,
            files=shown,
        )
    return {"files": shown}


def _info(workspace: Workspace, request: Call) -> dict[str, Any]:
    record = workspace.files.get(request.need("file", "file_not_found"))
    if record is None:
        raise SlackError("file_not_found")
    return {"file": file_json(record)}


METHODS = {
    "files.getUploadURLExternal": Method(_upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(_complete, ("files:write",)),
    "files.info": Method(_info, ("files:read",)),
}
