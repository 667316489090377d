"""Whether what an adapter sent is as Microsoft publishes it, by the same book as the requests to the real names."""

from urllib.parse import urlsplit

from desktop_app.core.ports import Request
from tests.e2e.real_hosts.operations import Seen
from tests.e2e.real_hosts.published import deviations_of


def deviations(request: Request) -> list[str]:
    """Of a request that RequestsSession would send; it adds the User-Agent."""
    parts = urlsplit(request.url)
    headers = {name.lower(): value for name, value in request.headers.items()} | {"user-agent": "ado-connect"}
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return deviations_of(Seen(parts.netloc, request.method, target, headers, request.body or b""), [])
