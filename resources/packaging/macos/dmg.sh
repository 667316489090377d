#!/bin/sh
# Signs "ADO Connect.app" where a certificate is given, and packs it into a disk image to drag it out of.
#
#   dmg.sh "dist/ADO Connect.app" dist/ado-connect-0.1.0.dmg
#
# ADO_CONNECT_SIGN_IDENTITY   a "Developer ID Application" in the keychain; without it the app is signed ad hoc, and
#                             macOS asks before it opens it
# ADO_CONNECT_NOTARY_PROFILE  a keychain profile of notarytool; without it nothing is notarized.
#                             It is in ADO_CONNECT_NOTARY_KEYCHAIN where that is given, else in the usual keychain
#
# entitlements.plist holds no comments, which macOS does not read there. What the hardened runtime must allow, and why:
#   allow-jit                          Chromium compiles the scripts of the sign-in page
#   allow-unsigned-executable-memory   libffi, through which Python speaks to the Keychain, makes callbacks at run time
set -eu

app=$1
image=$2
identity=${ADO_CONNECT_SIGN_IDENTITY:--}
here=$(cd "$(dirname "$0")" && pwd)

if [ "$identity" = - ]; then
    codesign --force --deep --sign - "$app"
else
    # From the inside out: what lies deeper is sealed by what lies around it.
    find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) \
        -exec codesign --force --timestamp --options runtime --sign "$identity" {} +
    find "$app/Contents" -type d \( -name '*.framework' -o -name 'QtWebEngineProcess.app' \) -depth \
        -exec codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" \
        --sign "$identity" {} \;
    codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" \
        --sign "$identity" "$app"
fi
codesign --verify --deep --strict "$app"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ditto "$app" "$folder/ADO Connect.app"
ln -s /Applications "$folder/Applications"
rm -f "$image"
hdiutil create -quiet -volname "ADO Connect" -fs HFS+ -format ULMO -srcfolder "$folder" "$image"

if [ "$identity" != - ]; then
    codesign --timestamp --sign "$identity" "$image"
fi
if [ -n "${ADO_CONNECT_NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$ADO_CONNECT_NOTARY_PROFILE" \
        ${ADO_CONNECT_NOTARY_KEYCHAIN:+--keychain "$ADO_CONNECT_NOTARY_KEYCHAIN"} --wait
    xcrun stapler staple "$image"
fi
