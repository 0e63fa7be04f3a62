"""The powers of a run, or of a file from elsewhere, fitted: what was found is written beside them."""

import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from valvelab.errors import DataError
from valvelab.provenance import MADE_FROM, made_from, refuse_stale

from .results import REDUCED_FILE, warn_if_incomplete

if TYPE_CHECKING:
    import xarray as xr

    from valvelab.analysis import Rates, SwitchingFit, Table
    from valvelab.sim.cryostat import Cryostat

POSTERIOR, CORNER = "posterior.nc", "corner.png"


def fit(
    path: Path | str,
    model: "str | Path | Table" = "collective",
    *,
    reservoirs: Collection[str] = ("drain", "source"),
    free: Iterable[str] = (),
    priors: Mapping[str, tuple[float, float]] | None = None,
    truth: Path | None = None,
    parity: Literal[1, -1] = 1,
    compare: bool = False,
    against: Iterable[str] = (),
    samples: int = 0,
    progress: Callable[[int, int], None] | None = None,
    compared: Callable[[int, int, str], None] | None = None,
    run: int | str | None = None,
    device: Path | None = None,
) -> "SwitchingFit":
    """Fit the rates and the parasitic temperature; write ``fit.nc`` and ``fit.json`` beside the data.

    Parameters
    ----------
    path
        A run folder, or a file with heat powers that `valvelab.analysis.read_powers` reads.
    model
        ``"collective"``, ``"pair"``, ``"independent"``, ``"levels"``, ``"resonators"``, ``"hierarchy"``,
        ``"transmons"`` or ``"linear"``, or a table of one of them or its file, see `tabulate`.
    reservoirs
        Whose powers are fitted, as far as they are there.
    free, priors
        Imperfections that are fitted as well, and what is known of them, see `valvelab.analysis.fit_switching`.
    truth
        File of the simulated cryostat that the data come from, to compare with; the fit does not see it.
    parity
        Of the couplings, see `valvelab.analysis.fit_switching`.
    compare
        Whether every quick model is fitted as well, to the same powers, and all are ranked in ``fit.json``. The fit
        that is asked for is among them, with what is free behind its model's name: ``"pair, mismatch free"``.
    against
        Models that are ranked with them, slow ones too; ``"pair-odd"`` is "pair" with a parity of -1.
    samples
        Steps of emcee; where they are not 0, ``posterior.nc`` and ``corner.png`` are written, too.
    progress
        Called after each of these steps with its number and that of all.
    compared
        Called after each fit of the ranking with its number, that of all, and the model.
    run
        Number or guid of the run, where the file is a QCoDeS database.
    device
        Device file that knows resonators and charging energies, where the file with the powers does not.

    Returns
    -------
    The `valvelab.analysis.SwitchingFit`; `summary` is what ``fit.json`` holds.

    Raises
    ------
    ValvelabError
        If there is no reduced dataset, or it is damaged or stale.

    Warns
    -----
    IncompleteRun
        If readings are still missing.

    Examples
    --------
    >>> fit = laboratory.fit("cooldown-12", "pair")  # doctest: +SKIP
    >>> print(fit.report())  # doctest: +SKIP
    """
    from valvelab.analysis import fit_switching, read_powers, sample_posterior, write_fit
    from valvelab.configuration import load_configuration
    from valvelab.device import Device

    path = Path(path)
    file = path / REDUCED_FILE if path.is_dir() else path
    if path.is_dir() and not file.is_file():
        raise DataError(
            f"{file}: must hold the powers, found nothing there; run 'valvelab reduce {path}' first"
        )
    known = None if device is None else load_configuration(device, Device)
    free = tuple(free)
    reduced = read_powers(file, run=run, device=known)
    if path.is_dir():
        refuse_stale(file)
    warn_if_incomplete(reduced, file.parent)
    try:
        fitted = fit_switching(reduced, model, reservoirs=reservoirs, free=free, priors=priors, parity=parity)
    except DataError as error:
        raise DataError(str(error).replace("reduced dataset:", f"{file}:", 1)) from None
    sources = made_from(file)
    summary = _summary(fitted, reduced, truth) | {MADE_FROM: sources}
    others = tuple(against)
    if compare or others:
        asked = {"model": fitted.model, "free": free, "priors": priors, "parity": parity}
        summary["comparison"] = _comparison(reduced, fitted, asked, others, compared)
    if samples:
        drawn = sample_posterior(fitted, steps=samples, progress=progress)
        summary["posterior"] = _write_samples(drawn, file.parent, summary)
    else:  # what an earlier fit left would pass for this one's
        for name in (POSTERIOR, CORNER):
            (file.parent / name).unlink(missing_ok=True)
    write_fit(file.parent, fitted, reduced.assign_attrs({MADE_FROM: json.dumps(sources)}), summary)
    return fitted


