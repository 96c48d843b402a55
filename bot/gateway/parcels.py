"""Files on their way out: first the bytes, which nobody sees, then the message that shows them (文件投递).

A message with files is two rows of the outbox. The upload lies in a lane of its own, so that bytes hold up nobody's
conversation, and may be repeated: a second copy is seen by nobody. The message is put in the transaction that settles
the upload, behind all else in its conversation, and is found again like every other message.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.gateway.posting import Upload

#: The method of an upload; its payload is what `pack` makes.
UPLOAD = "files.upload"
#: Uploads that run at the same time; fewer than the sender has workers.
_LANES = 2
_LABEL = 200


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file to be shown: its bytes lie under `sha256` in the blob folder, `size` is in bytes.

    `image`: it is shown by an image block of the message and not as a card of its own.
    """

    sha256: str
    name: str
    title: str
    size: int
    image: bool = False


@dataclass(frozen=True, slots=True)
class Parting:
    """A message that follows an upload: where it goes and what it says."""

    key: str
    channel: str
    payload: dict[str, Any]


def lane(key: str) -> str:
    """The lane of the outbox in which an upload waits."""
    return f"upload:{int(hashlib.sha256(key.encode()).hexdigest(), 16) % _LANES}"


def pack(
    parcels: Sequence[Parcel], channel: str, message: Mapping[str, Any], otherwise: Mapping[str, Any]
) -> dict[str, Any]:
    """The payload of an upload. `message` shows the files when they are there; an image block names its file by
    position: `"slack_file": {"file": 0}`. `otherwise` says that they could not be sent.
    """
    files = [
        {"sha256": each.sha256, "name": each.name, "title": each.title, "size": each.size}
        | ({"image": True} if each.image else {})
        for each in parcels
    ]
    return {"files": files, "channel": channel, "message": dict(message), "otherwise": dict(otherwise)}


def size_of(payload: Mapping[str, Any]) -> int:
    """The bytes of all files of an upload."""
    return sum(int(each.get("size") or 0) for each in payload.get("files") or ())


def shown(key: str, payload: Mapping[str, Any], uploads: Sequence[Upload]) -> Parting:
    """The message that shows what was uploaded: a card by its permalink in the text, an image by its id."""
    message = _placed(payload["message"], uploads)
    links = [
        f"<{upload.permalink}|{_label(str(file['title'] or file['name']))}>"
        for file, upload in zip(payload["files"], uploads, strict=True)
        if not file.get("image")
    ]
    if links:
        # A file is shared where its permalink is posted; nothing else in such a message may unfold.
        text = str(message.get("text") or "")
        message |= {"text": "\n".join([text, *links]).strip(), "unfurl_links": True, "unfurl_media": True}
    return Parting(f"{key}:shown", str(payload["channel"]), message)


def lost(key: str, payload: Mapping[str, Any]) -> Parting:
    """The message that says that the files could not be sent."""
    return Parting(f"{key}:lost", str(payload["channel"]), dict(payload["otherwise"]))


def _placed(value: Any, uploads: Sequence[Upload]) -> Any:
    match value:
        case {"file": int(position)} if len(value) == 1:
            return {"id": uploads[position].id}
        case Mapping():
            return {name: _placed(item, uploads) for name, item in value.items()}
        case list():
            return [_placed(item, uploads) for item in value]
    return value


def _label(text: str) -> str:
    """Words for a link: nothing in them ends it."""
    quiet = " ".join(text.replace("|", " ").split())[:_LABEL]
    return quiet.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") or "–"
