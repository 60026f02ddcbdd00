#!/usr/bin/env bash
# Every test, from a fresh Debian 12.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$root/scripts/lib/node.sh"

help() {
    cat <<END
Usage: scripts/test.sh [--full]

Installs what is missing, then:
  lint       format, names and defects of the files that a change touches
             (which those are: scripts/lint.sh --help)
  dashboard  types, style and unit tests of the pages
  asan       unit tests, scenarios, operator references and the rules of the
             repository, with address and undefined behaviour sanitizers
  release    end-to-end tests: the program as users run it, on real clips
  shop       the running shop: killed, starved, cut off from its cameras, with
             many listeners; its pages in Chromium, whose screenshots are left
             in build/screenshots
  portable   mosaic built alone and without oneDNN, and its tests; with --full
             also for 64-bit ARM, under an emulator
  fuzz       those of models and layouts for FUZZ_SECONDS (default 60), the
             others for a quarter of it
--full checks all files, runs all tests as released and all but the end-to-end
tests with the thread sanitizer too, takes every variant of the clips, kills
and restarts more often, and fuzzes for 15 minutes.

Clips that are not part of this repository are looked for in VITRINA_SHARED
(default: ../shared beside the checkout); without them some tests are skipped.
Ends with 0 only if everything passed; the last line says how much that was.
END
}

full=''
for argument in "$@"; do
    case $argument in
    -h | --help) help && exit 0 ;;
    --full) full=1 ;;
    *) die "unknown argument $argument; see --help" 2 ;;
    esac
done
cd "$root"

# The picture on which the network is compared with TensorFlow.js: 512x512 RGB, cut from the demonstration video.
reference_picture=$cache/reference/picture.rgb
make_reference_picture() {
    mkdir -p "$(dirname "$reference_picture")"
    ffmpeg -v error -y -i "$demo_video" -vf 'select=eq(n\,100),crop=512:512:128:32' -vsync 0 -frames:v 1 \
        -sws_flags bitexact+accurate_rnd -pix_fmt rgb24 -f rawvideo "$reference_picture.new"
    [ "$(stat -c %s "$reference_picture.new")" = $((512 * 512 * 3)) ]
    mv "$reference_picture.new" "$reference_picture"
}

run_tests() { # FOLDER OF THE BUILD [CTEST ARGUMENT...]
    local folder=$1
    shift
    ctest --test-dir "$folder" --output-on-failure --no-tests=error -j "$(nproc)" "$@"
    # ctest counts programs; this keeps what the programs themselves counted, for the closing line.
    cat "$folder/Testing/Temporary/LastTest.log"
}

# The limits are for what hangs, far above what anything takes: a test that waits for ever would say nothing.
# The files begin in the order of their names, whatever the order here: what takes longest should be among the first.
run_node_tests() { # SECONDS FILES AT ONCE FILE...
    local limit=$1 at_once=$2
    shift 2
    timeout --kill-after=10 "$limit" node --test --test-concurrency="$at_once" --test-force-exit --test-reporter=tap "$@"
}

configure_portable() {
    cmake -S mosaic -B build/portable -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_UNITY_BUILD=ON -DMOSAIC_WITH_ONEDNN=OFF
}
build_portable() {
    configure_portable
    cmake --build build/portable
}

# Without what Debian has libraries of for this processor only.
build_aarch64() {
    local headers=$root/build/aarch64-headers
    mkdir -p "$headers"
    ln -sfn /usr/include/tl "$headers/tl"
    ln -sfn /usr/include/nlohmann "$headers/nlohmann"
    cmake -S mosaic -B build/aarch64 -G Ninja --toolchain "$root/mosaic/aarch64.cmake" -DCMAKE_BUILD_TYPE=Release \
        -DMOSAIC_WITH_ONEDNN=OFF -DMOSAIC_WITH_ONNX=OFF -DMOSAIC_WITH_TRAIN=OFF \
        -DMOSAIC_EXPECTED_INCLUDE_DIR="$headers" -DMOSAIC_JSON_INCLUDE_DIR="$headers"
    cmake --build build/aarch64
}

fuzz_seconds=${FUZZ_SECONDS:-${full:+900}}
: "${fuzz_seconds:=60}"
build_sanitized() {
    cmake --preset asan -DVITRINA_FUZZ_SECONDS="$fuzz_seconds"
    cmake --build --preset asan
}

