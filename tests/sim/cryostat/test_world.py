import numpy as np
import pytest

from tests.sim.cryostat import reference
from valvelab.clock import VirtualClock
from valvelab.errors import RunError
from valvelab.sim.cryostat import Cryostat
from valvelab.sim.cryostat.schema import FluxNoise, SlowNoise
from valvelab.sim.cryostat.stray_flux import StrayFlux
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


def solved(world: World) -> tuple[float, float]:
    return world.voltage("source_thermometer"), world.voltage("drain_thermometer")


def test_a_bias_source_takes_the_place_of_the_battery(cryostat: Cryostat, clock: VirtualClock) -> None:
    battery = solved(World(cryostat, clock))
    world, current = World(cryostat, clock), [5e-12]
    world.connect("drain_bias", lambda: current[0])
    assert solved(world) == battery
    current[0] = -5e-12
    assert solved(world) == (battery[0], -battery[1])
    current[0] = 50e-12
    assert solved(world)[1] > battery[1]
    current[0] = 0.0
    assert abs(solved(world)[1]) < 1e-11


def test_more_bias_cools_the_island_and_a_pair_beyond_its_gap_is_told(
    cryostat: Cryostat, clock: VirtualClock
) -> None:
    world, current = World(cryostat, clock), [50e-12]
    world.connect("drain_bias", lambda: current[0])
    thermometer = cryostat.drain.thermometer.model_copy(update={"bias_current": 50e-12})
    island = cryostat.drain.model_copy(update={"thermometer": thermometer})
    expected = World(cryostat.model_copy(update={"drain": island}), clock)
    assert solved(world) == solved(expected)
    current[0] = 1e-3
    with pytest.raises(RunError, match="check couplings, bias currents"):
        world.voltage("drain_thermometer")


def test_a_heater_on_the_drain_and_the_substrate_warm_it(cryostat: Cryostat, clock: VirtualClock) -> None:
    heated = cryostat.drain.model_copy(update={"heater": cryostat.source.heater})
    cold = World(cryostat, clock)
    world = World(cryostat.model_copy(update={"drain": heated}), clock)
    world.connect("drain_heater", lambda: 0.01)
    assert world.voltage("drain_thermometer") < cold.voltage("drain_thermometer")
    substrate = World(cryostat.model_copy(update={"substrate_heating": 1e9}), clock)
    without = World(cryostat, clock)
    for each in (substrate, without):
        each.connect("source_heater", lambda: 0.3)
    assert substrate.voltage("drain_thermometer") < without.voltage("drain_thermometer") - 1e-6


def test_a_background_on_the_source_warms_it(cryostat: Cryostat, clock: VirtualClock) -> None:
    warmed = World(cryostat.model_copy(update={"source_background": 1e-12}), clock)
    assert warmed.voltage("source_thermometer") < World(cryostat, clock).voltage("source_thermometer")


def test_unequal_couplings_and_exchange_change_what_flows(cryostat: Cryostat, clock: VirtualClock) -> None:
    coils = cryostat.chip.flux.coil_currents([q.flux(4e9) for q in cryostat.chip.qubits])
    found = set()
    for changes in ({}, {"weights_cold": (1.0, 0.9)}, {"weights_cold": (1.0, -1.0)}, {"exchange": 2e7}):
        world = World(cryostat.model_copy(update={"chip": cryostat.chip.model_copy(update=changes)}), clock)
        world.connect("coil_1", lambda: float(coils[0]))
        world.connect("coil_2", lambda: float(coils[1]))
        world.connect("source_heater", lambda: 0.29)
        found.add(round(world.voltage("drain_thermometer") * 1e9))
    assert len(found) == 4


