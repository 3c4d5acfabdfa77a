"""Random numbers belong to somebody, and have the distributions they claim.

Each statistical claim fails by chance in less than one of a million runs; seeds are fixed, so it either holds or not.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from marrow.engine import draws, random
from marrow.engine.normal_quantile import normal_quantile

MANY = np.arange(20_000)
RARELY = 1e-6


def key(name: str) -> np.uint64:
    return np.uint64(random.stream_key(1, name))


def test_adding_patients_moves_nobody():
    few, more = random.normal(7, np.arange(5), "clearance"), random.normal(7, np.arange(500), "clearance")
    assert np.array_equal(few, more[:5])


def test_seed_patient_purpose_and_occurrence_each_make_another_number():
    numbers = [
        float(random.uniform(seed, patient, name, occurrence))
        for seed in (1, 2)
        for patient in (0, 1, 2**33)
        for name in ("clearance", "volume")
        for occurrence in (0, 1)
    ]
    assert len(set(numbers)) == len(numbers)


def test_compiled_and_plain_code_draw_the_same_bits():
    for patient in (0, 3, 2**40 + 5):
        for occurrence in (0, 1, 365):
            plain = float(random.uniform(1, patient, "x", occurrence, 2))
            assert draws.uniform(key("x"), patient, occurrence, 2) == plain


def test_uniform_normal_and_exponential_are_what_they_say():
    assert stats.kstest(random.uniform(1, MANY, "u"), "uniform").pvalue > RARELY
    assert stats.kstest(random.normal(1, MANY, "n"), "norm").pvalue > RARELY
    assert stats.kstest(random.exponential(1, MANY, "e"), "expon").pvalue > RARELY


def test_few_normals_have_the_bits_of_many():
    random_ones = random.uniform(1, np.arange(200_000), "u")
    tails = 10.0 ** np.linspace(-300, -0.01, 50_000)
    edges = np.exp([-2.0, -32.0])  # where one approximation hands over to the next
    edges = np.concatenate([edges, np.nextafter(edges, 0), np.nextafter(edges, 1)])
    for some in (random_ones, 1.0 - random_ones, tails, 1.0 - tails[tails > 1e-15], edges, 1.0 - edges, 0.5):
        assert np.array_equal(normal_quantile(np.asarray(some)), special.ndtri(some))


@pytest.mark.parametrize("patients", [0, 7, 20_000])
def test_normals_for_many_purposes_are_those_for_each(patients):
    names = [f"clearance {k}" for k in range(12)]
    found = random.normals(3, MANY[:patients], names)
    assert found.shape == (12, patients)
    assert all(
        np.array_equal(row, random.normal(3, MANY[:patients], name)) for row, name in zip(found, names, strict=True)
    )


def test_evened_numbers_keep_their_order_and_fill_their_distribution() -> None:
    drawn = random.normals(1, np.arange(200), ["a", "b"])
    even = random.evened(drawn)
    assert np.array_equal(np.argsort(even, axis=1), np.argsort(drawn, axis=1))
    assert np.all(np.abs(even.mean(axis=1)) < 1e-12)
    assert np.all(np.abs(even.std(axis=1) - 1) < 0.01)


def test_numbers_of_neighbours_are_not_correlated():
    numbers = random.normal(1, MANY, "n")
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 5 / np.sqrt(len(MANY))


def fits(sample: np.ndarray, distribution) -> bool:
    """Chi-square of a discrete sample against its distribution, over values with enough expected counts."""
    values = np.arange(int(sample.max()) + 2)
    expected = len(sample) * distribution.pmf(values)
    keep = expected > 10
    observed = np.array([(sample == value).sum() for value in values])
    observed = np.append(observed[keep], observed[~keep].sum())
    wanted = np.append(expected[keep], len(sample) - expected[keep].sum())
    if wanted[-1] < 5:
        observed, wanted = observed[:-1], wanted[:-1] * observed[:-1].sum() / wanted[:-1].sum()
    return stats.chisquare(observed, wanted).pvalue > RARELY


@pytest.mark.parametrize("mean", [0.3, 4.0, 60.0])
def test_poisson_numbers(mean):
    sample = np.array([draws.poisson(mean, key(f"p{mean}"), i, 0, 0) for i in MANY])
    assert fits(sample, stats.poisson(mean))


@pytest.mark.parametrize(("trials", "chance"), [(5.0, 0.3), (40.0, 0.02), (300.0, 0.6)])
def test_binomial_numbers(trials, chance):
    sample = np.array([draws.binomial(trials, chance, key(f"b{trials}"), i, 0, 0) for i in MANY])
    assert fits(sample, stats.binom(int(trials), chance))


@pytest.mark.parametrize(("cells", "births", "deaths"), [(3.0, 0.5, 0.4), (20.0, 0.03, 2.0), (50.0, 0.2, 0.2)])
def test_births_and_deaths_have_the_mean_variance_and_extinction_of_kendalls_process(cells, births, deaths):
    sample = np.array([draws.birth_and_death(cells, births, deaths, key(f"c{cells}"), i, 0) for i in MANY])
    growth = np.exp(births - deaths)
    spread = births + deaths if births == deaths else (births + deaths) / (births - deaths) * (growth - 1)
    mean, variance = cells * growth, cells * growth * spread
    assert abs(sample.mean() - mean) < 5 * np.sqrt(variance / len(sample))
    assert sample.var() == pytest.approx(variance, rel=0.08)
    alone = deaths / (1 + deaths) if births == deaths else deaths * (growth - 1) / (births * growth - deaths)
    extinct, expected = (sample == 0).mean(), alone**cells
    assert abs(extinct - expected) < 5 * np.sqrt(expected * (1 - expected) / len(sample)) + 1e-4
    assert np.all(sample == np.round(sample))


def test_a_population_that_is_gone_stays_gone():
    assert draws.birth_and_death(0.0, 5.0, 0.1, key("gone"), 1, 0) == 0.0
