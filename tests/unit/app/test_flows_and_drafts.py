"""The route of each wizard, and which proof counts for the values that a draft has now."""

from datetime import date

import pytest

from desktop_app.app.drafts import (
    ClientSecretDraft,
    Draft,
    OAuthDraft,
    PatDraft,
    Proof,
    draft_for,
    draft_from,
)
from desktop_app.app.flows import (
    CLIENT_SECRET_FLOW,
    OAUTH_FLOW,
    PAT_FLOW,
    ClientSecretPage,
    OAuthPage,
    PatPage,
)
from desktop_app.core.checks import CheckReport
from desktop_app.core.cloud import CHINA
from desktop_app.core.credential import AccessToken, Grant, OAuthCredential, Scheme, Secret
from desktop_app.core.profile import Method
from tests.fakes.clock import NOON
from tests.fakes.profiles import a_profile

PRIVATE = "-".join(["very", "private"])


def test_the_token_wizard_explains_how_to_make_one() -> None:
    assert PAT_FLOW.path(PatDraft()) == tuple(PatPage)


def test_the_client_secret_wizard_goes_through_every_page() -> None:
    assert CLIENT_SECRET_FLOW.path(ClientSecretDraft()) == tuple(ClientSecretPage)


def test_the_oauth_wizard_goes_through_every_page() -> None:
    assert OAUTH_FLOW.path(OAuthDraft()) == tuple(OAuthPage)


def test_editing_a_token_skips_making_one() -> None:
    page = PatPage
    route = (page.ORGANIZATION, page.TOKEN, page.CHECKS, page.NAME, page.DONE)
    assert PAT_FLOW.path(PatDraft(editing=a_profile())) == route


def test_editing_a_client_secret_skips_the_registration() -> None:
    page = ClientSecretPage
    route = (page.ORGANIZATION, page.DETAILS, page.CHECKS, page.NAME, page.DONE)
    assert CLIENT_SECRET_FLOW.path(ClientSecretDraft(editing=a_profile())) == route


def test_editing_a_sign_in_skips_the_registration() -> None:
    page = OAuthPage
    route = (page.ORGANIZATION, page.DETAILS, page.SIGN_IN, page.CHECKS, page.NAME, page.DONE)
    assert OAUTH_FLOW.path(OAuthDraft(editing=a_profile())) == route


# -- drafts -----------------------------------------------------------------------------------------------------------


def a_grant(token: str = "token") -> Grant:
    return Grant(OAuthCredential(Secret(PRIVATE)), AccessToken(Secret(token), Scheme.BEARER))


def proven(method: Method) -> Draft:
    """A draft whose every field is filled in, with a proof (and a sign-in) of these values."""
    draft = draft_for(method)
    draft.organization, draft.name, draft.ends, draft.ca_file = "contoso", "Contoso", date(2027, 1, 1), "/etc/ca.pem"
    match draft:
        case PatDraft():
            draft.token = Secret(PRIVATE)
        case ClientSecretDraft() | OAuthDraft():
            draft.tenant, draft.client_id, draft.client_secret = "contoso.example", "client", Secret(PRIVATE)
    if isinstance(draft, OAuthDraft):
        draft.redirect_uri = "http://localhost"
        draft.last_sign_in = (draft.sign_in_key, a_grant())
    draft.last_proof = Proof(draft.proof_key, CheckReport((), NOON), a_grant())
    return draft


EVERYWHERE: dict[str, object] = {"cloud": CHINA, "ca_file": "/other.pem", "organization": "fabrikam"}
OF_AN_APP: dict[str, object] = {
    "tenant": "fabrikam.example",
    "client_id": "another",
    "client_secret": Secret("another"),
}
PROVING: dict[Method, dict[str, object]] = {
    Method.PAT: {**EVERYWHERE, "token": Secret("another")},
    Method.CLIENT_SECRET: {**EVERYWHERE, **OF_AN_APP},
    Method.OAUTH: {**EVERYWHERE, **OF_AN_APP, "redirect_uri": "https://example.com/callback"},
}
CASES = [(method, field, value) for method, fields in PROVING.items() for field, value in fields.items()]


