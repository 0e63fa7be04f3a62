"""The ladder of models: what each rung leaves out, and which of them hold."""

from collections.abc import Mapping
from dataclasses import dataclass

from valvelab.sim import Resonator, Validity

from .level_models import levels_model
from .linear_model import linear_model
from .models import Model, collective_model
from .pair_models import hierarchy_model, pair_model, resonators_model
from .slow_transmons import transmons_model


@dataclass(frozen=True)
class Rung:
    """One model of the valve on resonance."""

    name: str
    meaning: str
    """What it is, in a few words."""
    model: Model
    needs: tuple[str, ...]
    """Which of `NEEDS` it rests on."""
    always: tuple[str, ...] = ()
    """What it leaves out wherever it is."""
    nearly: bool = False
    """Whether that is little."""
    modes: bool = False
    """Whether resonators are modes in it, which need an exponent of 0 and a quality factor above 0."""

    def knows(self, resonator: Resonator) -> bool:
        """Tell whether such a resonator can be in it."""
        return not self.modes or bool(resonator.exponent == 0 and resonator.quality_factor > 0)


NEEDS: Mapping[str, str] = {
    "markovian": "slow resonators",
    "two_level": "levels above the first",
    "weak": "waves that do not rotate",
}
"""Properties of `valvelab.sim.Validity`, and what is left out by a rung that rests on them where they fail."""

RUNGS: Mapping[str, Rung] = {
    one.name: one
    for one in (
        Rung(
            "collective",
            "the paper's master equation",
            collective_model,
            ("markovian", "two_level", "weak"),
        ),
        Rung(
            "pair",
            "master equation at any two frequencies",
            pair_model,
            ("markovian", "two_level", "weak"),
        ),
        Rung("levels", "the same of transmons with levels", levels_model, ("markovian", "weak")),
        Rung(
            "resonators", "qubits, resonators as modes", resonators_model, ("two_level", "weak"), modes=True
        ),
        Rung(
            "hierarchy",
            "the same without rotating waves (HEOM)",
            hierarchy_model,
            ("two_level",),
            modes=True,
        ),
        Rung(
            "transmons",
            "transmons with three levels, resonators as modes",
            transmons_model,
            ("weak",),
            always=("levels above the second",),
            nearly=True,
            modes=True,
        ),
        Rung(
            "linear",
            "oscillators: the null hypothesis",
            linear_model,
            ("weak",),
            always=("that qubits saturate",),
        ),
    )
}
"""By name, from the paper's equation on; a further rung is one entry."""


def left_out(rung: Rung, found: Validity) -> list[str]:
    """Return what matters here and is left out by a rung."""
    failed = [what for need, what in NEEDS.items() if need in rung.needs and not getattr(found, need)]
    return [*rung.always, *failed]


def rungs_sentence(found: Validity) -> str:
    """Return which rungs hold, but for those that always leave something out."""
    rungs = [rung for rung in RUNGS.values() if not rung.always]
    hold = [f"'{rung.name}'" for rung in rungs if not left_out(rung, found)]
    fail = [f"'{rung.name}' ({', '.join(left_out(rung, found))})" for rung in rungs if left_out(rung, found)]
    told = f"{', '.join(hold)} {'hold' if len(hold) > 1 else 'holds'}"
    if not hold:
        near = [rung for rung in RUNGS.values() if rung.nearly and left_out(rung, found) == list(rung.always)]
        told = "none of the rungs holds"
        told += "".join(f" but '{one.name}', which leaves out {', '.join(one.always)}" for one in near)
    if fail:
        told += f"; what matters here and is left out: {', '.join(fail)}"
    return f"{told}."
