"""Every instruction that a model gets, as a file with a name, a version and a language (提示词).

A file `prompts/models/<name>.<language>.md` begins with its head between two lines of `+++` (TOML: name, version,
language, variables) and goes on with the text, in which a value stands as `${name}`. The loader is strict: a value
too few or too many is an error, and both languages of a name have the same version and the same variables. The hash
is over the whole file and is kept with whatever was made with it.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from prompts.phrasebook import LANGUAGES, PromptError

#: Where the instructions of the program lie.
FOLDER = Path(__file__).parent / "models"
_MARK = "+++"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction; `hash` changes with any character of its file."""

    name: str
    version: int
    language: str
    variables: frozenset[str]
    text: str
    hash: str

    @property
    def label(self) -> str:
        """What is kept with an answer: version, language and hash."""
        return f"{self.version}/{self.language}/{self.hash}"

    def fill(self, **values: str) -> str:
        """The text with its values; raises `PromptError` for a value too few or too many."""
        if values.keys() != self.variables:
            missing, surplus = (
                sorted(self.variables - values.keys()),
                sorted(values.keys() - self.variables),
            )
            raise PromptError(f"{self.name}.{self.language}: misses {missing}, has no place for {surplus}")
        return Template(self.text).substitute(values)


@cache
def load_instruction(name: str, language: str, folder: Path = FOLDER) -> Instruction:
    """The instruction of this name; raises `PromptError` with the file and the reason."""
    path = folder / f"{name}.{language}.md"
    if language not in LANGUAGES or not path.is_file():
        raise PromptError(f"there is no instruction {path.name}; instructions lie in prompts/models")
    data = path.read_bytes()
    try:
        _, head, text = data.decode("utf-8").split(_MARK, 2)
        described = tomllib.loads(head)
        declared = (described["name"], described["version"], described["language"])
        variables = frozenset(described["variables"])
    except (ValueError, KeyError, tomllib.TOMLDecodeError) as wrong:
        raise PromptError(
            f"{path.name}: its head needs name, version, language and variables ({wrong})"
        ) from None
    if (declared[0], declared[2]) != (name, language):
        raise PromptError(f"{path.name}: its head says {declared[0]} in {declared[2]}")
    template = Template(text.strip())
    if not template.is_valid() or set(template.get_identifiers()) != variables:
        raise PromptError(f"{path.name}: declares {sorted(variables)} and uses {template.get_identifiers()}")
    return Instruction(
        name=name,
        version=int(declared[1]),
        language=language,
        variables=variables,
        text=text.strip(),
        hash=hashlib.sha256(data).hexdigest()[:12],
    )


def instruction_names(folder: Path = FOLDER) -> list[str]:
    """The names of all instructions."""
    return sorted({path.name.split(".")[0] for path in folder.glob("*.md")})
