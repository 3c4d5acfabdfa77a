"""Draws for compiled code: the generator of ``marrow.engine.random``, and the distributions that events and few cells
need.

Every function takes ``key`` (``random.stream_key(seed, purpose)``, as uint64), the patient and the occurrence. Draws
that need several uniforms number them by ``index``; so each draw is a pure function of its key.
"""

from __future__ import annotations

import math

import numpy as np

from marrow.engine.calls import plain
from marrow.engine.random import MULTIPLIERS, ROUNDS, WEYL

MASK = np.uint64(0xFFFFFFFF)
M0, M1 = np.uint64(MULTIPLIERS[0]), np.uint64(MULTIPLIERS[1])
W0, W1 = np.uint64(WEYL[0]), np.uint64(WEYL[1])
HALF = np.uint64(32)
UP, DOWN = np.uint64(21), np.uint64(11)
LARGE = 1e9  # above this mean a whole number is not told from the normal approximation to it


@plain
def uniform(key: int, patient: int, occurrence: int, index: int) -> float:
    """Uniform in (0, 1); bit for bit that of ``random.uniform``."""
    person = np.uint64(patient)
    c0, c1 = person & MASK, person >> HALF
    c2, c3 = np.uint64(occurrence) & MASK, np.uint64(index) & MASK
    k0, k1 = np.uint64(key) & MASK, np.uint64(key) >> HALF
    for _ in range(ROUNDS):
        first, second = M0 * c0, M1 * c2
        c0 = (second >> HALF) ^ c1 ^ k0
        c1 = second & MASK
        c2 = (first >> HALF) ^ c3 ^ k1
        c3 = first & MASK
        k0, k1 = (k0 + W0) & MASK, (k1 + W1) & MASK
    bits = (c0 << UP) ^ (c1 >> DOWN)
    return (float(bits) + 0.5) * 2.0**-53


@plain
def exponential(key: int, patient: int, occurrence: int) -> float:
    return -math.log(uniform(key, patient, occurrence, 0))


@plain
def normal(key: int, patient: int, occurrence: int, index: int) -> float:
    """Standard normal by the method of Box and Muller (two uniforms: ``index`` and ``index + 1``)."""
    radius = math.sqrt(-2.0 * math.log(uniform(key, patient, occurrence, index)))
    return radius * math.cos(2.0 * math.pi * uniform(key, patient, occurrence, index + 1))


@plain
def poisson(mean: float, key: int, patient: int, occurrence: int, index: int) -> float:
    """Poisson: inversion below a mean of 10, Hormann's transformed rejection (PTRS, 1993) above, normal beyond 1e9."""
    if not mean > 0.0:
        return 0.0
    if mean > LARGE:
        return max(0.0, math.floor(mean + math.sqrt(mean) * normal(key, patient, occurrence, index) + 0.5))
    if mean < 10.0:
        u = uniform(key, patient, occurrence, index)
        count, term = 0.0, math.exp(-mean)
        total = term
        while u > total and count < 200.0:
            count += 1.0
            term *= mean / count
            total += term
        return count
    log_mean, b = math.log(mean), 0.931 + 2.53 * math.sqrt(mean)
    a = -0.059 + 0.02483 * b
    inverse_alpha, v_r = 1.1239 + 1.1328 / (b - 3.4), 0.9277 - 3.6224 / (b - 2.0)
    while True:
        u = uniform(key, patient, occurrence, index) - 0.5
        v = uniform(key, patient, occurrence, index + 1)
        index += 2
        us = 0.5 - abs(u)
        k = math.floor((2.0 * a / us + b) * u + mean + 0.43)
        if us >= 0.07 and v <= v_r:
            return k
        if k < 0.0 or (us < 0.013 and v > us):
            continue
        if math.log(v * inverse_alpha / (a / (us * us) + b)) <= k * log_mean - mean - math.lgamma(k + 1.0):
            return k


@plain
def gamma(shape: float, key: int, patient: int, occurrence: int, index: int) -> float:
    """Gamma with scale 1 and shape >= 1 (Marsaglia and Tsang 2000)."""
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = normal(key, patient, occurrence, index)
        u = uniform(key, patient, occurrence, index + 2)
        index += 3
        v = (1.0 + c * x) ** 3
        if v > 0.0 and math.log(u) < 0.5 * x * x + d - d * v + d * math.log(v):
            return d * v


@plain
def binomial(trials: float, chance: float, key: int, patient: int, occurrence: int, index: int) -> float:
    """Binomial: inversion while trials x chance < 10, else by splitting at the median trial (a beta draw halves the
    rest)."""
    if not (trials > 0.0 and chance > 0.0):
        return 0.0
    if chance >= 1.0:
        return trials
    if chance > 0.5:
        return trials - binomial_small(trials, 1.0 - chance, key, patient, occurrence, index)
    return binomial_small(trials, chance, key, patient, occurrence, index)


@plain
def binomial_small(trials: float, chance: float, key: int, patient: int, occurrence: int, index: int) -> float:
    """Binomial with chance <= 1/2, exact: the order statistic of the middle trial is a beta variable."""
    found = 0.0
    while trials * chance >= 10.0:
        middle = math.floor(trials / 2.0) + 1.0
        x = gamma(middle, key, patient, occurrence, index)
        y = gamma(trials + 1.0 - middle, key, patient, occurrence, index + 500_000)
        index += 1_000_000
        cut = x / (x + y)
        if cut <= chance:  # the `middle` smallest uniforms are below the chance
            found += middle
            trials -= middle
            chance = (chance - cut) / (1.0 - cut)
        else:
            trials = middle - 1.0
            chance /= cut
    if not (trials > 0.0 and chance > 0.0):
        return found
    u = uniform(key, patient, occurrence, index)
    count = 0.0
    odds, term = chance / (1.0 - chance), math.exp(trials * math.log1p(-chance))
    total = term
    while u > total and count < trials:
        term *= odds * (trials - count) / (count + 1.0)
        count += 1.0
        total += term
    return found + count


@plain
def birth_and_death(cells: float, births: float, deaths: float, key: int, patient: int, occurrence: int) -> float:
    """Cells left of ``cells`` after a linear birth-and-death process (Kendall 1948, doi:10.1214/aoms/1177730285).

    ``births`` and ``deaths``: integrals of the rates per cell over the interval. Each cell dies out with one chance;
    the offspring of those that do not is geometric.
    """
    if births + deaths <= 1e-12 or cells <= 0.0:
        return cells
    grown = births - deaths
    if abs(grown) < 1e-9 * (births + deaths):
        share = births / (1.0 + births)
        lost = share
    else:
        change = math.expm1(grown)
        lost = deaths * change / (births * change + grown)
        share = births * change / (births * change + grown)
    lines = binomial(cells, 1.0 - lost, key, patient, occurrence, 0)
    if lines <= 0.0 or share <= 0.0:
        return lines
    rate = gamma(lines, key, patient, occurrence, 1_000_000_000) * share / (1.0 - share)
    return lines + poisson(rate, key, patient, occurrence, 2_000_000_000)
