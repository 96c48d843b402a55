"""Configuration, once: environment variables or one `bonafide.toml`.

A variable of the environment wins over the file. The file is the one that `BONAFIDE_CONFIG` names, else
`bonafide.toml` in the working folder, else the one in the data folder; a key there is the variable's name in lower
case without `BONAFIDE_` (`home`, `database_url`, `slack_bot_token` …). A wrong setting stops the start with one
sentence that says what and how to mend it; an unknown one is named, because it is most likely a typing error.
"""

from __future__ import annotations

import os
import re
import tomllib
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from store.validation import plain_reason


class SettingsError(Exception):
    """A setting is wrong or missing; the message says which one and how to mend it."""


class Settings(BaseModel):
    """All settings, frozen. Secrets print as stars."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(default_factory=lambda: Path.home() / ".bonafide")
    database_url: str | None = None
    policy: Path | None = None
    now: datetime | None = None
    data: Path | None = None
    language: str = "en"
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_transport: str = "socket"
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=3000, ge=0, le=65535)
    log_level: str = "INFO"
    #: A LangChain provider string such as `openai:gpt-…` or `ollama:qwen…`; None: the built-in grammar answers.
    model: str | None = None
    #: Taken when `model` cannot be reached, and the model for what `model` may not see; in that order of trying.
    fallback_model: str | None = None
    local_model: str | None = None
    #: The address of a server that speaks a provider's API, for models of one's own.
    model_url: str | None = None
    model_key: SecretStr | None = None

    @field_validator("now")
    @classmethod
    def _zoned(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("it needs a time zone, such as 2026-11-21T09:00:00Z")
        return value

    @field_validator("language")
    @classmethod
    def _spoken(cls, value: str) -> str:
        if value not in ("en", "zh"):
            raise ValueError("it is en or zh")
        return value

    @field_validator("model", "fallback_model", "local_model")
    @classmethod
    def _provided(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[a-z][a-z0-9_]*:\S+", value):
            raise ValueError("write provider:model, such as openai:gpt-5 or ollama:qwen3")
        return value

    @field_validator("model_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
            raise ValueError("it begins with http:// or https://")
        return value

    @field_validator("slack_transport")
    @classmethod
    def _carried(cls, value: str) -> str:
        if value not in ("socket", "http"):
            raise ValueError("it is socket (no public address needed) or http")
        return value

    @field_validator("database_url")
    @classmethod
    def _supported(cls, value: str | None) -> str | None:
        if not value:
            return None
        if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("it begins with sqlite:/// or postgresql://")
        # A password may hold anything but an at sign, so what counts stands behind the last one.
        host, _, name = value.partition("://")[2].rpartition("@")[2].partition("/")
        port = host.rpartition("]")[2].partition(":")[2]
        if not name.partition("?")[0].strip("/") or name == ":memory:" or (port and not port.isdigit()):
            raise ValueError(
                "write sqlite:////path/bonafide.sqlite or postgresql://user:password@host:5432/name"
            )
        return value

    @field_validator("log_level")
    @classmethod
    def _levelled(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("it is DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @property
    def missing_tokens(self) -> list[str]:
        """The variables that this way of talking to Slack needs and that are not set."""
        return [name.upper() for name in _TOKENS[self.slack_transport] if getattr(self, name) is None]

    @property
    def database(self) -> str:
        """The database's address: the one that is set, else a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'bonafide.sqlite'}"


#: What each transport cannot do without.
_TOKENS = {
    "socket": ("slack_bot_token", "slack_app_token"),
    "http": ("slack_bot_token", "slack_signing_secret"),
}
#: Variables that Slack itself names so; all others are `BONAFIDE_` and the field's name.
_SLACK = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL")
#: Variables that others read: the tests, and settings whose room is not built yet.
_FOREIGN = {
    "BONAFIDE_CONFIG",
    "BONAFIDE_TEST_DATABASE_URL",
    "BONAFIDE_EMBEDDINGS",
    "BONAFIDE_CHROMA_URL",
}


def load_settings(environment: dict[str, str] | None = None) -> Settings:
    """Read the settings; raises `SettingsError` with one sentence a mistake."""
    environment = dict(os.environ) if environment is None else environment
    values, named = _from_environment(environment)
    file = _config_file(environment, values)
    if file is not None:
        for key, value in _from_file(file).items():
            if key not in values:
                values[key] = value
                named[key] = f"{key} in {file}"
    try:
        return Settings(**values)
    except ValidationError as wrong:
        raise SettingsError(_explain(wrong, named)) from None


def _from_environment(environment: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    named: dict[str, str] = {}
    for variable, value in environment.items():
        if variable in _SLACK:
            key = variable.lower()
        elif variable.startswith("BONAFIDE_") and variable not in _FOREIGN:
            key = variable.removeprefix("BONAFIDE_").lower()
            if key not in Settings.model_fields:
                raise SettingsError(
                    _unknown(variable, [f"BONAFIDE_{name.upper()}" for name in Settings.model_fields])
                )
        else:
            continue
        if value.strip():
            values[key] = value.strip()
            named[key] = variable
    return values, named


def _config_file(environment: dict[str, str], values: dict[str, Any]) -> Path | None:
    if given := environment.get("BONAFIDE_CONFIG", "").strip():
        path = Path(given)
        if not path.is_file():
            raise SettingsError(f"BONAFIDE_CONFIG names {given}, and there is no such file")
        return path
    home = Path(values["home"]) if "home" in values else Path.home() / ".bonafide"
    return next((path for path in (Path("bonafide.toml"), home / "bonafide.toml") if path.is_file()), None)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise SettingsError(f"{path} is not valid TOML: {wrong}") from None
    for key in values:
        if key not in Settings.model_fields:
            raise SettingsError(f"{path}: " + _unknown(key, list(Settings.model_fields)))
    return values


def _unknown(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"
    return f"there is no setting {name}; {hint}"


def _explain(wrong: ValidationError, named: dict[str, str]) -> str:
    parts = []
    for error in wrong.errors():
        key = str(error["loc"][0])
        # A token is not repeated, not even one that was put into the wrong setting.
        reason = plain_reason(error, show=not key.startswith("slack_") and key != "model_key")
        parts.append(f"the setting {named.get(key, key)} is wrong: {reason}")
    return "; ".join(parts)
