"""Everything a keyring can raise has a Problem."""

import inspect

import keyring
import keyring.errors
import pytest

from desktop_app.core.credential import Secret
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import ProfileId
from desktop_app.infra.keyring_problems import PROBLEM_OF_KEYRING, keyring_problem
from desktop_app.infra.keyring_store import KeyringSecretStore
from tests.fakes.keyring import ShortKeyring

KEY = ProfileId("0123456789abcdef")


RAISED_BY_KEYRING = [
    member
    for _, member in inspect.getmembers(keyring.errors, inspect.isclass)
    if issubclass(member, Exception) and member.__module__ == keyring.errors.__name__
]


def named(name: str, *bases: type[Exception]) -> type[Exception]:
    module, _, qualname = name.rpartition(".")
    return type(qualname, bases or (Exception,), {"__module__": module})


@pytest.mark.parametrize("member", RAISED_BY_KEYRING, ids=lambda member: member.__name__)
def test_every_exception_of_keyring_has_a_problem_of_its_own(member: type[Exception]) -> None:
    assert member in PROBLEM_OF_KEYRING
    assert keyring_problem(member("x")).problem is PROBLEM_OF_KEYRING[member]


@pytest.mark.skipif("sys.platform != 'linux'", reason="secretstorage and jeepney are there on Linux only")
def test_every_exception_of_secretstorage_is_told_apart() -> None:
    from secretstorage import exceptions

    expected: dict[type[Exception], Problem] = {
        exceptions.SecretStorageException: Problem.KEYRING_REFUSED,
        exceptions.SecretServiceNotAvailableException: Problem.KEYRING_MISSING,
        exceptions.LockedException: Problem.KEYRING_LOCKED,
        exceptions.ItemNotFoundException: Problem.KEYRING_REFUSED,
        exceptions.PromptDismissedException: Problem.KEYRING_LOCKED,
    }
    known = {member for _, member in inspect.getmembers(exceptions, inspect.isclass)}

    assert known == set(expected)
    assert {member: keyring_problem(member()).problem for member in expected} == expected


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("org.freedesktop.Secret.Error.IsLocked", Problem.KEYRING_LOCKED),
        ("org.freedesktop.DBus.Error.ServiceUnknown", Problem.KEYRING_MISSING),
        ("org.freedesktop.DBus.Error.AccessDenied", Problem.KEYRING_REFUSED),
    ],
)
def test_error_on_the_bus_is_told_by_its_name(name: str, problem: Problem) -> None:
    error = named("jeepney.wrappers.DBusErrorResponse")("quoted text")
    error.name = name  # type: ignore[attr-defined]  # as jeepney's class has it

    assert keyring_problem(error).problem is problem


@pytest.mark.parametrize("error", [ConnectionRefusedError(), FileNotFoundError(), EOFError()])
def test_bus_that_is_gone_means_no_keyring(error: Exception) -> None:
    assert keyring_problem(error).problem is Problem.KEYRING_MISSING


def test_dismissed_prompt_inside_a_failed_start_means_locked() -> None:
    outer = keyring.errors.InitError("Failed to create the collection")
    outer.__cause__ = named("secretstorage.exceptions.PromptDismissedException")()

    assert keyring_problem(outer).problem is Problem.KEYRING_LOCKED


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (keyring.errors.KeyringLocked("no"), Problem.KEYRING_LOCKED),
        (keyring.errors.NoKeyringError("no"), Problem.KEYRING_MISSING),
        (OSError(1783, "CredWrite"), Problem.KEYRING_REFUSED),
        (ZeroDivisionError(), Problem.KEYRING_REFUSED),
    ],
    ids=lambda value: value.name if isinstance(value, Problem) else type(value).__name__,
)
def test_whatever_a_keyring_raises_becomes_a_problem(error: Exception, problem: Problem) -> None:
    backend = ShortKeyring()
    backend.fail_at, backend.error = 0, error

    with pytest.raises(ConnectionProblem) as caught:
        KeyringSecretStore("ado-connect-test", backend).set(KEY, Secret("word"))

    assert caught.value.problem is problem
