"""Ask a box that speaks JSON over HTTP, or the one of a simulated cryostat without any socket."""

import http.client
import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import pyvisa

from valvelab.errors import RunError, StationError

_SIMULATED = "@valve"


class JsonOverHttp:
    """The way to one box.

    Parameters
    ----------
    name
        Name of its instrument, for messages.
    address
        URL of the box, such as ``http://192.168.150.41:5001``.
    visalib
        Where PyVISA finds a simulated cryostat, such as ``@valve``, for the box in it; else of no account.
    timeout
        How long to wait for a reply [s].

    Raises
    ------
    StationError
        If that is no such URL.
    """

    def __init__(self, name: str, address: str, *, visalib: str | None, timeout: float) -> None:
        match = re.fullmatch(r"http://([\w.-]+):(\d{1,5})/?", address)
        if match is None:
            raise StationError(
                f"{name}: address must be a URL such as http://192.168.150.41:5001, found {address!r}"
            )
        self.name = name
        self.address = address.rstrip("/")
        self.timeout = timeout
        self.resource_manager: pyvisa.ResourceManager | None = None
        self._carry: Callable[[str, str], bytes]
        if visalib is not None and visalib.endswith(_SIMULATED):
            self.resource_manager = pyvisa.ResourceManager(visalib)
            library: Any = self.resource_manager.visalib
            self._carry = lambda path, body: library.request(self.address, path, body, timeout)
        else:
            self._carry = lambda path, body: _over_http(match[1], int(match[2]), path, body, timeout)

    def request(self, path: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send a request, and return what the box tells.

        Parameters
        ----------
        path
            The endpoint, such as ``/heater``.
        payload
            The fields of the request; without any it is a GET.

        Raises
        ------
        RunError
            If the box does not answer, or not with a JSON object.
        """
        try:
            reply = json.loads(self._carry(path, json.dumps(payload) if payload else ""))
        except (OSError, http.client.HTTPException) as error:
            silent = f"no answer within {self.timeout:g} s"
            reason = silent if isinstance(error, TimeoutError) else str(error) or type(error).__name__
            raise RunError(
                f"{self.name}: must answer at {self.address}, found {reason}; check address, cable and power"
            ) from error
        except ValueError:
            reply = None
        if not isinstance(reply, dict):
            raise RunError(
                f"{self.name}: must answer {path} with a JSON object, found something else at {self.address}; is "
                "another box there?"
            )
        return reply


def _over_http(host: str, port: int, path: str, body: str, timeout: float) -> bytes:
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        if body:
            connection.request("POST", path, body.encode(), {"Content-Type": "application/json"})
        else:
            connection.request("GET", path)
        response = connection.getresponse()
        if response.status != HTTPStatus.OK:
            raise http.client.HTTPException(f"HTTP status {response.status}")
        return response.read()
    finally:
        connection.close()
