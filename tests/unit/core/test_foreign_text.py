"""Text of servers, made fit to be shown: names, messages, and JSON that is almost JSON."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.credential import Secret
from desktop_app.core.foreign_text import decoded_json, one_line
from desktop_app.core.redact import MASK, quotable

LONG = 10_000_000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Fabrikam Fiber", "Fabrikam Fiber"),
        ("  two\r\n\tlines\u2028and\u0085more ", "two lines and more"),
        ("evil\u202egnp.exe", "evilgnp.exe"),  # would be read as "evilexe.png"
        ("\u2066a\u2069\u200e\u200f\ufeffb\u061c", "ab"),
        ("nul\0bell\a", "nul bell"),
        ("half \ud800 of one", "half \ufffd of one"),
        ("<b>bold</b> & <img src=x>", "<b>bold</b> & <img src=x>"),  # what it is shown in takes it for plain text
        ("Ünïcödé 工程 مشروع", "Ünïcödé 工程 مشروع"),
        ("\U0001f468\u200d\U0001f4bb", "\U0001f468\u200d\U0001f4bb"),
        ("", ""),
    ],
)
def test_a_name_is_one_line_of_letters(text: str, shown: str) -> None:
    assert one_line(text) == shown


@given(st.text(st.characters()), st.integers(1, 50))
def test_whatever_a_server_writes_can_be_shown_and_encoded(text: str, limit: int) -> None:
    shown = one_line(text, limit)

    assert len(shown) <= limit
    assert all(letter.isprintable() or letter in "\u200c\u200d" for letter in shown)
    shown.encode()


def test_a_name_of_ten_million_letters_is_cut() -> None:
    assert one_line("x" * LONG) == "x" * 300
    assert one_line(" " * LONG + "x") == ""


@pytest.mark.parametrize("filler", ["eyJ", "Bearer ", "password=", "code: ", " ", "x", "authorization: basic "])
def test_a_long_text_that_looks_like_secrets_all_over_is_quoted_without_a_hang(filler: str) -> None:
    assert len(quotable(filler * (LONG // len(filler)), 500)) <= 500


@pytest.mark.parametrize("number", range(2_000, 2_200, 7))
def test_no_part_of_a_secret_is_left_where_a_text_is_cut(number: int) -> None:
    secret = Secret("".join(chr(65 + place % 26) + str(place % 10) for place in range(50)))
    parts = [secret.reveal()[start : start + 12] for start in range(len(secret.reveal()) - 12)]
    for filler in (" ", "x", "password=abc "):
        shown = quotable((filler * number)[:number] + secret.reveal() + "y" * 50, 500, [secret])
        assert [part for part in parts if part in shown] == []


@pytest.mark.parametrize("between", ["\u200b", "\u2060", "\ufeff", "\u202e"])
def test_letters_that_nobody_sees_hide_no_secret(between: str) -> None:
    secret = Secret("opaque-" + "Zx9" * 12)
    value = secret.reveal()

    assert quotable(f"got {value[:9]}{between}{value[9:]}", 500, [secret]) == f"got {MASK}"


@pytest.mark.parametrize("user", ["", "a", "ab", "abc", "somebody@contoso.example"])
@pytest.mark.parametrize("end", ["", "x", "xy"])
def test_a_secret_is_known_wherever_it_stands_in_base64(user: str, end: str) -> None:
    secret = Secret("opaque-" + "Zx9" * 12)
    echoed = base64.b64encode(f"{user}:{secret.reveal()}{end}".encode()).decode()

    shown = quotable(f"you sent {echoed}", 500, [secret])

    assert MASK in shown
    assert echoed[len(user) + 6 : -8] not in shown


@pytest.mark.parametrize("value", [None, 5, b"bytes", ["text"], {"a": 1}, True])
def test_what_is_no_text_is_not_quoted(value: object) -> None:
    assert quotable(value) == ""


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}', "", "{", "'a'", "1" * 5_000, "\x00"])
def test_almost_json_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  which of them, nobody asks
        decoded_json(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\ud83d\ude00"', "\U0001f600"),
        (r'"\ud83d"', "\ufffd"),
        (r'"\uDE00\uD83D"', "\ufffd\ufffd"),
        (r'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (r'"\\ud83d"', r"\ud83d"),
        (r'"\\\ud83d"', "\\\ufffd"),
        (r'{"\ud83d": 1}', {"\ufffd": 1}),
        ('{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_half_a_letter_becomes_a_mark_in_its_place(text: str, value: object) -> None:
    assert decoded_json(text) == value


_json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_json, st.booleans())
def test_json_is_read_as_it_was_written(value: object, ascii_only: bool) -> None:
    assert decoded_json(json.dumps(value, ensure_ascii=ascii_only)) == value


@given(st.text(st.sampled_from(list('\\ud8ad9ce0fF"[]')), max_size=40))
def test_nothing_that_is_read_breaks_an_encoder(text: str) -> None:
    try:
        value = decoded_json(f'"{text}"')
    except ValueError:
        return
    assert isinstance(value, str)
    value.encode()
