#!/usr/bin/env bash
# Gets the demonstration video.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/scripts/lib/apt.sh"

help() {
    cat <<END
Usage: scripts/fetch_video.sh

Gets the demonstration video, a courtyard with people walking (80 s), out of
Debian's package opencv-doc, which is downloaded (96 MB) but not installed, as
  $demo_video
If it is there already, the network is not asked.
END
}

case ${1:-} in -h | --help) help && exit 0 ;; ?*) die "unknown argument $1; see --help" 2 ;; esac

sha256=45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf
is_whole() { [ -f "$1" ] && sha256sum --status --check - <<<"$sha256  $1"; }

if is_whole "$demo_video"; then
    echo "== Demonstration video: there"
    exit 0
fi

folder=$(dirname "$demo_video")
mkdir -p "$folder"
temporary=$(mktemp -d "$folder/.fetching-XXXXXX")
trap 'rm -rf "$temporary"' EXIT

download() {
    cd "$temporary"
    # Needs no root once apt has its lists. As root, apt's own user could not write into this folder.
    apt-get -q -o APT::Sandbox::User=root download opencv-doc || {
        apt_update
        apt-get -q -o APT::Sandbox::User=root download opencv-doc
    }
    local video=./usr/share/doc/opencv-doc/examples/data/vtest.avi
    dpkg-deb --fsys-tarfile opencv-doc_*.deb | tar -xf - "$video"
    is_whole "$video" || die "vtest.avi in opencv-doc is not the video that was expected (wrong SHA-256)"
    mv "$video" "$demo_video"
}
step "Demonstration video" download
