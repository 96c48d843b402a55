"""The installed command in clumsy hands: one sentence that says what to do, the right exit status, nothing lost.

0 done, 1 done with some input set aside, 2 wrong usage or setting, 3 refused by rights, 4 data damaged or missing.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.supervision import sole
from bot.workspace import Workspace, default_seed, serve

_SPEC = importlib.util.spec_from_file_location(
    "typed_house", Path(__file__).parents[1] / "journeys" / "conftest.py"
)
assert _SPEC is not None and _SPEC.loader is not None
_STAGED = importlib.util.module_from_spec(_SPEC)
sys.modules["typed_house"] = _STAGED
_SPEC.loader.exec_module(_STAGED)
loaded_home = _STAGED.loaded_home

BONAFIDE = Path(sys.executable).with_name("bonafide")
#: The same command line with writers that wait a second for each other instead of thirty.
IMPATIENT = (
    "import store.engine as engine; engine.open_databases.__kwdefaults__['patience'] = 1.0;"
    "from bot.cli import main; main()"
)
DONE, ASIDE, USAGE, REFUSED, DAMAGED = 0, 1, 2, 3, 4


@dataclass
class Result:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Result]


@pytest.fixture
def home(loaded_home: Path, tmp_path: Path) -> Path:
    """A data folder with the demo's portfolio in it."""
    return Path(shutil.copytree(loaded_home, tmp_path / "home"))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """run(*arguments, home=…, **variables): the command as a person types it; a traceback fails the test."""

    def typed(*arguments: object, home: Path, program: list[str] | None = None, **variables: str) -> Result:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("BONAFIDE_", "SLACK_"))
        }
        environment |= {"BONAFIDE_HOME": str(home), "BONAFIDE_NOW": _STAGED.NOW.isoformat()} | variables
        done = subprocess.run(
            [*(program or [str(BONAFIDE)]), *map(str, arguments)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            timeout=60,
        )
        result = Result(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode())
        assert "Traceback" not in result.said, result.said[-3000:]
        return result

    return typed


def test_a_setting_with_a_mistake_stops_with_what_to_do(run: Run, tmp_path: Path) -> None:
    home, broken = tmp_path / "home", tmp_path / "broken.toml"
    broken.write_text("home = [\n")
    policy = tmp_path / "policy.toml"
    policy.write_text("[nonsense]\nx = 1\n")
    cases: list[tuple[dict[str, str], str]] = [
        ({"BONAFIDE_HOEM": "x"}, "did you mean BONAFIDE_HOME?"),
        ({"BONAFIDE_DATABASE_URL": "mysql://x"}, "BONAFIDE_DATABASE_URL is wrong: it begins with"),
        ({"BONAFIDE_DATABASE_URL": "sqlite:///"}, "write sqlite:////path/bonafide.sqlite"),
        ({"BONAFIDE_DATABASE_URL": "postgresql://u@h:port/x"}, "BONAFIDE_DATABASE_URL is wrong: write"),
        ({"BONAFIDE_NOW": "2026-11-21T09:00:00"}, "BONAFIDE_NOW is wrong: it needs a time zone"),
        ({"BONAFIDE_HTTP_PORT": "99999"}, "BONAFIDE_HTTP_PORT"),
        ({"BONAFIDE_CONFIG": str(tmp_path / "none.toml")}, "there is no such file"),
        ({"BONAFIDE_CONFIG": str(broken)}, "is not valid TOML"),
        ({"BONAFIDE_HOME": "/proc/nothing"}, "set BONAFIDE_HOME to a folder of yours"),
        ({"BONAFIDE_POLICY": str(tmp_path / "none.toml")}, "there is no policy file"),
        ({"BONAFIDE_POLICY": str(policy)}, "nonsense"),
    ]
    for variables, sentence in cases:
        result = run("ask", "Who is Nordhafen?", home=home, **variables)
        assert (result.status, sentence in result.err, result.out) == (USAGE, True, ""), (variables, result)
    away = run("ask", "Who?", home=home, BONAFIDE_DATABASE_URL="postgresql://nobody@127.0.0.1:1/bonafide")
    assert away.status == DAMAGED and "Check that the server runs" in away.err
    assert run("run", home=home).status == USAGE


def test_a_refused_token_and_a_second_start_are_named(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    handle = serve(Workspace(default_seed()))
    tokens = {
        "SLACK_API_URL": f"{handle.url}/api/",
        "SLACK_BOT_TOKEN": "xoxb-wrong",
        "SLACK_APP_TOKEN": default_seed().tokens.app,
    }
    try:
        refused = run("gateway", home=home, **tokens)
        assert refused.status == USAGE and "Slack refuses SLACK_BOT_TOKEN (invalid_auth)" in refused.err
        with sole(home):
            second = run("run", home=home, **tokens)
        assert second.status == USAGE and "already works on the data folder" in second.err
    finally:
        handle.stop()


def _workbook(path: Path, change: Callable[[str, bytes], bytes] = lambda _name, data: data) -> Path:
    """A workbook of fifty firms, with its parts as `change` makes them."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["legal_name", "customer_key"])
    for number in range(50):
        book.active.append([f"Firm {number} AG", f"firm-{number}"])
    whole = io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return path


def _scratched(path: Path) -> Path:
    data = bytearray(path.read_bytes())
    for place in range(700, 900):
        data[place] ^= 0x5A
    path.write_bytes(bytes(data))
    return path


def test_import_takes_the_good_rows_and_names_the_bad_ones(run: Run, home: Path, tmp_path: Path) -> None:
    mixed = tmp_path / ("n" * 200 + ".jsonl")
    mixed.write_bytes(
        b'{"customer_key":"acme","legal_name":"Acme Werke GmbH"}\n'
        b'\xff\xfe\x00 no text\n{"a":\n[]\n' + b"[" * 3000 + b'\n{"customer_key":' + b"9" * 5000 + b"}\n"
        b'{"customer_key":"long","legal_name":"' + b"x" * 100_000 + b'"}\n'
        b'{"customer_key":"half","legal_name":"Half \\ud800 AG", "nothing": "\\udcff"}\n'
        b'{"customer_key":"beta","legal_name":"Beta AG"}\n'
    )
    first = run("import", "customers", mixed, home=home)
    assert first.status == ASIDE
    assert "2 new" in first.out or "3 new" in first.out
    for line in (2, 3, 4, 5, 6, 7):
        assert f"  line {line}: " in first.out
    assert list((home / "aside").glob("customers-*.jsonl"))
    again = run("import", "customers", mixed, home=home)
    assert again.status == ASIDE and ": 0 new, 0 changed" in again.out
    assert "Beta AG" in run("ask", "Who is Beta AG?", home=home).out
    half = _workbook(
        tmp_path / "half.xlsx", lambda name, data: data[: len(data) // 2] if "sheet1" in name else data
    )
    cut = run("import", "customers", half, home=home)
    assert cut.status == ASIDE and " 0 new" not in cut.out and "damaged from here on" in cut.out


def test_import_of_what_is_no_table_says_what_it_is(run: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    files: dict[str, tuple[bytes, str]] = {
        "empty.csv": (b"", "is empty"),
        "blank.csv": (b"\n\n", "is empty"),
        "noise.jsonl": (random.Random(1).randbytes(4000), "is neither text"),
        "nul.csv": (b"\0\1\2" * 900, "is neither text"),
        "page.csv": (b"<html>please log in</html>", "is a web page"),
        "report.csv": (b"%PDF-1.4 x", "`bonafide ingest` takes documents"),
        "secret.xlsx": (b"\xd0\xcf\x11\xe0" + bytes(500), "without a password"),
        "fake.xlsx": (b"PK\x03\x04" + bytes(200), "cannot be read as XLSX"),
        "quote.csv": (b'"', "names no columns"),
    }
    for name, (data, _) in files.items():
        (tmp_path / name).write_bytes(data)
    _workbook(tmp_path / "book.xlsx", lambda name, data: b"x" if name == "xl/workbook.xml" else data)
    _scratched(_workbook(tmp_path / "scratched.xlsx"))
    sentences = {name: sentence for name, (_, sentence) in files.items()} | {
        "book.xlsx": "cannot be read as XLSX",
        "scratched.xlsx": "cannot be read as XLSX",
        "loop.csv": "there is no file",
        "pipe.csv": "there is no file",
        "gone.csv": "there is no file",
        ".": "is a folder",
    }
    for name, sentence in sentences.items():
        result = run("import", "customers", tmp_path / name, home=home)
        assert (result.status, sentence in result.err) == (USAGE, True), (name, result)


def test_ingest_reads_what_can_be_read_in_a_folder_of_horrors(run: Run, home: Path, tmp_path: Path) -> None:
    folder, chance = tmp_path / "documents", random.Random(2)
    (folder / "deep").mkdir(parents=True)
    good = {
        "good.txt": b"Nordhafen Maschinenbau GmbH opened a hall in Emden in 2026.",
        "gb.txt": "苏州允棠精密机械有限公司获得新专利一百零七号。".encode("gb18030"),
        "control\x01\n\x1b[31mname.txt": b"Straitfin Robotics moved to pier seven.",
        "named.pdf": b"Cedar Fork Controls closed its plant in Dayton.",
    }
    bad = {
        "empty.txt": b"",
        "empty.pdf": b"",
        "cut.pdf": b"%PDF-1.7\n1 0 obj\n",
        "noise.pdf": b"%PDF-1.4" + chance.randbytes(3000),
        "noise.docx": chance.randbytes(3000),
        "noise": chance.randbytes(3000),
        "secret.xlsx": b"\xd0\xcf\x11\xe0" + chance.randbytes(500),
        "noise\x07\n.jsonl": b"\xff" + chance.randbytes(400).replace(b"\n", b""),
    }
    for name, data in (good | bad).items():
        (folder / name).write_bytes(data)
    (folder / os.fsdecode(b"name\xff.pdf")).write_bytes(b"%PDF")
    _scratched(_workbook(folder / "scratched.xlsx"))
    (folder / "broken.jsonl").write_bytes(
        b'{"id":"one","text":"Nordhafen won a prize in Bremen.","published":"someday"}\n'
        b'{"id":\n[1]\n{"id":"2"}\n{"id":"3","text":5}\n\xff\n' + b"[" * 5000 + b"\n"
        b'{"id":"four","text":"half \\ud800 and \\u0000 nothing about Straitfin"}\n'
    )
    (folder / "huge.bin").touch()
    os.truncate(folder / "huge.bin", 3 * 2**30)
    (folder / "deep" / "loop").symlink_to(folder)
    (folder / "self").symlink_to(folder / "self")
    (folder / "out").symlink_to("/etc")
    (folder / "dangling").symlink_to("/nowhere")
    os.mkfifo(folder / "pipe")
    first = run("ingest", folder, home=home)
    assert first.status == ASIDE
    assert first.out.startswith("7 read, 0 unchanged")
    told = first.out.splitlines()
    for name in (*bad, "huge.bin", "self", "out", "dangling", "pipe", "scratched.xlsx"):
        shown = "".join(sign if sign.isprintable() else "�" for sign in name)
        assert any(line.startswith(f"  set aside: {shown}") for line in told), name
    for line in (2, 3, 4, 5, 6, 7):
        assert any(f"broken.jsonl, line {line}:" in row for row in told)
    assert "\x1b" not in first.out
    again = run("ingest", folder, "--json", home=home)
    (report,) = again.lines
    assert (again.status, report["read"], report["unchanged"]) == (ASIDE, 0, 7)
    assert "pier seven" in run("search", "Straitfin pier seven", home=home).out
    for wrong in ((folder / "gone.txt",), (folder / "good.txt", "--customer", "nobody")):
        assert run("ingest", *wrong, home=home).status == USAGE


def test_ask_and_search_understand_or_say_why_not(run: Run, home: Path, tmp_path: Path) -> None:
    asked: list[tuple[Any, str]] = [
        ("", "no question"),
        ("   \n", "no question"),
        ("Who is Nordhafen? " * 1200, "too long"),
        ("恒" * 20_000, "太长"),
        ("Nordhafen " * 20_000, "too long"),
        ("Qui est Nordhafen et combien doit-il ?", "English and Chinese"),
        ("ノルトハーフェンは誰ですか", "English and Chinese"),
        ("من هو نوردهافن؟", "中文和英文"),
        ("😀🏭💰", "no words"),
        ("Who is Nordhafen?\0", "Bremen"),
        ("'; DROP TABLE answers; -- \" OR * NEAR(", ""),
        ("(" * 3000, "no words"),
        ("Who is \ud800 Nordhafen?", ""),
    ]
    wrong: list[bytes] = [
        b"\xff\xff",
        b'{"id":',
        b"[]",
        b'{"id":"w"}',
        b'{"id":"w","question":5}',
        b'{"id":"w","question":"x","as":"king"}',
        b'{"id":"w","question":"x","in":"moon"}',
        b'{"id":"w","question":"x","as_of":"2026-99"}',
        b'{"id":"w","question":"x","known_at":"9999-12-31T23:59:59-14:00"}',
        b"[" * 3000,
        b'{"id":' + b"9" * 5000 + b',"question":"x"}',
    ]
    lines = [json.dumps({"id": number, "question": text}).encode() for number, (text, _) in enumerate(asked)]
    file = tmp_path / "questions.jsonl"
    file.write_bytes(
        b"\n".join(
            [*lines, *wrong, b"", json.dumps({"id": "last", "question": "Who is Nordhafen?"}).encode()]
        )
    )
    result = run("ask", "--file", file, home=home)
    assert result.status == ASIDE and len(result.lines) == len(asked) + len(wrong) + 1
    for line, (text, sentence) in zip(result.lines, asked, strict=False):
        assert "error" not in line and line["answer"].strip(), (text[:40], line)
        assert sentence in line["answer"], (text[:40], line["answer"])
    assert all(line["error"].startswith("line ") for line in result.lines[len(asked) : -1])
    assert "Bremen" in result.lines[-1]["answer"]
    ledger = run("ledger", "verify", "--json", home=home)
    assert ledger.status == DONE and ledger.lines[0]["ok"]

    queries = [
        "",
        '"',
        "a AND (",
        "NEAR(",
        "*",
        "x:y",
        "-",
        "{col}: x",
        "😀",
        "'",
        "\x01",
        "^a",
        "\ud800",
        "恒" * 20_000,
    ]
    file.write_bytes(
        b"\n".join(
            [json.dumps({"id": number, "query": query}).encode() for number, query in enumerate(queries)]
            + [b'{"query":null}', b'{"query":"x","since":"zz"}', b'{"query":"x","customer":"zz"}', b"\xff"]
        )
    )
    found = run("search", "--file", file, home=home)
    assert found.status == ASIDE
    assert ["error" in line for line in found.lines] == [False] * len(queries) + [True] * 4


def test_who_asks_wrongly_and_who_may_not(run: Run, home: Path) -> None:
    for arguments in (
        ("ask", "x", "--as", "king"),
        ("ask", "x", "--in", "moon"),
        ("ask", "x", "--as-of", "31.3.2026"),
        ("ask",),
        ("ask", "x", "--file", "nowhere.jsonl"),
        ("search", "x", "--since", "zz"),
        ("history", "nobody"),
        ("nonsense",),
    ):
        assert run(*arguments, home=home).status == USAGE, arguments
    stranger = run("ask", "Who is Nordhafen?", "--as", "nobody@example.com", home=home)
    assert stranger.status == REFUSED and "registered" in stranger.out and "Bremen" not in stranger.out
    assert run("ledger", "show", "--as", "sales", home=home).status == REFUSED
    nowhere = run("ask", "骏砾电子欠我们多少钱?", "--in", "#nobody-knows-it", home=home)
    assert nowhere.status == DONE and "461,034" not in nowhere.out
    # A terminal without Chinese does not end a command half-way.
    program = [sys.executable, "-c", "from bot.cli import main; main()"]
    latin = run("ask", "Who is Nordhafen?", home=home, program=program, PYTHONIOENCODING="latin-1")
    assert latin.status == DONE and "Bremen" in latin.out


def test_a_damaged_or_locked_database_is_named_and_left_alone(run: Run, home: Path, tmp_path: Path) -> None:
    file = home / "bonafide.sqlite"
    whole = file.read_bytes()
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"customer_key":"acme","legal_name":"Acme Werke GmbH"}\n')
    for broken, sentence in (
        (b"garbage " * 9000, "is not a database"),
        (whole[: len(whole) // 2], "is damaged"),
    ):
        file.write_bytes(broken)
        for arguments in (("ask", "Who is Nordhafen?"), ("import", "customers", rows)):
            result = run(*arguments, home=home)
            assert (result.status, sentence in result.err) == (DAMAGED, True), result
            assert "from a backup" in result.err
        assert file.read_bytes() == broken
    file.write_bytes(whole)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    impatient = [sys.executable, "-c", IMPATIENT]
    for arguments in (("ask", "Who is Nordhafen?"), ("import", "customers", rows)):
        result = run(*arguments, home=home, program=impatient)
        assert result.status == DAMAGED and "is locked by another process" in result.err
    assert run("search", "Nordhafen", home=home, program=impatient).status == DONE
    other.execute("ROLLBACK")
    other.close()
    assert "1 new" in run("import", "customers", rows, home=home).out


@pytest.fixture
def disk(tmp_path: Path, loaded_home: Path) -> Iterator[Path]:
    """A disk of its own with the data on it and hardly any room left; only root can make one."""
    place = tmp_path / "disk"
    place.mkdir()
    # A file takes whole pages of 4,096 bytes.
    size = sum(-(-path.stat().st_size // 4096) * 4096 for path in loaded_home.rglob("*")) + 400_000
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(place)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a disk to fill up can be mounted by root only")
    shutil.copytree(loaded_home, place / "home")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_loses_nothing(run: Run, disk: Path, tmp_path: Path) -> None:
    home = disk / "home"
    filler = disk / "filler"
    with filler.open("wb") as full:
        room = shutil.disk_usage(disk).free
        full.write(bytes(max(0, room - 60_000)))
    documents = tmp_path / "many.jsonl"
    documents.write_text(
        "".join(
            json.dumps({"id": f"n{number}", "text": f"Document {number} about Nordhafen. " * 300}) + "\n"
            for number in range(100)
        )
    )
    for arguments in (("ingest", documents), ("ask", "Who is Nordhafen?")):
        result = run(*arguments, home=home)
        assert result.status == DAMAGED and "disk" in result.err, result
        assert "Free some space" in result.err or "its free space" in result.err
    filler.unlink()
    assert run("ledger", "verify", home=home).status == DONE
    grown = subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], capture_output=True)
    assert grown.returncode == 0
    done = run("ingest", documents, home=home)
    assert done.status == DONE
    assert "Bremen" in run("ask", "Who is Nordhafen?", home=home).out
    locked = subprocess.run(["mount", "-o", "remount,ro", str(disk)], capture_output=True)
    assert locked.returncode == 0
    read_only = run("ask", "Who is Nordhafen?", home=home)
    assert read_only.status == USAGE and "cannot be written" in read_only.err
