"""Fluxes and frequencies set through two coils."""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qcodes.dataset import LinSweep, dond, initialise_or_create_database_at, load_or_create_experiment
from qcodes.parameters import ManualParameter, Parameter

from valvelab.clock import VirtualClock
from valvelab.drivers import FluxBias, GuardedSource
from valvelab.errors import LimitError
from valvelab.sim import preset

LAW = preset("paper").flux
QUBITS = preset("paper").qubits
RESOLUTION = 1e-8
FLUX_STEP = float(np.abs(LAW.matrix).sum(axis=1).max()) * RESOLUTION
"""How far a flux may move, at most, because both coil currents are rounded before and after [Phi0]."""


@pytest.fixture
def make():
    opened, numbers = [], itertools.count()

    def maker(resistance=(None, None), window=(-4e-4, 4e-4)):
        clock, coils, path = VirtualClock(), [], []
        levels = {1: 0.0, 2: 0.0}

        def add(number, ohms):
            scale = ohms or 1.0

            def give(level):
                levels[number] = round(level / scale / RESOLUTION) * RESOLUTION
                path.append(tuple(levels.values()))

            box = Parameter(f"box_{number}", get_cmd=lambda: levels[number] * scale, set_cmd=give)
            coils.append(
                GuardedSource(
                    f"coil_{number}_{next(numbers)}",
                    box,
                    unit="V" if ohms else "A",
                    window=(window[0] * scale, window[1] * scale),
                    maximum_step=1e-5 * scale,
                    ramp_rate=1e-4 * scale,
                    resolution=RESOLUTION * scale,
                    clock=clock,
                )
            )

        for number, ohms in zip((1, 2), resistance, strict=True):
            add(number, ohms)
        bias = FluxBias(
            f"bias_{next(numbers)}", tuple(coils), law=LAW, qubits=QUBITS, series_resistance=resistance
        )
        opened.extend([bias, *coils])
        return bias, levels, path

    yield maker
    for instrument in opened:
        instrument.close()


def fluxes(levels):
    return LAW.fluxes([levels[1], levels[2]])


few = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)


@few
@given(st.integers(0, 1), st.floats(-0.6, 0.6), st.sampled_from([(None, None), (1e4, None), (1e4, 2e3)]))
def test_setting_one_flux_leaves_the_other_where_it_is(make, index, flux, resistance):
    bias, levels, _ = make(resistance)
    before = fluxes(levels)
    bias.parameters[f"flux_{index + 1}"](flux)
    after = fluxes(levels)
    assert after[index] == pytest.approx(flux, rel=0, abs=FLUX_STEP)
    assert after[1 - index] == pytest.approx(before[1 - index], rel=0, abs=FLUX_STEP)


def test_a_sweep_of_one_flux_does_not_let_the_other_wander(make):
    bias, levels, _ = make()
    bias.set_fluxes((0.1, 0.2))
    for flux in np.linspace(0.1, 0.3, 200):
        bias.flux_1(flux)
        assert bias.flux_2() == 0.2
        assert fluxes(levels)[1] == pytest.approx(0.2, rel=0, abs=FLUX_STEP)


def test_after_a_turn_of_the_knob_the_flux_is_what_the_box_answers(make):
    bias, levels, _ = make()
    bias.set_fluxes((0.1, 0.2))
    levels[1] += 1e-5
    assert bias.flux_1() == pytest.approx(0.1 + 4.35e-2, rel=0, abs=FLUX_STEP)
    assert bias.flux_2() == pytest.approx(0.2 + 6.62e-2, rel=0, abs=FLUX_STEP)


@few
@given(st.integers(0, 1), st.floats(2e9, 6.3e9), st.floats(-0.4, 0.4), st.floats(-0.4, 0.4))
def test_a_frequency_is_reached_on_the_branch_nearest_to_the_present_flux(
    make, index, frequency, first, second
):
    bias, levels, _ = make()
    bias.set_fluxes((first, second))
    before = fluxes(levels)
    bias.parameters[f"frequency_{index + 1}"](frequency)
    after = fluxes(levels)
    flux = float(QUBITS[index].flux(frequency))
    distance = min(abs(before[index] - (sign * flux + n)) for sign in (1, -1) for n in range(-3, 4))
    assert abs(after[index] - before[index]) == pytest.approx(distance, rel=0, abs=1e-3 + FLUX_STEP)
    assert after[1 - index] == pytest.approx(before[1 - index], rel=0, abs=FLUX_STEP)
    assert bias.parameters[f"frequency_{index + 1}"]() == pytest.approx(frequency, rel=1e-9, abs=0)


def test_the_smallest_current_is_taken_where_it_is_asked_for(make):
    bias, levels, _ = make()
    bias.set_fluxes((1.2, 0.3))
    bias.set_frequencies((5e9, 4e9), branch="smallest_current")
    wanted = LAW.smallest_coil_currents([float(q.flux(f)) for q, f in zip(QUBITS, (5e9, 4e9), strict=True)])
    assert [levels[1], levels[2]] == pytest.approx(wanted, rel=0, abs=RESOLUTION)


