#!/bin/sh
# Installs the Debian packages that the program needs ("run"), and on top of them what its tests need ("test"), what
# building the stand-alone program needs ("build"), what making and measuring its packages needs ("installer"), or what
# trying them in a clean Debian needs ("installed").
# Does nothing where apt-get is absent, and nothing when all of them are there already.
# "a|b": either will do; the first one that the system's release knows is installed (Debian 13 renamed a few).
set -eu

case "${1:-}" in
run | test | build | installer | installed) ;;
*) echo "usage: $0 run|test|build|installer|installed" >&2; exit 2 ;;
esac
if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    exit 0
fi

# The virtual environment, and the roots that truststore trusts.
python="python3-venv ca-certificates"
# What `ldd` finds missing for Qt's libraries and its X11 and Wayland plugins on a bare system, and one font.
qt="libglib2.0-0t64|libglib2.0-0 libdbus-1-3 libegl1 libgl1 libfontconfig1 libfreetype6 libx11-6 libx11-xcb1
    libxkbcommon0 libxkbcommon-x11-0 libxcb1 libxcb-cursor0 libxcb-glx0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1
    libxcb-randr0 libxcb-render0 libxcb-render-util0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-util1
    libxcb-xfixes0 libxcb-xkb1 libwayland-client0 libwayland-cursor0 libwayland-egl1 fonts-dejavu-core"
# The same for the web view.
web_engine="libasound2t64|libasound2 libgbm1 libnspr4 libnss3 libxcb-dri3-0 libxcomposite1 libxdamage1 libxext6
    libxfixes3 libxkbfile1 libxrandr2 libxtst6"

wanted="$python $qt $web_engine"
if [ "$1" = test ]; then
    # A private bus with a real keyring on it, a virtual display, the accessibility bus, and what a private view of the
    # machine is made with (unshare, mount) and its certificate store (openssl); what reads the menu's entry and compiles
    # the installer's script for Windows.
    wanted="$wanted dbus-daemon|dbus gnome-keyring xvfb xauth x11-utils at-spi2-core util-linux mount openssl
        desktop-file-utils nsis"
elif [ "$1" = build ] || [ "$1" = installer ]; then
    # PyInstaller reads libraries with objdump and bundles the shared library of the system's Python. icu.py makes Qt's
    # copy of the ICU data smaller.
    wanted="$wanted binutils icu-devtools"
    wanted="$wanted libpython$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
    if [ "$1" = installer ]; then
        # What finds a package's dependencies and packs it; a display, and what sees windows come on it.
        wanted="$wanted dpkg-dev xz-utils dbus-daemon|dbus xvfb xauth x11-utils"
    fi
elif [ "$1" = installed ]; then
    wanted="$wanted debootstrap util-linux mount"
fi

installed=$(dpkg-query -W -f '${db:Status-Abbrev}|${Package}|\n' | grep '^ii')
is_installed() {
    case "$installed" in *"|$1|"*) return 0 ;; *) return 1 ;; esac
}

missing=
for alternatives in $wanted; do
    found=
    for name in $(echo "$alternatives" | tr '|' ' '); do
        ! is_installed "$name" || found=yes
    done
    [ -n "$found" ] || missing="$missing $alternatives"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "These Debian packages are missing, and installing them takes root or sudo:$missing" >&2
        exit 1
    fi
    as_root=sudo
fi

echo "Installing Debian packages (this takes a minute):$missing"
$as_root apt-get -qq update
chosen=
for alternatives in $missing; do
    name=
    for candidate in $(echo "$alternatives" | tr '|' ' '); do
        if [ -z "$name" ] && apt-cache show --no-all-versions "$candidate" >/dev/null 2>&1; then
            name=$candidate
        fi
    done
    if [ -z "$name" ]; then
        echo "This system's release has no package named $alternatives." >&2
        exit 1
    fi
    chosen="$chosen $name"
done
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends -y $chosen >/dev/null
