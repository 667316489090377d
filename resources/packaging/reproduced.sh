#!/bin/sh
# Builds the last commit a second time, in a clone in another folder with an environment of its own, and compares the
# packages with those in dist/: the same commit has to give the same bytes.
set -eu

cd "$(dirname "$0")/../.."
if [ -n "$(git status --porcelain --untracked-files=no)" ]; then
    echo "There are changes that are not committed: what is in dist/ is of no commit." >&2
    exit 1
fi
here=$PWD
clone=$(mktemp -d)
trap 'rm -rf "$clone"' EXIT
git clone --quiet --no-hardlinks "$here" "$clone/ado-connect"
cd "$clone/ado-connect"
make --silent .venv/.installed
.venv/bin/python -m resources.packaging.installer
if cmp "$here/dist/SHA256SUMS" dist/SHA256SUMS; then
    echo "The same bytes, built in $here and in another folder:"
    cat dist/SHA256SUMS
else
    diff "$here/dist/SHA256SUMS" dist/SHA256SUMS || true
    diff --recursive --brief --no-dereference "$here/dist/ado-connect" dist/ado-connect || true
    exit 1
fi
