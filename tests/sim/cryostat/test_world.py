import numpy as np
import pytest

from tests.sim.cryostat import reference
from valvelab.clock import VirtualClock
from valvelab.errors import RunError
from valvelab.sim.cryostat import Cryostat
from valvelab.sim.cryostat.world import World


def test_levels_reach_the_thermometers_through_flux_and_heater(
    cryostat: Cryostat, clock: VirtualClock
) -> None:
    world = World(cryostat, clock)
    coils = cryostat.chip.flux.coil_currents([q.flux(4e9) for q in cryostat.chip.qubits])
    world.connect("coil_1", lambda: float(coils[0]))
    world.connect("coil_2", lambda: float(coils[1]))
    world.connect("source_heater", lambda: float(cryostat.source.heater.source_voltage(8e-12)))
    source, drain = reference.temperatures(cryostat, (4e9, 4e9), 8e-12, 0.06)
    for wire, temperature, island in (
        ("source_thermometer", source, cryostat.source),
        ("drain_thermometer", drain, cryostat.drain),
    ):
        expected = reference.thermometer_voltage(temperature, island.thermometer)
        assert world.voltage(wire) == pytest.approx(expected, rel=1e-11, abs=0)


def readings(world: World, wire: str, count: int, cycles: float) -> np.ndarray:
    taken = []
    for _ in range(count):
        world.clock.sleep(cycles / 50)
        taken.append(world.voltage_reading(wire, cycles))
    return np.array(taken)


@pytest.mark.parametrize("cycles", [1, 10, 100])
def test_voltmeter_noise_is_white_and_falls_with_the_integration_time(
    cryostat: Cryostat, clock: VirtualClock, cycles: float
) -> None:
    world = World(cryostat, clock)
    sigma = 0.1e-6 * np.sqrt(10 / cycles)
    noise = readings(world, "drain_thermometer", 1000, cycles) - world.voltage("drain_thermometer")
    assert abs(noise.mean()) < 4 * sigma / np.sqrt(1000)
    assert noise.std() == pytest.approx(sigma, rel=4 / np.sqrt(2000), abs=0)
    assert abs(np.corrcoef(noise[1:], noise[:-1])[0, 1]) < 4 / np.sqrt(1000)


def test_the_same_steps_give_the_same_numbers_and_later_steps_new_ones(cryostat: Cryostat) -> None:
    first, again = (readings(World(cryostat, VirtualClock()), "drain_thermometer", 5, 10) for _ in range(2))
    resumed = readings(World(cryostat, VirtualClock(start=1.0)), "drain_thermometer", 5, 10)
    assert (first == again).all()
    assert not np.isin(resumed, first).any()


def test_seeds_and_wires_have_noise_of_their_own(cryostat: Cryostat, clock: VirtualClock) -> None:
    world = World(cryostat, clock)
    other = World(cryostat.model_copy(update={"seed": 1}), clock)
    exact = [world.voltage("source_thermometer"), world.voltage("drain_thermometer")]
    noise = {
        world.voltage_reading("source_thermometer", 10) - exact[0],
        world.voltage_reading("drain_thermometer", 10) - exact[1],
        other.voltage_reading("drain_thermometer", 10) - exact[1],
    }
    assert len({round(value, 12) for value in noise}) == 3


def test_the_sensor_resistance_falls_with_temperature(quiet_cryostat: Cryostat, clock: VirtualClock) -> None:
    world = World(quiet_cryostat, clock)
    cold = world.sensor_resistance()
    world.mixing_chamber.head_for(0.3)
    clock.sleep(600.0)
    assert 1e3 < world.sensor_resistance() < cold


def test_a_chip_without_a_heat_balance_is_told_as_a_mistake_in_its_file(
    cryostat: Cryostat, clock: VirtualClock
) -> None:
    world = World(cryostat.model_copy(update={"drain_background": -1e-15}), clock)
    with pytest.raises(
        RunError, match=r"paper\.yaml:\d+:\d+: chip: must be a chip whose islands find a heat balance"
    ):
        world.voltage("drain_thermometer")


def test_what_a_wire_carries_can_be_disturbed(quiet_cryostat: Cryostat, clock: VirtualClock) -> None:
    world, disturbed = World(quiet_cryostat, clock), World(quiet_cryostat, clock)
    world.connect("coil_1", lambda: 5e-5)
    disturbed.connect("coil_1", lambda: 2e-5)
    disturbed.disturb("coil_1", lambda current: current + 3e-5)
    assert world.voltage("drain_thermometer") == disturbed.voltage("drain_thermometer")
    disturbed.disturb("drain_thermometer", lambda voltage: -voltage)
    assert world.voltage("drain_thermometer") == -disturbed.voltage("drain_thermometer")
