"""From what keyring and the libraries under it raise to the keyring's Problems.

Branches on types found by walking the chain of causes; facts hold type names only, since a message may quote anything.
"""

from __future__ import annotations

from collections.abc import Iterator

import keyring.errors

from desktop_app.core.problems import ConnectionProblem, Problem

PROBLEM_OF_KEYRING: dict[type[Exception], Problem] = {
    keyring.errors.KeyringError: Problem.KEYRING_REFUSED,
    keyring.errors.PasswordSetError: Problem.KEYRING_REFUSED,
    keyring.errors.PasswordDeleteError: Problem.KEYRING_REFUSED,
    keyring.errors.InitError: Problem.KEYRING_MISSING,
    keyring.errors.KeyringLocked: Problem.KEYRING_LOCKED,
    keyring.errors.NoKeyringError: Problem.KEYRING_MISSING,
}
"""Every exception of keyring.errors, by its own class."""

# secretstorage and jeepney exist on Linux only and leak through keyring: told by module and class name.
_PROBLEM_OF_LINUX = {
    "secretstorage.exceptions.LockedException": Problem.KEYRING_LOCKED,
    "secretstorage.exceptions.PromptDismissedException": Problem.KEYRING_LOCKED,
    "secretstorage.exceptions.SecretServiceNotAvailableException": Problem.KEYRING_MISSING,
    "secretstorage.exceptions.ItemNotFoundException": Problem.KEYRING_REFUSED,
    "secretstorage.exceptions.SecretStorageException": Problem.KEYRING_REFUSED,
    "jeepney.auth.AuthenticationError": Problem.KEYRING_MISSING,
    "jeepney.io.common.RouterClosed": Problem.KEYRING_MISSING,
}
# D-Bus and Secret Service specifications, error names.
_PROBLEM_OF_DBUS = {
    "org.freedesktop.Secret.Error.IsLocked": Problem.KEYRING_LOCKED,
    "org.freedesktop.DBus.Error.ServiceUnknown": Problem.KEYRING_MISSING,
    "org.freedesktop.DBus.Error.NameHasNoOwner": Problem.KEYRING_MISSING,
    "org.freedesktop.DBus.Error.NoReply": Problem.KEYRING_LOCKED,  # what an unlock prompt nobody answers ends in
    "org.freedesktop.DBus.Error.Timeout": Problem.KEYRING_LOCKED,
}
_MOST_TELLING_FIRST = (Problem.KEYRING_LOCKED, Problem.KEYRING_MISSING, Problem.KEYRING_REFUSED)


def keyring_problem(error: BaseException) -> ConnectionProblem:
    """The problem behind `error`. What nobody knows counts as the keyring's refusal."""
    chain = list(_causes(error))
    found = {_problem(cause) for cause in chain}
    problem = next((problem for problem in _MOST_TELLING_FIRST if problem in found), Problem.KEYRING_REFUSED)
    return ConnectionProblem(problem, {"error": " < ".join(type(cause).__name__ for cause in chain)[:200]})


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    for _ in range(10):  # nothing nests deeper, and a circle ends
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _problem(cause: BaseException) -> Problem | None:
    for ancestor in type(cause).__mro__:
        if problem := PROBLEM_OF_KEYRING.get(ancestor):
            return problem
        if problem := _PROBLEM_OF_LINUX.get(f"{ancestor.__module__}.{ancestor.__qualname__}"):
            return problem
    dbus_name = getattr(cause, "name", None)
    if type(cause).__name__ == "DBusErrorResponse" and isinstance(dbus_name, str):
        return _PROBLEM_OF_DBUS.get(dbus_name, Problem.KEYRING_REFUSED)
    if isinstance(cause, (ConnectionError, EOFError, FileNotFoundError)):
        return Problem.KEYRING_MISSING  # the session bus is gone
    return None
