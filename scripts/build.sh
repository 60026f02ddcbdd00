#!/usr/bin/env bash
# Builds what users run.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

help() {
    cat <<END
Usage: scripts/build.sh

Installs the packages that building needs if some are missing, and builds
  build/release/bin/vitrina   the product
  build/release/bin/mosaic    the neural network library's own tool
  web/dist                    the pages that vitrina serve shows
For other builds see CMakePresets.json: cmake --preset dev, and so on.
END
}

case ${1:-} in -h | --help) help && exit 0 ;; ?*) die "unknown argument $1; see --help" 2 ;; esac

"$root/scripts/setup.sh" build run
step "Building (release)" build release vitrina mosaic_tool
for program in vitrina mosaic; do
    [ -x "$root/build/release/bin/$program" ] || die "the build made no build/release/bin/$program"
done
"$root/scripts/build_web.sh"
echo "Built $root/build/release/bin/vitrina and mosaic beside it."
