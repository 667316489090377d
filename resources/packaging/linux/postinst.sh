#!/bin/sh
# After installing, of .deb and .rpm alike: the AppArmor profile, where AppArmor knows the rule in it.
set -e

profile=/etc/apparmor.d/ado-connect
if [ -e /etc/apparmor.d/abi/4.0 ]; then
    cp /opt/ado-connect/apparmor "$profile"
    chmod 644 "$profile"
    # Not loaded in a container, or while the system is being installed: then it is at the next start.
    if command -v apparmor_parser >/dev/null && [ -e /sys/kernel/security/apparmor/profiles ]; then
        apparmor_parser --replace --write-cache --skip-bad-cache "$profile" || true
    fi
fi
