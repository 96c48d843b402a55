"""How well the distress scores tell failing firms apart: `python tests/benchmarks/bench_distress.py`.

The Polish set of the UCI repository (Zięba, Tomczak and Tomczak, 2016; CC BY 4.0): 64 ratios of manufacturing firms
and whether they had failed five years later (the `1year` file). Attributes as UCI describes them:
3 working capital / total assets, 6 retained earnings / total assets, 7 EBIT / total assets, 8 book value of equity /
total liabilities, 9 sales / total assets.

Prints the AUC of each of our scores, what its zones mean in failures, and beside them a logistic model of the same
five ratios and one of all 64, each fitted by cross-validation here and calibrated on the same folds. No fitted model
is shipped: a firm in China of today is not a firm in Poland of 2007.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import numpy
from libraries import DATA

from bot.rating.distress import EM_SCORE, Z_PRIME, Z_SECOND, Model, Zone, score

FILE = "finance/polish_bankruptcy_1year.csv"
#: AUC of Z″ as measured in the reference (screening.md, section 14): this file, and the file one year before failure.
REFERENCE = {"this file": 0.689, "5year file": 0.766}
#: UCI's numbers of the ratios that Altman uses.
WORKING_CAPITAL, RETAINED, EBIT, EQUITY, SALES = 3, 6, 7, 8, 9
FIVE = (WORKING_CAPITAL, RETAINED, EBIT, EQUITY, SALES)
FOLDS, SEED, RIDGE = 5, 20_261_128, 1.0


def firms() -> tuple[numpy.ndarray, numpy.ndarray, list[dict[str, str]]]:
    """Ratios by firm and attribute (column 0 is unused; what is not given is NaN), who failed, and the rows."""
    with (DATA / FILE).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    table = numpy.full((len(rows), 65), numpy.nan)
    for at, row in enumerate(rows):
        for attribute in range(1, 65):
            if text := row[f"Attr{attribute}"]:
                table[at, attribute] = float(text)
    return table, numpy.array([row["class"] == "1" for row in rows]), rows


def items(row: dict[str, str]) -> dict[str, Decimal]:
    """The ratios as a statement of a firm with total assets of 1; only quotients enter the scores."""
    found = {"total_assets": Decimal(1), "current_liabilities": Decimal(0), "total_liabilities": Decimal(1)}
    for name, attribute in (
        ("current_assets", WORKING_CAPITAL),
        ("retained_earnings", RETAINED),
        ("operating_profit", EBIT),
        ("equity", EQUITY),
        ("revenue", SALES),
    ):
        if text := row[f"Attr{attribute}"]:
            found[name] = Decimal(text)
    return found


def area(scores: numpy.ndarray, failed: numpy.ndarray) -> float:
    """AUC: how often a failing firm has the higher score of the two; ties count half (Mann and Whitney)."""
    ranks = ranked(scores)
    positive = int(failed.sum())
    return float((ranks[failed].sum() - positive * (positive + 1) / 2) / (positive * (~failed).sum()))


def ranked(values: numpy.ndarray) -> numpy.ndarray:
    """Ranks from 1, those of equal values averaged."""
    _, at, counts = numpy.unique(values, return_inverse=True, return_counts=True)
    last = numpy.cumsum(counts)
    return ((last - counts + 1 + last) / 2)[at]


def show_score(model: Model, rows: Iterable[dict[str, str]], failed: numpy.ndarray) -> None:
    """AUC of one of our scores and the failures of its zones, over the firms that it can be worked out for."""
    scored = [score(model, items(row)) for row in rows]
    known = numpy.array([each is not None for each in scored])
    values = numpy.array([float(each.score) for each in scored if each is not None])
    zones = numpy.array([each.zone.value for each in scored if each is not None])
    base = failed[known]
    print(f"{model.name:<10} AUC {area(-values, base):.3f}   {known.sum():,} firms, {(~known).sum()} unknown")
    for zone in Zone:
        here = zones == zone.value
        print(
            f"{'':<10} {zone.value:<9} {here.mean():5.1%} of firms, {base[here].mean():5.1%} of them failed, "
            f"{(base & here).sum() / base.sum():5.1%} of failures"
        )


def normal_scores(train: numpy.ndarray, table: numpy.ndarray) -> numpy.ndarray:
    """Each column as the normal quantile of its rank among the training firms; unknown is the median, 0."""
    probit = _probit(numpy.linspace(0.0005, 0.9995, 1000))
    columns = []
    for at in range(table.shape[1]):
        given = numpy.sort(train[:, at][~numpy.isnan(train[:, at])])
        place = numpy.searchsorted(given, table[:, at]) / max(len(given), 1)
        column = probit[numpy.clip((place * 1000).astype(int), 0, 999)]
        columns.append(numpy.where(numpy.isnan(table[:, at]), 0.0, column))
    return numpy.column_stack([numpy.ones(len(table)), *columns])


def _probit(shares: numpy.ndarray) -> numpy.ndarray:
    from statistics import NormalDist

    normal = NormalDist()
    return numpy.array([normal.inv_cdf(float(share)) for share in shares])


def fit(inputs: numpy.ndarray, failed: numpy.ndarray) -> numpy.ndarray:
    """Weights of a logistic model with a little ridge, by Newton's method."""
    weights = numpy.zeros(inputs.shape[1])
    penalty = numpy.full(inputs.shape[1], RIDGE)
    penalty[0] = 0.0
    for _ in range(50):
        chance = probability(inputs, weights)
        slope = inputs.T @ (failed - chance) - penalty * weights
        bend = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + numpy.diag(penalty)
        step = numpy.linalg.solve(bend, slope)
        weights += step
        if abs(step).max() < 1e-8:
            break
    return weights


