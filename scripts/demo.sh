#!/usr/bin/env bash
# Shows Vitrina: from a fresh Debian 12 to a counted live picture in the browser.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

help() {
    cat <<END
Usage: scripts/demo.sh [--source VIDEO|rtsp://...] [--port PORT] [--prepare]

Installs what is missing, builds, fetches the network and the demonstration
video (a courtyard with people walking), and serves two shops at
http://localhost:8080: a simulated grocery, with some weeks of visits, receipts
and queues, that goes on as time does and says on every page that it is
simulated; and a shop with that video as its camera, played again and again.
Safe to repeat; later runs need no network. Ctrl-C ends it; what it counted
stays in out/demo.
  --source   another video file or camera
  --port     another port than 8080
  --prepare  everything but serving; also links the demonstration video as
             out/demo/courtyard.avi and analyses it into out/demo/analysis
END
}

source='' port=8080 prepare=''
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) help && exit 0 ;;
    --source | --port)
        [ $# -gt 1 ] || die "$1 needs a value; see --help" 2
        if [ "$1" = --source ]; then source=$2; else port=$2; fi
        shift
        ;;
    --prepare) prepare=1 ;;
    *) die "unknown argument $1; see --help" 2 ;;
    esac
    shift
done
case $source in
*://* | '') ;;
*)
    [ -f "$source" ] || die "$source: no such file" 2
    source=$(realpath "$source")
    ;;
esac
cd "$root"

scripts/setup.sh build run
scripts/fetch_models.sh
[ -n "$source" ] || scripts/fetch_video.sh
scripts/build.sh

# What README shows of a recorded video.
analyse_courtyard() {
    ln -sfn "$demo_video" out/demo/courtyard.avi
    build/release/bin/vitrina analyze --source out/demo/courtyard.avi --layout examples/courtyard.json --out out/demo/analysis
}

# As YAML, which reads JSON's strings.
quoted() { sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&"/' <<<"$1"; }
mkdir -p out/demo
{
    echo "# Written by scripts/demo.sh, each time."
    echo "shop: {name: Demonstration}"
    echo "data: $(quoted "$root/out/demo/data")"
    echo "http: {port: $port}"
    echo "simulation: {shop: $(quoted "$root/examples/simulation/grocery.yaml"), days: 28}"
    echo "cameras:"
    case $source in
    *://*) echo "  - {id: demo, name: Demonstration, address: $(quoted "$source")}" ;;
    *) echo "  - {id: demo, name: Demonstration, file: $(quoted "${source:-$demo_video}")}" ;;
    esac
} >out/demo/vitrina.yaml
build/release/bin/vitrina serve --config out/demo/vitrina.yaml --check
if [ -n "$prepare" ]; then
    [ -n "$source" ] || analyse_courtyard
    exit 0
fi
echo "== Serving http://localhost:$port (Ctrl-C ends it)"
exec build/release/bin/vitrina serve --config out/demo/vitrina.yaml
