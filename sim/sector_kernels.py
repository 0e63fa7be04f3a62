"""Compiled loops of the iteration over spin sectors (see `spin_sectors`).

Sector k has J = N/2 - k; its levels are counted by i = J + m from the bottom. The rates are those of `dicke_rates`
written in i, with a = 2J: what they share for a whole sector stands before the loops. All of them are sums and
products of positive numbers. Everything compiled stands in this one file, since the cache of compiled code
looks at nothing else.
"""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from valvelab.arguments import Array
from valvelab.compiled import compiled, compiled_sums

Rates: TypeAlias = tuple[float, float, float, float]
IntArray: TypeAlias = NDArray[np.int64]

CONVERGED, STALLED, TOO_LARGE = 0, 1, 2
MOST_LEVELS = 30_000_000
_SWEEPS = 2000
_EXACT = 2e-14
"""Distance to the limit, as the last contractions let it be expected, at which the iteration ends."""
_FLOOR = 5e-15
"""Two changes in a row below it are rounding."""
_BALANCED = 1e-12
"""Imbalance of emission and absorption that is asked for before the iteration ends, if it can be had."""
_ROUNDING = 1e-12
"""Changes that no longer fall end the iteration below it."""


@compiled
def _shares(n: int, k: int, first: int, last: int) -> tuple[float, float, float]:
    """Return what the local rates to the same J, to J - 1 and to J + 1 have before their polynomials in i."""
    half, j = n / 2, n / 2 - k
    safe = max(j, 0.5)
    same = (half + 1) / (2 * safe * (j + 1))
    lower = (j + 1 + half) / (2 * safe * (2 * j + 1)) if k < last else 0.0
    higher = k / (2 * (j + 1) * (2 * j + 1)) if k > first else 0.0
    return same, lower, higher


@compiled_sums
def _leave(
    n: int,
    k: int,
    shares: tuple[float, float, float],
    down: float,
    up: float,
    population: Array,
    steps: Array,
) -> tuple[float, float, float, float]:
    """Return the rates at which a sector as a whole is left towards J - 1 and J + 1, and its mean i and 2J - i."""
    a, lower, higher, mean, top = n - 2.0 * k, 0.0, 0.0, 0.0, 0.0
    for level in range(len(population)):
        p, i = population[level], steps[level]
        lower += p * (down * (i * (i - 1)) + up * ((a - i) * (a - i - 1)))
        higher += p * (down * ((a - i + 1) * (a - i + 2)) + up * ((i + 1) * (i + 2)))
        mean += p * i
        top += p * (a - i)
    return lower * shares[1], higher * shares[2], mean, top


@compiled
def _fill(ratio: float, population: Array) -> None:
    """Make a sector thermal."""
    total, power = 0.0, 1.0
    for i in range(len(population)):
        population[i] = power
        total += power
        power *= ratio
    for i in range(len(population)):
        population[i] /= total


@compiled
def _eliminate(
    n: int, k: int, shares: tuple[float, float, float], rates: Rates, remains: Array, steps: Array
) -> None:
    """Eliminate the levels of a sector from the top, and keep 1 / outflow of what remains of each.

    The outflow of a level is its fall and the part of everything above it that leaves the sector: it depends on
    the rates alone, so that this is done once.
    """
    down, up, emit, absorb = rates
    a, lost = n - 2.0 * k, 0.0
    down, up = down + emit * shares[0], up + absorb * shares[0]
    for level in range(len(remains) - 1, -1, -1):
        i = steps[level]
        leak = shares[1] * (emit * (i * (i - 1)) + absorb * ((a - i) * (a - i - 1)))
        leak += shares[2] * (emit * ((a - i + 1) * (a - i + 2)) + absorb * ((i + 1) * (i + 2)))
        leak += up * ((a - i) * (i + 1)) * lost
        remains[level] = 1 / (down * (i * (a - i + 1)) + leak)
        lost = leak * remains[level]


