"""The seven services of the cloud, each an origin of its own.

A service never answers for another: a path asked of the wrong one is unknown there, as on the real hosts.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from desktop_app.core.cloud import Cloud


class Service(StrEnum):
    """One host name of the real cloud (named like the fields of Cloud)."""

    LOGIN = "login"
    DEVOPS = "devops"
    RELEASE = "release"
    IDENTITY = "identity"
    ENTITLEMENTS = "entitlements"
    PROFILE = "profile"
    GRAPH = "graph"


REAL_HOSTS: Mapping[Service, str] = {
    Service.LOGIN: "login.microsoftonline.com",
    Service.DEVOPS: "dev.azure.com",
    Service.RELEASE: "vsrm.dev.azure.com",
    Service.IDENTITY: "vssps.dev.azure.com",
    Service.ENTITLEMENTS: "vsaex.dev.azure.com",
    Service.PROFILE: "app.vssps.visualstudio.com",
    Service.GRAPH: "graph.microsoft.com",
}
"""Host names of the public cloud, for a server that stands in for them (`PracticeCloud(hosts=REAL_HOSTS, ...)`)."""


def practice_cloud(bases: Mapping[Service, str]) -> Cloud:
    """The Cloud value of a practice cloud whose services are at `bases` (https, no trailing slash)."""
    return Cloud(
        key="practice",
        login=bases[Service.LOGIN],
        devops=bases[Service.DEVOPS],
        release=bases[Service.RELEASE],
        identity=bases[Service.IDENTITY],
        entitlements=bases[Service.ENTITLEMENTS],
        profile=bases[Service.PROFILE],
        portal=f"{bases[Service.LOGIN]}/portal",
        graph=bases[Service.GRAPH],
    )
