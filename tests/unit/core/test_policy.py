"""What a policy may say, what it takes away, and that it never gives anything."""

import contextlib
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.cloud import CHINA, PUBLIC, US_GOVERNMENT, WELL_KNOWN, Cloud
from desktop_app.core.policy import NO_POLICY, PRACTICE, READERS, Policy, PolicyFault, broken, guid, policy_from
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.core.settings import Settings
from tests.fakes.profiles import CUSTOM
from tests.unit.core.test_settings import any_settings

OURS = "11112222-bbbb-3333-cccc-4444dddd5555"
OTHERS = "99998888-7777-6666-5555-444433332222"
PRACTICE_CLOUD = replace(CUSTOM, key=PRACTICE)
WHOLE: dict[str, Any] = {
    "version": 1,
    "methods": ["oauth", "client-secret"],
    "tenants": [OURS.upper()],
    "hosts": ["public", "tfs.example", "login.example:8443"],
    "clipboard_seconds": 20,
    "lock_minutes": 15,
    "background_checks": False,
    "notifications": True,
    "update_check": False,
}
README = Path(__file__).resolve().parents[3] / "README.md"


def policy(**values: Any) -> Policy:  # what JSON may hold
    return policy_from({"version": 1, **values})


def problem(refused: ConnectionProblem | None) -> Problem | None:
    return refused.problem if refused else None


# -- reading ----------------------------------------------------------------------------------------------------------


def test_a_whole_policy_is_understood() -> None:
    read = policy_from(WHOLE)

    assert read.methods == frozenset({Method.OAUTH, Method.CLIENT_SECRET})
    assert read.tenants == frozenset({OURS})
    assert read.hosts is not None
    assert {("dev.azure.com", 443), ("tfs.example", 443), ("login.example", 8443)} <= read.hosts
    assert (read.clipboard_seconds, read.lock_minutes) == (20, 15)
    assert (read.background_checks, read.notifications, read.update_check) == (False, True, False)
    assert set(WHOLE) - {"version"} == set(READERS)


def test_a_policy_that_says_nothing_restricts_nothing() -> None:
    assert policy() == NO_POLICY
    assert policy(methods=[]).methods == frozenset()


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (None, "not-object"),
        ([], "not-object"),
        ("policy", "not-object"),
        ({}, "missing version"),
        ({"version": 2}, "version version"),
        ({"version": True}, "version version"),
        ({"version": "1"}, "version version"),
        ({"version": 1, "method": ["pat"]}, "unknown method"),
        ({"version": 1, "Methods": ["pat"]}, "unknown Methods"),
        *(
            ({"version": 1, key: value}, f"value {key}")
            for key, values in {
                "methods": (None, "pat", {"pat": True}, ["PAT"], ["password"], [1], [None]),
                "tenants": (None, OURS, ["contoso.example"], [""], [7], [OURS.replace("-", "")]),
                "hosts": (
                    *(None, "public", [""], ["https://dev.azure.com"], ["dev.azure.com/contoso"], ["a b"], [3]),
                    *(["user@dev.azure.com"], ["dev.azure.com:port"], ["dev.azure.com:99999"], ["*.azure.com?"]),
                ),
                "clipboard_seconds": (None, 4, 301, 30.0, "30", True),
                "lock_minutes": (None, 0, 2, 61, True, "5"),
                "background_checks": (None, 0, 1, "false"),
                "notifications": (None, "no"),
                "update_check": (None, "off"),
            }.items()
            for value in values
        ),
    ],
)
def test_what_is_not_exactly_a_policy_is_broken(document: object, fault: str) -> None:
    with pytest.raises(PolicyFault) as caught:
        policy_from(document)
    assert str(caught.value) == fault


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.sampled_from([*WHOLE]), inner, max_size=6)
    ),
    max_leaves=20,
)


with_known_keys = st.dictionaries(st.sampled_from([*WHOLE]), anything).map(lambda part: {**part, "version": 1})


@given(document=anything | with_known_keys)
def test_whatever_stands_in_the_file_is_a_policy_or_a_fault(document: object) -> None:
    with contextlib.suppress(PolicyFault):
        assert policy_from(document).fault is None


# -- what may be used -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", Method)
def test_only_listed_methods_are_let_through(method: Method) -> None:
    refused = policy(methods=["pat"]).refuses_method(method)
    assert problem(refused) is (None if method is Method.PAT else Problem.POLICY_FORBIDS_METHOD)


@pytest.mark.parametrize(
    ("hosts", "cloud", "let_through"),
    [
        (["public"], PUBLIC, True),
        (["public"], US_GOVERNMENT, False),
        (["usgov"], US_GOVERNMENT, True),
        (["usgov"], PUBLIC, False),
        (["china", "public"], CHINA, True),
        (["public"], CUSTOM, False),
        (["tfs.example"], CUSTOM, False),
        (["tfs.example", "login.example"], CUSTOM, False),
        (["tfs.example", "LOGIN.example:8443"], CUSTOM, True),
        ([], PUBLIC, False),
        ([], PRACTICE_CLOUD, True),
    ],
)
def test_a_cloud_is_let_through_if_all_its_hosts_are(hosts: list[str], cloud: Cloud, let_through: bool) -> None:
    refused = policy(hosts=hosts).refuses_cloud(cloud)
    assert problem(refused) is (None if let_through else Problem.POLICY_FORBIDS_HOST)


