"""Who publishes this build, and how it may learn that there is a newer one. The only place to set it, before building.

As it stands nobody does: the program then never looks for a newer version, and says so in its settings.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Publisher:
    """`manifest_url` (https) answers with a manifest as infra/update_manifest.py describes it, signed with the Ed25519
    key whose public half is `public_key` (64 hexadecimal digits). `download_page` (https) is the only page that is ever
    opened; a manifest can not name another.
    """

    manifest_url: str
    public_key: str
    download_page: str

    def __post_init__(self) -> None:
        for url in (self.manifest_url, self.download_page):
            if not url.startswith("https://"):
                raise ValueError(f"not https: {url}")
        if len(bytes.fromhex(self.public_key)) != 32:  # RFC 8032, section 5.1.5
            raise ValueError("an Ed25519 key has 32 bytes")


PUBLISHER: Publisher | None = None
