#!/bin/sh
# Before a .deb is unpacked ($1: upgrade, $2: the version there is, $3: the one to come). apt asks before it goes back to
# an earlier version, and rpm refuses; dpkg and some windows for installing would just do it.
set -e

if [ "${1:-}" = upgrade ] && [ -n "${2:-}" ] && [ -n "${3:-}" ] && dpkg --compare-versions "$2" gt "$3"; then
    echo "ADO Connect $2 is installed, which is newer than $3. Nothing was changed." >&2
    echo "If you want the older version all the same, remove the newer one first: your connections stay." >&2
    exit 1
fi
