"""The policy file: defaults, changes, and clear words about mistakes."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from store.access import FieldClass, Role
from store.evidence import Tier
from store.policy import DEFAULT, PolicyError, load_policy


def write(folder, content):
    path = folder / "policy.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_the_defaults_load_and_have_a_version(policy):
    assert len(policy.version) == 12
    assert policy.class_of("parties") is FieldClass.PUBLIC
    assert policy.tier_of(" GSXT ") is Tier.REGISTER
    assert policy.tier_of("somebody") is Tier.UNKNOWN
    assert policy.rights.classes[Role.UNKNOWN] == frozenset()
    assert load_policy(DEFAULT).version == policy.version


def test_a_file_changes_what_it_names_and_keeps_the_rest(policy, tmp_path):
    changed = load_policy(write(tmp_path, '[answers]\noptions = 3\n[sources]\n"新华社" = "media"\n'))
    assert changed.answers.options == 3
    assert changed.answers.passages == policy.answers.passages
    assert changed.tier_of("新华社") is Tier.MEDIA
    assert changed.version != policy.version


def test_the_version_is_of_the_content_not_of_its_writing(tmp_path):
    one = load_policy(write(tmp_path, "[answers]\noptions = 3\nlines = 5\n"))
    other = load_policy(write(tmp_path, "# a word\n[answers]\nlines=5\noptions   = 3 # three\n"))
    assert one.version == other.version


def test_the_policy_is_frozen(policy):
    with pytest.raises(ValidationError):
        policy.answers.options = 9


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[answers]\n\noptions = 0\n", r"line 3: answers\.options is 0: input should be greater than 0"),
        (
            '[rights.sales]\nclasses = ["publik"]',
            r"line 2: rights\.sales\.classes is “publik”; allowed are 'public'",
        ),
        ("[payments]\nlate_days = [30, 30]", r"line 2: payments\.late_days .* must ascend"),
        ("[limits]\nx = 1", r"line 1: limits is not a key of the policy"),
        ("[answers]\noption = 1", r"line 2: answers\.option is not a key of the policy"),
        ("[answers\n", r"is not TOML: .*line 1"),
        ('version = "1"', r"line 1: version is computed"),
        ("rights = 3", r"line 1: rights is 3"),
        ("[answers]\noptions = 2026-01-01T00:00:00", r"cannot"),
        (b"\xff\xfe\x00", r"not UTF-8"),
    ],
)
def test_a_mistake_is_named_with_line_key_and_what_is_allowed(tmp_path, content, said):
    with pytest.raises(PolicyError, match=said):
        load_policy(write(tmp_path, content))


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(PolicyError, match="there is no policy file"):
        load_policy(tmp_path / "none.toml")
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(tmp_path)
