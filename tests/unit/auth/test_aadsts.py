"""Entra's error numbers and OAuth's error words, as far as Microsoft documents them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop_app.auth.aadsts import PROBLEM_BY_NUMBER, problem_from_error, problem_from_number
from desktop_app.core.problems import Problem

# Microsoft Learn, "Microsoft Entra authentication and authorization error codes", and public reports of the rest.
NUMBERS = {
    50011: Problem.REDIRECT_URI_MISMATCH,
    500113: Problem.REDIRECT_URI_MISMATCH,
    900971: Problem.REDIRECT_URI_MISMATCH,
    9002327: Problem.REDIRECT_URI_WRONG_PLATFORM,
    7000218: Problem.SECRET_REQUIRED,
    700025: Problem.SECRET_NOT_ALLOWED,
    7000215: Problem.SECRET_WRONG,
    7000222: Problem.SECRET_EXPIRED,
    700016: Problem.APP_NOT_FOUND,
    700011: Problem.APP_NOT_FOUND,
    7000112: Problem.APP_DISABLED,
    90002: Problem.TENANT_NOT_FOUND,
    900023: Problem.TENANT_NOT_FOUND,
    90038: Problem.TENANT_IN_OTHER_CLOUD,
    9001023: Problem.TENANT_WORD_SHARED,
    50194: Problem.APP_SINGLE_TENANT,
    500011: Problem.RESOURCE_NOT_IN_TENANT,
    500014: Problem.RESOURCE_DISABLED,
    500021: Problem.TENANT_RESTRICTED,
    500022: Problem.TENANT_RESTRICTED,
    650057: Problem.PERMISSION_NOT_ON_APP,
    650056: Problem.PERMISSION_NOT_ON_APP,
    65001: Problem.CONSENT_REQUIRED,
    65004: Problem.CONSENT_DECLINED,
    90094: Problem.ADMIN_CONSENT_REQUIRED,
    90095: Problem.CONSENT_REQUEST_PENDING,
    70011: Problem.SCOPE_INVALID,
    28002: Problem.SCOPE_INVALID,
    50020: Problem.ACCOUNT_NOT_IN_TENANT,
    50034: Problem.ACCOUNT_NOT_FOUND,
    50014: Problem.GUEST_PENDING,
    51004: Problem.ACCOUNT_NOT_IN_TENANT,
    50105: Problem.ACCOUNT_NOT_ASSIGNED,
    50076: Problem.MFA_REQUIRED,
    50079: Problem.MFA_ENROLMENT,
    50074: Problem.MFA_REQUIRED,
    50072: Problem.MFA_ENROLMENT,
    50078: Problem.MFA_EXPIRED,
    70043: Problem.SIGN_IN_TOO_OLD,
    53003: Problem.CONDITIONAL_ACCESS,
    53000: Problem.DEVICE_NOT_COMPLIANT,
    53001: Problem.DEVICE_NOT_JOINED,
    530032: Problem.CONDITIONAL_ACCESS,
    50126: Problem.PASSWORD_WRONG,
    50053: Problem.ACCOUNT_LOCKED,
    50057: Problem.ACCOUNT_DISABLED,
    50055: Problem.PASSWORD_EXPIRED,
    54005: Problem.SIGN_IN_CODE_REJECTED,
    70000: Problem.SIGN_IN_CODE_REJECTED,
    70008: Problem.SIGN_IN_CODE_REJECTED,
    700082: Problem.SIGN_IN_EXPIRED,
    50173: Problem.SIGN_IN_REVOKED,
    50089: Problem.SIGN_IN_EXPIRED,
    501481: Problem.SIGN_IN_CODE_REJECTED,
    50147: Problem.SIGN_IN_CODE_REJECTED,
    700005: Problem.SIGN_IN_CODE_REJECTED,
    50196: Problem.ENTRA_BUSY,  # "client loop": the remedy is to wait, not to start again
    70044: Problem.SIGN_IN_TOO_OLD,
    700084: Problem.SIGN_IN_EXPIRED,
    50132: Problem.SIGN_IN_REVOKED,
    50133: Problem.SIGN_IN_REVOKED,
    50131: Problem.CONDITIONAL_ACCESS,
    53002: Problem.CONDITIONAL_ACCESS,
    530033: Problem.CONDITIONAL_ACCESS,
    50097: Problem.DEVICE_NOT_JOINED,
    50056: Problem.ACCOUNT_UNUSABLE,
    50144: Problem.PASSWORD_EXPIRED,
    90072: Problem.ACCOUNT_NOT_IN_TENANT,
    50059: Problem.TENANT_NOT_FOUND,
    50128: Problem.TENANT_NOT_FOUND,
    65005: Problem.PERMISSION_NOT_ON_APP,
    7000216: Problem.SECRET_REQUIRED,
    28000: Problem.SCOPE_INVALID,
    28003: Problem.SCOPE_INVALID,
    1002012: Problem.SCOPE_INVALID,
    70018: Problem.DEVICE_CODE_ENDED,
    70019: Problem.DEVICE_CODE_ENDED,
    70020: Problem.DEVICE_CODE_ENDED,
    16000: Problem.ACCOUNT_NOT_IN_TENANT,
    90055: Problem.ENTRA_BUSY,
    90033: Problem.ENTRA_BUSY,
    90006: Problem.ENTRA_BUSY,
    50033: Problem.ENTRA_BUSY,
}
CORRELATION_ID = "aaaa0000-bb11-2222-33cc-444444dddddd"


def description(number: int) -> str:
    return (
        f"AADSTS{number}: Words that may change or be translated.\r\nTrace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333\r\n"
        f"Correlation ID: {CORRELATION_ID}\r\nTimestamp: 2026-01-09 02:02:12Z"
    )


@pytest.mark.parametrize(("number", "problem"), NUMBERS.items())
def test_a_number_stands_for_its_problem_wherever_it_is_found(number: int, problem: Problem) -> None:
    by_codes = problem_from_error({"error": "invalid_grant", "error_codes": [number]})
    by_text = problem_from_error({"error": "invalid_grant", "error_description": description(number)})
    on_a_page = problem_from_number(number, description(number))

    for failure in (by_codes, by_text, on_a_page):
        assert failure.problem is problem
        assert failure.facts["aadsts"] == f"AADSTS{number}"


def test_no_number_is_known_that_is_not_listed_here() -> None:
    assert PROBLEM_BY_NUMBER == NUMBERS


def test_the_list_of_codes_goes_before_the_text() -> None:
    failure = problem_from_error({"error_codes": [7000222], "error_description": description(50011)})

    assert failure.problem is Problem.SECRET_EXPIRED


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        ("access_denied", Problem.CONSENT_DECLINED),
        ("consent_required", Problem.CONSENT_REQUIRED),
        ("temporarily_unavailable", Problem.ENTRA_BUSY),
        ("server_error", Problem.ENTRA_BUSY),
        ("invalid_scope", Problem.SCOPE_INVALID),
        ("invalid_tenant", Problem.TENANT_NOT_FOUND),
        ("invalid_grant", Problem.ENTRA_UNKNOWN),
        ("something_new", Problem.ENTRA_UNKNOWN),
        ("", Problem.ENTRA_UNKNOWN),
    ],
)
@pytest.mark.parametrize("codes", [[], [99999999]], ids=["no number", "unknown number"])
def test_without_a_known_number_the_error_word_decides(error: str, problem: Problem, codes: list[int]) -> None:
    assert problem_from_error({"error": error, "error_codes": codes}).problem is problem


def test_an_unknown_number_is_kept_for_looking_it_up() -> None:
    failure = problem_from_number(1234567, description(1234567))

    assert failure.problem is Problem.ENTRA_UNKNOWN
    assert failure.facts["aadsts"] == "AADSTS1234567"


def test_facts_hold_what_support_asks_for() -> None:
    failure = problem_from_error(
        {
            "error": "invalid_client",
            "error_description": description(7000215),
            "error_codes": [7000215],
            "correlation_id": CORRELATION_ID,
        }
    )

    assert failure.facts["correlation_id"] == CORRELATION_ID
    assert failure.facts["error"] == "invalid_client"
    assert failure.facts["description"].startswith("AADSTS7000215: Words that may change or be translated. Trace ID")
    assert "\r" not in failure.facts["description"]


def test_the_correlation_id_is_found_in_the_text_too() -> None:
    assert problem_from_number(50011, description(50011)).facts["correlation_id"] == CORRELATION_ID
    assert "correlation_id" not in problem_from_number(50011).facts


@pytest.mark.parametrize("field", ["error", "error_description", "correlation_id"])
def test_what_a_server_says_is_shortened_and_cleaned(field: str) -> None:
    private = "opaque" * 3
    failure = problem_from_error({field: f"client_secret={private} " + "long words " * 500})

    assert private not in str(failure.facts)
    assert all(len(value) <= 400 for value in failure.facts.values())
    assert all(value.strip() for value in failure.facts.values())


def test_an_answer_without_anything_has_no_facts() -> None:
    assert problem_from_error({}).facts == {}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
hostile = st.fixed_dictionaries(
    {},
    optional={
        "error": json_values,
        "error_description": json_values,
        "error_codes": json_values | st.lists(json_values, min_size=1, max_size=3),
        "correlation_id": json_values,
        "suberror": json_values,
    },
)


@given(hostile)
@example({"error": " ", "error_description": "\n"})
def test_no_answer_is_an_error_of_its_own(answer: dict[str, object]) -> None:
    failure = problem_from_error(answer)

    assert failure.problem in Problem
    for name, value in failure.facts.items():
        assert isinstance(value, str)
        assert 0 < len(value) <= 400
        assert "\n" not in value
        assert name != "aadsts" or value.removeprefix("AADSTS").isdecimal()
