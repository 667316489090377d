"""Nothing secret reaches a log, an exception, a traceback, a profile or a draft's text, whatever goes wrong."""

import logging
import traceback
from collections.abc import Callable

import pytest

from desktop_app.app.drafts import Draft
from desktop_app.core.cancel import Cancel
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.infra.logs import TALKATIVE
from tests.fakes.entra import FakeEntra, entra_error
from tests.fakes.http import html_answer, json_answer
from tests.unit.app.world import CLIENT_SECRET, PAT, World, unheard

SECRETS = (
    PAT,
    CLIENT_SECRET,
    "one-time-code",
    *(FakeEntra.refresh_token(number) for number in range(9)),
    *(FakeEntra.access_token(number) for number in range(9)),
)


def nothing_goes_wrong(world: World) -> None:
    """The happy path."""


def sign_in_is_over(world: World) -> None:
    world.entra.answer = entra_error(50173, "invalid_grant")


def secret_is_wrong(world: World) -> None:
    world.entra.answer = entra_error(7000215, "invalid_client")


def server_repeats_what_it_got(world: World) -> None:
    words = f"AADSTS99999999: I got client_secret={CLIENT_SECRET} and refresh_token={FakeEntra.refresh_token(1)}"
    world.entra.answer = json_answer({"error": f"client_secret={CLIENT_SECRET}", "error_description": words}, 400)


def server_sends_a_page(world: World) -> None:
    world.entra.answer = html_answer("<html>busy</html>")


def answer_is_broken(world: World) -> None:
    world.entra.alter = lambda content: {**content, "expires_in": "soon", "id_token": "x.y.z"}


def network_fails(world: World) -> None:
    world.entra.answer = ConnectionProblem(Problem.CONNECTION_LOST)


def devops_refuses(world: World) -> None:
    world.devops.problems["identity"] = ConnectionProblem(Problem.CREDENTIAL_REJECTED)


def keyring_is_locked(world: World) -> None:
    world.secrets.fail_with = Problem.KEYRING_LOCKED


def disk_is_full(world: World) -> None:
    world.profiles.fail_with = Problem.PROFILE_FILE_UNWRITABLE


def keyring_is_damaged(world: World) -> None:
    for profile in world.connections.load():
        stored = world.secrets.get(profile.id)
        assert stored is not None
        type(stored).__init__(stored, stored.reveal()[:-3])


EVENTS = (
    nothing_goes_wrong,
    sign_in_is_over,
    secret_is_wrong,
    server_repeats_what_it_got,
    server_sends_a_page,
    answer_is_broken,
    network_fails,
    devops_refuses,
    keyring_is_locked,
    disk_is_full,
    keyring_is_damaged,
)


def attempt(action: Callable[[], object], texts: list[str]) -> None:
    """Run `action`; what it raises is kept as a crash report would show it."""
    try:
        texts.append(repr(action()))
    except (ConnectionProblem, ValueError) as failure:
        texts += [repr(failure), str(getattr(failure, "facts", "")), *traceback.format_exception(failure)]
        shown = traceback.TracebackException.from_exception(failure, capture_locals=True)
        texts += [line for line in shown.format(chain=False) if "desktop_app/app/" in line]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
@pytest.mark.parametrize("method", Method)
def test_no_secret_is_seen(
    world: World, caplog: pytest.LogCaptureFixture, method: Method, event: Callable[[World], None]
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in TALKATIVE:  # as configure_logging does: msal's own DEBUG lines hold the forms it sends
        caplog.set_level(logging.INFO, name)
    texts: list[str] = []
    draft: Draft = world.draft(method)
    texts.append(repr(draft))
    profile = world.connections.save(world.prove(draft), "Contoso")
    texts += [repr(profile), repr(draft), repr(world.connections.load())]
    world.clock.advance(3600)

    event(world)
    attempt(lambda: world.connections.check(profile.id, unheard, Cancel()), texts)
    attempt(lambda: world.connections.fresh_token(profile.id, Cancel()), texts)
    attempt(lambda: world.prove(draft), texts)
    attempt(lambda: world.connections.save(draft, "Contoso 2"), texts)
    attempt(lambda: world.connections.rename(profile.id, "Other"), texts)
    attempt(lambda: world.connections.remove(profile.id), texts)

    for record in caplog.records:
        texts += [record.getMessage(), str(record.args), record.exc_text or ""]
    everything = "\n".join(texts)
    assert "connection saved" in everything
    assert [number for number, secret in enumerate(SECRETS) if secret in everything] == []
