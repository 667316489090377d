"""Whatever the secret is, each form gives it back to the tool it is for, or says that it can not."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desktop_app.app.handover.spelling import Obstacle
from desktop_app.app.handover.table import Form, fill_in, form_of, forms
from desktop_app.app.handover.texts import Material
from desktop_app.core.cloud import PUBLIC
from desktop_app.core.credential import Scheme, Secret
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile, ProfileId
from tests.unit.app.handover import readers
from tests.unit.app.handover.readers import Place, Reader

TENANT = "11112222-bbbb-3333-cccc-4444dddd5555"
CLIENT = "22223333-cccc-4444-dddd-5555eeee6666"
PROFILE = Profile(
    id=ProfileId("0" * 32),
    name="Contoso",
    organization="contoso",
    method=Method.PAT,
    cloud=PUBLIC,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    tenant=TENANT,
    client_id=CLIENT,
)

SIGNS = (
    "'\"\\$`%!#&;|<>(){}[]*?~^=:@/+ \t\n\r\0\u2018\u2019\u201a\u201b\u201c\u00e9\u4e2d\U0001f511\u2028\x7f\x85\ufeff"
)
secrets = st.text(st.one_of(st.sampled_from(SIGNS), st.characters(), st.sampled_from("aZ9")), min_size=1, max_size=30)
likely = st.builds(str.__add__, st.sampled_from("aZ8"), st.text("abcXYZ0189~._-+/=", max_size=40))

Carries = Callable[[str], bool]


def whole(text: str) -> bool:
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in text)


def variable(text: str) -> bool:
    return whole(text) and "\0" not in text


def line(text: str) -> bool:
    return variable(text) and "\n" not in text and "\r" not in text


def printable(text: str) -> bool:
    return all(" " <= character <= "~" for character in text) and text == text.strip(" ")


def argument(text: str) -> bool:
    return printable(text) and '"' not in text and "\\" not in text


def word(text: str) -> bool:
    return printable(text) and not set(text) & set(" '\"\\#")


def plain(text: str) -> bool:
    return (
        not text.startswith("~")
        and ":~" not in text
        and all(character.isascii() and (character.isalnum() or character in "_.~+/=:@,-") for character in text)
    )


def xml(text: str) -> bool:
    return whole(text) and all(
        character in "\t\n\r" or (character >= " " and character not in "\ufffe\uffff") for character in text
    )


def nuget(text: str) -> bool:
    return xml(text) and text.count("%") < 2


def maven(text: str) -> bool:
    return xml(text) and not set(text) & set("{}") and text == text.strip()


@dataclass(frozen=True)
class Expected:
    """How a form is read; what it carries as a bearer token, and (where that differs) as a Basic password."""

    read: Reader
    carries: Carries
    carries_basic: Carries | None = None
    needs: str = ""
    """A program that the machine may lack."""


PAT = "AZURE_DEVOPS_EXT_PAT"
AZDO = "AZDO_PERSONAL_ACCESS_TOKEN"
ARM = "ARM_CLIENT_SECRET"
INFISICAL = "INF_APP_CONNECTION_AZURE_DEVOPS_CLIENT_SECRET"
ENDPOINTS = "VSS_NUGET_EXTERNAL_FEED_ENDPOINTS"

EXPECTED = {
    "token": Expected(readers.as_it_is, whole),
    "client-secret": Expected(readers.as_it_is, whole),
    "header": Expected(readers.header, printable, whole),
    "request-powershell": Expected(readers.invoke_rest_method, printable, whole),
    "netrc": Expected(readers.netrc_line, word),
    "git-credential-bash": Expected(readers.git_approve_in_shell, line, needs="git"),
    "git-credential-powershell": Expected(readers.git_approve_in_powershell, printable, needs="git"),
    "git-credential-store": Expected(readers.git_store, line, needs="git"),
    "git-environment-bash": Expected(readers.git_environment_in_shell, printable, whole, "git"),
    "git-environment-powershell": Expected(readers.git_environment_in_powershell, printable, whole, "git"),
    "git-clone-bash": Expected(readers.git_clone_in_shell, printable, whole, "git"),
    "git-clone-powershell": Expected(readers.git_clone_in_powershell, argument, whole, "git"),
    "azure-cli-bash": Expected(readers.in_shell(PAT), variable, needs="bash"),
    "azure-cli-powershell": Expected(readers.in_powershell(PAT), variable),
    "terraform-token-bash": Expected(readers.in_shell(AZDO, "sh"), variable, needs="sh"),
    "terraform-token-powershell": Expected(readers.in_powershell(AZDO), variable),
    "terraform-app-bash": Expected(readers.in_shell(ARM), variable, needs="bash"),
    "terraform-app-powershell": Expected(readers.in_powershell(ARM), variable),
    "infisical": Expected(readers.env_file(INFISICAL), plain, needs="sh"),
    "infisical-bash": Expected(readers.in_shell(INFISICAL, "sh"), variable, needs="sh"),
    "infisical-powershell": Expected(readers.in_powershell(INFISICAL), variable),
    "pip": Expected(readers.pip_conf, line, needs="pip"),
    "pip-bash": Expected(readers.pip_variable(readers.in_shell("PIP_INDEX_URL")), line, needs="pip"),
    "pip-powershell": Expected(readers.pip_variable(readers.in_powershell("PIP_INDEX_URL")), line, needs="pip"),
    "npm": Expected(readers.npmrc, whole, needs="npm"),
    "nuget": Expected(readers.nuget_config, nuget),
    "nuget-bash": Expected(readers.json_password(readers.in_shell(ENDPOINTS)), variable, needs="bash"),
    "nuget-powershell": Expected(readers.json_password(readers.in_powershell(ENDPOINTS)), variable),
    "maven": Expected(readers.maven_settings, maven),
    "docker-env-file": Expected(readers.env_file(PAT), plain, needs="sh"),
    "docker-build-bash": Expected(readers.docker_build_in_shell, variable, needs="bash"),
    "docker-build-powershell": Expected(readers.docker_build_in_powershell, variable),
    "kubernetes": Expected(readers.kubernetes("token"), whole),
    "kubernetes-app": Expected(readers.kubernetes("client-secret"), whole),
}
SLOW = {"npm"}
WITH_A_SERVER = {"request-bash"}  # test_real_tools.py


def test_every_form_is_read_back_by_a_test() -> None:
    assert {form.key for form in forms()} == set(EXPECTED) | WITH_A_SERVER


def missing(program: str) -> bool:
    return importlib.util.find_spec("pip") is None if program == "pip" else bool(program) and not shutil.which(program)


def check(form: Form, scheme: Scheme, secret: str, place: Place) -> None:
    """The one property: the same text, or a refusal of what the tool can not carry."""
    expected = EXPECTED[form.key]
    carries = expected.carries_basic if scheme is Scheme.BASIC and expected.carries_basic else expected.carries
    material = Material(PROFILE, Secret(secret), scheme, TENANT)
    if carries(secret):
        assert expected.read(fill_in(form, material).reveal(), place) == secret
        return
    with pytest.raises(ConnectionProblem) as refused:
        fill_in(form, material)
    assert refused.value.problem is Problem.FORM_CANNOT_CARRY
    assert refused.value.facts["form"] == form.key
    assert refused.value.facts["obstacle"] in set(Obstacle)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("readers"))


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("key", EXPECTED)
def test_the_tool_reads_the_same_secret_or_it_is_refused(key: str, scheme: Scheme, place: Place) -> None:
    if missing(EXPECTED[key].needs):
        pytest.skip(f"this machine has no {EXPECTED[key].needs}")
    form = form_of(key)

    @settings(max_examples=8 if key in SLOW else 60, suppress_health_check=[HealthCheck.too_slow])
    @given(secret=st.one_of(secrets, likely))
    @example(secret='it\'s "quoted" \\ $HOME `id` %PATH% ${env.HOME}')
    @example(secret="two\n\nlines\n")
    @example(secret="'\u2019''")
    @example(secret="\\")
    @example(secret="-n")
    @example(secret="\u8eca\ud83d")
    def read_back(secret: str) -> None:
        check(form, scheme, secret, place)

    read_back()


@pytest.mark.parametrize("key", EXPECTED)
@given(secret=likely)
@settings(max_examples=20)
def test_what_microsoft_makes_is_never_refused(key: str, secret: str) -> None:
    """Personal access tokens, client secrets and Entra tokens are made of these signs."""
    for scheme in Scheme:
        assert fill_in(form_of(key), Material(PROFILE, Secret(secret), scheme, TENANT))


@given(secret=secrets)
def test_a_refusal_does_not_quote_the_secret(secret: str) -> None:
    told = []
    for form in forms():
        try:
            fill_in(form, Material(PROFILE, Secret(f"needle{secret}needle"), Scheme.BEARER, TENANT))
        except ConnectionProblem as refused:
            told.append(f"{refused!r} {dict(refused.facts)} {refused.__cause__!r}")
    assert "needle" not in "".join(told)


def test_nothing_of_a_form_is_printed() -> None:
    secret = "not-a-" + "real-token"
    material = Material(PROFILE, Secret(secret))
    for form in forms():
        made = fill_in(form, material)
        assert secret not in f"{made!r} {made} {form!r} {material!r}"
