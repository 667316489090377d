"""The proxy between this computer and a cloud: whether there is one, where that is set, and whether it answers."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from urllib.parse import urlsplit

from desktop_app.core.diagnosis import Answer, Results
from desktop_app.core.problems import ConnectionProblem, Problem

WAIT_S = 5.0

_USUAL_PORTS = {"https": 443, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}
_VARIABLES = ("https_proxy", "all_proxy")

Knock = Callable[[str, int], None]
"""Opens a connection to a host and port, and closes it. Raises OSError."""


def knock(host: str, port: int) -> None:
    """Within WAIT_S. Raises OSError."""
    with closing(socket.create_connection((host, port), timeout=WAIT_S)):
        pass


def proxy(
    bases: Sequence[str], proxy_for: Callable[[str], str], environment: Mapping[str, str], knock: Knock
) -> Callable[[Results], Answer]:
    """Facts: proxy (host and port, never a user name or password; several are separated by ", ") and source
    ("environment" or "system"); none without a proxy. Raises PROXY_UNREACHABLE (proxy, source)."""

    def run(_results: Results) -> Answer:
        found = list(dict.fromkeys(address for base in bases if (address := proxy_for(base))))
        if not found:
            return {}
        variables = {name.lower() for name, value in environment.items() if value}
        source = "environment" if variables & set(_VARIABLES) else "system"
        shown = []
        for address in found:
            try:
                host, port = _place(address)
            except ValueError as error:  # what it says may hold a password
                facts = {"source": source, "error": type(error).__name__}
                raise ConnectionProblem(Problem.PROXY_UNREACHABLE, facts) from None
            shown.append(f"{host}:{port}")
            try:
                knock(host, port)
            except (OSError, UnicodeError) as error:
                facts = {"proxy": shown[-1], "source": source, "error": type(error).__name__}
                raise ConnectionProblem(Problem.PROXY_UNREACHABLE, facts) from error
        return {"proxy": ", ".join(shown), "source": source}

    return run


def _place(address: str) -> tuple[str, int]:
    """(host, port) of a proxy's address, with or without a scheme. Raises ValueError."""
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if not parts.hostname:
        raise ValueError("no host")
    return parts.hostname, parts.port or _USUAL_PORTS.get(parts.scheme.lower(), 80)
