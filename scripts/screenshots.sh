#!/usr/bin/env bash
# Pictures of the pages, to see them without clicking through them.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/scripts/lib/node.sh"

help() {
    cat <<END
Usage: scripts/screenshots.sh [FOLDER]

Installs what is missing, builds, serves the two shops of scripts/demo.sh from
a folder that goes again, opens their pages in Chromium and leaves a picture
of each in FOLDER (default: out/screenshots).
END
}

folder=out/screenshots
case ${1:-} in
-h | --help) help && exit 0 ;;
-*) die "unknown argument $1; see --help" 2 ;;
?*) folder=$1 ;;
esac
[ $# -le 1 ] || die "one folder at most; see --help" 2
folder=$(realpath -m "$folder")
cd "$root"

scripts/setup.sh build run test
scripts/fetch_models.sh
scripts/fetch_video.sh
scripts/build.sh
use_node
install_packages web
VITRINA_PROGRAM=$root/build/release/bin/vitrina VITRINA_DEMO_VIDEO=$demo_video VITRINA_SCREENSHOTS=$folder \
    step "Screenshots" node tests/browser/screenshots.mjs
ls "$folder"/*.png