@pytest.mark.parametrize("host", ["dev.azure.com.evil.example", "xdev.azure.com", "dev.azure.com@evil.example"])
def test_a_host_that_looks_like_a_listed_one_is_another(host: str) -> None:
    assert problem(policy(hosts=["public"]).refuses_cloud(replace(PUBLIC, key="custom", devops=f"https://{host}")))


def test_an_empty_host_is_none_that_is_listed() -> None:
    assert problem(policy(hosts=["public"]).refuses_cloud(replace(PUBLIC, key="custom", identity="")))


@pytest.mark.parametrize(
    ("cloud", "tenant", "let_through"),
    [
        (PUBLIC, OURS, True),
        (PUBLIC, OURS.upper(), True),
        (PUBLIC, OTHERS, False),
        (PUBLIC, "", False),
        (PRACTICE_CLOUD, OTHERS, True),
    ],
)
def test_only_listed_directories_are_let_through(cloud: Cloud, tenant: str, let_through: bool) -> None:
    refused = policy(tenants=[OURS]).refuses_tenant(cloud, tenant)
    assert problem(refused) is (None if let_through else Problem.POLICY_FORBIDS_TENANT)


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("cloud", [*WELL_KNOWN.values(), CUSTOM, PRACTICE_CLOUD], ids=lambda cloud: cloud.key)
def test_under_a_broken_policy_nothing_is_let_through(method: Method, cloud: Cloud) -> None:
    under = broken(PolicyFault("unknown", "metods"))

    for refused in (
        under.refuses_method(method),
        under.refuses_cloud(cloud),
        under.refuses_tenant(cloud, OURS),
    ):
        assert refused is not None
        assert refused.problem is Problem.POLICY_UNREADABLE
        assert refused.facts == {"policy_fault": "unknown metods"}


# -- what is set ------------------------------------------------------------------------------------------------------


@given(settings=any_settings)
def test_without_a_policy_everything_stays(settings: Settings) -> None:
    assert NO_POLICY.limit(settings) == settings
    assert NO_POLICY.fixed == frozenset()


@given(settings=any_settings, seconds=st.integers(5, 300), minutes=st.sampled_from(Settings.MINUTES[1:]))
def test_limits_only_ever_make_it_stricter(settings: Settings, seconds: int, minutes: int) -> None:
    limited = policy(clipboard_seconds=seconds, lock_minutes=minutes).limit(settings)

    assert limited.clipboard_seconds == min(seconds, settings.clipboard_seconds)
    assert 0 < limited.lock_minutes <= minutes
    assert limited.lock_minutes <= (settings.lock_minutes or 60)
    assert limited.lock_with_screen


@pytest.mark.parametrize("name", ["background_checks", "notifications"])
@pytest.mark.parametrize("value", [True, False])
def test_a_fixed_switch_is_what_the_policy_says(name: str, value: bool) -> None:
    under = policy(**{name: value})

    assert getattr(under.limit(replace(Settings(), **{name: not value})), name) is value
    assert under.fixed == {name}


def test_a_broken_policy_checks_nothing_by_itself() -> None:
    assert not broken(PolicyFault("not-json")).limit(Settings()).background_checks


@pytest.mark.parametrize(
    ("text", "found"),
    [(OURS, OURS), (OURS.upper(), OURS), ("{" + OURS + "}", ""), ("contoso.example", ""), ("", ""), ("x" * 36, "")],
)
def test_only_a_plain_guid_is_one(text: str, found: str) -> None:
    assert guid(text) == found


# -- the document -----------------------------------------------------------------------------------------------------


def documented() -> dict[str, str]:
    """The table of the policy in README.md: key, and what its row says."""
    part = README.read_text("utf-8").split("## Rules for a whole company")[1].split("\n## ")[0]
    rows = [line.split("|") for line in part.splitlines() if line.startswith("| `")]
    return {row[1].strip().strip("`"): row[2] for row in rows}


def test_every_key_is_documented_and_no_other() -> None:
    assert set(documented()) == {"version", *READERS}


@pytest.mark.parametrize("key", READERS)
def test_the_documented_values_are_those_that_are_read(key: str) -> None:
    row = documented()[key]
    for value in {
        "methods": [f'"{method.value}"' for method in Method],
        "tenants": ["GUID"],
        "hosts": [f'"{name}"' for name in WELL_KNOWN],
        "clipboard_seconds": [str(Settings.SECONDS[0]), str(Settings.SECONDS[-1])],
        "lock_minutes": [str(minutes) for minutes in Settings.MINUTES[1:]],
    }.get(key, ["true", "false"]):
        assert value in row


def test_the_documented_example_is_a_policy() -> None:
    part = README.read_text("utf-8").split("## Rules for a whole company")[1].split("\n## ")[0]
    example = "\n".join(line[4:] for line in part.splitlines() if line.startswith("    "))
    assert policy_from(json.loads(example)) != NO_POLICY


def test_every_fixed_switch_is_a_field() -> None:
    names = {field.name for field in fields(Policy)}
    assert set(READERS) <= names
