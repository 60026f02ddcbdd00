# shellcheck shell=bash
# What the scripts share: where things are, and steps with their time and their log. Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# cron and some services start without HOME.
home=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6 || true)}
# Absolute, for the programs that the scripts start in other folders.
cache=$(realpath -m -- "${VITRINA_CACHE:-${XDG_CACHE_HOME:-${home:-$root/build}/.cache}/vitrina}")
export VITRINA_CACHE=$cache
# Read by the scripts that source this file.
# shellcheck disable=SC2034
models=$cache/models demo_video=$cache/video/vtest.avi
logs=$root/build/logs
# Lets checkouts in different folders share what ccache has compiled.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root}

die() { # MESSAGE [EXIT STATUS]
    echo "${0##*/}: $1" >&2
    exit "${2:-1}"
}

# "1 min 23 s" of a number of seconds
duration() {
    if [ "$1" -ge 60 ]; then echo "$(($1 / 60)) min $(($1 % 60)) s"; else echo "$1 s"; fi
}

# step TITLE COMMAND...: runs the command with its output in a log. When it fails, the log's end is shown and
# the script ends. The command may be a function: it ends at its first failing command, as the script would, for
# which it must not be part of a condition.
step() {
    local title=$1 start=$SECONDS log status
    shift
    log=$logs/$(tr -cs '[:alnum:]' '-' <<<"$title" | sed 's/-$//').log
    mkdir -p "$logs"
    echo "== $title"
    set +e
    (
        set -e
        "$@"
    ) >"$log" 2>&1 </dev/null
    status=$?
    set -e
    if [ "$status" != 0 ]; then
        tail -n "${VITRINA_LOG_LINES:-80}" "$log"
        # Which cases failed, and where: the end of a long log may not hold it.
        grep -A 8 -E ': Failure$' "$log" | cut -c 1-300 | head -n 60 || true
        grep -A 20 -E '^ *not ok ' "$log" | cut -c 1-300 | head -n 120 || true
        grep -E '^(\[  FAILED  \] [A-Za-z]| *not ok )' "$log" | sort -u | head -n 20 || true
        die "failed after $(duration $((SECONDS - start))): $title (all of it: $log)"
    fi
    # What ctest and clang-tidy counted.
    grep -E '^([0-9]+(% tests passed| sources:)|# pass )' "$log" | sed 's/^/   /' || true
    echo "   $(duration $((SECONDS - start)))"
}

# build PRESET [TARGET...]: configures, as the preset is today, and builds.
build() {
    local preset=$1
    shift
    cd "$root" || return
    cmake --preset "$preset"
    cmake --build --preset "$preset" ${1:+--target "$@"}
}