def test_a_branch_that_does_not_exist_is_refused(make):
    bias, _, path = make()
    with pytest.raises(ValueError, match="branch must be nearest or smallest_current, found 'smallest'"):
        bias.set_frequencies((5e9, 4e9), branch="smallest")
    assert path == []


def test_both_coils_walk_together_so_that_the_fluxes_keep_to_the_straight_line(make):
    bias, levels, path = make()
    start = fluxes(levels)
    bias.set_fluxes((0.5, -0.4))
    target = np.array([0.5, -0.4])
    for currents in path[1::2]:
        along = (LAW.fluxes(currents) - start) / (target - start)
        assert along[0] == pytest.approx(along[1], rel=0, abs=3 * FLUX_STEP / 0.28)


@pytest.mark.parametrize("ask", [
    lambda bias: bias.flux_1(3.0), lambda bias: bias.set_fluxes((0.1, 20.0)), lambda bias: bias.flux_1(True),
    lambda bias: bias.flux_2(float("nan")), lambda bias: bias.frequency_1(9e9),
    lambda bias: bias.frequency_2(float("nan")),
    lambda bias: bias.coil_current_1(5e-4), lambda bias: bias.set_fluxes((0.1,)),
    lambda bias: bias.set_frequencies((4e9, 1e9)),
])  # fmt: skip
def test_what_cannot_be_reached_is_refused_before_either_coil_moves(make, ask):
    bias, _, path = make()
    with pytest.raises(LimitError):
        ask(bias)
    assert path == []


def test_a_coil_current_moves_its_coil_alone(make):
    bias, levels, path = make((1e4, None))
    bias.coil_current_1(1e-4)
    assert levels == {1: pytest.approx(1e-4, rel=1e-9, abs=0), 2: 0.0}
    assert {second for _, second in path} == {0.0}
    assert bias.coil_current_1() == pytest.approx(1e-4, rel=1e-9, abs=0)


def test_a_snapshot_holds_the_state_after_every_move_without_asking_again(make):
    bias, _, _ = make()
    bias.set_frequencies((5e9, 4e9))
    entries = bias.snapshot(update=False)["parameters"]
    assert entries["frequency_1"]["value"] == pytest.approx(5e9, rel=1e-9, abs=0)
    assert entries["frequency_2"]["value"] == pytest.approx(4e9, rel=1e-9, abs=0)
    assert entries["flux_1"]["value"] == bias.flux_1()
    assert entries["coil_current_2"]["value"] == bias.coil_current_2()
    assert [entries[key]["unit"] for key in ("flux_1", "frequency_1", "coil_current_1")] == [
        "Phi0",
        "Hz",
        "A",
    ]


@pytest.mark.parametrize(
    ("unit", "resistance", "words"),
    [
        ("A", (1e4, None), "must be None, as its source is one of current"),
        ("V", (None, None), "must be a resistance"),
    ],
)
def test_a_series_resistance_belongs_to_a_voltage_source(unit, resistance, words):
    coils = [
        GuardedSource(
            f"coil_{number}",
            ManualParameter("box", initial_value=0.0),
            unit=unit,
            window=(-1.0, 1.0),
            maximum_step=0.1,
            ramp_rate=1.0,
            resolution=1e-3,
            clock=VirtualClock(),
        )
        for number in (1, 2)
    ]
    with pytest.raises(ValueError, match=f"coil_1: series_resistance {words}"):
        FluxBias("bias", tuple(coils), law=LAW, qubits=QUBITS, series_resistance=resistance)
    for coil in coils:
        coil.close()


def test_a_qubit_of_unknown_frequency_is_refused(make):
    bias, _, _ = make()
    unknown = QUBITS[0].model_copy(update={"maximum_frequency": None})
    with pytest.raises(ValueError, match="maximum_frequency of this qubit must be known"):
        FluxBias("other", bias._coils, law=LAW, qubits=(unknown, QUBITS[1]))


def test_dond_sweeps_a_frequency_and_records_both(make, tmp_path):
    bias, _, _ = make()
    bias.set_frequencies((5e9, 4e9))
    initialise_or_create_database_at(tmp_path / "test.db")
    load_or_create_experiment("flux_bias", sample_name="none")
    dataset, _, _ = dond(
        LinSweep(bias.frequency_1, 4.5e9, 5.5e9, 5),
        bias.frequency_2,
        bias.coil_current_2,
        show_progress=False,
    )
    data = dataset.get_parameter_data()
    second = data[bias.frequency_2.full_name]
    assert second[bias.frequency_1.full_name] == pytest.approx(np.linspace(4.5e9, 5.5e9, 5), rel=1e-12, abs=0)
    assert second[bias.frequency_2.full_name] == pytest.approx(4e9, rel=1e-9, abs=0)
    assert np.ptp(data[bias.coil_current_2.full_name][bias.coil_current_2.full_name]) > 0
    dataset.conn.close()
