"""Nothing that looks like a secret leaves in text, and ordinary sentences stay readable."""

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.credential import Secret
from desktop_app.core.redact import MASK, redact

PAT = "a1B2" * 13 + "JQQJ" + "99" + "BK" + "AC" + "A" * 10 + "AAAS" + "AZDO" + "x1y2"
OLD_PAT = "abc2" * 13
CLIENT_SECRET = "xyz" + "8Q~" + "aB3.-_~" * 5
JWT = ".".join(["ey" + "J" + "hbGciOi" * 3, "ey" + "J" + "zdWIiOi" * 5, "c2lnbmF0dXJl" * 4])
ENCRYPTED_JWT = ".".join(["ey" + "J" + "hbGciOi" * 3, "key" * 9, "iv" * 9, "text" * 9, "tag" * 9])
OPAQUE = "0.AXoA-_" + "Qx7" * 12  # as an authorization code or a refresh token


def basic(value: str) -> str:
    return base64.b64encode(f":{value}".encode()).decode()


@pytest.mark.parametrize("secret", [PAT, OLD_PAT, CLIENT_SECRET, JWT, ENCRYPTED_JWT])
@pytest.mark.parametrize(
    "sentence",
    [
        "{}",
        "the token {} was sent",
        "'{}'",
        '{{"token": "{}"}}',
        "({}),",
        "token={}&x=1",
        "first line\n{}\nlast",
        "x:{}:y",
    ],
)
def test_shapes_of_secrets_are_removed_without_being_told(secret: str, sentence: str) -> None:
    shown = redact(sentence.format(secret))

    assert secret not in shown
    assert secret[-12:] not in shown
    assert MASK in shown


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {OPAQUE}",
        f"authorization: bearer {OPAQUE}",
        f"{{'Authorization': 'Bearer {OPAQUE}'}}",
        f'{{"Authorization":"Basic {basic(OPAQUE)}"}}',
        f"Authorization=Basic {basic(OPAQUE)}",
        f"sent Bearer {OPAQUE} to the host",
        f"sent Basic {basic(OPAQUE)}",
        f"https://localhost:5000/?code={OPAQUE}&state=1",
        f"code={OPAQUE}",
        f"{{'code': '{OPAQUE}'}}",
        json.dumps({"refresh_token": OPAQUE, "expires_in": 3599}),
        json.dumps({"access_token": OPAQUE}, indent=2),
        json.dumps({"id_token": OPAQUE}),
        urlencode({"grant_type": "client_credentials", "client_secret": OPAQUE}),
        urlencode({"code_verifier": OPAQUE, "x": "y"}),
        f"device_code: {OPAQUE}",
        f"password = {OPAQUE}",
        f"client_assertion_type=x&assertion={OPAQUE}",
        f"CLIENT_SECRET={OPAQUE}",
    ],
)
def test_named_places_for_secrets_are_emptied(text: str) -> None:
    shown = redact(text)

    assert OPAQUE not in shown
    assert basic(OPAQUE) not in shown
    assert MASK in shown


def test_a_short_code_in_a_redirect_is_removed_too() -> None:
    assert redact("http://localhost/?code=abc&state=xyz") == f"http://localhost/?code={MASK}&state=xyz"


ORDINARY = [
    "Checked the connection to contoso in 3 seconds.",
    "The page of login.microsoftonline.com did not load.",
    "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
    "value, not the client secret ID, for a secret added to app '00000000-0000-0000-0000-000000000000'.",
    "AADSTS700016: Application with identifier '499b84ac-1321-427f-aa17-267ca6975798' was not found.",
    "Basic authentication is disabled; give the account the access level Basic and try again.",
    "The proxy wants Basic authentication.",
    "Bearer tokens end after an hour.",
    "WWW-Authenticate: Bearer authorization_uri=https://login.microsoftonline.com/",
    "problem: pat-expired",
    "code: TF400813",
    "error code: 50011",
    "Exit code: 1, status code: 404.",
    "The code was used twice; the token, the secret and the password are fine.",
    "token refreshed profile=0123456789abcdef0123456789abcdef expires=2026-11-02T12:00:00+00:00",
    "correlation_id: 0a1b2c3d-0000-1111-2222-333344445555",
    "https://dev.azure.com/contoso/_apis/projects?api-version=7.1&$top=100",
    "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "desktop_app.core.checks:run_checks",
    "",
]


