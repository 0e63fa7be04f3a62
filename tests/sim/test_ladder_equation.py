import numpy as np
import pytest

from valvelab.sim.ladder_equation import Jump, Sector

SECTOR = Sector(3, 2)


def random_state(seed):
    """Return a density matrix whose coherences are all between states of one number of excitations."""
    random = np.random.default_rng(seed)
    row, column = SECTOR.places
    kept = np.zeros((6, 6))
    kept[row, column] = 1
    root = random.normal(size=(6, 6)) + 1j * random.normal(size=(6, 6))
    state = root @ root.conj().T * kept
    return state / np.trace(state).real


def elements(state):
    return (state.real + state.imag)[SECTOR.places][None]


@pytest.mark.parametrize(
    ("first", "second", "kept"), [(2, 2, 6), (3, 3, 19), (4, 4, 44), (5, 5, 85), (6, 6, 146)]
)
def test_coherences_between_different_numbers_are_left_out(first, second, kept):
    assert Sector(first, second).trace.size == kept
    assert Sector(first, second).trace.sum() == first * second


def test_the_map_of_real_numbers_is_the_commutator():
    state, random = random_state(1), np.random.default_rng(2)
    row, column = SECTOR.places
    h = np.zeros((6, 6))
    h[row, column] = random.normal(size=row.size)
    h += h.T
    expected = -2j * np.pi * (h @ state - state @ h)
    found = SECTOR.commutator(h[None]) @ elements(state)[..., None]
    np.testing.assert_allclose(found[..., 0], elements(expected), atol=1e-13)


@pytest.mark.parametrize("raises", [False, True])
@pytest.mark.parametrize("phases", [False, True])
def test_the_map_of_real_numbers_is_the_dissipator_and_its_energy(phases, raises):
    state, random = random_state(3), np.random.default_rng(4)
    number = np.add.outer(np.arange(3), np.arange(2)).ravel()
    lowers = number[:, None] == number[None, :] - 1
    x, y = (random.normal(size=(6, 6)) * lowers for _ in range(2))
    if phases:
        x, y = (one * np.exp(1j * random.uniform(0, 6, (6, 6))) for one in (x, y))
    jump = Jump(x[None], y[None])
    if raises:
        x, y, jump = x.conj().T, y.conj().T, jump.adjoint
    half = y @ state @ x.conj().T - x.conj().T @ y @ state
    expected = half + half.conj().T
    found = SECTOR.dissipator(jump) @ elements(state)[..., None]
    np.testing.assert_allclose(found[..., 0], elements(expected), atol=1e-13)
    whole = jump.change(SECTOR.whole(elements(state)))
    np.testing.assert_allclose(whole[0], expected.real + expected.imag, atol=1e-13)
    assert found.dtype == whole.dtype == float
    assert found[0, :, 0] @ SECTOR.trace == pytest.approx(0, abs=1e-13)
    h = random.normal(size=(6, 6))
    h += h.T
    assert jump.energy(h[None], SECTOR.full(elements(state), phases=phases)) == pytest.approx(
        np.trace(h @ expected).real, rel=1e-12, abs=0
    )
