"""Qt's part of `--self-test`: it tells a picture or certificate that is not well, and a web engine that may not run."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui import self_test, sign_in_engine
from desktop_app.practice.certificates import make_certificate

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{}</svg>'


@pytest.fixture(autouse=True)
def application(qtbot: QtBot) -> None:
    """The tests' own."""


def test_every_icon_is_drawn() -> None:
    assert self_test.draw_every_icon() > 20


@pytest.mark.qt_log_ignore("^Cannot read file ")
@pytest.mark.parametrize("content", [SVG.format(""), "<svg", ""])
def test_an_icon_of_which_nothing_is_seen_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    (tmp_path / "icons").mkdir()
    (tmp_path / "icons" / "good.svg").write_text(SVG.format('<rect width="24" height="24"/>'))
    monkeypatch.setattr(self_test, "resource", lambda name: tmp_path / name)
    assert self_test.draw_every_icon() == 1

    (tmp_path / "icons" / "other.svg").write_text(content)

    with pytest.raises(ValueError, match=r"other\.svg can not be drawn"):
        self_test.draw_every_icon()


def test_a_certificate_is_read_whole() -> None:
    der = make_certificate().leaf_der

    assert self_test.read_certificate(der) == "ADO Connect practice cloud"
    with pytest.raises(ValueError, match="certificate"):
        self_test.read_certificate(der[:-1])


def test_where_the_sandbox_may_not_run_the_web_engine_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = ConnectionProblem(Problem.VIEW_UNAVAILABLE, {"reason": "root"})
    monkeypatch.setattr(sign_in_engine, "sign_in_unavailable", lambda: refused)

    with pytest.raises(ConnectionProblem) as raised:
        self_test.show_page()

    assert raised.value is refused


def test_a_page_is_shown() -> None:
    assert self_test.show_page().split(".")[0].isdigit()
