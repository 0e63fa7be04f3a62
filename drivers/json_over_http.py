"""Ask a box that speaks JSON over HTTP, or the one of a simulated cryostat without any socket."""

import http.client
import json
import re
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
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
    certificate
        File with the certificate of an ``https`` address; those that the system trusts by default.

    Raises
    ------
    StationError
        If that is no such URL.
    """

    def __init__(
        self,
        name: str,
        address: str,
        *,
        visalib: str | None,
        timeout: float,
        certificate: Path | None = None,
    ) -> None:
        match = re.fullmatch(r"(https?)://([\w.-]+):(\d{1,5})/?", address)
        if match is None:
            raise StationError(
                f"{name}: address must be a URL such as http://192.168.150.41:5001, found {address!r}"
            )
        self.name = name
        self.address = address.rstrip("/")
        self.timeout = timeout
        self.resource_manager: pyvisa.ResourceManager | None = None
        self._carry: Callable[[str, str], bytes]
        self._utc: Callable[[], datetime] = lambda: datetime.now(UTC)
        if visalib is not None and visalib.endswith(_SIMULATED):
            self.resource_manager = pyvisa.ResourceManager(visalib)
            library: Any = self.resource_manager.visalib
            self._carry = lambda path, body: library.request(self.address, path, body, timeout)
            self._utc = library.clock.utc
            return
        host, port = match[2], int(match[3])
        secure = ssl.create_default_context(cafile=certificate) if match[1] == "https" else None
        self._carry = lambda path, body: _over_http(_connection(host, port, timeout, secure), path, body)

    def utc(self) -> datetime:
        """Return the calendar time here, or in the simulated cryostat."""
        return self._utc()

    def request(
        self, path: str, payload: Mapping[str, Any] = MappingProxyType({}), query: str = ""
    ) -> Mapping[str, Any]:
        """Send a request, and return what the box tells.

        Parameters
        ----------
        path
            The endpoint, such as ``/heater``.
        payload
            The fields of the request; without any it is a GET.
        query
            What stands behind the path, such as ``?key=1234``; no message repeats it.

        Raises
        ------
        RunError
            If the box does not answer, or not with a JSON object.
        """
        try:
            reply = json.loads(self._carry(path + query, json.dumps(dict(payload)) if payload else ""))
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


def _connection(
    host: str, port: int, timeout: float, secure: ssl.SSLContext | None
) -> http.client.HTTPConnection:
    if secure is None:
        return http.client.HTTPConnection(host, port, timeout=timeout)
    return http.client.HTTPSConnection(host, port, timeout=timeout, context=secure)


def _over_http(connection: http.client.HTTPConnection, path: str, body: str) -> bytes:
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
