"""The mixing chamber: one thermal mass that lags behind its set point."""

import math

from valvelab.clock import Clock

from .schema import MixingChamber
from .slow_noise import Flicker, Steps

_COOLING = 0.04
"""Cooling power of a dilution refrigerator over T**2 [W/K**2]: 400 uW at 100 mK."""
_THERMAL_MASS = 60.0
"""A mixing chamber wanders no faster [s]."""
_ARRIVED = 1e-9
"""So close to the set point it is there [K]: no thermometer tells, and the world need not be solved anew."""


class MixingStage:
    """Head for a set point, which may itself move at a constant rate, with one time constant.

    Parameters
    ----------
    description
        Base temperature and time constant.
    clock
        The time of the world.
    """

    def __init__(self, description: MixingChamber, clock: Clock) -> None:
        self.base_temperature = description.base_temperature
        self.channel = description.channel
        self._time_constant = description.time_constant
        self._clock = clock
        self._since = clock.now()
        self._from = self.base_temperature
        self._start = self._end = self.base_temperature
        self._rate = 0.0
        self._asked = 0.0

    def warm_to(self, base_temperature: float) -> None:
        """Change how cold the refrigerator gets [K], and head for the set point as far as that allows."""
        self.base_temperature = base_temperature
        self.head_for(self._asked)

    def head_for(self, temperature: float, rate: float = 0.0) -> None:
        """Move the set point to a temperature [K] at a rate [K/s], at once for a rate of 0.

        Nothing cools below the base temperature.
        """
        now = self._clock.now()
        start = self.set_point()
        self._asked = temperature
        self._from = self.temperature()
        self._since = now
        self._end = max(temperature, self.base_temperature)
        self._start = start if rate > 0 else self._end
        self._rate = math.copysign(rate, self._end - self._start)

    def is_ramping(self) -> bool:
        """Tell whether the set point is on its way."""
        return self._clock.now() - self._since < self._duration()

    def set_point(self) -> float:
        """Return the present set point [K]."""
        elapsed = self._clock.now() - self._since
        return self._start + self._rate * elapsed if elapsed < self._duration() else self._end

    def temperature(self) -> float:
        """Return the temperature [K]: the solution of dT/dt = (set point - T) / time constant."""
        elapsed = self._clock.now() - self._since
        ramp = self._duration()
        if elapsed < ramp:
            return self._follow(self._from, self._start, self._rate, elapsed)
        at_the_end = self._follow(self._from, self._start, self._rate, ramp) if ramp > 0 else self._from
        temperature = self._follow(at_the_end, self._end, 0.0, elapsed - ramp)
        return self._end if abs(temperature - self._end) < _ARRIVED else temperature

    def heating_power(self) -> float:
        """Return the power that holds the set point against the refrigerator [W]."""
        return _COOLING * (self.set_point() ** 2 - self.base_temperature**2)

    def held_by(self, power: float) -> float:
        """Return the temperature that a power [W] holds against the refrigerator [K]."""
        return math.sqrt(power / _COOLING + self.base_temperature**2)

    def _duration(self) -> float:
        return abs((self._end - self._start) / self._rate) if self._rate else 0.0

    def _follow(self, begin: float, start: float, rate: float, elapsed: float) -> float:
        lag = rate * self._time_constant
        return start + rate * elapsed - lag + (begin - start + lag) * math.exp(-elapsed / self._time_constant)


class Unrest:
    """What the temperature does by itself: it wanders, and steps when others use the refrigerator.

    Parameters
    ----------
    seed
        Of the whole world.
    description
        How much of it there is.
    """

    def __init__(self, seed: int, description: MixingChamber) -> None:
        self._wander = Flicker(seed, "mixing_chamber", description.wander, shortest=_THERMAL_MASS)
        self._others = Steps(
            seed, "mixing_chamber", description.step, description.step_rate, description.time_constant
        )
        self.is_still = self._wander.is_still and self._others.is_still

    def at(self, time: float) -> float:
        """Return what it adds to the temperature at a time [K]."""
        return self._wander.at(time) + self._others.at(time)
