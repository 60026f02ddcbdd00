#!/usr/bin/env bash
# Judges what is said of campaigns against simulated shops whose truth is known.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

help() {
    cat <<END
Usage: scripts/evaluate_campaigns.sh [SHOP.yaml [SEEDS [DAYS_BEFORE]]]

Draws the card holders of a simulated shop (default: examples/simulation/grocery.yaml)
and who comes on each day, without anybody walking, with so many seeds (default 1,000)
and so many days before the campaign (default 28); three times, with an audience by
chance and with one of those who come often. Prints how often the 95 % interval holds
what was truly brought, and how wide it is beside that of somebody who knows how often
each comes.
END
}

case ${1:-} in
-h | --help) help && exit 0 ;;
esac
cd "$root"
shop=${1:-examples/simulation/grocery.yaml}
[ -f "$shop" ] || die "$shop: no such file" 2
scripts/setup.sh build run
step "Building (release)" build release campaign_eval
build/release/bin/campaign_eval "$shop" "${2:-1000}" "${3:-28}"
