#!/usr/bin/env bash
# Builds the dashboard.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/scripts/lib/node.sh"

help() {
    cat <<END
Usage: scripts/build_web.sh [--test]

Builds the dashboard into web/dist, unless that is as new as its sources.
Node.js and the libraries come from the npm registry that npm is configured
for, the first time; later runs need no network.
  --test   checks types, style and the parts that can be tested alone instead
END
}

check=''
case ${1:-} in
-h | --help) help && exit 0 ;;
--test) check=1 ;;
?*) die "unknown argument $1; see --help" 2 ;;
esac

use_node
cd "$root/web"
install_packages .

if [ -n "$check" ]; then
    step "Dashboard (types)" npx --no-install tsc --noEmit
    step "Dashboard (style)" npx --no-install eslint .
    # Vitest colours even a log.
    step "Dashboard (unit tests)" env NO_COLOR=1 npx --no-install vitest run
    grep -E '^ +Tests ' "$logs/Dashboard-unit-tests.log" || true
    exit 0
fi

# What the result is made of: the sources, and the tools by their lock.
fingerprint() {
    find src public index.html package-lock.json vite.config.ts tsconfig.json -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum
}
if [ -f dist/index.html ] && [ "$(fingerprint)" = "$(cat dist/.fingerprint 2>/dev/null)" ]; then
    echo "== Dashboard: there"
    exit 0
fi

build_dashboard() {
    npx --no-install tsc --noEmit
    npx --no-install vite build
    # The server sends these to who takes them; without times the same sources give the same files.
    find dist -type f \( -name '*.js' -o -name '*.css' -o -name '*.svg' -o -name '*.html' \) -exec gzip -9 -n -k {} +
    fingerprint >dist/.fingerprint # only now: a build that was cut short is made again
}
step "Dashboard" build_dashboard