# What only needs the processor, beside the steps that mostly wait, and giving way to them.
with_the_processor() {
    step "Building (mosaic alone, without oneDNN)" build_portable
    step "Tests (mosaic alone, without oneDNN)" run_tests build/portable
    if [ -n "$full" ]; then
        scripts/setup.sh cross
        step "Building (mosaic for aarch64)" build_aarch64
        step "Tests (mosaic for aarch64, under qemu)" run_tests build/aarch64
    fi
    step "Tests (fuzzers, up to $fuzz_seconds s each)" run_tests build/asan --label-regex '^fuzz$'
}
start_aside() {
    set -m # a process group of its own, to end it whole
    (
        # The shop's own background threads, at the lowest priority, come first.
        chrt --idle --pid 0 "$BASHPID" || renice -n 19 -p "$BASHPID" >/dev/null
        with_the_processor
    ) >"$logs/Aside.txt" 2>&1 &
    aside=$!
    set +m
    trap 'kill -- "-$aside" 2>/dev/null || true' EXIT
}
end_aside() {
    local status=0
    wait "$aside" || status=$?
    trap - EXIT
    cat "$logs/Aside.txt"
    [ "$status" = 0 ] || exit "$status"
}

begin=$SECONDS
scripts/setup.sh
use_node
scripts/fetch_models.sh
scripts/fetch_video.sh
[ -s "$reference_picture" ] || step "Reference picture" make_reference_picture

export VITRINA_CACHE=$cache
export VITRINA_DEMO_VIDEO=$demo_video
export MOSAIC_MODELS=$models/human-models-3.0.4
export MOSAIC_REFERENCE_PICTURE=$reference_picture
export MOSAIC_NODE_MODULES=$cache/bench/node_modules # there after scripts/bench.sh nn
shared=${VITRINA_SHARED:-$root/../shared}
if [ -d "$shared" ]; then
    VITRINA_SHARED=$(realpath "$shared")
    export VITRINA_SHARED
    echo "   clips from $VITRINA_SHARED"
else
    echo "   $shared is absent: the tests that need its clips are skipped"
fi

# What takes seconds comes first, what takes minutes last.
rm -f "$logs"/Tests-*.log
scripts/lint.sh --format-only ${full:+--all}
scripts/build_web.sh
scripts/build_web.sh --test
if [ -n "$full" ]; then
    export VITRINA_LONG_TESTS=1
    released=(all) released_tests=() live_limit=9000
else
    released=(vitrina mosaic_tool end_to_end_test real_goods_test shifted_clock) released_tests=(--label-regex '^e2e$') live_limit=1200
fi
step "Building (release)" build release "${released[@]}"
step "Building (asan)" build_sanitized
step "Configuring (mosaic alone)" configure_portable # for clang-tidy, which reads its sources too
scripts/lint.sh --tidy-only ${full:+--all}
step "Tests (asan)" run_tests build/asan --label-exclude '^(e2e|fuzz)$'
step "Tests (release)" run_tests build/release "${released_tests[@]}"
export VITRINA_PROGRAM=$root/build/release/bin/vitrina
# These wait most of the time. What measures comes alone, with --full everything.
[ -n "$full" ] || start_aside
export VITRINA_SCREENSHOTS=$root/build/screenshots VITRINA_SERVER_LOG=$logs/Dashboard-server.log
step "Tests (the running shop and its pages)" run_node_tests "$live_limit" $((full ? 1 : 2)) \
    tests/browser/dashboard_test.mjs tests/browser/simulated_test.mjs tests/browser/teach_test.mjs tests/browser/wall_test.mjs tests/live/start_test.mjs tests/live/kill_test.mjs tests/live/reconnect_test.mjs \
    tests/live/clock_test.mjs
if [ -n "$full" ]; then with_the_processor; else end_aside; fi
step "Tests (many listeners)" run_node_tests 1200 1 tests/live/listeners_test.mjs
if [ -n "$full" ]; then
    step "Building (tsan)" build tsan
    # oneDNN's OpenMP is not built for the sanitizer, which does not see that its threads wait for one another.
    TSAN_OPTIONS=ignore_noninstrumented_modules=1 step "Tests (tsan)" run_tests build/tsan --label-exclude e2e
fi

tests=$(sed -n 's/^100% tests passed, 0 tests failed out of //p' "$logs"/Tests-*.log | awk '{ n += $1 } END { print n + 0 }')
pages=$(sed -n 's/^# pass \([0-9]*\)$/\1/p' "$logs"/Tests-*.log | awk '{ n += $1 } END { print n + 0 }')
cases=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) tests\?\.$/\1/p' "$logs"/Tests-*.log | awk '{ n += $1 } END { print n + 0 }')
skipped=$(grep -hE '^\[  SKIPPED \] [A-Za-z]|^ *ok [0-9]+ .*# SKIP' "$logs"/Tests-*.log | sort -u || true)
if [ -n "$skipped" ]; then
    printf '== Skipped\n%s\n' "$skipped"
fi
[ "$tests" -gt 0 ] || die "no test was found"
echo "== All passed after $(duration $((SECONDS - begin)))"
echo "100% tests passed, 0 tests failed out of $((tests + pages)) ($((cases + pages)) cases)"
