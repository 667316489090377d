"""Only a manifest that the publisher has signed is believed, and only its version."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from desktop_app.core.ports import Response
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.publisher import PUBLISHER, Publisher
from desktop_app.core.updates import LastLook
from desktop_app.infra.update_manifest import SignedManifest, version_in
from desktop_app.infra.update_record import UpdateFile
from resources.packaging.sign_manifest import manifest
from tests.fakes.http import ScriptedHttp

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()
URL = "https://example.com/manifest.json"


def pem(key: Ed25519PrivateKey | X25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def signed(text: str, key: Ed25519PrivateKey = KEY) -> bytes:
    signature = base64.b64encode(key.sign(text.encode())).decode()
    return json.dumps({"signed": text, "signature": signature}).encode()


def test_what_the_packaging_signs_the_program_believes() -> None:
    assert version_in(manifest("0.2.0", pem(KEY)).encode(), PUBLIC) == "0.2.0"


def test_another_key_or_another_kind_is_refused() -> None:
    other = Ed25519PrivateKey.generate()

    with pytest.raises(ValueError, match="not the publisher's"):
        version_in(manifest("0.2.0", pem(other)).encode(), PUBLIC)
    with pytest.raises(TypeError):
        manifest("0.2.0", pem(X25519PrivateKey.generate()))


def test_every_changed_character_is_noticed() -> None:
    whole = json.loads(manifest("0.2.0", pem(KEY)))
    for place in range(len(whole["signed"])):
        text = whole["signed"]
        changed = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        with pytest.raises(ValueError, match="signature"):
            version_in(json.dumps({**whole, "signed": changed}).encode(), PUBLIC)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"<html>", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "does not tell"),
        (b'{"signed": "x"}', "does not tell"),
        (b'{"signed": 1, "signature": "x"}', "does not tell"),
        (b'{"signed": "x", "signature": "?"}', "signature"),
        (b'{"signed": "x", "signature": ""}', "signature"),
        (signed("not JSON"), "not JSON"),
        (signed('{"product": "ado-connect"}'), "does not tell"),
        (signed('{"product": "another", "version": "9.0.0"}'), "another product"),
    ],
)
def test_anything_else_is_refused_in_words(body: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        version_in(body, PUBLIC)


def test_one_plain_request_is_sent() -> None:
    server = ScriptedHttp(Response(200, {}, manifest("0.2.0", pem(KEY)).encode()))

    assert SignedManifest(server, Publisher(URL, PUBLIC, URL)).newest() == "0.2.0"
    (request,) = server.requests
    assert (request.method, request.url, request.body) == ("GET", URL, None)
    assert set(request.headers) == {"Accept"}


@pytest.mark.parametrize(("status", "body"), [(404, b""), (302, b""), (200, b"{}")])
def test_an_answer_that_is_none_is_a_problem(status: int, body: bytes) -> None:
    with pytest.raises(ConnectionProblem) as raised:
        SignedManifest(ScriptedHttp(Response(status, {}, body)), Publisher(URL, PUBLIC, URL)).newest()

    assert raised.value.problem is Problem.ANSWER_NOT_UNDERSTOOD


@pytest.mark.parametrize(
    "settings",
    [
        ("http://example.com/m", PUBLIC, URL),
        (URL, PUBLIC, "http://example.com/d"),
        (URL, PUBLIC[:-2], URL),
        (URL, "x" * 64, URL),
    ],
)
def test_a_publisher_has_https_and_a_whole_key(settings: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match=r"https|bytes|hexadecimal"):
        Publisher(*settings)


def test_this_source_names_no_publisher() -> None:
    assert PUBLISHER is None


def test_last_look_outlives_the_program(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    look = LastLook(datetime(2026, 11, 25, tzinfo=UTC), "0.2.0")
    assert UpdateFile(folder).load() is None

    UpdateFile(folder).save(look)

    assert UpdateFile(folder).load() == look


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"at": "2026-11-25T00:00:00"}', '{"at": 1}'])
def test_a_damaged_record_counts_as_none_and_is_replaced(tmp_path: Path, text: str) -> None:
    record = UpdateFile(tmp_path)
    (tmp_path / "update-check.json").write_text(text)
    assert record.load() is None

    record.save(LastLook(datetime(2026, 11, 25, tzinfo=UTC)))

    assert record.load() is not None


def test_a_record_that_can_not_be_kept_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    UpdateFile(tmp_path / "file").save(LastLook(datetime(2026, 11, 25, tzinfo=UTC)))