@compiled
def _renew(
    n: int,
    k: int,
    shares: tuple[float, float, float],
    rates: Rates,
    above: tuple[Array, float],
    below: tuple[Array, float],
    population: Array,
    remains: Array,
    inflow: Array,
    steps: Array,
) -> None:
    """Renew the populations inside a sector from what its neighbours send into it.

    `above` and `below` are (populations, what multiplies them) of J + 1 and J - 1.
    """
    down, up, emit, absorb = rates
    a, size = n - 2.0 * k, len(population)
    down, up = down + emit * shares[0], up + absorb * shares[0]
    for level in range(size):
        inflow[level] = 0.0
    neighbour, weight = above
    for level in range(min(size, len(neighbour) - 2)):
        i = steps[level]
        inflow[level] += weight * emit * neighbour[level + 2] * ((i + 2) * (i + 1))
    for level in range(min(size, len(neighbour))):
        i = steps[level]
        inflow[level] += weight * absorb * neighbour[level] * ((a + 2 - i) * (a + 1 - i))
    neighbour, weight = below
    for level in range(min(size, len(neighbour))):
        i = steps[level]
        inflow[level] += weight * emit * neighbour[level] * ((a - 1 - i) * (a - i))
    for level in range(2, min(size, len(neighbour) + 2)):
        i = steps[level]
        inflow[level] += weight * absorb * neighbour[level - 2] * ((i - 1) * i)

    # Each level waits for the one before: one product and one sum.
    sent, previous, total = 0.0, 0.0, 0.0
    for level in range(size - 1, -1, -1):
        i = steps[level]
        falls = down * (i * (a - i + 1)) * remains[level]
        received = (inflow[level] + sent) * remains[level]
        sent = inflow[level] * falls + sent * falls
        inflow[level] = received
    for level in range(size):
        i = steps[level]
        previous = inflow[level] + previous * (up * ((a - i + 1) * i) * remains[level])
        population[level] = previous
        total += previous
    for level in range(size):
        population[level] /= total


@compiled
def _begin(
    n: int,
    rates: Rates,
    first: int,
    last: int,
    start: IntArray,
    population: Array,
    remains: Array,
    steps: Array,
) -> None:
    """Make every sector thermal inside, and eliminate its levels."""
    for q in range(last - first + 1):
        here, k = slice(start[q], start[q + 1]), q + first
        shares = _shares(n, k, first, last)
        ratio = (rates[1] + rates[3] * shares[0]) / (rates[0] + rates[2] * shares[0])
        _fill(ratio, population[here])
        _eliminate(n, k, shares, rates, remains[here], steps)


@compiled
def _sweep(
    n: int,
    rates: Rates,
    first: int,
    last: int,
    start: IntArray,
    population: Array,
    remains: Array,
    ratio: Array,
    inflow: Array,
    steps: Array,
) -> None:
    """Renew one sector after the other; `ratio` are the weights of neighbours, of J - 1 over J."""
    for q in range(last - first + 1):
        here, k = slice(start[q], start[q + 1]), q + first
        above = below = (population[:0], 0.0)
        if q > 0:
            share = _shares(n, k - 1, first, last)[1] / ratio[q - 1]
            above = (population[start[q - 1] : start[q]], share)
        if k < last:
            share = _shares(n, k + 1, first, last)[2] * ratio[q]
            below = (population[start[q + 1] : start[q + 2]], share)
        shares = _shares(n, k, first, last)
        _renew(n, k, shares, rates, above, below, population[here], remains[here], inflow, steps)


@compiled
def _weigh(ratio: Array, weight: Array, logarithms: Array) -> float:
    """Renew weights of sum 1 from the ratios of neighbours, and return how far they moved."""
    logarithm, largest, total, moved = 0.0, 0.0, 0.0, 0.0
    for q in range(len(weight)):
        if q > 0:
            logarithm += math.log(ratio[q - 1])
        logarithms[q] = logarithm
        largest = max(largest, logarithm)
    for q in range(len(weight)):
        logarithms[q] = math.exp(logarithms[q] - largest)
        total += logarithms[q]
    for q in range(len(weight)):
        renewed = logarithms[q] / total
        moved = max(moved, abs(renewed - weight[q]))
        weight[q] = renewed
    return moved


@compiled
def _moments(first: int, weight: Array, mean: Array, top: Array) -> tuple[float, float]:
    """Return <J_z + N/2> and <N/2 - J_z>, each without subtraction."""
    excited, relaxed = 0.0, 0.0
    for q in range(len(weight)):
        excited += weight[q] * (mean[q] + first + q)
        relaxed += weight[q] * (top[q] + first + q)
    return excited, relaxed


