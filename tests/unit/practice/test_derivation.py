"""Ids and secrets that are the same in every run and have the real shapes."""

import re

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.practice import derivation


def test_a_token_has_the_real_layout_and_checksum() -> None:
    token = derivation.personal_access_token("any")

    assert re.fullmatch(r"[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9][A-L][A-Za-z0-9]{16}AZDO[A-Za-z0-9]{4}", token)
    assert token[80:] == derivation.pat_checksum(token[:80])


def test_the_checksum_agrees_with_the_published_vector() -> None:
    body = "A" * 52 + "JQQJ99" + "BKAC" + "A" * 10 + "AAAS" + "AZDO"

    assert derivation.pat_checksum(body) == "2ycf"


def test_a_client_secret_has_the_real_shape() -> None:
    secret = derivation.client_secret("any")

    assert len(secret) == 40
    assert secret[3:6] == "8Q~"


@given(st.text(min_size=1))
def test_a_name_always_gives_the_same_values(name: str) -> None:
    assert derivation.client_secret(name) == derivation.client_secret(name)
    assert derivation.guid(name) == derivation.guid(name)
    assert derivation.personal_access_token(name) != derivation.personal_access_token(f"{name}.")


@given(st.dictionaries(st.text(), st.text()))
def test_what_was_sealed_comes_back(content: dict[str, str]) -> None:
    assert derivation.unseal("purpose", derivation.seal("purpose", content)) == content


@given(st.text())
def test_nothing_else_is_unsealed(text: str) -> None:
    assert derivation.unseal("purpose", text) is None
    assert derivation.unseal("other", derivation.seal("purpose", {"a": text})) is None