def test_a_wandering_bath_is_followed_to_below_a_nanovolt(
    quiet_cryostat: Cryostat, clock: VirtualClock
) -> None:
    chamber = quiet_cryostat.mixing_chamber.model_copy(update={"wander": 2e-4})
    world = World(quiet_cryostat.model_copy(update={"mixing_chamber": chamber}), clock)
    read = []
    for _ in range(60):
        clock.sleep(600.0)
        read.append((world.temperature_reading(), *solved(world)))
    temperature, source, drain = np.array(read).T
    assert 5e-5 < temperature.std() < 2e-3
    for place in range(0, 60, 12):
        here = quiet_cryostat.mixing_chamber.model_copy(
            update={"base_temperature": float(temperature[place])}
        )
        still = World(quiet_cryostat.model_copy(update={"mixing_chamber": here}), VirtualClock())
        assert (source[place], drain[place]) == pytest.approx(solved(still), rel=0, abs=1e-9)


def test_slow_noise_comes_on_top_and_does_not_average_out(
    quiet_cryostat: Cryostat, clock: VirtualClock
) -> None:
    noisy = quiet_cryostat.model_copy(
        update={"drain_noise": SlowNoise.model_construct(flicker=5e-8, jump=0.0, jump_rate=0.0, drift=1e-12)}
    )
    world = World(noisy, clock)
    still = world.voltage("drain_thermometer")
    taken = readings(world, "drain_thermometer", 3000, 10) - still
    assert np.std(taken.reshape(-1, 100).mean(axis=1)) > 1.5e-8
    clock.sleep(1e6)
    assert readings(world, "drain_thermometer", 20, 10).mean() - still == pytest.approx(1e-6, abs=4e-7)


def restless(cryostat: Cryostat, **changes: float) -> Cryostat:
    noise = FluxNoise.model_construct(**(FluxNoise().model_dump() | changes))
    return cryostat.model_copy(update={"flux_noise": noise})


@pytest.mark.parametrize("detuning", [0.0, 5e7, 1.5e8])
def test_what_drifts_and_jumps_is_followed_to_below_a_nanovolt(
    quiet_cryostat: Cryostat, clock: VirtualClock, detuning: float
) -> None:
    moving = restless(quiet_cryostat, drift=1e-4 / 3600, jump=5e-3, jump_rate=1 / 3600)
    chamber = quiet_cryostat.mixing_chamber.model_copy(
        update={"wander": 2e-4, "step": 1e-3, "step_rate": 1e-4}
    )
    world = World(moving.model_copy(update={"mixing_chamber": chamber}), clock)
    flux = quiet_cryostat.chip.flux
    coils = flux.coil_currents([q.flux(4e9 + detuning) for q in quiet_cryostat.chip.qubits])
    stray = StrayFlux(moving.seed, moving.flux_noise)
    for _ in range(12):
        clock.sleep(1800.0)
        here = quiet_cryostat.mixing_chamber.model_copy(
            update={"base_temperature": world.temperature_reading()}
        )
        still = World(quiet_cryostat.model_copy(update={"mixing_chamber": here}), VirtualClock())
        where = flux.coil_currents(flux.fluxes(coils) + stray.at(clock.now()))
        for each, currents in ((world, coils), (still, where)):
            each.connect("coil_1", lambda currents=currents: float(currents[0]))
            each.connect("coil_2", lambda currents=currents: float(currents[1]))
            each.connect("source_heater", lambda: 0.28)
        assert solved(world) == pytest.approx(solved(still), rel=0, abs=1e-9)


def test_turning_points_of_the_coils_are_remembered_where_they_are_told(
    quiet_cryostat: Cryostat, clock: VirtualClock
) -> None:
    lagging = restless(quiet_cryostat, hysteresis=5e-3)
    level = [0.0]
    found = []
    for turning in (0.0, 2e-5, -2e-5):
        world = World(lagging, clock)
        world.connect("coil_1", lambda: level[0])
        world.connect("source_heater", lambda: 0.28)
        for level[0] in (0.0, turning, 4e-6):
            world.follow_coils()
        found.append(world.voltage("drain_thermometer"))
    assert found[0] == found[2] != found[1]
