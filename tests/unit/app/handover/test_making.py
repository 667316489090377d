"""A form is made after the connection was proved, of the right secret, and leaves no trace of it."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from desktop_app.app.connections import PROOF_LASTS_S
from desktop_app.app.drafts import OAuthDraft
from desktop_app.app.handover.identifiers import identifiers
from desktop_app.app.handover.making import make_form
from desktop_app.app.handover.table import Form, Takes, form_of, forms_for
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.credential import Secret
from desktop_app.core.history import EventKind
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile
from tests.fakes.entra import CLIENT_ID, TENANT_ID, FakeEntra
from tests.unit.app.world import CLIENT_SECRET, PAT, World

every_method = pytest.mark.parametrize("method", Method)


def made(world: World, profile: Profile, key: str) -> str:
    return make_form(world.connections, profile.id, form_of(key), Cancel()).reveal()


def refused(world: World, profile: Profile, key: str) -> Problem:
    with pytest.raises(ConnectionProblem) as failure:
        made(world, profile, key)
    return failure.value.problem


@every_method
def test_every_form_of_a_method_is_made(world: World, method: Method) -> None:
    profile = world.saved(method)
    secret = PAT if method is Method.PAT else FakeEntra.access_token(1)

    assert made(world, profile, "token") == secret
    for form in forms_for(method):
        text = made(world, profile, form.key)
        if form.takes is Takes.CLIENT_SECRET and not form.key.startswith("kubernetes"):
            assert CLIENT_SECRET in text
            assert secret not in text


@pytest.mark.parametrize("key", ["token", "client-secret", "kubernetes-app"])
def test_a_form_is_made_only_after_a_proof(world: World, key: str) -> None:
    profile = world.saved(Method.CLIENT_SECRET)
    world.clock.advance(PROOF_LASTS_S + 1)
    made(world, profile, key)
    assert "devops.identity" in world.happened("devops.identity")

    world.clock.advance(PROOF_LASTS_S + 1)
    world.devops.problems["identity"] = ConnectionProblem(Problem.CREDENTIAL_REJECTED)
    assert refused(world, profile, key) is Problem.CREDENTIAL_REJECTED


def test_an_app_without_a_client_secret_has_none_to_hand_over(world: World) -> None:
    draft = world.draft(Method.OAUTH)
    assert isinstance(draft, OAuthDraft)
    draft.client_secret = Secret("")
    world.sign_in(draft)
    profile = world.connections.save(world.prove(draft), "Public client")

    assert refused(world, profile, "infisical") is Problem.CLIENT_SECRET_NOT_KEPT
    assert FakeEntra.access_token(2) in made(world, profile, "header")


def test_a_tenant_that_is_saved_by_its_domain_is_handed_over_by_its_id(world: World) -> None:
    profile = world.saved(Method.CLIENT_SECRET)
    world.profiles.save(replace(profile, tenant="contoso.example"))

    text = made(world, profile, "terraform-app-bash")
    assert f"ARM_TENANT_ID={TENANT_ID}" in text
    assert f"ARM_CLIENT_ID={CLIENT_ID}" in text


def test_what_was_copied_is_noted_by_its_name(world: World) -> None:
    profile = world.saved(Method.PAT)
    made(world, profile, "maven")

    event = world.history.load(profile.id)[-1]
    assert (event.kind, dict(event.facts)) == (EventKind.COPIED, {"form": "maven"})


def test_what_is_cancelled_makes_nothing(world: World) -> None:
    profile = world.saved(Method.PAT)
    cancel = Cancel()
    cancel.request()

    with pytest.raises(Cancelled):
        make_form(world.connections, profile.id, form_of("token"), cancel)
    assert EventKind.COPIED not in {event.kind for event in world.history.load(profile.id)}


@every_method
def test_no_form_leaves_its_secret_in_a_log_or_a_text(
    world: World, caplog: pytest.LogCaptureFixture, method: Method
) -> None:
    caplog.set_level(logging.DEBUG)
    profile = world.saved(method)
    secrets = [PAT, CLIENT_SECRET, *(FakeEntra.access_token(number) for number in range(3))]

    texts: list[str] = []
    for form in forms_for(method):
        result = make_form(world.connections, profile.id, form, Cancel())
        texts += [repr(result), f"{result}", repr(form), *_shown(result, form)]
    texts += [record.getMessage() for record in caplog.records]
    texts += [repr(event) for event in world.history.load(profile.id)]

    everything = "\n".join(texts)
    assert [number for number, secret in enumerate(secrets) if secret in everything] == []


@every_method
def test_identifiers_hold_no_secret(world: World, method: Method) -> None:
    profile = world.saved(method)
    text = identifiers(world.connections.profile(profile.id))

    secrets = [PAT, CLIENT_SECRET, *(f(number) for f in _TOKENS for number in range(3))]
    assert [number for number, secret in enumerate(secrets) if secret in text] == []
    assert "contoso" in text


_TOKENS = (FakeEntra.access_token, FakeEntra.refresh_token)


def _shown(result: Secret, form: Form) -> tuple[str, ...]:
    return (str(result), form.title, form.purpose)