@pytest.mark.parametrize(("method", "field", "value"), CASES, ids=[f"{method}-{field}" for method, field, _ in CASES])
def test_a_changed_value_voids_the_proof_and_the_old_value_restores_it(
    method: Method, field: str, value: object
) -> None:
    draft = proven(method)
    before = getattr(draft, field)
    proof = draft.last_proof
    assert draft.proven is proof

    setattr(draft, field, value)
    assert draft.proven is None
    assert draft.last_proof is proof

    setattr(draft, field, before)
    assert draft.proven is proof


@pytest.mark.parametrize("method", Method)
def test_an_equal_secret_typed_again_is_the_same_value(method: Method) -> None:
    draft = proven(method)
    setattr(draft, "token" if method is Method.PAT else "client_secret", Secret(PRIVATE))

    assert draft.proven is not None


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize(("field", "value"), [("name", "Other"), ("ends", date(2028, 1, 1)), ("editing", a_profile())])
def test_values_that_prove_nothing_leave_the_proof(method: Method, field: str, value: object) -> None:
    draft = proven(method)
    setattr(draft, field, value)

    assert draft.proven is not None


@pytest.mark.parametrize("field", sorted({*OF_AN_APP, "cloud", "ca_file", "redirect_uri"}))
def test_a_sign_in_belongs_to_the_values_it_was_made_with(field: str) -> None:
    draft = proven(Method.OAUTH)
    assert isinstance(draft, OAuthDraft)
    grant, before = draft.grant, getattr(draft, field)
    assert grant is not None

    setattr(draft, field, PROVING[Method.OAUTH][field])
    assert draft.grant is None

    setattr(draft, field, before)
    assert draft.grant is grant


def test_a_sign_in_counts_for_every_organization() -> None:
    draft = proven(Method.OAUTH)
    assert isinstance(draft, OAuthDraft)
    draft.organization = "fabrikam"

    assert draft.grant is not None


def test_a_new_sign_in_voids_the_proof_of_the_old_one() -> None:
    draft = proven(Method.OAUTH)
    assert isinstance(draft, OAuthDraft)
    draft.last_sign_in = (draft.sign_in_key, a_grant())  # an equal one, but another

    assert draft.proven is None


@pytest.mark.parametrize("method", Method)
def test_an_untouched_draft_is_not_proven(method: Method) -> None:
    assert draft_for(method).proven is None
    assert draft_for(method).method is method


@pytest.mark.parametrize("method", Method)
def test_a_draft_of_a_connection_has_everything_but_its_secrets(method: Method) -> None:
    profile = a_profile(method=method, cloud=CHINA)
    draft = draft_from(profile)

    assert draft.method is method
    assert (draft.cloud, draft.ca_file, draft.organization) == (CHINA, profile.ca_file, profile.organization)
    assert (draft.name, draft.ends, draft.editing) == (profile.name, profile.credential_ends, profile)
    assert draft.proven is None
    match draft:
        case PatDraft():
            assert not draft.token
        case ClientSecretDraft():
            assert (draft.tenant, draft.client_id) == (profile.tenant, profile.client_id)
            assert not draft.client_secret
        case OAuthDraft():
            assert (draft.tenant, draft.client_id) == (profile.tenant, profile.client_id)
            assert draft.redirect_uri == profile.redirect_uri
            assert not draft.client_secret
            assert draft.grant is None


@pytest.mark.parametrize("method", Method)
def test_a_draft_is_safe_to_print(method: Method) -> None:
    assert PRIVATE not in repr(proven(method))


def test_the_name_to_start_from_is_the_organization() -> None:
    assert PatDraft(organization="contoso").suggested_name() == "contoso"
