"""Random numbers that belong to somebody: keyed by (seed, patient, purpose, occurrence), never by order of drawing.

A counter-based generator (Philox 4x32, ten rounds: Salmon et al., SC11, doi:10.1145/2063384.2063405) turns a key and a
counter into 128 random bits. The key is made of the seed and the purpose (a name, hashed), the counter of the patient,
the occurrence (the k-th dose, the day d) and an index for draws that need several numbers. So adding a patient, a
module or an arm of a trial moves nobody else's numbers. ``marrow.engine.draws`` has the same generator for compiled
code.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marrow.engine.normal_quantile import normal_quantile

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]

MASK = 0xFFFFFFFF
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10
FEW = 400_000  # normals in one go for which loading SciPy would take longer than calculating them
_AT_ONCE = 100_000  # normals: more would not fit into the cache


def purpose(name: str) -> int:
    """A 64-bit number for a name: the same in every process and on every machine."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def stream_key(seed: int, name: str) -> int:
    """The 64-bit key of one purpose under one seed."""
    digest = hashlib.blake2b(f"{int(seed)}|{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def philox(
    key: int | Words, counter: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike]
) -> tuple[Words, Words, Words, Words]:
    """Four 32-bit words (held in uint64 arrays) for each counter of four 32-bit words; keys and counters broadcast."""
    mask, shift = np.uint64(MASK), np.uint64(32)
    c0, c1, c2, c3 = (np.asarray(word, dtype=np.uint64) & mask for word in counter)
    keys = np.asarray(key, dtype=np.uint64)
    k0, k1 = keys & mask, keys >> shift
    for _ in range(ROUNDS):
        first, second = np.uint64(MULTIPLIERS[0]) * c0, np.uint64(MULTIPLIERS[1]) * c2
        c0, c1, c2, c3 = (
            (second >> shift) ^ c1 ^ k0,
            second & mask,
            (first >> shift) ^ c3 ^ k1,
            first & mask,
        )
        k0, k1 = (k0 + np.uint64(WEYL[0])) & mask, (k1 + np.uint64(WEYL[1])) & mask
    return c0, c1, c2, c3


def uniform(seed: int, patient: ArrayLike, name: str, occurrence: ArrayLike = 0, index: ArrayLike = 0) -> Floats:
    """Uniform in the open interval (0, 1), with 53 random bits. ``patient`` and ``occurrence`` broadcast."""
    return _uniform(stream_key(seed, name), patient, occurrence, index)


def _uniform(key: int | Words, patient: ArrayLike, occurrence: ArrayLike, index: ArrayLike) -> Floats:
    person = np.asarray(patient, dtype=np.int64).astype(np.uint64)
    time = np.asarray(occurrence, dtype=np.int64).astype(np.uint64)
    part = np.asarray(index, dtype=np.int64).astype(np.uint64)
    high, low, _, _ = philox(key, (person, person >> np.uint64(32), time, part))
    bits = (high << np.uint64(21)) ^ (low >> np.uint64(11))
    return (bits.astype(np.float64) + 0.5) * 2.0**-53


def normal(seed: int, patient: ArrayLike, name: str, occurrence: ArrayLike = 0) -> Floats:
    """Standard normal, by inversion of the distribution function."""
    return inverse_normal(uniform(seed, patient, name, occurrence))


def normals(seed: int, patients: NDArray[np.int64], names: Sequence[str]) -> Floats:
    """``normal`` of N patients for each of M names, (M, N): the same bits in a fraction of the time."""
    found = np.empty((len(names), len(patients)))
    quantile = _quantile_for(found.size)
    step = max(1, _AT_ONCE // max(1, len(patients)))
    for first in range(0, len(names), step):
        keys = np.array([stream_key(seed, name) for name in names[first : first + step]], dtype=np.uint64)
        found[first : first + step] = quantile(_uniform(keys[:, None], patients, 0, 0))
    return found


def evened(values: Floats) -> Floats:
    """Standard normal numbers (..., N) in the same order, one from each of N equal slices of their distribution: what
    many patients would show, with fewer. Their bits depend on the company."""
    places = np.argsort(np.argsort(values, axis=-1), axis=-1)
    return inverse_normal((places + 0.5) / values.shape[-1])


def exponential(seed: int, patient: ArrayLike, name: str, occurrence: ArrayLike = 0) -> Floats:
    """Exponential with mean 1."""
    return -np.log(uniform(seed, patient, name, occurrence))


def inverse_normal(probability: ArrayLike) -> Floats:
    """Quantile of the standard normal distribution, of probabilities in the open interval (0, 1)."""
    values = np.asarray(probability, dtype=np.float64)
    return np.asarray(_quantile_for(values.size)(values), dtype=np.float64)


def _quantile_for(count: int) -> Callable[[Floats], Floats]:
    """SciPy's where it is loaded, or where there are so many that loading it pays, else our own: the same bits."""
    if count <= FEW and "scipy.special" not in sys.modules:
        return normal_quantile
    from scipy.special import ndtri

    return ndtri
