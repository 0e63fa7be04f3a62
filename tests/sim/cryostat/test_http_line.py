import http.client
import json

import pytest

from valvelab.sim.cryostat import Cryostat, serve

URL = "http://192.168.150.41:5001"


@pytest.fixture(scope="module")
def port(cryostat: Cryostat):
    bridge = next(box for box in cryostat.boxes.values() if box.model == "ls372")
    boxes = {URL: bridge.model_copy(update={"model": "bluefors"})}
    with serve(cryostat.model_copy(update={"boxes": boxes}), first_port=0, speed=100.0) as served:
        assert served[URL].startswith("http://127.0.0.1:")
        yield int(served[URL].rpartition(":")[2])


def ask(port: int, verb: str, path: str, body: str | None = None, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(verb, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def test_a_request_is_answered_with_json(port: int) -> None:
    status, body = ask(port, "GET", "/system")
    assert status == 200
    assert json.loads(body)["type"] == "Bluefors TC"
    assert json.loads(ask(port, "POST", "/channel", '{"channel_nr": 6}')[1])["name"] == "mxc"


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_a_page_in_a_browser_is_refused(port: int, headers: dict) -> None:
    assert ask(port, "GET", "/system", **headers)[0] == 403
    assert ask(port, "POST", "/heater/update", '{"heater_nr": 4, "active": true}', **headers)[0] == 403


def test_a_request_without_end_or_of_another_kind_is_refused(port: int) -> None:
    assert ask(port, "POST", "/channel", "x", Content_Length="999999")[0] == 413
    assert ask(port, "DELETE", "/channel")[0] == 501