def probability(inputs: numpy.ndarray, weights: numpy.ndarray) -> numpy.ndarray:
    """The chance of failure that the model gives each firm."""
    return 1 / (1 + numpy.exp(-numpy.clip(inputs @ weights, -30, 30)))


def show_fitted(name: str, attributes: Iterable[int], table: numpy.ndarray, failed: numpy.ndarray) -> None:
    """Cross-validated AUC of a logistic model of these ratios, and whether its chances come true."""
    chosen = table[:, list(attributes)]
    fold = numpy.empty(len(failed), dtype=int)
    shuffle = numpy.random.default_rng(SEED)
    for group in (failed, ~failed):
        places = shuffle.permutation(numpy.flatnonzero(group))
        fold[places] = numpy.arange(len(places)) % FOLDS
    chance = numpy.empty(len(failed))
    areas = []
    for number in range(FOLDS):
        held = fold == number
        weights = fit(normal_scores(chosen[~held], chosen[~held]), failed[~held])
        chance[held] = probability(normal_scores(chosen[~held], chosen[held]), weights)
        areas.append(area(chance[held], failed[held]))
    print(
        f"{name:<10} AUC {area(chance, failed):.3f}   {FOLDS}-fold, between {min(areas):.3f} and {max(areas):.3f}"
    )
    calibration(chance, failed)


def calibration(chance: numpy.ndarray, failed: numpy.ndarray) -> None:
    """Brier score, expected error, and for tenths of the firms what was foretold and what came."""
    tenths: list[Any] = numpy.array_split(numpy.argsort(chance, kind="stable"), 10)
    gaps = [abs(chance[part].mean() - failed[part].mean()) * len(part) for part in tenths]
    brier = ((chance - failed) ** 2).mean()
    base = failed.mean() * (1 - failed.mean())
    print(
        f"{'':<10} Brier {brier:.4f} (base rate alone {base:.4f}), mean gap {sum(gaps) / len(failed):.4f}; "
        "foretold/came by tenths:"
    )
    print(f"{'':<10} " + " ".join(f"{chance[part].mean():.1%}/{failed[part].mean():.1%}" for part in tenths))


def main() -> None:
    """Print every figure."""
    table, failed, rows = firms()
    print(f"{len(rows):,} firms, {failed.sum()} failed ({failed.mean():.1%})")
    for model in (Z_PRIME, Z_SECOND, EM_SCORE):
        show_score(model, rows, failed)
    print("reference  AUC " + ", ".join(f"{value:.3f} {name}" for name, value in REFERENCE.items()) + " (Z″)")
    show_fitted("logit 5", FIVE, table, failed)
    show_fitted("logit 64", range(1, 65), table, failed)


if __name__ == "__main__":
    main()
