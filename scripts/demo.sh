#!/usr/bin/env bash
# Shows what Vitrina does, from a fresh Debian 12 to results.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

help() {
    cat <<END
Usage: scripts/demo.sh [DIR]

Installs what is missing, builds, fetches the network and the demonstration
video (a courtyard with people walking), and analyses the video. The results
are in DIR (default: out/demo). Safe to repeat; later runs need no network.
END
}

case ${1:-} in -h | --help) help && exit 0 ;; -*) die "unknown option $1; see --help" 2 ;; esac
out=$(realpath -m "${1:-$root/out/demo}")
cd "$root"

scripts/setup.sh build run
scripts/fetch_models.sh
scripts/fetch_video.sh
scripts/build.sh

echo "== Analysing the courtyard"
mkdir -p "$out"
start=$SECONDS
build/release/bin/vitrina analyze --source "$demo_video" --layout examples/courtyard.json --out "$out"
cat <<END
   $(duration $((SECONDS - start)))

Done. In $out:
  heatmap.png            where people walked and stood, over a picture of the video; the scale is in seconds
  summary.json           how many people, visits and crossings, and what computed them
  events.jsonl           each visit, each crossing of a line and each change of occupancy, one a line
  tracks.mot.txt         where each person was in each frame, as it was known at that moment (MOT challenge format)
  tracks.smooth.mot.txt  the same with gaps filled afterwards

Try it on a video of your own:
  build/release/bin/vitrina analyze --source VIDEO --out out/mine
END
