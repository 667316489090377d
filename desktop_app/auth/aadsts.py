"""From Entra's error numbers (AADSTS...) to Problems.

Branches on numbers and on OAuth's `error`; texts may change or be translated (Entra docs, error codes).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.redact import quotable

_NUMBERS: dict[Problem, tuple[int, ...]] = {
    Problem.REDIRECT_URI_MISMATCH: (50011, 500113, 900971),
    Problem.REDIRECT_URI_WRONG_PLATFORM: (9002327,),
    Problem.SECRET_REQUIRED: (7000218, 7000216),
    Problem.SECRET_NOT_ALLOWED: (700025,),
    Problem.SECRET_WRONG: (7000215,),
    Problem.SECRET_EXPIRED: (7000222,),
    Problem.APP_NOT_FOUND: (700016, 700011),
    Problem.APP_DISABLED: (7000112,),
    Problem.APP_SINGLE_TENANT: (50194,),
    Problem.TENANT_NOT_FOUND: (90002, 900023, 50059, 50128),
    Problem.TENANT_WORD_SHARED: (9001023,),
    Problem.TENANT_IN_OTHER_CLOUD: (90038,),
    Problem.TENANT_RESTRICTED: (500021, 500022),
    Problem.RESOURCE_NOT_IN_TENANT: (500011,),
    Problem.RESOURCE_DISABLED: (500014,),
    Problem.PERMISSION_NOT_ON_APP: (650057, 650056, 65005),
    Problem.CONSENT_REQUIRED: (65001,),
    Problem.CONSENT_DECLINED: (65004,),
    Problem.ADMIN_CONSENT_REQUIRED: (90094,),
    Problem.CONSENT_REQUEST_PENDING: (90095,),
    Problem.SCOPE_INVALID: (70011, 28000, 28002, 28003, 1002012),
    Problem.ACCOUNT_NOT_IN_TENANT: (50020, 51004, 16000, 90072),
    Problem.ACCOUNT_NOT_FOUND: (50034,),
    Problem.GUEST_PENDING: (50014,),
    Problem.ACCOUNT_NOT_ASSIGNED: (50105,),
    Problem.ACCOUNT_UNUSABLE: (50056,),
    Problem.PASSWORD_WRONG: (50126,),
    Problem.PASSWORD_EXPIRED: (50055, 50144),
    Problem.ACCOUNT_LOCKED: (50053,),
    Problem.ACCOUNT_DISABLED: (50057,),
    Problem.MFA_REQUIRED: (50074, 50076),
    Problem.MFA_ENROLMENT: (50072, 50079),
    Problem.MFA_EXPIRED: (50078,),
    Problem.CONDITIONAL_ACCESS: (53002, 53003, 530032, 530033, 50131),
    Problem.DEVICE_NOT_COMPLIANT: (53000,),
    Problem.DEVICE_NOT_JOINED: (53001, 50097),
    Problem.SIGN_IN_EXPIRED: (700082, 700084, 50089),
    Problem.SIGN_IN_REVOKED: (50173, 50132, 50133),
    Problem.SIGN_IN_TOO_OLD: (70043, 70044),
    Problem.SIGN_IN_CODE_REJECTED: (54005, 70000, 70008, 501481, 50147, 700005),
    Problem.DEVICE_CODE_ENDED: (70018, 70019, 70020),
    Problem.ENTRA_BUSY: (90055, 90033, 90006, 50033, 50196),
}
PROBLEM_BY_NUMBER = {number: problem for problem, numbers in _NUMBERS.items() for number in numbers}

_BY_ERROR = {
    "access_denied": Problem.CONSENT_DECLINED,
    "consent_required": Problem.CONSENT_REQUIRED,
    "temporarily_unavailable": Problem.ENTRA_BUSY,
    "server_error": Problem.ENTRA_BUSY,
    "invalid_scope": Problem.SCOPE_INVALID,
    "invalid_tenant": Problem.TENANT_NOT_FOUND,
    "expired_token": Problem.DEVICE_CODE_ENDED,
    "bad_verification_code": Problem.DEVICE_CODE_ENDED,
    "authorization_declined": Problem.CONSENT_DECLINED,
}
_NUMBER = re.compile(r"AADSTS(\d{4,8})")
_CORRELATION_ID = re.compile(r"[0-9A-Fa-f-]{36}")
_CORRELATION = re.compile(r"(?i)correlation[ _]?id:?\s*([0-9a-f-]{36})")


def problem_from_number(number: int, text: str = "") -> ConnectionProblem:
    """The problem behind an AADSTS number seen on a page or in an answer; `text` is searched for the correlation id."""
    problem = PROBLEM_BY_NUMBER.get(number, Problem.ENTRA_UNKNOWN)
    return ConnectionProblem(problem, _facts(number, text))


def problem_from_error(error: Mapping[str, Any]) -> ConnectionProblem:
    """The problem behind an OAuth error answer (RFC 6749 section 5.2) as Entra extends it. Its values are untrusted."""
    text = str(error.get("error_description") or "")
    code = str(error.get("error") or "")
    number = _number(error, text)
    if number is not None and number in PROBLEM_BY_NUMBER:
        failure = problem_from_number(number, text)
    else:
        problem = _BY_ERROR.get(code, Problem.ENTRA_UNKNOWN)
        failure = ConnectionProblem(problem, _facts(number, text))
    more = {"error": said} if (said := quotable(code, 100)) else {}
    correlation_id = str(error.get("correlation_id") or "")
    if _CORRELATION_ID.fullmatch(correlation_id):
        more["correlation_id"] = correlation_id
    return failure.with_facts(**more)


def _number(error: Mapping[str, Any], text: str) -> int | None:
    numbers = error.get("error_codes")
    if isinstance(numbers, list) and numbers and type(numbers[0]) is int and 0 < numbers[0] < 10**8:
        return numbers[0]
    found = _NUMBER.search(text)
    return int(found[1]) if found else None


def _facts(number: int | None, text: str) -> dict[str, str]:
    facts = {}
    if number is not None:
        facts["aadsts"] = f"AADSTS{number}"
    if found := _CORRELATION.search(text):
        facts["correlation_id"] = found[1]
    if said := quotable(text, 400):
        facts["description"] = said
    return facts
