"""A health check's request to an address."""

from __future__ import annotations

import h11

from localalb.balancer.event import HEALTH_CHECK_AGENT
from localalb.balancer.topology import Address, HealthCheck
from localalb.forwarding.dial import Dial
from localalb.http.faults import Fault
from localalb.http.place import Place, written


class Probe:
    """Asks addresses, each time over a connection of its own (user guide, "Health checks": "the load balancer
    node closes the connection that was established for the health check")."""

    def __init__(self, dial: Dial) -> None:
        self._dial = dial

    async def __call__(self, check: HealthCheck, address: Address) -> int:
        """The status of the answer. Raises `Fault` where there is none."""
        assert address.reached is not None
        host, port = address.reached
        where = host, check.port or port
        connection = await self._dial.open((where, check.protocol == "HTTPS"))
        try:
            connection.begin(head=False, upgrade=False)
            await connection.write(request(check, where))
            return (await connection.head()).status_code
        except h11.RemoteProtocolError as error:
            raise Fault(502, f"the response is malformed: {error}") from None
        except TimeoutError:
            raise
        except OSError as error:
            raise Fault(502, f"the target closed the connection: {error}") from None
        finally:
            connection.close()


def request(check: HealthCheck, where: Place) -> bytes:
    """User guide, "Troubleshoot your Application Load Balancers": the Host is the target's address and the
    port of the check, whatever the port is."""
    lines = (
        f"GET {check.path} HTTP/1.1",
        f"Host: {written(where)}",
        "Connection: close",
        f"User-Agent: {HEALTH_CHECK_AGENT}",
        "Accept-Encoding: gzip, compressed",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
