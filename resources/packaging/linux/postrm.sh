#!/bin/sh
# After removing, of .deb ($1: remove, purge, upgrade, ...) and .rpm ($1: 0 for the last version) alike.
# What people have saved is theirs: it stays in their homes and keyrings, even after a purge.
set -e

case "${1:-}" in
remove | purge | 0)
    profile=/etc/apparmor.d/ado-connect
    if [ -e "$profile" ]; then
        if command -v apparmor_parser >/dev/null && [ -e /sys/kernel/security/apparmor/profiles ]; then
            apparmor_parser --remove "$profile" || true
        fi
        rm -f "$profile" /var/cache/apparmor/*/ado-connect
    fi
    ;;
esac
