"""A private view of this machine: Microsoft's host names lead to it, and its certificate store is a copy.

Meant for a process in mount and network namespaces of its own (unshare -m -n): nothing outside sees any of it, and it
goes with the process. Standard library only.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import ssl
import struct
import subprocess
from pathlib import Path

from tests.e2e.real_hosts.certificate import AUTHORITY, HOSTS

_SIOCSIFFLAGS = 0x8914  # netdevice(7)
_IFF_UP = 0x1
_LEADING_ASTRAY = {
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
}


def command_in_namespace(*command: str) -> list[str]:
    """What runs `command` with mounts and a network of its own; without root, as root of a user namespace."""
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--mount", "--net", *as_root, "--", *command]


def forget_other_stores() -> None:
    """Nothing but host names and the system's store may decide where a request goes and whether it is trusted."""
    for name in list(os.environ):
        if name.upper() in _LEADING_ASTRAY:
            del os.environ[name]


def raise_loopback() -> None:
    """A new network namespace has a loopback interface that is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))


def point_hosts_here(folder: Path) -> None:
    """Microsoft's names lead to 127.0.0.1."""
    hosts = folder / "hosts"
    hosts.write_text("127.0.0.1 localhost\n" + "".join(f"127.0.0.1 {name}\n" for name in HOSTS), encoding="ascii")
    _bind(hosts, Path("/etc/hosts"))


def trust_in_bundle(folder: Path) -> Path:
    """The authority stands in the system's bundle; returns the copy that is in place of it."""
    system = Path(ssl.get_default_verify_paths().openssl_cafile).resolve(strict=True)
    bundle = folder / "bundle.crt"
    bundle.write_bytes(system.read_bytes() + b"\n" + (folder / AUTHORITY).read_bytes())
    _bind(bundle, system)
    return bundle


def trust_in_folder(folder: Path) -> None:
    """The authority stands in the system's folder under the hash of its name (openssl-rehash(1)), not in the bundle."""
    system = Path(ssl.get_default_verify_paths().openssl_capath).resolve(strict=True)
    copy = folder / "certs"
    shutil.copytree(system, copy, symlinks=True)
    ask = ["openssl", "x509", "-noout", "-subject_hash", "-in", str(folder / AUTHORITY)]
    name = subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip()
    shutil.copy(folder / AUTHORITY, copy / f"{name}.0")
    _bind(copy, system)


def _bind(source: Path, target: Path) -> None:
    subprocess.run(["mount", "--bind", str(source), str(target)], check=True)
