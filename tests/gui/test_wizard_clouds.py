"""Another cloud under Advanced: its hosts typed by hand, and a certificate authority of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.words import fault_words
from desktop_app.core.cloud import CHINA, PUBLIC, US_GOVERNMENT
from desktop_app.core.inputs import InputFault
from desktop_app.core.problems import Problem
from desktop_app.core.profile import Method
from desktop_app.practice import PracticeCloud
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import inspect_page, visible_words
from tests.gui.world import Network, World

HOSTS = ("login", "devops", "release", "identity", "entitlements", "profile", "portal")


@pytest.fixture
def desk(make_world: Callable[..., World], open_desk: OpenDesk) -> Iterator[Desk]:
    """A window that knows Microsoft's clouds, and of the practice cloud neither the hosts nor the authority."""
    network = Network()
    yield open_desk(make_world(network=network, clouds=(PUBLIC, US_GOVERNMENT, CHINA)))
    network.http.close()


@pytest.fixture
def ca_file(practice_cloud: PracticeCloud, tmp_path: Path) -> str:
    path = tmp_path / "company-ca.pem"
    path.write_bytes(practice_cloud.ca_pem)
    return str(path)


def choose_other_hosts(desk: Desk) -> None:
    """Unfold Advanced and choose the last cloud of the list."""
    desk.keyboard.push(desk.page.advanced.toggle)
    box = desk.page.advanced.cloud
    assert isinstance(box, QComboBox)
    desk.keyboard.go_to(box)
    desk.keyboard.press(Qt.Key.Key_End)
    assert box.currentText() == "Other hosts…"


def fill_hosts(desk: Desk, ca_file: str) -> None:
    fields = desk.page.advanced.fields
    for name in HOSTS:
        desk.keyboard.fill(fields[name].editor, getattr(desk.world.practice_cloud.cloud, name))
    desk.keyboard.fill(fields["ca_file"].editor, ca_file)


def test_hosts_and_certificate_make_a_connection(desk: Desk, ca_file: str) -> None:
    desk.start(Method.PAT)
    desk.fill("organization", "contoso")
    choose_other_hosts(desk)
    inspect_page(desk)
    fill_hosts(desk, ca_file)
    desk.go_on("CreateTokenPage")
    desk.go_on("TokenPage")
    desk.fill("token", desk.world.pat())
    desk.go_on("ChecksPage")
    desk.checked()
    desk.go_on("NamePage")
    desk.go_on("DonePage")
    desk.finish()
    profile = desk.window.profile
    assert profile is not None
    assert (profile.cloud.key, profile.ca_file) == ("custom", ca_file)
    assert profile.cloud.devops == desk.world.practice_cloud.cloud.devops
    assert profile.cloud.graph == ""  # nobody gave one, and that of another cloud is none of this one's


def test_a_host_of_graph_may_be_given_and_must_be_one(desk: Desk, ca_file: str) -> None:
    desk.start(Method.PAT)
    desk.fill("organization", "contoso")
    choose_other_hosts(desk)
    fill_hosts(desk, ca_file)
    graph = desk.page.advanced.fields["graph"]

    desk.keyboard.fill(graph.editor, "graph")
    assert desk.page.obstacle() == "Enter every host under Advanced to go on."
    desk.keyboard.fill(graph.editor, desk.world.practice_cloud.cloud.graph)

    assert desk.page.obstacle() == ""
    assert desk.page.draft.cloud.graph == desk.world.practice_cloud.cloud.graph


def test_saved_hosts_are_filled_in_when_editing(desk: Desk, ca_file: str) -> None:
    test_hosts_and_certificate_make_a_connection(desk, ca_file)
    desk.keyboard.push(desk.button("editConnection"))
    fields = desk.page.advanced.fields
    assert [fields[name].text for name in HOSTS] == [getattr(desk.world.practice_cloud.cloud, name) for name in HOSTS]
    assert fields["ca_file"].text == ca_file
    assert fields["login"].isVisible()


def test_address_on_a_typed_host_becomes_the_organization(desk: Desk, ca_file: str) -> None:
    cloud = desk.world.practice_cloud.cloud
    desk.start(Method.PAT)
    desk.fill("organization", cloud.organization_url("contoso"))
    assert desk.says("organization") == fault_words(InputFault.ORGANIZATION_OTHER_SITE)
    choose_other_hosts(desk)
    fill_hosts(desk, ca_file)
    assert desk.says("organization") == "The organization in this address is contoso."
    assert desk.next_button.isEnabled()


def test_every_host_is_asked_for(desk: Desk) -> None:
    desk.start(Method.PAT)
    desk.fill("organization", "contoso")
    choose_other_hosts(desk)
    fields = desk.page.advanced.fields
    desk.keyboard.fill(fields["portal"].editor, "http://portal.example.com")
    assert fields["portal"].message == fault_words(InputFault.HOST_SHAPE)
    assert desk.reason == "Enter every host under Advanced to go on."
    assert not desk.next_button.isEnabled()
    box = desk.page.advanced.cloud
    desk.keyboard.go_to(box)
    desk.keyboard.press(Qt.Key.Key_Home)
    assert desk.next_button.isEnabled()
    desk.keyboard.go_to(box)
    desk.keyboard.press(Qt.Key.Key_End)
    assert fields["portal"].text == "http://portal.example.com"


def test_unknown_authority_is_explained(desk: Desk) -> None:
    desk.start(Method.PAT)
    desk.fill("organization", "contoso")
    choose_other_hosts(desk)
    fill_hosts(desk, "")
    desk.go_on("CreateTokenPage")
    desk.go_on("TokenPage")
    desk.fill("token", desk.world.pat())
    desk.go_on("ChecksPage")
    desk.checked()
    host = desk.world.practice_cloud.cloud.devops.removeprefix("https://")
    assert f"The certificate of {host} is not trusted here" in visible_words(desk.page)
    assert not desk.next_button.isEnabled()


def test_certificate_file_that_is_none_leads_back_to_its_field(desk: Desk, tmp_path: Path) -> None:
    desk.start(Method.PAT)
    desk.fill("organization", "contoso")
    choose_other_hosts(desk)
    fill_hosts(desk, str(tmp_path / "missing.pem"))
    desk.keyboard.push(desk.page.advanced.toggle)
    assert not desk.page.advanced.fields["ca_file"].isVisible()
    desk.go_on("CreateTokenPage")
    desk.go_on("TokenPage")
    desk.fill("token", desk.world.pat())
    desk.go_on("ChecksPage")
    desk.checked()
    assert guidance_for(Problem.CA_FILE_UNREADABLE).title in visible_words(desk.page)
    assert not desk.next_button.isEnabled()
    desk.keyboard.push(desk.page.problem.action_button)
    desk.arrive("OrganizationPage")
    assert desk.keyboard.focus is desk.page.advanced.fields["ca_file"].editor
