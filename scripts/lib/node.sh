# shellcheck shell=bash
# Node.js for the dashboard: Debian's is too old for its tools and only fetches the one that
# web/toolchain/package.json names. Sourced after common.sh, which sets root and cache.
# shellcheck disable=SC2154

# npm_ci FOLDER: installs what its package-lock.json says, and runs no package's scripts.
npm_ci() {
    npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund
}

# use_node: puts it first on PATH.
use_node() {
    local folder=$cache/node source=$root/web/toolchain architecture bin
    case $(uname -m) in
    x86_64) architecture=x64 ;;
    aarch64) architecture=arm64 ;;
    *) die "there is no Node.js package for $(uname -m)" ;;
    esac
    bin=$folder/node_modules/node-linux-$architecture/bin
    if ! cmp -s "$source/package-lock.json" "$folder/installed" || [ ! -x "$bin/node" ]; then
        command -v npm >/dev/null || die "npm is missing: run scripts/setup.sh"
        mkdir -p "$folder"
        cp "$source/package.json" "$source/package-lock.json" "$folder/"
        step "Node.js" npm_ci "$folder"
        cp "$source/package-lock.json" "$folder/installed"
    fi
    export PATH=$bin:$PATH
}

# install_packages FOLDER: its node_modules, unless they are those of its package-lock.json already.
install_packages() {
    cmp -s "$1/package-lock.json" "$1/node_modules/.installed" && return
    step "Libraries of the dashboard" npm_ci "$1"
    cp "$1/package-lock.json" "$1/node_modules/.installed"
}
