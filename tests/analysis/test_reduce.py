"""From readings to powers."""

import numpy as np
import pytest
import xarray as xr

from valvelab.analysis import reduce
from valvelab.dataset import RAW, REDUCED, check_dataset, make_dataset
from valvelab.errors import ConfigurationError, DataError
from valvelab.sim import preset, sinis_cooling_power, sinis_voltage
from valvelab.thermometer import CalibratedRange

DEVICE = preset("paper")
NOISE = 1e-7
VISITS = ["off", "both", "only_1", "only_1", "both", "off"]
FREQUENCIES = {"off": (2e9, 2e9), "both": (4e9, 4e9), "only_1": (4e9, 2e9)}
DRAIN = {"off": 0.100, "both": 0.108, "only_1": 0.104}


def _voltage(island, temperature):
    thermometer = island.thermometer
    return float(
        sinis_voltage(thermometer.bias_current, temperature, thermometer.gap, thermometer.resistance)
    )


def _balance(temperature, bath):
    thermometer = DEVICE.drain.thermometer
    cooling = sinis_cooling_power(
        thermometer.bias_current, temperature, thermometer.gap, thermometer.resistance
    )
    return float(DEVICE.drain.electron_phonon_power(temperature, bath) + cooling)


def _raw(blocks=4, seed=None, drift=0.0, offset=0.0, cells=(0.06, 0.12)):
    """Return readings of a drain at known temperatures, with white noise and a drifting voltage."""
    random = np.random.default_rng(seed)
    rows = []
    for cell, bath in enumerate(cells):
        for block in range(blocks):
            for name in VISITS:
                fluxes = [float(q.flux(f)) for q, f in zip(DEVICE.qubits, FREQUENCIES[name], strict=True)]
                first, second = DEVICE.flux.coil_currents(fluxes)
                noise = NOISE * random.standard_normal(2) if seed is not None else (0.0, 0.0)
                rows.append(
                    {
                        "configuration": name, "cell": cell, "block": block, "repetition": 0,
                        "time": float(len(rows)), "coil_current_1": first, "coil_current_2": second,
                        "heater_voltage": 0.1,
                        "thermometer_voltage_source": _voltage(DEVICE.source, 0.384) + noise[0],
                        "thermometer_voltage_drain": _voltage(DEVICE.drain, DRAIN[name])
                        + noise[1] + offset + drift * len(rows),
                        "mixing_chamber_temperature": bath, "bath_temperature_set_point": bath,
                    }
                )  # fmt: skip
    return make_dataset({name: [row[name] for row in rows] for name in RAW if name in rows[0]}, RAW, {})


def test_powers_are_the_balance_of_the_drain_above_off():
    reduced = reduce(_raw(), DEVICE)
    check_dataset(reduced, REDUCED, "reduced")
    assert list(reduced["configuration"].values) == ["both", "only_1"] * 2
    for row, bath in enumerate([0.06, 0.06, 0.12, 0.12]):
        name = str(reduced["configuration"].values[row])
        expected = _balance(DRAIN[name], bath) - _balance(DRAIN["off"], bath)
        assert float(reduced["heat_power_drain"][row]) == pytest.approx(expected, rel=1e-9, abs=0)
        assert float(reduced["temperature_drain"][row]) == pytest.approx(DRAIN[name], rel=1e-9, abs=0)
        assert float(reduced["reference_temperature_drain"][row]) == pytest.approx(
            DRAIN["off"], rel=1e-9, abs=0
        )
        assert float(reduced["frequency_1"][row]) == pytest.approx(FREQUENCIES[name][0], rel=1e-9, abs=0)
        assert float(reduced["frequency_2"][row]) == pytest.approx(FREQUENCIES[name][1], rel=1e-9, abs=0)
    np.testing.assert_allclose(reduced["temperature_source"], 0.384, rtol=1e-9)


def test_a_linear_drift_cancels_between_the_halves_of_a_palindrome():
    # One microvolt over the cell is ten times the noise of a reading. What is left of it is its mean.
    drift = 1e-6 / 24
    drifting = reduce(_raw(drift=drift, cells=(0.06,)), DEVICE)
    shifted = reduce(_raw(offset=11.5 * drift, cells=(0.06,)), DEVICE)
    np.testing.assert_allclose(drifting["heat_power_drain"], shifted["heat_power_drain"], rtol=1e-9)


@pytest.fixture(scope="module")
def runs():
    return [reduce(_raw(blocks=2, seed=seed), DEVICE) for seed in range(200)]


