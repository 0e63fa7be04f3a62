"""When enough is known: at a time of day, or when the ratio as read has a small enough error."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import numpy as np

from valvelab.device import Device

FEWEST_BLOCKS = 6
"""Below these the scatter between blocks is too little known to stop on."""


def next_time(text: str, now: datetime) -> datetime:
    """Return when a local time of day such as ``"06:00"`` comes next."""
    local = now.astimezone()
    wanted = datetime.combine(local.date(), time.fromisoformat(text)).astimezone()
    if wanted <= local:
        wanted = datetime.combine(local.date() + timedelta(days=1), time.fromisoformat(text)).astimezone()
    return wanted


def ratio(powers: Sequence[tuple[float, float]]) -> tuple[float, float]:
    r"""Return both / (only_1 + only_2) of one cell and its standard error, from the scatter between blocks.

    .. math:: \eta = \frac{P_{both} - P_{off}}{P_{only 1} + P_{only 2} - 2 P_{off}}

    The reservoir that is not heated is warmer in "both"; nothing is corrected for that, and no model is in it. The
    error is that of the jackknife over blocks, so whatever changes from block to block is in it.

    Parameters
    ----------
    powers
        For each block numerator and denominator [W], see `block_powers`.

    Returns
    -------
    Ratio and standard error; NaN and infinite where there are fewer than `FEWEST_BLOCKS`, or the singles carry no heat.
    """
    count = len(powers)
    if count < FEWEST_BLOCKS:
        return math.nan, math.inf
    values = np.array(powers)
    sums = values.sum(axis=0)
    left_out = (sums - values)[:, 0] / (sums - values)[:, 1]
    error = math.sqrt((count - 1) / count * float(np.sum((left_out - left_out.mean()) ** 2)))
    singles, scatter = sums[1] / count, values[:, 1].std(ddof=1) / math.sqrt(count)
    return (float(sums[0] / sums[1]), error) if singles > 5 * scatter else (math.nan, math.inf)


def block_powers(device: Device, taken: Iterable[Mapping[str, Any]]) -> list[tuple[float, float]]:
    """Return the heat in "both" and in the singles, each less the background [W], of one block.

    Parameters
    ----------
    device
        Its islands must be known.
    taken
        The readings of the block.

    Returns
    -------
    One pair; none if the block does not hold all four configurations, or is not heated.
    """
    visits: dict[str, list[Mapping[str, Any]]] = {}
    for record in taken:
        if record["source_temperature"] > record["bath_temperature"]:
            visits.setdefault(record["configuration"], []).append(record)
    if not {"off", "both", "only_1", "only_2"} <= set(visits):
        return []
    off, both, first, second = (_power(device, visits[name]) for name in ("off", "both", "only_1", "only_2"))
    return [(both - off, first + second - 2 * off)]


def _power(device: Device, records: Sequence[Mapping[str, Any]]) -> float:
    """Return the heat that reaches the reservoir which is not heated, background included [W]."""
    cold = "drain" if records[0].get("heated", "source") == "source" else "source"
    island = getattr(device, cold)
    voltage = float(np.mean([record[f"thermometer_voltage_{cold}"] for record in records]))
    bath = float(np.mean([record["mixing_chamber_temperature"] for record in records]))
    return float(island.received_power(island.law.temperature(voltage), bath))
