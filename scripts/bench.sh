#!/usr/bin/env bash
# Measures Vitrina beside its peers, in the same run.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/scripts/lib/node.sh"

help() {
    cat <<END
Usage: scripts/bench.sh nn|pipeline|track|insight|records|live|replay [--quick] [--json FILE]

  nn        CenterNet in mosaic and in TensorFlow.js (tfjs-backend-wasm), one
            thread each; then ResNet-50, CenterNet and others in mosaic (fp32,
            bf16, int8) and in ONNX Runtime (fp32, int8), ResNet-50 in OpenCV
            DNN and libtorch too. OSNet's file comes from VITRINA_SHARED. With --json FILE.json the first is in
            FILE.tfjs.json
  pipeline  \`vitrina analyze\` on the demonstration video, and OpenCV 4.6 with
            the same network, or its HOG detector where it can't run that, and
            a simple tracker: frames a second, shares, peak memory
  track     Vitrina's tracker, SORT, ByteTrack and OC-SORT on simulated people:
            MOTA, IDF1, HOTA, frames a second
  insight   sightings a second on one core: a simulated day through facts, queues,
            forecasts and the use of space, beside asking only for the zones
            of each place
  records   questions of an overview over a year of one shop (365,000 visits;
            --quick: a tenth), in a database that is made the first time in
            out/bench: median and 95th percentile
  live      how many simulated cameras \`vitrina serve\` analyses without
            falling behind; their clips come from VITRINA_SHARED (default:
            ../shared beside the checkout) and the demonstration video
  replay    a month of facts computed again from stored paths: 30 days of
            1,000 visits of 12 minutes; --quick: 3 days
Prints a table; with --json also writes FILE. --quick ends within two minutes
once everything is built and fetched. Leave the machine alone meanwhile.
END
}

what='' json='' quick=''
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) help && exit 0 ;;
    nn | pipeline | track | insight | records | live | replay) what=$1 ;;
    --quick) quick=1 ;;
    --json)
        [ $# -ge 2 ] || die "--json needs a file" 2
        json=$(realpath -m "$2")
        shift
        ;;
    *) die "unknown argument $1; see --help" 2 ;;
    esac
    shift
done
[ -n "$what" ] || die "measure what? nn, pipeline, track, insight, records, live or replay; see --help" 2
cd "$root"

if [ "$what" = replay ]; then
    scripts/setup.sh build
    step "Building (release)" build release replay_days
    days=30
    [ -z "$quick" ] || days=3
    result=$(build/release/bin/replay_days "$days")
    printf '%s\n' "$result"
    [ -z "$json" ] || printf '%s\n' "$result" >"$json"
    exit 0
fi

scripts/setup.sh build run
scripts/fetch_models.sh

case $what in
nn)
    peer=$cache/bench
    if ! cmp -s bench/package-lock.json "$peer/installed"; then
        mkdir -p "$peer"
        cp bench/package.json bench/package-lock.json "$peer/"
        step "TensorFlow.js and ONNX Runtime" npm ci --prefix "$peer" --ignore-scripts --no-audit --no-fund
        cp bench/package-lock.json "$peer/installed" # only now: an installation that was cut short is made again
    fi
    scripts/setup.sh bench
    step "Building (release and the peers)" build release mosaic_tool opencv_network torch_network
    node bench/centernet_vs_tfjs.mjs --mosaic build/release/bin/mosaic --models "$models/human-models-3.0.4" \
        --node-modules "$peer/node_modules" ${quick:+--rounds 3} ${json:+--json "${json%.json}.tfjs.json"}
    shared=${VITRINA_SHARED:-$root/../shared}
    [ -d "$shared/models" ] || shared=''
    node bench/nn.mjs --mosaic build/release/bin/mosaic --models "$models/human-models-3.0.4" \
        --node-modules "$peer/node_modules" --peers build/release/bin --kernel-cache "$peer/kernels.json" ${shared:+--shared "$shared"} ${json:+--json "$json"} \
        ${quick:+--rounds 2 --runs 3 --only resnet50,centernet-512x288}
    ;;
pipeline)
    scripts/setup.sh bench
    scripts/fetch_video.sh
    export VITRINA_CACHE=$cache
    step "Building (release and the peer)" build release vitrina mosaic_tool opencv_pipeline
    # For the demonstration video's 768x576, as Vitrina scales it.
    build/release/bin/mosaic convert "$models/human-models-3.0.4/centernet.json" build/release/centernet.onnx \
        --input-shape tower_0/images=1,384,512,3 --select tower_0/keypoints --select tower_0/wh
    CENTERNET_ONNX=build/release/centernet.onnx node bench/pipeline.mjs build/release/bin/vitrina build/release/bin/opencv_pipeline "$demo_video" \
        ${quick:+--quick} ${json:+--json "$json"}
    ;;
track)
    step "Building (release)" build release track_bench
    build/release/bin/track_bench ${quick:+--quick} ${json:+--json "$json"}
    ;;
insight)
    step "Building (release)" build release insight_bench
    build/release/bin/insight_bench ${quick:+--quick} ${json:+--json "$json"}
    ;;
records)
    step "Building (release)" build release overview_bench
    mkdir -p out/bench
    visits=365000
    [ -z "$quick" ] || visits=36500
    build/release/bin/overview_bench out/bench "$visits" ${json:+"$json"}
    ;;
live)
    scripts/setup.sh build run test
    scripts/fetch_video.sh
    scripts/build_web.sh
    use_node
    step "Building (release)" build release vitrina
    clips=("$demo_video")
    shared=${VITRINA_SHARED:-$root/../shared}
    for name in one-by-one-person-detection.mp4 store-aisle-detection.gif; do
        [ ! -f "$shared/data/video/intel/$name" ] || clips+=("$shared/data/video/intel/$name")
    done
    VITRINA_PROGRAM=$root/build/release/bin/vitrina node bench/live.mjs "${clips[@]/#/--clip=}" \
        ${quick:+--cameras 8 --seconds 30} ${json:+--json "$json"}
    ;;
esac
