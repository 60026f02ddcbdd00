#!/usr/bin/env bash
# Installs Vitrina on a shop's computer.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

help() {
    cat <<END
Usage: scripts/install.sh [--prefix DIR]

Builds, fetches the networks and installs, as root:
  DIR/bin/vitrina, mosaic            the programs (DIR: /usr/local)
  DIR/share/vitrina                  the pages and the networks
  DIR/lib/systemd/system             the unit
  /etc/vitrina/vitrina.yaml          only if there is none
Safe to repeat; an update is the same command. DESTDIR is put before all of
them. Afterwards: systemctl enable --now vitrina
END
}

prefix=/usr/local
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) help && exit 0 ;;
    --prefix)
        [ $# -gt 1 ] || die "--prefix needs a folder" 2
        prefix=$(realpath -m -- "$2")
        shift
        ;;
    *) die "unknown argument $1; see --help" 2 ;;
    esac
    shift
done
cd "$root"
target=${DESTDIR:-}
[ -n "$target" ] || [ "$(id -u)" = 0 ] || die "installing needs root; see --help" 2

scripts/setup.sh build run
scripts/fetch_models.sh
scripts/build.sh
install_all() {
    cmake --install build/release --prefix "$prefix"
    mkdir -p "$target$prefix/share/vitrina/models" "$target/etc/vitrina"
    cp -r "$models/." "$target$prefix/share/vitrina/models/"
    if [ ! -e "$target/etc/vitrina/vitrina.yaml" ]; then
        cat >"$target/etc/vitrina/vitrina.yaml" <<END
# What each key means: docs/config.md; an example is $prefix/share/doc/vitrina/vitrina.yaml
shop: {name: Shop}
http: {address: 0.0.0.0, port: 8080, tls: {self_signed: true}}
END
    fi
}
step "Installing into $target$prefix" install_all
VITRINA_CACHE=$target$prefix/share/vitrina "$target$prefix/bin/vitrina" serve --config "$target/etc/vitrina/vitrina.yaml" --check
cat <<END
Next, where systemd runs:
  systemctl daemon-reload
  systemctl enable --now vitrina
  journalctl -u vitrina | grep token    # the address to open first
Reports as PDF need a browser that prints: scripts/setup.sh pdf
END
