"""Whether a host's name can be turned into an address."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address

from desktop_app.core.checks import Undecided
from desktop_app.core.cloud import origin_of
from desktop_app.core.diagnosis import Answer, Results, host_of
from desktop_app.core.problems import ConnectionProblem, Problem

Resolve = Callable[[str], str]
"""The first address of a host's name. Raises OSError."""


def first_address(host: str) -> str:
    """As the operating system finds it, hosts file included. Raises OSError, for a name that cannot be one too."""
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    except UnicodeError as error:  # a part of it is empty or too long
        raise OSError(host) from error


def is_address(base: str) -> bool:
    """True if the host is written as an IP address, so that there is no name to find."""
    try:
        ip_address(origin_of(base)[0])
    except ValueError:
        return False
    return True


def name(base: str, proxy_for: Callable[[str], str], resolve: Resolve) -> Callable[[Results], Answer]:
    """Facts: host, address. Raises NAME_NOT_RESOLVED (host); Undecided where a proxy is on the way, which looks names
    up itself."""

    def run(_results: Results) -> Answer:
        host = host_of(base)
        try:
            return {"host": host, "address": resolve(origin_of(base)[0])}
        except OSError as error:
            facts = {"host": host, "error": type(error).__name__}
            if proxy_for(base):
                return Undecided({**facts, "proxy": "yes"})
            raise ConnectionProblem(Problem.NAME_NOT_RESOLVED, facts) from error

    return run
