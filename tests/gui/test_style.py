"""Every text can be read in both schemes, and the look follows the desktop."""

import re
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.gui.icons import app_icon, bind_icon, icon, pixmap
from desktop_app.gui.style import DARK, LIGHT, Look, Tokens, apply_style, look, mark, style_sheet
from desktop_app.resources import resource

READABLE = 4.5  # WCAG 2.2, 1.4.3
VISIBLE = 3.0  # WCAG 2.2, 1.4.11: the edge of what can be filled in

GROUNDS = ("ground", "surface", "hover", "pressed", "accent_ground", "neutral_ground")
TINTS = ("good_ground", "attention_ground", "bad_ground", "practice_ground")
TEXT_ON_GROUND = [
    *((text, ground) for text in ("text", "soft") for ground in (*GROUNDS, *TINTS)),
    *(("accent", ground) for ground in ("ground", "surface", "hover", "accent_ground", "bad_ground")),
    *(("on_accent", ground) for ground in ("accent", "accent_hover", "accent_pressed")),
    *((state, f"{state}_ground") for state in ("good", "attention", "bad", "practice")),
    *((state, ground) for state in ("good", "attention", "bad") for ground in ("ground", "surface")),
    ("ground", "text"),  # tool tips
]


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    apply_style(qapp, Qt.ColorScheme.Light)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(tokens: Tokens, first: str, second: str) -> float:
    darker, lighter = sorted(luminance(tokens._asdict()[name]) for name in (first, second))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_can_be_read_on_its_ground(tokens: Tokens, text: str, ground: str) -> None:
    assert contrast(tokens, text, ground) >= READABLE


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "surface"])
def test_edge_of_a_field_or_check_box_can_be_seen(tokens: Tokens, ground: str) -> None:
    assert contrast(tokens, "outline", ground) >= VISIBLE


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_style_sheet_has_no_open_place_and_names_existing_images(tokens: Tokens) -> None:
    sheet = style_sheet(tokens, 10)
    without_comments = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    images = re.findall(r'url\("(.+?)"\)', sheet)

    assert "$" not in without_comments
    assert images
    assert all(resource(f"style/{path.rsplit('/', 1)[-1]}").is_file() for path in images)


def test_forced_scheme_is_kept_when_the_desktop_changes(app: QApplication) -> None:
    apply_style(app, Qt.ColorScheme.Dark)

    app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)

    assert look().dark
    assert app.palette().window().color() == QColor(DARK.ground)


def test_look_follows_the_desktop_and_says_so(app: QApplication, qtbot: QtBot) -> None:
    apply_style(app, Qt.ColorScheme.Light)
    applied = apply_style(app)
    # Offscreen has no colour scheme of its own to change.
    with (
        patch.object(Look, "_desktop_scheme", lambda self: Qt.ColorScheme.Dark),
        qtbot.waitSignal(applied.changed),
    ):
        app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)

    assert applied.tokens is DARK


def test_there_is_one_look_however_often_it_is_applied(app: QApplication) -> None:
    first = apply_style(app, Qt.ColorScheme.Light)

    assert apply_style(app, Qt.ColorScheme.Dark) is first is look()


def colours_of(drawn: QIcon) -> set[str]:
    image = drawn.pixmap(32, 32).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name().upper() for pixel in pixels if pixel.alpha() == 255}


def test_bound_icon_takes_the_colours_of_the_new_scheme(app: QApplication, qtbot: QtBot) -> None:
    apply_style(app, Qt.ColorScheme.Light)
    button = QPushButton()
    qtbot.addWidget(button)
    bind_icon(button, "copy", "bad")
    before = colours_of(button.icon())

    apply_style(app, Qt.ColorScheme.Dark)

    assert before == {LIGHT.bad}
    assert colours_of(button.icon()) == {DARK.bad}


def test_later_icon_replaces_the_bound_one(app: QApplication, qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    bind_icon(button, "eye", "bad")
    bind_icon(button, "eye-off", "good")

    apply_style(app, Qt.ColorScheme.Dark)

    assert colours_of(button.icon()) == {DARK.good}


@pytest.mark.parametrize("name", sorted(path.stem for path in resource("icons").glob("*.svg")))
def test_every_icon_draws_something(qapp: QApplication, name: str) -> None:
    assert colours_of(icon(name))


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_pixmap_has_a_device_pixel_for_each_pixel_of_the_screen(qapp: QApplication, ratio: float) -> None:
    drawn = pixmap("key", "text", 16, ratio)

    assert drawn.width() == round(16 * ratio)
    assert drawn.devicePixelRatio() == ratio


def test_unknown_icon_and_unknown_colour_are_refused(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        icon("no-such-icon")
    with pytest.raises(AttributeError, match="no-such-colour"):
        icon("key", "no-such-colour")


def test_program_has_an_icon_of_its_own(qapp: QApplication) -> None:
    assert {16, 512} <= {size.width() for size in app_icon().availableSizes()}


def test_mark_changes_how_a_widget_looks_at_once(app: QApplication, qtbot: QtBot) -> None:
    apply_style(app, Qt.ColorScheme.Light)
    button = QPushButton("Go on")
    qtbot.addWidget(button)
    button.resize(120, 40)

    mark(button, "primary", True)

    assert button.grab().toImage().pixelColor(60, 5).name().upper() == LIGHT.accent
