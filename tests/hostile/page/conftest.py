"""The real web view, for pages that attack it."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.gui.sign_in_engine import prepare_web_engine
from tests.gui.sign_in_site import OpenView, Site, sign_in_site, views

prepare_web_engine()  # before the first test makes the application object


@pytest.fixture
def site() -> Iterator[Site]:
    with sign_in_site() as running:
        yield running


@pytest.fixture
def visit(qtbot: QtBot) -> Iterator[OpenView]:
    with views(qtbot) as open_view:
        yield open_view
