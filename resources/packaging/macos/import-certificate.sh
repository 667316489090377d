#!/bin/sh
# Puts the certificate in CERTIFICATE (a .p12, base64; its password in PASSWORD) into a keychain of its own, and the
# sign-in for Apple's notary service beside it (NOTARY, NOTARY_TEAM, NOTARY_PASSWORD). Later steps of the workflow are
# told what dmg.sh asks for. The keychain goes with the runner.
set -eu

keychain=$RUNNER_TEMP/signing.keychain-db
file=$RUNNER_TEMP/certificate.p12
secret=$(openssl rand -hex 24)
trap 'rm -f "$file"' EXIT

printf '%s' "$CERTIFICATE" | base64 --decode > "$file"
security create-keychain -p "$secret" "$keychain"
security set-keychain-settings -lut 7200 "$keychain"
security unlock-keychain -p "$secret" "$keychain"
security import "$file" -k "$keychain" -P "$PASSWORD" -T /usr/bin/codesign
security set-key-partition-list -S apple-tool:,apple: -s -k "$secret" "$keychain" >/dev/null
security list-keychains -d user -s "$keychain" login.keychain-db
echo "ADO_CONNECT_SIGN_IDENTITY=$IDENTITY" >> "$GITHUB_ENV"

if [ -n "${NOTARY:-}" ]; then
    xcrun notarytool store-credentials ado-connect --keychain "$keychain" \
        --apple-id "$NOTARY" --team-id "$NOTARY_TEAM" --password "$NOTARY_PASSWORD"
    echo "ADO_CONNECT_NOTARY_PROFILE=ado-connect" >> "$GITHUB_ENV"
    echo "ADO_CONNECT_NOTARY_KEYCHAIN=$keychain" >> "$GITHUB_ENV"
fi
