"""The table as a whole, and the identifiers."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given

from desktop_app.app.handover.identifiers import identifiers
from desktop_app.app.handover.spelling import Obstacle
from desktop_app.app.handover.table import Shell, Stays, Takes, fill_in, form_of, forms, forms_for
from desktop_app.app.handover.texts import Material
from desktop_app.app.handover.words import obstacle_words, stays_words
from desktop_app.core.credential import Scheme, Secret
from desktop_app.core.profile import Method, Profile
from tests.fakes.profiles import CUSTOM, profiles
from tests.unit.app.handover.test_forms_read_back import PROFILE

SECRET = "not-a-" + "real-token"


def text_of(key: str, scheme: Scheme = Scheme.BEARER, profile: Profile = PROFILE) -> str:
    return fill_in(form_of(key), Material(profile, Secret(SECRET), scheme, PROFILE.tenant)).reveal()


def test_every_row_has_a_key_of_its_own_and_one_sentence() -> None:
    rows = forms()

    assert len({row.key for row in rows}) == len(rows)
    for row in rows:
        assert row.label
        assert re.fullmatch(r"[A-Z].*[^.]\.|pip .*\.|npm.*\.", row.purpose)
        assert row.purpose.count(". ") == 0
        assert row.methods


def test_rows_of_a_tool_stand_together() -> None:
    for method in Method:
        tools = [row.tool for row in forms_for(method)]
        changes = sum(1 for before, after in pairwise(tools) if before != after)
        assert changes == len(set(tools)) - 1


def test_a_form_for_one_shell_is_there_for_the_other_too() -> None:
    for method in Method:
        keys = {row.key for row in forms_for(method)}
        for shell, other in ((Shell.BASH, Shell.POWERSHELL), (Shell.POWERSHELL, Shell.BASH)):
            of_shell = {key.removesuffix(f"-{shell}") for key in keys if key.endswith(f"-{shell}")}
            assert {f"{key}-{other}" for key in of_shell} <= keys


@pytest.mark.parametrize(
    ("method", "there", "not_there"),
    [
        (Method.PAT, {"token", "terraform-token-bash"}, {"client-secret", "terraform-app-bash", "infisical"}),
        (Method.OAUTH, {"infisical", "terraform-token-bash"}, {"client-secret", "kubernetes-app"}),
        (Method.CLIENT_SECRET, {"client-secret", "terraform-app-bash"}, {"terraform-token-bash", "infisical"}),
    ],
)
def test_a_method_gets_what_fits_it(method: Method, there: set[str], not_there: set[str]) -> None:
    keys = {row.key for row in forms_for(method)}
    assert there <= keys
    assert not keys & not_there


def test_only_connections_with_an_app_are_asked_for_a_client_secret() -> None:
    assert [row.key for row in forms_for(Method.PAT) if row.takes is Takes.CLIENT_SECRET] == []


def test_what_stands_on_a_command_line_is_said() -> None:
    """Whatever starts another program with the secret among its words, and nothing else."""
    there = [row.key for row in forms() if re.search(rf"^(?:git|docker|curl)\b.*{SECRET}", text_of(row.key), re.M)]

    assert there == ["git-clone-bash", "git-clone-powershell"]
    assert there == [row.key for row in forms() if row.stays is Stays.COMMAND_LINE]
    assert "command line" in stays_words(Stays.COMMAND_LINE)


def test_every_obstacle_and_place_has_words() -> None:
    assert len({obstacle_words(obstacle) for obstacle in Obstacle}) == len(Obstacle)
    assert len({stays_words(stays) for stays in Stays}) == len(Stays)


def test_nothing_ends_with_a_line_break_that_would_start_it_when_pasted() -> None:
    assert [row.key for row in forms() if text_of(row.key).endswith("\n")] == []


def test_a_personal_access_token_goes_as_a_password_without_a_user() -> None:
    assert text_of("header", Scheme.BASIC) == "Authorization: Basic Om5vdC1hLXJlYWwtdG9rZW4="
    assert text_of("header") == f"Authorization: Bearer {SECRET}"


def test_the_header_reaches_one_organization_only() -> None:
    assert "http.https://dev.azure.com/contoso/.extraheader" in text_of("git-clone-bash")


def test_a_server_of_its_own_keeps_packages_at_its_own_address() -> None:
    assert "https://contoso:" in text_of("pip", profile=replace(PROFILE, cloud=CUSTOM))
    assert "@tfs.example/tfs/contoso/_packaging/FEED/pypi/simple/" in text_of(
        "pip", profile=replace(PROFILE, cloud=CUSTOM)
    )
    assert "@pkgs.dev.azure.com/contoso/_packaging/FEED/pypi/simple/" in text_of("pip")


def test_terraform_and_infisical_read_these_variables() -> None:
    app = text_of("terraform-app-bash").splitlines()
    assert app == [
        "export AZDO_ORG_SERVICE_URL=https://dev.azure.com/contoso",
        f"export ARM_TENANT_ID={PROFILE.tenant}",
        f"export ARM_CLIENT_ID={PROFILE.client_id}",
        f"export ARM_CLIENT_SECRET={SECRET}",
    ]
    assert text_of("infisical").splitlines() == [
        f"INF_APP_CONNECTION_AZURE_DEVOPS_CLIENT_ID={PROFILE.client_id}",
        f"INF_APP_CONNECTION_AZURE_DEVOPS_CLIENT_SECRET={SECRET}",
    ]


# -- identifiers ------------------------------------------------------------------------------------------------------


def test_identifiers_are_a_line_each_and_leave_out_what_is_not_known() -> None:
    assert identifiers(replace(PROFILE, tenant="", client_id="")).splitlines() == [
        "Organization: contoso",
        "Address: https://dev.azure.com/contoso",
        "Method: Personal access token",
    ]
    known = identifiers(replace(PROFILE, account="admin@contoso.example", redirect_uri="http://localhost"))
    for value in (PROFILE.tenant, PROFILE.client_id, "admin@contoso.example", "http://localhost"):
        assert f": {value}\n" in f"{known}\n"


@given(profile=profiles())
def test_identifiers_of_any_profile_hold_its_own_values_only(profile: Profile) -> None:
    text = identifiers(profile)
    assert profile.organization in text
    assert identifiers(replace(profile, scopes=("another",), ca_file="/another")) == text
