"""Adapters pointed at the practice cloud, which they reach over TLS like any other."""

from collections.abc import Iterator

import pytest

from desktop_app.infra.azure_devops import AzureDevOpsRest
from desktop_app.infra.http import RequestsSession
from desktop_app.practice import PracticeCloud


@pytest.fixture
def session(practice_cloud: PracticeCloud) -> Iterator[RequestsSession]:
    """A session that trusts the practice cloud."""
    session = RequestsSession()
    session.trust(practice_cloud.ca_pem, practice_cloud.cloud.bases)
    yield session
    session.close()


@pytest.fixture
def devops(session: RequestsSession) -> AzureDevOpsRest:
    return AzureDevOpsRest(session)
