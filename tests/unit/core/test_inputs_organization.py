"""An organization, from its name or from whatever address of Azure DevOps an admin pastes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.cloud import PUBLIC, Cloud
from desktop_app.core.inputs import (
    InputFault,
    InputNote,
    Judged,
    judge_organization,
)
from tests.unit.core.texts import anything

ORGANIZATION = re.compile(r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?$")  # Azure DevOps docs, naming restrictions
CUSTOM = Cloud(
    key="custom",
    login="https://login.example.com",
    devops="https://devops.example.com:8443/tfs",
    release="https://release.example.com",
    identity="https://identity.example.com",
    entitlements="https://entitlements.example.com",
    profile="https://profile.example.com",
    portal="https://portal.example.com",
)


@pytest.mark.parametrize("name", ["contoso", "Contoso", "c", "0", "a-b", "1-2-3", "a" * 50, "a" + "-" * 48 + "b"])
def test_an_organization_is_taken_by_its_name(name: str) -> None:
    assert judge_organization(name) == Judged(name)
    assert judge_organization(f"  {name}\t\n") == Judged(name)


@pytest.mark.parametrize(
    "address",
    [
        "https://dev.azure.com/contoso",
        "https://dev.azure.com/contoso/",
        "  https://dev.azure.com/contoso  ",
        "http://dev.azure.com/contoso",
        "HTTPS://DEV.AZURE.COM/contoso",
        "dev.azure.com/contoso",
        "dev.azure.com/contoso/",
        "https://dev.azure.com//contoso//",
        "https://dev.azure.com:443/contoso",
        "https://dev.azure.com/contoso?view=all",
        "https://dev.azure.com/contoso#top",
        "https://dev.azure.com/contoso/My%20Project",
        "https://dev.azure.com/contoso/My Project/_settings",
        "https://dev.azure.com/contoso/Project/_git/repo",
        "https://dev.azure.com/contoso/_git/repo",
        "https://contoso@dev.azure.com/contoso/Project/_git/repo",
        "https://someone:word@dev.azure.com/contoso/Project/_git/repo",
        "contoso@dev.azure.com/contoso",
        "https://dev.azure.com/conto%73o/Project",
        "https://dev.azure.com/contoso/_usersSettings/tokens",
        "https://vsrm.dev.azure.com/contoso/Project/_apis/release/definitions",
        "https://vssps.dev.azure.com/contoso/_apis/graph/users",
        "https://vsaex.dev.azure.com/contoso/_apis/userentitlements",
        "https://pkgs.dev.azure.com/contoso/_packaging/feed/nuget/v3/index.json",
        "git@ssh.dev.azure.com:v3/contoso/Project/repo",
        "GIT@ssh.dev.azure.com:v3/contoso/Project/repo",
        "ssh://git@ssh.dev.azure.com/v3/contoso/Project/repo",
        "ssh://git@ssh.dev.azure.com:22/v3/contoso/Project/repo",
        "git@ssh.dev.azure.com:v3/contoso/My%20Project/repo",
        "contoso.visualstudio.com",
        "https://contoso.visualstudio.com",
        "https://contoso.visualstudio.com/",
        "https://contoso.visualstudio.com/Project/_git/repo",
        "https://contoso.visualstudio.com/DefaultCollection",
        "https://contoso.visualstudio.com/DefaultCollection/Project/_git/repo",
        "https://contoso.visualstudio.com/defaultcollection/Project",
        "https://someone@contoso.visualstudio.com/Project",
        "https://contoso.vsrm.visualstudio.com/Project/_apis/release",
        "https://contoso.vssps.visualstudio.com/_apis/graph",
        "https://Contoso.VisualStudio.com/Project",
        "contoso@vs-ssh.visualstudio.com:v3/contoso/Project/repo",
        "ssh://contoso@vs-ssh.visualstudio.com/v3/contoso/Project/repo",
        "ssh://contoso@vs-ssh.visualstudio.com:22/v3/contoso/Project/repo",
        "ssh://contoso@vs-ssh.visualstudio.com:22/DefaultCollection/Project/_ssh/repo",
        "ssh://contoso@contoso.visualstudio.com:22/DefaultCollection/Project/_git/repo",
    ],
)
def test_an_organization_is_found_in_an_address(address: str) -> None:
    assert judge_organization(address) == Judged("contoso", note=InputNote.ORGANIZATION_FROM_URL)


def test_the_case_of_a_name_in_a_path_is_kept() -> None:
    assert judge_organization("https://dev.azure.com/ConToso/x").value == "ConToso"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", InputFault.EMPTY),
        (" \t\n", InputFault.EMPTY),
        ("my organization", InputFault.ORGANIZATION_SPACES),
        ("contoso ltd", InputFault.ORGANIZATION_SPACES),
        ("contoso\u00a0ltd", InputFault.ORGANIZATION_SPACES),
        ("contoso\nfabrikam", InputFault.ORGANIZATION_SPACES),
        ("a" * 51, InputFault.ORGANIZATION_TOO_LONG),
        ("https://dev.azure.com/" + "a" * 51, InputFault.ORGANIZATION_TOO_LONG),
        ("a" * 51 + ".visualstudio.com", InputFault.ORGANIZATION_TOO_LONG),
        ("-contoso", InputFault.ORGANIZATION_HYPHEN_END),
        ("contoso-", InputFault.ORGANIZATION_HYPHEN_END),
        ("-", InputFault.ORGANIZATION_HYPHEN_END),
        ("contoso_ltd", InputFault.ORGANIZATION_CHARACTERS),
        ("m\u00fcller", InputFault.ORGANIZATION_CHARACTERS),
        ("\uff43ontoso", InputFault.ORGANIZATION_CHARACTERS),
        ("contos\u0660", InputFault.ORGANIZATION_CHARACTERS),
        ("contoso!", InputFault.ORGANIZATION_CHARACTERS),
        ("contoso%20", InputFault.ORGANIZATION_CHARACTERS),
        ("https://dev.azure.com/my%20organization/Project", InputFault.ORGANIZATION_SPACES),
        ("https://dev.azure.com/conto%2Fso", InputFault.ORGANIZATION_CHARACTERS),
        ("https://dev.azure.com/contoso-/Project", InputFault.ORGANIZATION_HYPHEN_END),
        ("https://dev.azure.com", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://dev.azure.com/", InputFault.ORGANIZATION_NOT_IN_URL),
        ("dev.azure.com", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://dev.azure.com/?organization=contoso", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://dev.azure.com/_usersSettings/tokens", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://aex.dev.azure.com/me?mkt=en-US", InputFault.ORGANIZATION_NOT_IN_URL),
        ("git@ssh.dev.azure.com:v3", InputFault.ORGANIZATION_NOT_IN_URL),
        ("git@ssh.dev.azure.com", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://[", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://visualstudio.com/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://www.visualstudio.com/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://app.vssps.visualstudio.com/_signin", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://.visualstudio.com/", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://github.com/contoso/repo", InputFault.ORGANIZATION_OTHER_SITE),
        ("git@github.com:contoso/repo.git", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://portal.azure.com/", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://azure.com/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://dev.azure.com.evil.example/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://evildev.azure.com/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://contoso.visualstudio.com.evil.example/", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://dev.azure.com@evil.example/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("contoso.com", InputFault.ORGANIZATION_OTHER_SITE),
        ("admin@contoso.example", InputFault.ORGANIZATION_OTHER_SITE),
        ("contoso/Project", InputFault.ORGANIZATION_OTHER_SITE),
    ],
)
def test_what_is_no_organization_is_refused_with_its_reason(typed: str, fault: InputFault) -> None:
    assert judge_organization(typed) == Judged(fault=fault)


@pytest.mark.parametrize(
    "address",
    [
        "https://devops.example.com:8443/tfs/contoso",
        "https://devops.example.com:8443/tfs/contoso/Project/_git/repo",
        "https://someone@devops.example.com:8443/tfs/contoso",
        "devops.example.com:8443/tfs/contoso/",
        "https://DevOps.example.com:8443/tfs/contoso",
        "https://release.example.com/contoso/Project",
    ],
)
def test_an_address_of_a_custom_cloud_is_understood_there_only(address: str) -> None:
    assert judge_organization(address, CUSTOM) == Judged("contoso", note=InputNote.ORGANIZATION_FROM_URL)
    assert judge_organization(address).fault is InputFault.ORGANIZATION_OTHER_SITE
    assert judge_organization(address, PUBLIC).fault is InputFault.ORGANIZATION_OTHER_SITE


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://devops.example.com:8443/tfs", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://devops.example.com:8443/tfs/", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://devops.example.com/tfs/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://login.example.com/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://devops.example.com:8443/other/contoso", InputFault.ORGANIZATION_OTHER_SITE),
    ],
)
def test_an_address_beside_a_custom_cloud_is_refused(address: str, fault: InputFault) -> None:
    assert judge_organization(address, CUSTOM).fault is fault


@given(anything, st.sampled_from([None, PUBLIC, CUSTOM]))
def test_an_organization_that_is_taken_is_always_a_valid_name(text: str, cloud: Cloud | None) -> None:
    judged = judge_organization(text, cloud)

    if judged.ok:
        assert judged.value is not None
        assert ORGANIZATION.fullmatch(judged.value)
    else:
        assert judged.value is None
        assert judged.note is None


@given(st.from_regex(ORGANIZATION, fullmatch=True))
def test_every_valid_name_is_taken_alone_and_in_an_address(name: str) -> None:
    assert judge_organization(name) == Judged(name)
    assert judge_organization(f"https://dev.azure.com/{name}/Project").value == name
