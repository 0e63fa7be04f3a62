import mpmath
import numpy as np
import pytest

from valvelab.fermi_sums import Step, density_root, density_slope, terms_and_weights


def test_the_weights_and_the_integral_beyond_are_the_infinite_sum() -> None:
    places, weights = terms_and_weights(np.array([2 * np.pi]))
    found = (weights[0] / places[0, :-1] ** 2).sum() + 1 / places[0, -1]
    assert found == pytest.approx(np.pi**2 / 2, rel=1e-14, abs=0)


@pytest.mark.parametrize("step", [1e-12j, 1e-3j, 0.5, 2.0 + 1j])
def test_a_step_loses_no_digits(step: complex) -> None:
    z = np.array([0.7 + 0.3j, 1.001 + 0.02j, 2e-3 + 5j])
    found = Step.of(z, np.array(step))
    with mpmath.workdps(40):
        for k, start in enumerate(z):
            ends = [mpmath.mpc(start), mpmath.mpc(start) + mpmath.mpc(step)]
            roots = [mpmath.sqrt(1 - end**2) for end in ends]
            density = ends[1] / roots[1] - ends[0] / roots[0]
            assert abs(found.of_root[k] / complex(roots[1] - roots[0]) - 1) < 1e-14
            assert abs(found.of_density[k] / complex(density) - 1) < 1e-14


def test_the_root_is_that_of_the_upper_half_plane_and_the_slope_is_the_derivative() -> None:
    z = np.array([-3.0, -0.5, 0.5, 3.0]) + 1e-9j
    density = z / density_root(z) / 1j
    assert (density.real >= 0).all()
    assert density[[0, 3]].real == pytest.approx(3 / np.sqrt(8), rel=1e-8, abs=0)
    apart = 1e-6
    change = (z + apart) / density_root(z + apart) - (z - apart) / density_root(z - apart)
    assert density_slope(density_root(z)) == pytest.approx(change / (2 * apart), rel=1e-8, abs=0)
