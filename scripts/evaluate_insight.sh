#!/usr/bin/env bash
# Judges insight against simulated shops whose truth is known.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

help() {
    cat <<END
Usage: scripts/evaluate_insight.sh [SHOP.yaml [SEED...]]

Simulates a shop with a behaviour (default: examples/simulation/grocery.yaml)
with each seed (default: 101 102 103), gives its sightings to insight and prints
how far entries, dwell, waiting times and the queue forecast are from the truth;
the forecast beside "as now", the hour's mean of the days before, and an oracle
that looks at 60 futures of the simulator's own state; how many of the queues that
become too long are announced in time, beside that oracle; and how many receipts
are matched to their buyers (clocks of tills 40 s apart, unless the file sets them).
The oracle's futures take some minutes for each day that is judged.
VITRINA_EVALUATE_DAYS (default 10) are simulated, of which forecasts are judged
after VITRINA_EVALUATE_LEARN (default 6).
END
}

case ${1:-} in
-h | --help) help && exit 0 ;;
esac
cd "$root"
shop=${1:-examples/simulation/grocery.yaml}
[ $# -eq 0 ] || shift
[ -f "$shop" ] || die "$shop: no such file" 2
[ $# -gt 0 ] || set -- 101 102 103
scripts/setup.sh build run
step "Building (release)" build release insight_eval
for seed in "$@"; do
    build/release/bin/insight_eval "$shop" "$seed" "${VITRINA_EVALUATE_DAYS:-10}" "${VITRINA_EVALUATE_LEARN:-6}"
done
