"""Hosts a person agreed to, kept by tenant."""

from pathlib import Path

import pytest

from desktop_app.infra.remembered_hosts import FILE_NAME, HostsFile, HostsInMemory

HERE = "login.example/contoso.example"
THERE = "login.example/fabrikam.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "config"


def test_a_host_is_known_after_a_restart_for_its_tenant_alone(folder: Path) -> None:
    HostsFile(folder).remember(HERE, ["adfs.contoso.example"])
    HostsFile(folder).remember(HERE, ["mfa.contoso.example"])
    HostsFile(folder).remember(THERE, ["sso.fabrikam.example"])

    again = HostsFile(folder)
    assert again.of(HERE) == {"adfs.contoso.example", "mfa.contoso.example"}
    assert again.of(THERE) == {"sso.fabrikam.example"}
    assert again.of("login.example/else") == frozenset()


def test_nothing_is_written_for_nothing_new(folder: Path) -> None:
    HostsFile(folder).remember(HERE, [])
    assert not folder.exists()


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe", b'{"version": 2, "hosts": {}}', b'{"hosts": {"a": 1}}'])
def test_a_file_that_makes_no_sense_is_left_alone_and_asked_around(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(content)
    hosts = HostsFile(folder)
    assert hosts.of(HERE) == frozenset()
    hosts.remember(HERE, ["adfs.contoso.example"])
    assert hosts.of(HERE) == {"adfs.contoso.example"}  # for this run
    assert (folder / FILE_NAME).read_bytes() == content


def test_what_can_not_be_written_lives_for_this_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way of a folder")
    hosts = HostsFile(tmp_path / "file")
    hosts.remember(HERE, ["adfs.contoso.example"])
    assert hosts.of(HERE) == {"adfs.contoso.example"}


@pytest.mark.parametrize("name", ["", "*.example", "https://adfs.example", "adfs.example/path", "a b", "-x", "x" * 300])
def test_what_is_no_host_name_is_neither_kept_nor_believed(folder: Path, name: str) -> None:
    HostsFile(folder).remember(HERE, [name, "adfs.contoso.example"])
    assert HostsFile(folder).of(HERE) == {"adfs.contoso.example"}
    written = (folder / FILE_NAME).read_text()
    (folder / FILE_NAME).write_text(written.replace("adfs.contoso.example", name))
    assert HostsFile(folder).of(HERE) == frozenset()


def test_memory_keeps_tenants_apart() -> None:
    hosts = HostsInMemory()
    hosts.remember(HERE, ["adfs.contoso.example"])
    assert hosts.of(HERE) == {"adfs.contoso.example"}
    assert hosts.of(THERE) == frozenset()
