#!/bin/sh
# Asks the vulnerability service of PyPI about everything the lock pins. $1: the pip-audit to use.
# Exit codes: 0 nothing is known, 1 something is, 2 the service could not be asked and so nothing is proved.
set -u
output=$(mktemp)
trap 'rm -f "$output"' EXIT
"$1" --requirement requirements.lock --require-hashes --disable-pip --progress-spinner off >"$output" 2>&1
code=$?
# A proxy or a mirror of packages in the place of the service knows none of them: pip-audit skips all and calls it good.
# It ends with 1 for what it found and for what kept it from asking: only the first says how many there are.
if grep -Eq "could not be audited|ConnectionError|ServiceError|HTTPError|Max retries|Failed to establish" "$output" ||
	{ [ "$code" -ne 0 ] && ! grep -Eq "Found [0-9]+ known vulnerabilit" "$output"; }; then
	tail -n 5 "$output"
	echo "The vulnerability service could not be reached from here. Nothing was proved; this needs the internet."
	exit 2
fi
cat "$output"
exit $code