@pytest.mark.desk
def test_the_covariance_is_the_scatter_of_repeated_runs(runs):
    powers = np.array([run["heat_power_drain"].values for run in runs])
    found = np.cov(powers.T)
    stated = np.mean([run["heat_power_drain_covariance"].values for run in runs], axis=0)
    scale = np.sqrt(np.outer(np.diag(stated), np.diag(stated)))
    # 200 runs know a correlation to 0.07.
    np.testing.assert_allclose(found / scale, stated / scale, atol=0.3)
    assert stated[0, 1] / scale[0, 1] == pytest.approx(0.5, abs=0.1)  # the shared off
    assert np.all(np.abs(stated[:2, 2:]) < 1e-9 * stated[0, 0])  # no sharing between cells
    np.testing.assert_allclose(
        np.sqrt(np.diag(runs[0]["heat_power_drain_covariance"])), runs[0]["heat_power_drain_std"], rtol=1e-12
    )


@pytest.mark.desk
def test_the_error_of_the_drain_temperature_comes_with_its_covariance(runs):
    power, temperature = (
        np.array([run[name].values[0] for run in runs]) for name in ("heat_power_drain", "temperature_drain")
    )
    error, covariance = (
        np.mean([run[name].values[0] for run in runs])
        for name in ("temperature_drain_std", "heat_power_temperature_covariance")
    )
    assert temperature.std() == pytest.approx(error, rel=0.2, abs=0)
    assert np.cov(power, temperature)[0, 1] == pytest.approx(covariance, rel=0.25, abs=0)


def test_a_cell_without_off_is_refused():
    raw = _raw()
    keep = ~((raw["cell"] == 1) & (raw["configuration"] == "off"))
    with pytest.raises(DataError, match=r"'off' and another, found \[1\] without"):
        reduce(raw.isel(point=np.flatnonzero(keep)), DEVICE)


def test_a_single_reading_has_no_scatter_and_is_refused():
    with pytest.raises(DataError, match=r"cell 1, '\w+' must hold at least two readings .* found 1"):
        reduce(_raw(blocks=1).isel(point=slice(0, 9)), DEVICE)


def test_voltages_that_no_temperature_gives_are_refused():
    raw = _raw(offset=0.1)
    with pytest.raises(
        DataError, match=r"thermometer_voltage_drain: must lie between .* nV and 410 uV"
    ) as caught:
        reduce(raw, DEVICE)
    message = str(caught.value)
    assert "a gap of 205 ueV" in message and "drain.thermometer.gap), found " in message
    assert "Argument" not in message and "paper.yaml:" in message


def _known_by(role, **known):
    island = getattr(DEVICE, role)
    thermometer = island.thermometer.model_copy(update=known)
    return DEVICE.model_copy(update={role: island.model_copy(update={"thermometer": thermometer})}).placed(
        DEVICE.places
    )


def test_what_bounds_the_temperatures_of_a_thermometer_is_named():
    narrow = CalibratedRange(lowest="50 mK", highest="95 mK", gap_error="0 ueV", resistance_error="0 Ohm")
    law = DEVICE.drain.thermometer
    points = tuple((t, float(law.voltage(t)), 1e-7) for t in (0.05, 0.07, 0.08, 0.09))
    for key, known in (("calibration", narrow), ("points", points)):
        with pytest.raises(DataError, match=rf"trusted \(.*drain\.thermometer\.{key}\), found "):
            reduce(_raw(), _known_by("drain", **{key: known}))
    # Where the drain was heated, what is cold is called source in the files.
    raw, names = _raw(), ("thermometer_voltage_source", "thermometer_voltage_drain")
    other = raw.assign({one: raw[two].copy(data=raw[two].values) for one, two in (names, names[::-1])})
    turned = DEVICE.model_copy(update={"source": _known_by("drain", calibration=narrow).drain})
    turned = turned.model_copy(update={"drain": DEVICE.source}).placed(DEVICE.places)
    with pytest.raises(DataError, match=r"thermometer_voltage_source: .*source\.thermometer\.calibration\)"):
        reduce(other.assign_attrs(heated="drain"), turned)


def test_a_device_without_islands_is_refused_with_what_is_missing():
    with pytest.raises(
        ConfigurationError, match=r"source: must be known to reduce; add it\n.*drain: must be"
    ):
        reduce(_raw(), preset("aalto2026"))


def test_raw_data_without_units_or_variables_are_refused():
    with pytest.raises(DataError, match="coil_current_1: is missing"):
        reduce(_raw().drop_vars("coil_current_1"), DEVICE)


def test_readings_that_only_found_a_ridge_make_no_power():
    raw = _raw()
    searched = raw.isel(point=slice(0, 8)).assign(configuration=("point", ["centre_1", "centre_2"] * 4))
    both = xr.concat([searched, raw], "point", data_vars="all")
    xr.testing.assert_identical(reduce(both, DEVICE), reduce(raw, DEVICE))
    with pytest.raises(DataError, match="must hold readings of a configuration, found none"):
        reduce(searched, DEVICE)


