"""The demo portfolio keeps the contract of the doors, and its figures fit together."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum import lei
from stdnum.cn import uscc

from bot.demo.portfolio import KINDS, SOURCE, Portfolio, PortfolioError, write_portfolio

COMMON = {"customer", "source", "observed_on", "url", "tier", "class"}
ITEMS = (
    "revenue cost_of_sales gross_profit operating_profit interest_expense profit_before_tax net_income "
    "total_assets current_assets cash receivables inventory fixed_assets total_liabilities "
    "current_liabilities long_term_debt retained_earnings equity market_value_of_equity "
    "operating_cash_flow investing_cash_flow financing_cash_flow capital_expenditure dividends employees"
)
#: Required columns, then the others, by kind.
COLUMNS = {
    "customers": (
        "legal_name",
        "customer_key other_names uscc lei registration_number country address industry business_scope "
        "legal_form registered_capital currency founded website stage owner tags",
    ),
    "parties": (
        "name role",
        "kind share_percent voting_percent held_in birth_date nationality identifiers from to",
    ),
    "contacts": ("name", "title phone email"),
    "facts": ("attribute value", "language"),
    "statements": (
        "period_end period_kind currency",
        "unit audited period_start " + ITEMS,
    ),
    "scores": ("provider score", "scale_min scale_max grade scored_on"),
    "invoices": ("invoice_number issued_on due_on amount currency", "status"),
    "payments": ("paid_on amount currency", "invoice_number"),
    "records": (
        "dimension title",
        "record_number authority role amount currency filed_on published_on closed_on status show_until "
        "counterparties",
    ),
    "contracts": ("contract_number", "title signed_on starts_on ends_on amount currency status clauses"),
    "cases": ("kind opened_on summary", "owner due_on closed_on outcome"),
    "notes": ("at text", "channel by"),
    "users": ("email role", "name slack_team slack_user language"),
}
ROLES = (
    "legal_representative director supervisor manager shareholder beneficial_owner branch parent subsidiary "
    "partner supplier competitor guarantor"
)
CHOICES = {
    ("customers", "stage"): "prospect applicant active suspended former",
    ("parties", "role"): ROLES,
    ("parties", "kind"): "person organisation",
    ("statements", "period_kind"): "year half quarter",
    ("records", "role"): "subject plaintiff defendant third_party creditor victim",
    ("records", "status"): "open closed repaired withdrawn",
    ("records", "dimension"): (
        "dishonest_debtor judgment_debtor consumption_restriction exit_restriction terminated_enforcement "
        "bankruptcy equity_freeze judicial_auction valuation_inquiry judgment_document case_filing "
        "hearing_notice court_notice service_notice pre_litigation_mediation labour_arbitration "
        "public_exhortation serious_violation business_exception admin_penalty env_penalty "
        "disciplinary_list tax_arrears tax_violation tax_abnormal default guarantee equity_pledge "
        "stock_pledge chattel_mortgage land_mortgage simple_cancellation cancellation_filing liquidation "
        "registry_change negative_news"
    ),
    ("cases", "kind"): "complaint feedback suggestion",
    ("notes", "channel"): "call visit mail meeting",
    ("users", "role"): "sales risk compliance auditor admin",
}
TIERS = {
    "register",
    "court",
    "government",
    "filing",
    "bureau",
    "media",
    "customer_supplied",
    "partner",
    "internal",
}
CURRENCIES = {"CNY", "EUR", "USD", "GBP", "SGD", "HKD", "AED"}
NAME_KINDS = {"short", "former", "english", "brand", "alias"}
#: Dates that may lie ahead: what is due, what ends, and how long a record may be shown.
AHEAD = {"due_on", "ends_on", "show_until", "to"}
#: One set of accounts, supplied by the customer, does not add up: a check is to find that.
UNBALANCED = {"hengyue-shenzhen"}

ISO_DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
ANY_DAY = st.dates(min_value=date(2024, 1, 1), max_value=date(2045, 12, 31))
SPECIAL_DAYS = [date(2028, 2, 29), date(2027, 1, 1), date(2026, 12, 31), date(2026, 4, 30), date(2026, 5, 1)]


def test_customers_of_many_countries_most_of_them_chinese(rows) -> None:
    customers = rows("customers")
    assert len(customers) == len({row["customer_key"] for row in customers}) == 30
    countries = Counter(row["country"] for row in customers)
    assert countries == {"CN": 17, "DE": 2, "US": 3, "SG": 2, "GB": 2, "AE": 2, "HK": 1, "VN": 1}
    assert {row["stage"] for row in customers} == set(CHOICES["customers", "stage"].split())


def test_identifiers_have_valid_check_digits(rows) -> None:
    for row in rows("customers"):
        assert ("uscc" in row) == (row["country"] == "CN")
        if "uscc" in row:
            assert uscc.is_valid(row["uscc"]), row["legal_name"]
        if "lei" in row:
            assert lei.is_valid(row["lei"]), row["legal_name"]
    assert sum("lei" in row for row in rows("customers")) >= 4


def test_names_and_identifiers_belong_to_one_customer_each(rows) -> None:
    for column in ("legal_name", "uscc", "lei", "registration_number"):
        values = [row[column] for row in rows("customers") if column in row]
        assert len(values) == len(set(values)), column


def test_a_short_name_brings_a_choice_between_two_firms(rows) -> None:
    short = [row["legal_name"] for row in rows("customers") if "恒岳科技|short|zh" in row["other_names"]]
    assert sorted(short) == ["杭州恒岳科技有限公司", "深圳恒岳科技有限公司"]


def test_other_names_say_their_kind_and_language(rows) -> None:
    for row in rows("customers"):
        for item in row["other_names"]:
            _name, kind, language = item.split("|")
            assert kind in NAME_KINDS
            assert language in {"zh", "en", "vi", "ar"}


@pytest.mark.parametrize("kind", KINDS)
def test_rows_keep_the_contract(rows, kind: str) -> None:
    required, others = (set(columns.split()) for columns in COLUMNS[kind])
    if kind not in {"customers", "users"}:
        required = required | {"customer"}
    keys = {row["customer_key"] for row in rows("customers")}
    assert rows(kind)
    for row in rows(kind):
        assert required <= row.keys(), row
        unknown = {key for key in row.keys() - required - others - COMMON if not key.startswith("x_")}
        assert not unknown, (kind, unknown)
        assert row.get("customer") in keys or kind in {"customers", "users"}
        for column in row.keys() & {column for table, column in CHOICES if table == kind}:
            assert row[column] in CHOICES[kind, column].split(), row
        if "amount" in row:
            assert row["currency"] in CURRENCIES
            assert Decimal(row["amount"]) > 0


def test_every_source_has_a_tier(rows, documents) -> None:
    tiers = {row["name"]: row["tier"] for row in rows("sources")}
    assert set(tiers.values()) <= TIERS
    for kind in KINDS:
        for row in rows(kind):
            assert "source" not in row or row["tier"] == tiers[row["source"]], row
    for document in documents:
        assert tiers[document["source"]] == document["tier"], document["title"]


def test_users_and_channels(rows) -> None:
    assert [(user["email"], user["role"], user["slack_user"]) for user in rows("users")] == [
        ("chen.yutong@demo.example", "sales", "U01SALES"),
        ("lin.guodong@demo.example", "risk", "U01RISK"),
        ("he.jingyan@demo.example", "risk", "U02RISK"),
        ("maria.keller@demo.example", "compliance", "U01COMPL"),
    ]
    ceilings = {channel["name"]: channel["ceiling"] for channel in rows("channels")}
    assert ceilings == {"#sales": "internal", "#risk": "suspicion", "#compliance": "suspicion"}


def test_annual_accounts_add_up(rows) -> None:
    years = [row for row in rows("statements") if row["period_kind"] == "year"]
    assert {row["unit"] for row in years} == {1000, 1000000}
    assert {"CNY", "EUR", "USD"} <= {row["currency"] for row in years} <= CURRENCIES
    previous: dict[tuple[str, str], dict] = {}
    for row in years:
        customer = row["customer"]
        assert row["revenue"] - row["cost_of_sales"] == row["gross_profit"]
        balances = row["total_liabilities"] + row["equity"] == row["total_assets"]
        assert balances == (customer not in UNBALANCED), row
        assert row["cash"] + row["receivables"] + row["inventory"] <= row["current_assets"]
        assert row["current_assets"] + row["fixed_assets"] <= row["total_assets"]
        assert row["current_liabilities"] + row["long_term_debt"] <= row["total_liabilities"]
        if before := previous.get((customer, row["source"])):
            flows = sum(row[f"{kind}_cash_flow"] for kind in ("operating", "investing", "financing"))
            assert row["cash"] - before["cash"] == flows, row
            earned = row["net_income"] - row["dividends"]
            assert row["retained_earnings"] - before["retained_earnings"] == earned, row
        previous[customer, row["source"]] = row


def test_quarters_add_up_to_their_year(rows) -> None:
    years = {
        (row["customer"], row["period_end"][:4]): row
        for row in rows("statements")
        if row["period_kind"] == "year"
    }
    quarters = defaultdict(list)
    for row in rows("statements"):
        if row["period_kind"] == "quarter":
            assert row["total_liabilities"] + row["equity"] == row["total_assets"]
            quarters[row["customer"], row["period_end"][:4]].append(row)
    whole = {key: found for key, found in quarters.items() if len(found) == 4}
    assert len(whole) == 3
    for key, found in whole.items():
        for item in ("revenue", "gross_profit", "operating_profit", "net_income", "operating_cash_flow"):
            assert sum(row[item] for row in found) == years[key][item], (key, item)
        assert found[-1]["equity"] == years[key]["equity"]


def test_one_customer_gets_worse_every_year(rows) -> None:
    income = [
        row["net_income"]
        for row in rows("statements")
        if row["customer"] == "yipan-heavy" and row["period_kind"] == "year"
    ]
    assert income == sorted(income, reverse=True)
    assert income[0] > 0 > income[-1]


def test_payments_match_invoices(rows) -> None:
    invoices = {row["invoice_number"]: row for row in rows("invoices")}
    assert len(invoices) == len(rows("invoices"))
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for payment in rows("payments"):
        invoice = invoices[payment["invoice_number"]]
        assert (payment["customer"], payment["currency"]) == (invoice["customer"], invoice["currency"])
        assert payment["paid_on"] >= invoice["issued_on"]
        paid[invoice["invoice_number"]] += Decimal(payment["amount"])
    for number, invoice in invoices.items():
        amount = Decimal(invoice["amount"])
        assert invoice["issued_on"] < invoice["due_on"]
        expected = "paid" if paid[number] == amount else "partly_paid" if paid[number] else "open"
        assert invoice["status"] in {expected, "disputed"}
        assert (invoice["status"] == "paid") == (paid[number] == amount)
    counts = Counter(row["customer"] for row in rows("invoices"))
    assert len(counts) >= 8
    assert all(12 <= count <= 30 for count in counts.values())


def test_one_pays_well_and_one_pays_later_and_later(rows) -> None:
    due = {row["invoice_number"]: date.fromisoformat(row["due_on"]) for row in rows("invoices")}
    late = defaultdict(list)
    for row in rows("payments"):
        days = (date.fromisoformat(row["paid_on"]) - due[row["invoice_number"]]).days
        late[row["customer"]].append(days)
    assert max(late["yuntang-precision"]) <= 0
    slow = late["hengyue-hangzhou"]
    assert min(slow) > 0
    assert sum(slow[-5:]) > 2 * sum(slow[:5])
    recovered = late["rongqiao-environment"]
    assert max(recovered[:3]) > 45 > 5 > max(recovered[-6:])


def test_declared_owners_are_those_whom_the_chains_lead_to(rows) -> None:
    """A declared owner holds the product of the shares along the layers on file, and no less than 25 %."""
    by_customer: dict[str, list[dict]] = defaultdict(list)
    for row in rows("parties"):
        by_customer[row["customer"]].append(row)
    proved = 0
    for customer, parties in by_customer.items():
        layers: dict[str, list[tuple[str, str, Decimal]]] = defaultdict(list)
        for row in parties:
            if row["role"] == "shareholder" and "to" not in row:
                layers[row.get("held_in", "")].append(
                    (row["name"], row["kind"], Decimal(row["share_percent"]))
                )
        effective: dict[str, Decimal] = defaultdict(Decimal)

        def climb(firm: str, share: Decimal, layers=layers, effective=effective) -> None:
            for name, kind, percent in layers.get(firm, ()):
                if kind == "person":
                    effective[name] += share * percent / 100
                else:
                    climb(name, share * percent / 100)

        climb("", Decimal(100))
        for firm, holders in layers.items():
            assert sum(percent for *_, percent in holders) <= 100, (customer, firm)
        for row in parties:
            if row["role"] == "beneficial_owner" and "share_percent" in row:
                assert effective[row["name"]] == Decimal(row["share_percent"]) >= 25, (customer, row["name"])
                proved += 1
    assert proved >= 20


def test_owners_of_the_group_multiply_through_two_layers(rows) -> None:
    parties = [row for row in rows("parties") if row["customer"] == "hanyu-group"]
    shares = {
        (row["name"], row.get("held_in", "")): Decimal(row["share_percent"])
        for row in parties
        if row["role"] == "shareholder"
    }
    holders = {name: share for (name, held_in), share in shares.items() if not held_in}
    effective: dict[str, Decimal] = defaultdict(Decimal)
    for (name, held_in), share in shares.items():
        if held_in:
            effective[name] += share * holders[held_in] / 100
    owners = {row["name"]: row["share_percent"] for row in parties if row["role"] == "beneficial_owner"}
    assert {name: f"{share:.2f}" for name, share in effective.items() if share >= 25} == owners
    assert sum(row["role"] == "subsidiary" for row in parties) == 4


def test_records_tell_the_stories(rows) -> None:
    records = rows("records")
    junli = {(row["dimension"], row["status"]) for row in records if row["customer"] == "junli-electronics"}
    assert {
        ("judgment_debtor", "open"),
        ("consumption_restriction", "open"),
        ("tax_arrears", "open"),
    } <= junli
    rongqiao = [row for row in records if row["customer"] == "rongqiao-environment"]
    assert {"repaired", "withdrawn"} <= {row["status"] for row in rongqiao}
    assert "open" not in {row["status"] for row in rongqiao}
    assert {"plaintiff", "defendant", "subject"} <= {row["role"] for row in records}


def test_of_one_prospect_nearly_nothing_is_known(rows) -> None:
    known = {kind for kind in KINDS for row in rows(kind) if row.get("customer") == "halam"}
    assert known == {"facts", "notes"}


def test_of_one_period_two_sources_tell_two_stories(rows) -> None:
    revenue = {
        row["source"]: (row["tier"], row["revenue"])
        for row in rows("statements")
        if row["customer"] == "qitong-intelligent" and row["period_end"] == "2025-12-31"
    }
    assert {tier for tier, _ in revenue.values()} == {"filing", "customer_supplied"}
    assert len({amount for _, amount in revenue.values()}) == 2
    for attribute in ("registered_capital", "address", "employees", "revenue"):
        values = {
            row["value"]
            for row in rows("facts")
            if (row["customer"], row["attribute"]) == ("qitong-intelligent", attribute)
        }
        assert len(values) >= 2, attribute


def test_two_sources_disagree_about_one_customer(rows) -> None:
    capital = {
        row["source"]: row["value"]
        for row in rows("facts")
        if row["customer"] == "hengyue-shenzhen" and row["attribute"] == "registered_capital"
    }
    assert len(set(capital.values())) == 2


@pytest.mark.parametrize("today", SPECIAL_DAYS)
def test_special_days_make_a_whole_portfolio(today: date, tmp_path: Path) -> None:
    assert_nothing_from_the_future(write_portfolio(tmp_path, today=today))


@given(today=ANY_DAY)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_day_makes_a_whole_portfolio(today: date, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert_nothing_from_the_future(write_portfolio(tmp_path_factory.mktemp("day"), today=today))


def read_rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def assert_nothing_from_the_future(portfolio: Portfolio) -> None:
    today = portfolio.today.isoformat()
    for _kind, path in portfolio.imports:
        for row in read_rows(path):
            for column, value in row.items():
                if column not in AHEAD and isinstance(value, str) and ISO_DATE.fullmatch(value):
                    assert value <= today, (path.name, row)
    for entry in [*read_rows(portfolio.news), *read_rows(portfolio.index)]:
        assert entry["published"] <= today, entry["title"]
    for path in portfolio.folder.rglob("*"):
        if path.suffix in {".md", ".txt", ".html", ".csv", ".eml"}:
            assert "{" not in path.read_text(encoding="utf-8"), path.name


def test_the_same_day_gives_the_same_bytes(portfolio: Portfolio, tmp_path: Path) -> None:
    again = write_portfolio(tmp_path, today=portfolio.today)
    names = sorted(path.relative_to(again.folder) for path in again.folder.rglob("*") if path.is_file())
    assert names == sorted(
        path.relative_to(portfolio.folder) for path in portfolio.folder.rglob("*") if path.is_file()
    )
    for name in names:
        assert (again.folder / name).read_bytes() == (portfolio.folder / name).read_bytes(), name


def test_every_file_of_the_data_is_used(portfolio: Portfolio, rows) -> None:
    written = {path.name for path in portfolio.documents.iterdir()} - {"index.jsonl"}
    assert written == {entry["path"] for entry in rows("documents/index")}
    stored = {path.name for path in (SOURCE / "documents").iterdir()} - {"index.jsonl"}
    assert stored == {name for name in written if not name.endswith(("docx", "xlsx"))}
    assert {row["id"] for row in rows("documents")} == {path.stem for path in (SOURCE / "news").iterdir()}


@pytest.mark.parametrize(
    ("name", "line", "complaint"),
    [
        ("notes.jsonl", '{"customer": "halam", "at": "{d-3|xx}"}', r"notes\.jsonl line \d+.*unknown form"),
        ("notes.jsonl", '{"customer": "halam", ', r"notes\.jsonl line \d+ is not JSON"),
        ("facts.jsonl", '{"customer": "halam", "source": "Hearsay"}', "Hearsay.*sources"),
        ("news/rumour.txt", "title: Rumour\n\nText", r"rumour\.txt lacks the head line “published"),
        ("documents/index.jsonl", '{"path": "gone.md", "title": "Gone", "published": "{d}"}', "lacks a file"),
    ],
)
def test_what_is_wrong_in_the_data_is_named(tmp_path: Path, name: str, line: str, complaint: str) -> None:
    damaged = tmp_path / "source"
    shutil.copytree(SOURCE, damaged)
    with (damaged / name).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(PortfolioError, match=complaint):
        write_portfolio(tmp_path / "out", today=date(2026, 11, 21), source=damaged)
