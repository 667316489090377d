"""Every measurement runs with a real, open keyring, as on a desktop: a program that finds none starts one."""

import pytest


@pytest.fixture(autouse=True)
def _open_keyring(secret_service: None) -> None:
    """On the private bus that `make bench` provides."""