@compiled_sums
def _imbalance(
    n: int,
    rates: Rates,
    first: int,
    weight: Array,
    start: IntArray,
    population: Array,
    excited: float,
    relaxed: float,
) -> float:
    """Return how far all emission is from all absorption, as a part of either."""
    emitted, absorbed = rates[2] * excited, rates[3] * relaxed
    for q in range(len(weight)):
        a, falls, rises = n - 2.0 * (q + first), 0.0, 0.0
        for level in range(start[q + 1] - start[q]):
            p, i = population[start[q] + level], float(level)
            falls += p * (i * (a - i + 1))
            rises += p * ((a - i) * (i + 1))
        emitted += weight[q] * rates[0] * falls
        absorbed += weight[q] * rates[1] * rises
    return abs(emitted - absorbed) / max(emitted, absorbed)


@compiled
def solve_sectors(
    n: int, rates: Rates, first: int, last: int, width: int
) -> tuple[int, float, float, float, Array, IntArray, Array]:
    """Solve for the stationary state by aggregation and disaggregation over spin sectors.

    Parameters
    ----------
    n
        Number of qubits.
    rates
        Emission and absorption rate of J_- and J_+, and of each qubit alone; local emission above 0.
    first, last
        The sectors that count.
    width
        How many levels of each sector count, from the bottom.

    Returns
    -------
    Status; how far emission and absorption are from each other; <J_z> + N/2 and N/2 - <J_z>; the weight of each
    sector; where each begins, and the populations inside each, one after the other.
    """
    count = last - first + 1
    start = np.zeros(count + 1, np.int64)
    for q in range(count):
        start[q + 1] = start[q] + min(n - 2 * (q + first) + 1, width)
    weight, ratio = np.ones(count), np.ones(max(count - 1, 1))
    if start[count] > MOST_LEVELS:
        return TOO_LARGE, np.inf, 0.0, 0.0, weight, start, ratio
    population, remains = np.empty(start[count]), np.empty(start[count])
    lower, higher, mean, top = np.empty(count), np.empty(count), np.empty(count), np.empty(count)
    inflow, logarithms = np.empty(start[1]), np.empty(count)
    steps = np.arange(start[1]) + 0.0  # levels as floats: integers would be converted one at a time
    # The ratio of the weights of two sectors depends on the ratio of the local rates only.
    local_down, local_up = rates[2] / (rates[2] + rates[3]), rates[3] / (rates[2] + rates[3])
    status, imbalance, excited, relaxed = STALLED, np.inf, 0.0, 0.0
    change, best, stalled, contraction = np.inf, np.inf, 0, 0.999
    for sweep in range(_SWEEPS):
        if sweep == 0:
            _begin(n, rates, first, last, start, population, remains, steps)
        else:
            _sweep(n, rates, first, last, start, population, remains, ratio, inflow, steps)
        for q in range(count):
            shares, inside = _shares(n, q + first, first, last), population[start[q] : start[q + 1]]
            lower[q], higher[q], mean[q], top[q] = _leave(
                n, q + first, shares, local_down, local_up, inside, steps
            )
        for q in range(count - 1):
            ratio[q] = lower[q] / higher[q + 1]
        moved = _weigh(ratio, weight, logarithms)
        before, last_change, last_contraction = (excited, relaxed), change, contraction
        excited, relaxed = _moments(first, weight, mean, top)
        change = max(moved, abs(excited - before[0]) / excited, abs(relaxed - before[1]) / relaxed)
        contraction = min(change / last_change, 0.999) if sweep > 1 else 0.999
        slowest = max(contraction, last_contraction)
        stalled = 0 if change < best else stalled + 1
        best = min(best, change)
        exact = change * slowest < _EXACT * (1 - slowest) or max(change, last_change) < _FLOOR
        if exact or (stalled > 9 and best < _ROUNDING):
            imbalance = _imbalance(n, rates, first, weight, start, population, excited, relaxed)
            if imbalance < _BALANCED or stalled > 9:
                status = CONVERGED
                break
    return status, imbalance, excited, relaxed, weight, start, population
