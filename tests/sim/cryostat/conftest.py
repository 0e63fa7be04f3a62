import pytest

from valvelab.clock import VirtualClock
from valvelab.configuration import load_configuration
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat


@pytest.fixture(scope="session")
def cryostat() -> Cryostat:
    return load_configuration(DEFAULT_CRYOSTAT, Cryostat)


@pytest.fixture(scope="session")
def quiet_cryostat(cryostat: Cryostat) -> Cryostat:
    chamber = cryostat.mixing_chamber.model_copy(update={"thermometer_noise": 0.0})
    return cryostat.model_copy(update={"voltmeter_noise": 0.0, "mixing_chamber": chamber})


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()
