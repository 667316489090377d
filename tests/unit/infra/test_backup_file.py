"""The encrypted file of connections: what was put in comes out, and nothing else ever does."""

import hashlib
import os
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from desktop_app.core.backup import BackupEntry
from desktop_app.core.cloud import WELL_KNOWN
from desktop_app.core.credential import (
    ClientSecretCredential,
    Credential,
    OAuthCredential,
    PatCredential,
    Secret,
)
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.infra import backup_file
from desktop_app.infra.backup_file import Kdf, seal, unseal
from tests.fakes.profiles import a_profile, profiles

MADE = datetime(2026, 11, 25, 12, tzinfo=UTC)
PASSPHRASE = Secret("correct horse battery")
SECRET = "token-of-a-test"
ENTRIES = (
    BackupEntry(a_profile(1, method=Method.PAT), PatCredential(Secret(SECRET))),
    BackupEntry(a_profile(2), None),
)
BACKUP_PROBLEMS = {problem for problem in Problem if problem.value.startswith("backup-")}


def quick() -> Kdf:
    """A key that takes no time to make."""
    return Kdf(os.urandom(16), memory_kib=32, iterations=1, lanes=1)


def sealed(*entries: BackupEntry, practice: bool = False) -> bytes:
    return seal(entries or ENTRIES, PASSPHRASE, MADE, practice=practice, kdf=quick())


def opened(content: bytes, passphrase: Secret = PASSPHRASE, *, practice: bool = False) -> tuple[BackupEntry, ...]:
    return unseal(content, passphrase, WELL_KNOWN, practice=practice)


def problem_of(content: bytes, passphrase: Secret = PASSPHRASE, *, practice: bool = False) -> Problem:
    with pytest.raises(ConnectionProblem) as failure:
        opened(content, passphrase, practice=practice)
    assert SECRET not in f"{failure.value.facts} {failure.value.__cause__} {failure.value.__context__}"
    return failure.value.problem


def with_digest(content: bytes) -> bytes:
    """As somebody would write it who knows the format and not the passphrase."""
    return content[:-32] + hashlib.sha256(content[:-32]).digest()


_secrets = st.text(max_size=60).map(Secret)
_credentials: st.SearchStrategy[Credential | None] = st.one_of(
    st.none(),
    st.builds(PatCredential, _secrets),
    st.builds(ClientSecretCredential, _secrets),
    st.builds(OAuthCredential, _secrets, st.none() | _secrets.filter(bool)),
)


@given(st.lists(st.builds(BackupEntry, profiles(), _credentials), max_size=4), _secrets)
def test_what_was_put_in_comes_out(entries: list[BackupEntry], passphrase: Secret) -> None:
    content = seal(entries, passphrase, MADE, practice=False, kdf=quick())
    assert opened(content, passphrase) == tuple(entries)


def test_the_key_takes_memory_by_default() -> None:
    kdf = Kdf(b"0" * 16)
    assert (kdf.memory_kib, kdf.iterations) == (128 * 1024, 3)
    assert opened(seal(ENTRIES, PASSPHRASE, MADE, practice=False)) == ENTRIES


def test_nothing_can_be_read_without_the_passphrase() -> None:
    content = sealed()
    for word in (SECRET, "Contoso", "contoso", "connections", PASSPHRASE.reveal()):
        assert word.encode() not in content.partition(b"\n")[2]


def test_two_files_of_the_same_content_share_nothing_but_their_first_line() -> None:
    first, second = sealed(), sealed()
    assert first.partition(b"\n")[0] == second.partition(b"\n")[0]
    assert first[-32:] != second[-32:]
    assert first[200:264] != second[200:264]


@pytest.mark.parametrize("typed", ["", "correct horse batterY", "correct horse battery "])
def test_wrong_passphrase_is_told_as_such(typed: str) -> None:
    assert problem_of(sealed(), Secret(typed)) is Problem.BACKUP_PASSPHRASE_WRONG


def test_passphrase_may_be_typed_on_another_system() -> None:
    content = seal(ENTRIES, Secret("Gr\u00fc\u00dfe aus der Ferne"), MADE, practice=False, kdf=quick())
    assert opened(content, Secret("Gru\u0308\u00dfe aus der Ferne")) == ENTRIES


def test_file_that_ends_anywhere_in_the_middle_is_told_as_such() -> None:
    content = sealed()
    first_line = content.index(b"\n")
    for length in range(len(content)):
        problem = problem_of(content[:length])
        if length > first_line:
            assert problem is Problem.BACKUP_CUT_OFF, length
        else:
            assert problem in {Problem.BACKUP_NOT_ONE, Problem.BACKUP_DAMAGED, Problem.BACKUP_CUT_OFF}, length


def test_file_with_any_byte_changed_is_refused() -> None:
    content = sealed()
    for at in range(len(content)):
        changed = bytearray(content)
        changed[at] ^= 1
        assert problem_of(bytes(changed)) in BACKUP_PROBLEMS - {Problem.BACKUP_PASSPHRASE_WRONG}, at


def test_tampered_file_with_a_right_checksum_is_told_from_a_wrong_passphrase() -> None:
    content = bytearray(sealed())
    content[-40] ^= 1  # within what is encrypted
    assert problem_of(with_digest(bytes(content))) is Problem.BACKUP_DAMAGED


def test_header_can_not_be_exchanged() -> None:
    """Also by somebody who makes the checksum right: the two first lines are authenticated."""
    first, second = sealed(), sealed()
    lines = second.split(b"\n", 2)
    mixed = with_digest(b"\n".join([*lines[:2], first.split(b"\n", 2)[2]]))
    assert problem_of(mixed) is Problem.BACKUP_DAMAGED


@given(st.binary(max_size=400))
def test_any_other_file_is_no_back_up(content: bytes) -> None:
    assume(not content.startswith(b"ADO Connect backup "))
    assert problem_of(content) is Problem.BACKUP_NOT_ONE


@given(st.binary(max_size=400))
def test_anything_behind_the_first_line_is_refused(rest: bytes) -> None:
    assert problem_of(b"ADO Connect backup 1\n" + rest) in BACKUP_PROBLEMS


@given(st.text(max_size=20))
def test_any_version_is_answered(version: str) -> None:
    content = b"ADO Connect backup " + version.encode("utf-8", "surrogatepass") + b"\n{}\n"
    assert problem_of(content) in BACKUP_PROBLEMS


def test_later_version_is_told_as_such() -> None:
    assert problem_of(sealed().replace(b"backup 1\n", b"backup 2\n", 1)) is Problem.BACKUP_NEWER


@pytest.mark.parametrize("cost", [b'"memory_kib":4294967296', b'"iterations":1000000', b'"lanes":999'])
def test_made_up_costs_are_refused_before_the_key_is_made(cost: bytes) -> None:
    name = cost.split(b":")[0]
    content = sealed()
    start = content.index(name)
    end = min(content.index(mark, start) for mark in (b",", b"}"))
    assert problem_of(with_digest(content[:start] + cost + content[end:])) is Problem.BACKUP_DAMAGED


def test_practice_connections_stay_among_themselves() -> None:
    assert problem_of(sealed(practice=True)) is Problem.BACKUP_OTHER_MODE
    assert problem_of(sealed(), practice=True) is Problem.BACKUP_OTHER_MODE


def test_content_that_this_version_does_not_understand_is_not_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_file, "encode_credential", lambda credential: Secret("{"))
    assert problem_of(sealed()) is Problem.BACKUP_DAMAGED
