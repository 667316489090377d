"""The codes and type keys by which Azure DevOps names a refusal: each has its Problem, whatever the words say."""

import pytest

from desktop_app.core.problems import Problem
from desktop_app.infra.azure_answers import PROBLEM_BY_CODE, PROBLEM_BY_TYPE_KEY
from tests.unit.infra.azure import error, probe_problem

CODES = {
    "TF200016": Problem.PROJECT_NOT_FOUND,
    "VS800075": Problem.PROJECT_NOT_FOUND,
    "TF400409": Problem.LICENCE_MISSING,
    "TF400733": Problem.THROTTLED,
    "VS403463": Problem.POLICY_BLOCKED,
}
TYPE_KEYS = {
    "ProjectDoesNotExistException": Problem.PROJECT_NOT_FOUND,
    "ProjectDoesNotExistWithNameException": Problem.PROJECT_NOT_FOUND,
    "MissingLicenseException": Problem.LICENCE_MISSING,
    "VssResourceNotFoundException": Problem.API_NOT_OFFERED,
    "VssVersionNotSpecifiedException": Problem.API_NOT_OFFERED,
    "VssVersionOutOfRangeException": Problem.API_NOT_OFFERED,
    "VssInvalidPreviewVersionException": Problem.API_NOT_OFFERED,
    "VssApiResourceDisabledException": Problem.API_NOT_OFFERED,
}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
@pytest.mark.parametrize(("code", "problem"), CODES.items())
def test_a_code_decides_whatever_the_status(code: str, problem: Problem, status: int) -> None:
    assert probe_problem(error(status, f"{code}: Worte in irgendeiner Sprache.")).problem is problem


@pytest.mark.parametrize("status", [400, 403, 404])
@pytest.mark.parametrize(("type_key", "problem"), TYPE_KEYS.items())
def test_a_type_key_decides_where_there_is_no_code(type_key: str, problem: Problem, status: int) -> None:
    assert probe_problem(error(status, "Worte.", type_key)).problem is problem


def test_no_code_and_no_type_key_is_known_that_is_not_listed_here() -> None:
    assert (PROBLEM_BY_CODE, PROBLEM_BY_TYPE_KEY) == (CODES, TYPE_KEYS)
