#!/usr/bin/env bash
# Installs the Debian packages that Vitrina needs, those that are missing only.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/scripts/lib/apt.sh"

help() {
    cat <<END
Usage: scripts/setup.sh [PURPOSE...]

Installs what is missing of the Debian packages for each PURPOSE:
  build    compilers and libraries
  run      node and npm, which fetch the networks
  pdf      a browser that prints reports, where they are wanted as PDF
  test     clang-format, clang-tidy, sanitizers, ffmpeg
  bench    the peers that scripts/bench.sh compares with
  cross    a compiler for 64-bit ARM, and an emulator
Without PURPOSE: build, run and test. The lists are in scripts/packages.
Needs root or sudo only when something is missing; otherwise it asks nothing
of the network. Safe to repeat.
END
}

purposes=()
for argument in "$@"; do
    case $argument in
    -h | --help) help && exit 0 ;;
    -*) die "unknown option $argument; see --help" 2 ;;
    esac
    [ -f "$root/scripts/packages/$argument.txt" ] || die "no such purpose: $argument; see --help" 2
    purposes+=("$argument")
done
[ ${#purposes[@]} -gt 0 ] || purposes=(build run test)

if ! grep -qs '^VERSION_CODENAME=bookworm$' /etc/os-release; then
    echo "${0##*/}: this is not Debian 12, on which Vitrina is tested; going on" >&2
fi
command -v dpkg-query >/dev/null || die "this system has no Debian packages: install what scripts/packages lists, by other names"

mapfile -t missing < <(missing_packages "${purposes[@]}")
if [ ${#missing[@]} = 0 ]; then
    echo "== Packages (${purposes[*]}): all there"
    exit 0
fi
echo "   missing: ${missing[*]}"
step "Package lists" apt_update
step "Packages (${purposes[*]})" apt_install "${missing[@]}"
