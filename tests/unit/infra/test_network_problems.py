"""Every exception the network libraries know has a Problem; the telling one in a chain decides."""

import http.client
import inspect
import socket
import ssl

import pytest
import requests.exceptions
import urllib3.exceptions

from desktop_app.core.problems import Problem
from desktop_app.infra.network_problems import PROBLEM_OF_REQUESTS, network_problem

RAISED_BY_REQUESTS = [
    member
    for _, member in inspect.getmembers(requests.exceptions, inspect.isclass)
    if issubclass(member, Exception)
    and not issubclass(member, Warning)
    and member.__module__ == requests.exceptions.__name__
]


def chained(outer: BaseException, inner: BaseException) -> BaseException:
    outer.__cause__ = inner
    return outer


def test_there_are_exceptions_to_walk() -> None:
    assert requests.exceptions.ConnectTimeout in RAISED_BY_REQUESTS
    assert len(RAISED_BY_REQUESTS) > 20


@pytest.mark.parametrize("member", RAISED_BY_REQUESTS, ids=lambda member: member.__name__)
def test_every_exception_of_requests_has_a_problem_of_its_own(member: type[Exception]) -> None:
    assert member in PROBLEM_OF_REQUESTS


@pytest.mark.parametrize(
    ("cause", "problem"),
    [
        (socket.gaierror(-2, "Name or service not known"), Problem.NAME_NOT_RESOLVED),
        (ConnectionRefusedError(111, "refused"), Problem.CONNECTION_REFUSED),
        (ConnectionResetError(104, "reset"), Problem.CONNECTION_LOST),
        (OSError(113, "No route to host"), Problem.CONNECTION_LOST),
        (TimeoutError("timed out"), Problem.TIMED_OUT),
        (ssl.SSLCertVerificationError(1, "self-signed"), Problem.CERTIFICATE_UNTRUSTED),
        (ssl.SSLError(1, "wrong version number"), Problem.TLS_FAILED),
        (ssl.SSLEOFError(8, "EOF occurred"), Problem.CONNECTION_LOST),
        (http.client.IncompleteRead(b"{", 9), Problem.ANSWER_CUT_OFF),
        (urllib3.exceptions.ProxyError("407", OSError("Tunnel connection failed")), Problem.PROXY_FAILED),
    ],
    ids=lambda value: value.name if isinstance(value, Problem) else type(value).__name__,
)
def test_cause_inside_a_connection_error_decides(cause: Exception, problem: Problem) -> None:
    error = requests.exceptions.ConnectionError(chained(urllib3.exceptions.ProtocolError("aborted"), cause))

    assert network_problem(error, "dev.azure.example").problem is problem


@pytest.mark.parametrize(
    ("cause", "problem"),
    [
        (ConnectionRefusedError(111, "refused"), Problem.PROXY_UNREACHABLE),
        (socket.gaierror(-2, "Name or service not known"), Problem.PROXY_UNREACHABLE),
        (TimeoutError("timed out"), Problem.PROXY_UNREACHABLE),
        (OSError("Tunnel connection failed: 407 Proxy Authentication Required"), Problem.PROXY_AUTHENTICATION),
        (OSError("Tunnel connection failed: 403 Forbidden"), Problem.PROXY_BLOCKED),
        (OSError("Tunnel connection failed: 502 Bad Gateway"), Problem.PROXY_FAILED),
        (ConnectionResetError(104, "reset"), Problem.PROXY_FAILED),
    ],
    ids=str,
)
def test_failure_on_the_way_to_the_proxy_is_the_proxys(cause: Exception, problem: Problem) -> None:
    error = requests.exceptions.ProxyError(urllib3.exceptions.ProxyError("Unable to connect to proxy", cause))

    assert network_problem(error, "dev.azure.example").problem is problem


RAISED_BY_URLLIB3 = [
    member
    for _, member in inspect.getmembers(urllib3.exceptions, inspect.isclass)
    if issubclass(member, urllib3.exceptions.HTTPError) and member.__module__ == urllib3.exceptions.__name__
]


@pytest.mark.parametrize("member", RAISED_BY_URLLIB3, ids=lambda member: member.__name__)
def test_no_exception_of_urllib3_is_taken_for_a_mistake_of_the_program(member: type[Exception]) -> None:
    error = member.__new__(member)  # each wants arguments of its own, which do not matter here

    assert network_problem(error, "h").problem is not Problem.INTERNAL


def test_mistake_of_the_program_is_internal() -> None:
    assert network_problem(requests.exceptions.InvalidHeader("x"), "h").problem is Problem.INTERNAL
    assert network_problem(ValueError("x"), "h").problem is Problem.INTERNAL


def test_facts_name_host_and_error_but_no_text_of_the_request() -> None:
    error = requests.exceptions.ConnectionError("Max retries exceeded with url: /a?code=hidden")

    facts = network_problem(error, "dev.azure.example").facts

    assert facts["host"] == "dev.azure.example"
    assert facts["error"] == "ConnectionError"
    assert "hidden" not in repr(dict(facts))


def test_circle_of_causes_ends() -> None:
    first, second = OSError("a"), OSError("b")
    first.__cause__, second.__cause__ = second, first

    assert network_problem(first, "h").problem is Problem.CONNECTION_LOST
