"""English where there is no translation, and a translation where there is one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from desktop_app.app import i18n


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    i18n.choose_language(["none"])


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = Catalog(locale="de")
    catalog.add("Try again", "Noch einmal")
    catalog.add(("Expires in {n} day", "Expires in {n} days"), ("Endet in {n} Tag", "Endet in {n} Tagen"))
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / f"{i18n.DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(i18n, "resource", lambda name: tmp_path)


@pytest.mark.parametrize("languages", [["none"], ["xx_YY", "zz"], []])
def test_an_unknown_language_is_english(languages: list[str]) -> None:
    i18n.choose_language(languages)

    assert i18n._("Try again") == "Try again"
    assert i18n.ngettext("one", "many", 1) == "one"
    assert i18n.ngettext("one", "many", 2) == "many"


@pytest.mark.usefixtures("german")
def test_a_translation_is_used_for_words_and_plurals() -> None:
    i18n.choose_language(["de_DE", "en"])

    assert i18n._("Try again") == "Noch einmal"
    assert i18n._("Not translated") == "Not translated"
    assert i18n.ngettext("Expires in {n} day", "Expires in {n} days", 2).format(n=2) == "Endet in 2 Tagen"