def _summary(fitted: "SwitchingFit", reduced: "xr.Dataset", truth: Path | None) -> dict[str, Any]:
    from valvelab.analysis import summarise
    from valvelab.configuration import load_configuration

    true = None
    if truth is not None:
        from valvelab.sim.cryostat import Cryostat

        true = _truth(load_configuration(truth, Cryostat))
    return summarise(
        fitted,
        source_temperature=reduced.attrs.get("operating_source_temperature"),
        drain_temperature=reduced.attrs.get("operating_drain_temperature"),
        truth=true,
        reduced=reduced,
    )


def _truth(cryostat: "Cryostat") -> "Rates":
    """Return what a simulated chip has; no asymmetry where `Rates` cannot say what its couplings are."""
    from valvelab.analysis import Rates

    chip = cryostat.chip
    hot, cold = ([abs(one) for one in pair] for pair in (chip.weights_hot, chip.weights_cold))
    sign = math.prod(math.copysign(1.0, one) for one in (*chip.weights_hot, *chip.weights_cold))
    return Rates(
        chip.gamma_h,
        chip.gamma_c,
        chip.gamma_p,
        chip.T_p,
        asymmetry=hot[0] - hot[1] if hot == cold and sum(hot) == 2 else math.nan,
        exchange=chip.exchange,
        phase=chip.phase,
        parity=int(sign),
    )


def _comparison(
    reduced: "xr.Dataset",
    fitted: "SwitchingFit",
    asked: Mapping[str, Any],
    others: tuple[str, ...],
    progress: Callable[[int, int, str], None] | None,
) -> dict[str, Any]:
    """Rank the fit that was asked for, by its arguments, among the quick models and others as they are."""
    from valvelab.analysis import QUICK_MODELS, compare_models, finite, rung_name, verdict

    name = rung_name(fitted.model, fitted.rates.parity, fitted.problem.where.free)
    ranked = compare_models(
        reduced,
        (*QUICK_MODELS, name, *others),
        options={name: asked},
        reservoirs=fitted.data.reservoirs,
        progress=progress,
    )
    rows = [
        {name: finite(value) if isinstance(value, float) else value for name, value in asdict(one).items()}
        for one in ranked
    ]
    return {"models": rows, "verdict": verdict(ranked)}


def _write_samples(drawn: "xr.Dataset", folder: Path, summary: Mapping[str, Any]) -> dict[str, Any]:
    """Write samples and their corner plot, and return what they say of each parameter."""
    from valvelab.analysis import corner_figure
    from valvelab.dataset import write_dataset

    write_dataset(drawn, folder / POSTERIOR)
    entries = {name: summary["parameters"].get(name, {}).get("truth") for name in drawn.data_vars}
    known = {str(name): value for name, value in entries.items() if value is not None}
    corner_figure(drawn, known).savefig(folder / CORNER, dpi=160)
    return {
        "samples": int(drawn.sizes["chain"] * drawn.sizes["draw"]),
        "long_enough": bool(drawn.attrs["long_enough"]),
        "quantiles_16_50_84": {
            str(name): [float(one) for one in values.quantile([0.16, 0.5, 0.84])]
            for name, values in drawn.data_vars.items()
        },
    }
