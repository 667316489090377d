"""Writes the software bill of materials of the program as CycloneDX 1.6 JSON, from what the lock pins.

Standard library only, so that whoever has the sources can make it: `python3 resources/packaging/sbom.py FILE`. The same
lock gives the same bytes. What wheels bring inside them (PySide6: Qt and Chromium; cryptography: OpenSSL) has the
version that the wheel's own release notes name.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?:\s*;\s*(?P<when>.*?))?(?=\s+--hash|\s*$)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock: str) -> Iterator[dict[str, Any]]:
    """Each requirement of a lock as a component. Raises ValueError for a line that pins nothing."""
    for line in lock.replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        found = _PINNED.match(line)
        if found is None:
            raise ValueError(f"no requirement: {line.split()[0]}")
        name, version = found["name"].lower(), found["version"]
        reference = f"pkg:pypi/{name}@{version}"
        component: dict[str, Any] = {
            "type": "library",
            "bom-ref": reference,
            "name": name,
            "version": version,
            "purl": reference,
            "scope": "required",
            "hashes": [{"alg": "SHA-256", "content": content} for content in _HASH.findall(line)],
        }
        if found["when"]:  # only on some systems
            component["properties"] = [{"name": "pip:environment_marker", "value": found["when"].strip()}]
        yield component


def bill(project: dict[str, Any], lock: str) -> dict[str, Any]:
    """The whole document."""
    reference = f"pkg:generic/{project['name']}@{project['version']}"
    parts = sorted(components(lock), key=lambda part: str(part["bom-ref"]))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, reference + lock)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": reference,
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": parts,
        "dependencies": [{"ref": reference, "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def main(file: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    document = bill(project, (ROOT / "requirements.lock").read_text())
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
