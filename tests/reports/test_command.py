"""`bonafide report`: the document of a check, for those who may check, with its entry in the ledger."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest

BONAFIDE = Path(sys.executable).with_name("bonafide")
CUSTOMERS = """customer_key,legal_name,uscc,country,address,source,observed_on
hs,宁波海曙精密机电有限公司,91330203MA2AF7Q13K,CN,宁波市海曙区云林中路238号,国家企业信用信息公示系统,2026-11-16
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one customer."""
    return furnished(tmp_path_factory.mktemp("home"))


def furnished(folder: Path, **settings: str) -> Path:
    (folder / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    done = bonafide(folder, "import", "customers", str(folder / "customers.csv"), **settings)
    assert done.returncode == 0, done.stderr
    return folder


def bonafide(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    fixed = {"BONAFIDE_HOME": str(home / "data"), "BONAFIDE_NOW": "2026-11-28T09:30:00Z", **settings}
    return subprocess.run(
        [str(BONAFIDE), *arguments], capture_output=True, text=True, env=os.environ | fixed, timeout=120
    )


def test_a_report_is_written_kept_and_remembered(home: Path) -> None:
    out = home / "report.pdf"
    made = bonafide(home, "report", "宁波海曙精密机电有限公司", "--out", str(out), "--language", "zh")
    assert made.returncode == 0, made.stderr
    assert "check B-1" in made.stdout
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(out.read_bytes()))
    assert "宁波海曙精密机电有限公司" in text and "B-1" in text and "role:risk" in text
    assert out.stat().st_mode & 0o077 == 0

    again = home / "again.html"
    assert bonafide(home, "report", "b-1", "--out", str(again), "--language", "en").returncode == 0
    assert "Background check report" in again.read_text(encoding="utf-8")

    entries = bonafide(home, "ledger", "show", "--json").stdout.splitlines()
    exported = [entry for entry in map(json.loads, entries) if entry["action"] == "report.export"]
    assert {(entry["subject"], entry["detail"]["form"]) for entry in exported} == {
        ("B-1", "pdf"),
        ("B-1", "html"),
    }


def test_sales_get_no_report_and_do_not_learn_whether_there_is_one(home: Path) -> None:
    said = {
        bonafide(home, "report", subject, "--out", str(home / "no.pdf"), "--as", "sales").stderr
        for subject in ("B-1", "B-999", "宁波海曙精密机电有限公司", "nobody")
    }
    assert len(said) == 1 and "may not" in said.pop()
    assert not (home / "no.pdf").exists()


def test_an_ending_that_is_no_document_is_refused(home: Path) -> None:
    refused = bonafide(home, "report", "B-1", "--out", str(home / "report.docx"))
    assert refused.returncode == 2 and ".pdf or .html" in refused.stderr


def test_a_check_that_is_not_there_is_said_in_one_sentence(home: Path) -> None:
    unknown = bonafide(home, "report", "B-999", "--out", str(home / "x.pdf"))
    assert unknown.returncode == 2 and "B-999" in unknown.stderr and "Traceback" not in unknown.stderr


@pytest.mark.postgres
def test_a_report_from_postgresql(tmp_path: Path, empty_postgres: str) -> None:
    settings = {"BONAFIDE_DATABASE_URL": empty_postgres}
    home = furnished(tmp_path, **settings)
    out = home / "report.html"
    made = bonafide(
        home, "report", "宁波海曙精密机电有限公司", "--out", str(out), "--language", "zh", **settings
    )
    assert made.returncode == 0, made.stderr
    assert "客户背景调查报告" in out.read_text(encoding="utf-8")
