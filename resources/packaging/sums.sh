#!/bin/sh
# Writes SHA256SUMS of everything in a folder, and signs it where SIGNING_KEY holds an OpenPGP private key.
#
#   sums.sh dist
set -eu

cd "$1"
rm -f SHA256SUMS SHA256SUMS.asc
find . -maxdepth 1 -type f ! -name 'SHA256SUMS*' -exec basename {} \; | LC_ALL=C sort | xargs -d '\n' sha256sum > SHA256SUMS
sha256sum --check --quiet SHA256SUMS
if [ -n "${SIGNING_KEY:-}" ]; then
    home=$(mktemp -d)
    trap 'rm -rf "$home"' EXIT
    printf '%s\n' "$SIGNING_KEY" | gpg --homedir "$home" --batch --quiet --import
    gpg --homedir "$home" --batch --quiet --armor --detach-sign SHA256SUMS
    gpg --homedir "$home" --batch --quiet --verify SHA256SUMS.asc SHA256SUMS
fi
cat SHA256SUMS
