"""What a reduced dataset tells of noise, outliers and jumps, so that a report can show them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from valvelab.arguments import Array
from valvelab.units import format_quantity

from .block_differences import Jump
from .run_layout import Layout
from .run_noise import Averages, Disturbed, Mask

_MOST_NAMED = 8
"""Blocks of a jump that are named one by one."""


def noise_record(
    layout: Layout,
    averages: Mapping[str, Averages],
    disturbed: Mapping[str, Disturbed],
    kept: Mapping[str, Mask],
) -> dict[str, Any]:
    """Return the variables that tell of noise and of what is no noise; what there is none of is left out.

    ``white_noise``, ``flicker_noise`` (thermometer) [V]: standard deviation of a reading, and the Allan deviation that
    averaging does not get below. ``allan_time`` [s], ``allan_deviation`` [V] (thermometer, average): of what the means
    leave, over ``allan_readings``; ``allan_deviation_model`` [V] is what white and flicker noise give.
    ``flagged_...`` (flagged): readings that stand out, with number in the raw dataset, place, deviation in robust
    standard deviations, and whether they are left out. ``jump_...`` (jump): runs of blocks with other differences to
    "off". ``remark`` (remark): sentences for a reader.

    Parameters
    ----------
    layout
        The run.
    averages, disturbed, kept
        For each thermometer its means and noise, what stands out, and which readings are in the means.
    """
    return {
        **_noise(averages),
        **_flagged(layout, disturbed, kept),
        **_jumps(layout, disturbed),
        **_remarks(layout, averages, disturbed, kept),
    }


def _noise(averages: Mapping[str, Averages]) -> dict[str, Any]:
    names = list(averages)
    noises = [one.noise for one in averages.values()]
    # Both thermometers have the same cells; one may have an outlier less and an average more.
    length = min(len(one.allan[0]) for one in averages.values())
    times, deviations = (np.array([one.allan[part][:length] for one in averages.values()]) for part in (1, 2))
    volt, along = {"units": "V"}, ("thermometer", "average")
    return {
        "thermometer": ("thermometer", names, {"long_name": "thermometer"}),
        "white_noise": (
            "thermometer",
            [noise.white for noise in noises],
            volt | {"long_name": "standard deviation of one reading, without flicker"},
        ),
        "flicker_noise": (
            "thermometer",
            [noise.flicker for noise in noises],
            volt | {"long_name": "Allan deviation of the 1/f noise"},
        ),
        "allan_readings": (
            "average",
            averages[names[0]].allan[0][:length].astype(np.int64),
            {"units": "1", "long_name": "readings in an average"},
        ),
        "allan_time": (along, times, {"units": "s", "long_name": "time between neighbouring averages"}),
        "allan_deviation": (
            along,
            deviations,
            volt | {"long_name": "Allan deviation of readings less their means"},
        ),
        "allan_deviation_model": (
            along,
            [one.noise.allan_deviation(*_spacing(*one.allan[:2], length)) for one in averages.values()],
            volt | {"long_name": "Allan deviation of white and flicker noise as found"},
        ),
    }


def _spacing(numbers: Array, times: Array, length: int) -> tuple[Array, Array]:
    """Return numbers of readings in an average, and the mean time between them [s]."""
    return numbers[:length], times[:length] / numbers[:length]


def _flagged(layout: Layout, disturbed: Mapping[str, Disturbed], kept: Mapping[str, Mask]) -> dict[str, Any]:
    rows = [
        (name, index, deviation, not kept[name][index])
        for name, one in disturbed.items()
        for index, deviation in zip(one.flagged.index, one.flagged.deviation, strict=True)
    ]
    if not rows:
        return {}
    thermometers, indices, deviations, left_out = zip(*rows, strict=True)
    at = np.array(indices)
    columns = {
        "thermometer": (list(thermometers), "thermometer of a flagged reading"),
        "reading": (layout.order[at], "its number in the raw dataset"),
        "cell": (layout.cells[layout.row[at]], "its cell"),
        "configuration": (layout.names[layout.row[at]], "its configuration"),
        "time": (layout.time[at], "its time"),
        "deviation": (np.array(deviations), "its deviation in robust standard deviations"),
        "left_out": (np.array(left_out, np.int64), "whether it is left out of the means"),
    }
    return _columns("flagged", columns, {"time": "s", "deviation": "1"})


def _jumps(layout: Layout, disturbed: Mapping[str, Disturbed]) -> dict[str, Any]:
    rows = [(name, jump) for name, one in disturbed.items() for jump in one.jumps]
    if not rows:
        return {}
    cells = np.unique(layout.cells)
    columns = {
        "thermometer": ([name for name, _ in rows], "thermometer that shows a jump"),
        "cell": ([cells[jump.cell] for _, jump in rows], "cell of the jump"),
        "configuration": ([layout.kinds[jump.configuration] for _, jump in rows], "where it is largest"),
        "blocks": ([_blocks(layout, jump) for _, jump in rows], "blocks that are left out"),
        "step": ([jump.step for _, jump in rows], 'change of the difference to "off"'),
        "deviation": ([jump.deviation for _, jump in rows], "change in standard errors"),
    }
    return _columns("jump", columns, {"step": "V", "deviation": "1"})


def _columns(
    dimension: str, columns: Mapping[str, tuple[Any, str]], units: Mapping[str, str]
) -> dict[str, Any]:
    return {
        f"{dimension}_{name}": (
            dimension,
            np.asarray(values),
            {"long_name": meaning} | ({"units": units[name]} if name in units else {}),
        )
        for name, (values, meaning) in columns.items()
    }


def _blocks(layout: Layout, jump: Jump) -> str:
    """Return the numbers of a jump's blocks within their cell, as text."""
    first = int(layout.block[layout.cell == jump.cell].min())
    names = [str(block - first) for block in jump.blocks]
    more = ["..."] if len(names) > _MOST_NAMED else []
    return ", ".join([*names[:_MOST_NAMED], *more]) or "none"


def _remarks(
    layout: Layout,
    averages: Mapping[str, Averages],
    disturbed: Mapping[str, Disturbed],
    kept: Mapping[str, Mask],
) -> dict[str, Any]:
    remarks: list[str] = []
    cells = np.unique(layout.cells)
    for name, one in disturbed.items():
        for jump in one.jumps:
            step, blocks = format_quantity(jump.step, "voltage", 3), _blocks(layout, jump)
            done = f"block{'s' * (len(jump.blocks) > 1)} {blocks} left out"
            if not jump.blocks:
                done = "no level that most of its blocks share, all kept"
            remarks.append(
                f"{name}, cell {cells[jump.cell]}: '{layout.kinds[jump.configuration]}' less 'off' jumps by {step} "
                f"({jump.deviation:+.1f} standard errors): {done}"
            )
        if one.flagged.index.size:
            out = np.count_nonzero(~kept[name][one.flagged.index])
            remarks.append(
                f"{name}: {one.flagged.index.size} of {len(layout.time)} readings stand out, {out} left out"
            )
        remarks += [
            f"{name}, cell {cells[cell]}: scatters {ratio:.2g} times as much as the run; its errors are larger by that"
            for cell, ratio in averages[name].noisy.items()
        ]
    return {"remark": ("remark", remarks, {"long_name": "what a reader must know"})} if remarks else {}