def test_a_flux_that_was_found_elsewhere_counts_where_it_was_found():
    raw = _raw()
    moved = raw.assign(flux_offset_1=("point", np.full(raw.sizes["point"], 5e-3)))
    moved = moved.assign(flux_offset_2=("point", np.full(raw.sizes["point"], -2e-3)))
    plain, found = reduce(raw, DEVICE), reduce(moved, DEVICE)
    for number, (qubit, offset) in enumerate(zip(DEVICE.qubits, (5e-3, -2e-3), strict=True), start=1):
        fluxes = DEVICE.flux.fluxes(
            [[float(raw[f"coil_current_{coil}"][row]) for coil in (1, 2)] for row in (1, 2)]
        )
        expected = qubit.frequency(fluxes[:, number - 1] + offset)
        np.testing.assert_allclose(found[f"frequency_{number}"][:2], expected, rtol=1e-9)
        assert np.all(np.abs(found[f"frequency_{number}"] - plain[f"frequency_{number}"]) > 1e6)


def test_what_a_wandering_bath_does_is_no_noise():
    calm = _raw(blocks=8, seed=4)
    random = np.random.default_rng(5)
    wander = 3e-5 * np.cumsum(random.standard_normal((2, calm.sizes["point"] // 2)), axis=1)
    wander = (wander - wander.mean(axis=1, keepdims=True)).ravel()  # of two cells
    read = 2e-5 * random.standard_normal(calm.sizes["point"])
    bath = calm["mixing_chamber_temperature"].values
    follows = calm.assign(
        mixing_chamber_temperature=("point", bath + wander + read),
        thermometer_voltage_drain=("point", calm["thermometer_voltage_drain"].values - 5e-3 * wander),
    )
    plain, found = reduce(calm, DEVICE), reduce(follows, DEVICE)
    error = plain["heat_power_drain_std"]
    assert np.all(found["heat_power_drain_std"] < 1.5 * error)
    assert np.all(np.abs(found["heat_power_drain"] - plain["heat_power_drain"]) < 2 * error)
    ignored = follows.assign(mixing_chamber_temperature=("point", bath))
    assert np.all(reduce(ignored, DEVICE)["heat_power_drain_std"] > 1.5 * found["heat_power_drain_std"])


@pytest.mark.parametrize("warmer", [5e-5, 2e-4, 1e-2])
def test_a_bath_that_follows_the_configuration_is_not_extrapolated(warmer):
    raw = _raw(blocks=8, seed=4)
    read = 2e-5 * np.random.default_rng(5).standard_normal(raw.sizes["point"])
    bath = raw["mixing_chamber_temperature"].values + read + warmer * (raw["configuration"].values == "both")
    plain, found = reduce(raw, DEVICE), reduce(raw.assign(mixing_chamber_temperature=("point", bath)), DEVICE)
    np.testing.assert_allclose(
        found["heat_power_drain_std"], plain["heat_power_drain_std"], rtol=0.1 + 20 * warmer
    )


def test_an_error_of_a_flux_moves_the_frequencies_along_their_dispersion():
    assert DEVICE.flux is not None
    stated = DEVICE.flux.model_copy(update={"offset_error": (1e-4, 2e-4)})
    plain, found = reduce(_raw(), DEVICE), reduce(_raw(), DEVICE.model_copy(update={"flux": stated}))
    assert not [name for name in plain if "frequency" in name and "shift" in name]
    for number, error in ((1, 1e-4), (2, 2e-4)):
        # The same raster read with coils whose offset is as much off.
        offset = np.array(DEVICE.flux.offset) + error * (np.arange(2) == number - 1)
        off = DEVICE.flux.model_copy(update={"offset": tuple(offset.tolist())})
        moved = reduce(_raw(), DEVICE.model_copy(update={"flux": off}))
        for name in (f"frequency_{number}", f"reference_frequency_{number}"):
            shift = found[f"{name}_shift"].values
            np.testing.assert_allclose(shift, moved[name] - plain[name], rtol=2e-2)
            assert found[f"{name}_shift"].attrs["units"] == "Hz" and np.all(np.abs(shift) > 1e5)


def test_where_the_drain_was_heated_source_and_drain_are_exchanged():
    raw = _raw()
    names = ("thermometer_voltage_source", "thermometer_voltage_drain")
    other = raw.assign({names[0]: raw[names[1]].copy(), names[1]: raw[names[0]].copy()}).assign_attrs(
        heated="drain"
    )
    for name in names:
        other[name].attrs = dict(raw[name].attrs)
    turned = DEVICE.model_copy(update={"source": DEVICE.drain, "drain": DEVICE.source})
    expected, found = reduce(raw, DEVICE), reduce(other, turned)
    assert found.attrs["heated"] == "drain"
    for name in REDUCED:
        if name in expected:
            np.testing.assert_array_equal(found[name].values, expected[name].values)
