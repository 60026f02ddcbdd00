#!/usr/bin/env bash
# How real detections tremble: the noise section of a simulated shop.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

help() {
    cat <<END
Usage: scripts/fit_noise.sh RATE VIDEO [RATE VIDEO ...]

Runs the built program on real clips (pictures a second, file) and prints the
noise section of a simulated shop (docs/simulation.md) as it was there.
END
}

case ${1:-} in '' | -h | --help) help && exit 0 ;; esac
vitrina=$root/build/release/bin/vitrina
[ -x "$vitrina" ] || die "build first: scripts/build.sh" 2
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
arguments=()
while [ $# -ge 2 ]; do
    "$vitrina" analyze --source "$2" --out "$out/$#" >&2
    arguments+=("$1" "$out/$#/tracks.mot.txt")
    shift 2
done
node "$root/scripts/lib/fit_noise.mjs" "${arguments[@]}"
