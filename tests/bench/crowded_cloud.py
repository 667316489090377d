"""A practice cloud in a process of its own, with more organizations than the seed has: as large a company would see it.

What it tells its starter stands in one line of JSON; it listens until its standard input is closed. Every answer may
take a while (`delay_ms`), as over a real network.
"""

import json
import sys
from base64 import b64encode
from dataclasses import asdict, replace

from desktop_app.practice import PracticeCloud
from desktop_app.practice.faults import Fault, FaultKind

ORGANIZATIONS = 20


def main(delay_ms: int) -> None:
    with PracticeCloud() as cloud:
        organizations = cloud.directory.organizations
        for number in range(ORGANIZATIONS):
            name = f"contoso-{number}"
            organizations[name] = replace(organizations["contoso"], name=name)
        if delay_ms:
            cloud.faults.add(Fault(FaultKind.DELAY, times=None, seconds=delay_ms / 1000))
        told = {
            "cloud": asdict(cloud.cloud),
            "ca_pem": b64encode(cloud.ca_pem).decode("ascii"),
            "pat": cloud.directory.pat("four-scopes").value.reveal(),
            "app": _app(cloud),
            "organizations": [f"contoso-{number}" for number in range(ORGANIZATIONS)],
        }
        print(json.dumps(told), flush=True)
        sys.stdin.read()


def _app(cloud: PracticeCloud) -> list[str]:
    """Tenant, client ID and client secret of the app that is a member."""
    app = cloud.directory.app("automation")
    return [app.tenant.id, app.client_id, app.secrets[0].value.reveal()]


if __name__ == "__main__":
    main(int(sys.argv[1]))
