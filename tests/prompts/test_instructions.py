"""Instructions to models: each in both languages, filled with what it declares, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompts.instructions import instruction_names, load_instruction
from prompts.phrasebook import LANGUAGES, PromptError

HEAD = '+++\nname = "{name}"\nversion = 1\nlanguage = "en"\nvariables = {variables}\n+++\n{text}'


def written(folder: Path, name: str, variables: str, text: str) -> Path:
    (folder / f"{name}.en.md").write_text(HEAD.format(name=name, variables=variables, text=text))
    return folder


@pytest.mark.parametrize("name", instruction_names())
def test_every_instruction_has_both_languages_with_the_same_version_and_variables(name: str) -> None:
    both = [load_instruction(name, language) for language in LANGUAGES]
    assert both[0].version == both[1].version and both[0].variables == both[1].variables
    for instruction in both:
        values = {variable: f"«{variable}»" for variable in instruction.variables}
        filled = instruction.fill(**values)
        assert all(value in filled for value in values.values()) and "${" not in filled
        assert instruction.label == f"{instruction.version}/{instruction.language}/{instruction.hash}"


def test_a_value_too_few_or_too_many_is_an_error(tmp_path: Path) -> None:
    instruction = load_instruction("x", "en", written(tmp_path, "x", '["today"]', 'It is ${today}. {"a": 1}'))
    assert instruction.fill(today="Monday") == 'It is Monday. {"a": 1}'
    for values in ({}, {"today": "x", "role": "y"}):
        with pytest.raises(PromptError, match=r"misses|no place"):
            instruction.fill(**values)


@pytest.mark.parametrize(
    ("variables", "text"),
    [('["today"]', "nothing"), ("[]", "${today}"), ("[]", "costs $ 5"), ('"today"', "x"), ("", "x")],
)
def test_a_file_that_does_not_say_what_it_needs_is_refused(tmp_path: Path, variables: str, text: str) -> None:
    with pytest.raises(PromptError):
        load_instruction("y", "en", written(tmp_path, "y", variables, text))


def test_a_missing_file_and_a_wrong_name_are_named(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"z\.en\.md"):
        load_instruction("z", "en", tmp_path)
    written(tmp_path, "a", "[]", "x").joinpath("a.en.md").rename(tmp_path / "b.en.md")
    with pytest.raises(PromptError, match="its head says a"):
        load_instruction("b", "en", tmp_path)


def test_any_change_of_a_file_changes_its_hash(tmp_path: Path) -> None:
    first = load_instruction("h", "en", written(tmp_path, "h", "[]", "one"))
    load_instruction.cache_clear()
    second = load_instruction("h", "en", written(tmp_path, "h", "[]", "two"))
    assert first.hash != second.hash