@pytest.mark.parametrize("sentence", ORDINARY)
def test_ordinary_text_stays_as_it_is(sentence: str) -> None:
    assert redact(sentence) == sentence
    assert redact(sentence, [Secret(OPAQUE)]) == sentence


@pytest.mark.parametrize("code", ["TF400813", "50011", "pat-expired", "AADSTS7000215"])
def test_a_fact_called_code_stays_readable_in_json(code: str) -> None:
    assert code in redact(json.dumps({"code": code}))


FORMS: dict[str, Callable[[str], str]] = {
    "plain": lambda value: value,
    "percent-encoded": lambda value: quote(value, safe=""),
    "form-encoded": quote_plus,
    "Basic": basic,
    "in JSON": json.dumps,
}
# No brackets: what is left after a removal must not be mistaken for a secret made of the mask's own letters.
values = st.text(st.characters(exclude_characters="[]", codec="utf-8"), min_size=4, max_size=90).filter(
    lambda value: value not in MASK
)


@given(values, st.sampled_from(sorted(FORMS)), st.text(max_size=30), st.text(max_size=30))
def test_a_known_secret_never_survives_in_any_form(value: str, form: str, before: str, after: str) -> None:
    written = FORMS[form](value)

    shown = redact(f"{before} {written} {after}", [Secret(value)])

    assert written not in shown or written in MASK or written in f"{before} | {after}"


def test_the_longest_secret_goes_first() -> None:
    short, long = "begin" * 3, "begin" * 3 + "ThenTheRest"

    for told in ([Secret(short), Secret(long)], [Secret(long), Secret(short)]):
        assert redact(f"x {long} y {short} z", told) == f"x {MASK} y {MASK} z"


def test_a_secret_that_is_part_of_another_leaves_nothing_of_it() -> None:
    known = Secret("d" * 9)
    token = "d" * 52 + "JQQJ" + "99" + "e" * 26
    assert redact(f"failed with {token}, {known.reveal()} too") == "failed with [removed], [removed] too"


def test_secrets_that_overlap_are_removed_as_one() -> None:
    first, second = Secret("one and two"), Secret("two and three")
    assert redact("it is one and two and three.", [first, second]) == "it is [removed]."


def test_every_known_secret_is_removed_everywhere() -> None:
    one, two = "first+secret/1=", "second secret"

    shown = redact(f"{one}, {two}, {quote(one, safe='')}, {quote_plus(two)}, {one}", [Secret(one), Secret(two)])

    assert shown == ", ".join([MASK] * 5)


@pytest.mark.parametrize("value", ["", "a", "is", "the"])
def test_a_secret_too_short_to_be_one_leaves_words_alone(value: str) -> None:
    assert redact("this is the text", [Secret(value)]) == "this is the text"


@given(st.text(st.characters()), st.text(st.characters()))  # with lone surrogates
def test_no_text_and_no_secret_is_an_error(text: str, value: str) -> None:
    redact(text, [Secret(value)])


def test_every_secret_in_memory_is_taken_out_without_being_told() -> None:
    secret = Secret("plain words of no known shape")
    assert redact("before plain words of no known shape after") == f"before {MASK} after"
    assert redact("before plain%20words%20of%20no%20known%20shape") == f"before {MASK}"
    del secret
    assert redact("plain words of no known shape") == "plain words of no known shape"


def test_equal_secrets_are_known_until_the_last_one_is_gone() -> None:
    first, second = Secret("twice the same words"), Secret("twice the same words")
    del first
    assert redact("twice the same words") == MASK
    del second
    assert redact("twice the same words") == "twice the same words"


def test_word_in_the_middle_of_being_typed_is_not_taken_out_of_every_text() -> None:
    typed = Secret("contoso")
    assert redact("contoso answered") == "contoso answered"
    assert redact("contoso answered", [typed]) == f"{MASK} answered"


def test_secrets_made_by_other_threads_do_not_disturb() -> None:
    def work(number: int) -> str:
        return redact(repr(Secret(f"secret number {number}")))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(400))) == {"Secret(...)"}
