"""`--self-test` looks at every part, tells of each, and ends with 1 if one of them is not well."""

from collections.abc import Callable

import pytest

from desktop_app.cli.command_line import SELF_TEST, parse
from desktop_app.cli.self_test import Part, self_test
from desktop_app.core.problems import ConnectionProblem, Problem

Captured = pytest.CaptureFixture[str]


def test_all_well_ends_well(capsys: Captured) -> None:
    found: dict[Part, object] = {Part.RESOURCES: 47, Part.KEYRINGS: ["fail", "kwallet"], Part.PAGE: "140.0"}

    code = self_test({part: lambda part=part: found.get(part) for part in Part})  # type: ignore[misc]  # its default

    told = capsys.readouterr().out.splitlines()
    assert code == 0
    assert told[0].startswith("ado-connect 0.")
    assert [line.split("  ")[0] for line in told[1:7]] == [
        "Files of the program",
        "Keyring libraries",
        "Network libraries",
        "Icons",
        "Certificates",
        "Built-in sign-in window",
    ]
    assert [line.split()[-1] for line in told[1:7]] == ["47", "kwallet", "OK", "OK", "OK", "140.0"]
    assert told[-1] == "Everything that was installed works."


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (FileNotFoundError("no file in help"), "FileNotFoundError: no file in help"),
        (ImportError("libnss3.so: cannot open shared object file"), "libnss3.so"),
        (ConnectionProblem(Problem.VIEW_UNAVAILABLE, {"reason": "root"}), "Continue in your own browser"),
    ],
)
def test_a_part_that_fails_is_named_and_the_others_are_looked_at(
    capsys: Captured, failure: Exception, words: str
) -> None:
    looked: list[Part] = []

    def look(part: Part) -> Callable[[], object]:
        def at() -> object:
            looked.append(part)
            if part is Part.ICONS:
                raise failure
            return None

        return at

    code = self_test({part: look(part) for part in Part})

    told = " ".join(capsys.readouterr().out.split())
    assert code == 1
    assert looked == list(Part)
    assert f"Icons Failed {type(failure).__name__}" in told or "Icons Failed The built-in sign-in window" in told
    assert words in told
    assert told.endswith("Something does not work here; it is named above.")


def test_what_a_library_says_is_told_without_secrets(capsys: Captured) -> None:
    token = ".".join(("eyJhbGciOiJub25lIn0", "eyJzdWIiOiJzb21lYm9keSJ9", "c2lnbmF0dXJl"))

    def fail() -> None:
        raise ValueError(f"Authorization: Bearer {token}")

    self_test(dict.fromkeys(Part, fail))

    assert token not in capsys.readouterr().out


def test_it_is_an_option_of_the_command_line() -> None:
    assert parse(["--self-test"]).command == SELF_TEST
