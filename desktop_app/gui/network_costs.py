"""Whether the network is there and costs nothing by the amount, as far as Qt can tell on this system."""

from __future__ import annotations

from PySide6.QtNetwork import QNetworkInformation


def is_free() -> bool:
    """False while it is metered, a telephone's, or away; True where nobody knows. For the GUI thread."""
    # The one that tells about metered networks is not the usual one everywhere; both calls are quick the next time.
    metered = QNetworkInformation.Feature.Metered
    if not (QNetworkInformation.loadBackendByFeatures(metered) or QNetworkInformation.loadDefaultBackend()):
        return True
    network = QNetworkInformation.instance()
    return not (
        network.isMetered()
        or network.transportMedium() is QNetworkInformation.TransportMedium.Cellular
        or network.reachability() is QNetworkInformation.Reachability.Disconnected
    )
