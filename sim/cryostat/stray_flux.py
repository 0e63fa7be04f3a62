"""Flux that no coil current explains: drift, jumps, and a lag behind the currents."""

from valvelab.device import FluxBias

from .schema import FluxNoise
from .slow_noise import Steps

Two = tuple[float, float]


class StrayFlux:
    """Drift and jumps of the offsets, a pure function of time that is 0 at time 0.

    Parameters
    ----------
    seed
        Of the whole world.
    noise
        How much of it there is.
    """

    def __init__(self, seed: int, noise: FluxNoise) -> None:
        self._drift = noise.drift
        self._jumps = [Steps(seed, f"flux_{qubit}", noise.jump, noise.jump_rate) for qubit in (1, 2)]
        self._start = [jumps.at(0.0) for jumps in self._jumps]

    def at(self, time: float) -> Two:
        """Return what it adds to the flux of each qubit at a time [flux quanta]."""
        first, second = (
            self._drift * time + jumps.at(time) - start
            for jumps, start in zip(self._jumps, self._start, strict=True)
        )
        return first, second


class Hysteresis:
    """Let the fluxes follow the coils with play, so that they depend on where the coils came from.

    Within the play a flux stays; beyond, it follows at half the play's distance: ramps up and ramps down that go far
    enough are one play apart.

    Parameters
    ----------
    flux
        What fluxes the currents make.
    noise
        How much of it there is.
    """

    def __init__(self, flux: FluxBias, noise: FluxNoise) -> None:
        self._flux = flux
        self._half = noise.hysteresis / 2
        self._currents: Two = 0.0, 0.0
        self._lag: Two = 0.0, 0.0

    def lag(self, coil_current_1: float, coil_current_2: float) -> Two:
        """Move to the fluxes of two currents [A], and return what is to be added to them [flux quanta].

        Whatever moves the coils calls this, or turning points between two readings would be forgotten.
        """
        currents = coil_current_1, coil_current_2
        if self._half and currents != self._currents:
            moved = self._flux.fluxes(currents) - self._flux.fluxes(self._currents)
            first, second = (
                min(max(lag - float(by), -self._half), self._half)
                for lag, by in zip(self._lag, moved, strict=True)
            )
            self._currents, self._lag = currents, (first, second)
        return self._lag
