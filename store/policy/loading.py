"""Reading the policy file, with errors that say where and what is allowed."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from store.canonical import digest, plain
from store.policy.errors import PolicyError
from store.policy.types import Policy

DEFAULT = Path(__file__).with_name("default.toml")


def load_policy(path: Path | None = None) -> Policy:
    """The policy in `path`, with the defaults where the file leaves something out; without a path the defaults.

    The version hashes the content, not the file: comments, order and writing do not matter. Raises PolicyError.
    """
    content = _read(DEFAULT)
    if path is not None:
        content = _over(content, _read(path))
    version = digest(plain(content))[:12]
    try:
        return Policy.model_validate({**content, "version": version})
    except ValidationError as wrong:
        raise PolicyError(_explain(wrong, path or DEFAULT)) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        # Decimal keeps 0.1 what it says; the hash of the content must not depend on a float's digits.
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        plain(content)
    except FileNotFoundError:
        raise PolicyError(f"there is no policy file {path}") from None
    except OSError as wrong:
        raise PolicyError(f"the policy file {path} cannot be read: {wrong.strerror}") from None
    except UnicodeDecodeError:
        raise PolicyError(f"the policy file {path} is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as wrong:
        raise PolicyError(f"the policy file {path} is not TOML: {wrong}") from None
    except ValueError as wrong:
        raise PolicyError(f"the policy file {path} holds a value that a policy cannot: {wrong}") from None
    if "version" in content:
        raise PolicyError(f"{path}, line {_line(path, ('version',))}: version is computed; take the line out")
    return content


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`: tables are merged key by key, everything else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _explain(wrong: ValidationError, path: Path) -> str:
    sentences = []
    for error in wrong.errors(include_url=False):
        keys = tuple(str(part) for part in error["loc"])
        names = tuple(key for key in keys if not key.isdigit())
        line = _line(path, names)
        where = f"{path}, line {line}" if line else str(path)
        sentences.append(f"{where}: {'.'.join(names)} {_reason(error)}")
    return "; ".join(sentences)


def _reason(error: Any) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "is not a key of the policy; take it out or mend its name"
        case "missing":
            return "is missing"
        case "enum":
            return f"is “{error['input']}”; allowed are {error['ctx']['expected']}"
    said = error["msg"].removeprefix("Value error, ")
    said = said[:1].lower() + said[1:]
    # A whole table would bury the sentence, and may hold what is nobody's business.
    shown = "wrong" if isinstance(error["input"], dict | list) else repr(error["input"])
    return f"is {shown}: {said}"


def _line(path: Path, keys: tuple[str, ...]) -> int | None:
    """The line where a key (or the nearest table above it) stands; None when the file does not mention it."""
    table: tuple[str, ...] = ()
    best: tuple[int, int] | None = None
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if header := re.match(r"\s*\[\[?([^\[\]]+)\]\]?\s*(?:#.*)?$", text):
            table = _parts(header[1])
            place = table
        elif assigned := re.match(r"\s*([^=#]+?)\s*=", text):
            place = (*table, *_parts(assigned[1]))
        else:
            continue
        if place == keys[: len(place)] and (best is None or len(place) > best[0]):
            best = (len(place), number)
    return best[1] if best else None


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
