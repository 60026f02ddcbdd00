# shellcheck shell=bash
# Debian's packages: what is missing, and how to get it. Sourced after common.sh.
: "${root:?source common.sh first}"

# Names of the packages in scripts/packages/PURPOSE.txt that are not installed.
missing_packages() { # PURPOSE...
    local purpose package
    for purpose in "$@"; do sed 's/#.*//' "$root/scripts/packages/$purpose.txt"; done | sort -u | while read -r package; do
        # Node.js often comes from elsewhere than Debian, and then refuses Debian's npm beside it.
        case $package in
        '') continue ;;
        nodejs) if command -v node >/dev/null; then continue; fi ;;
        npm) if command -v npm >/dev/null; then continue; fi ;;
        esac
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}

as_root() { # COMMAND...
    if [ "$(id -u)" = 0 ]; then
        DEBIAN_FRONTEND=noninteractive "$@"
    elif command -v sudo >/dev/null; then
        sudo DEBIAN_FRONTEND=noninteractive "$@"
    else
        die "packages have to be installed, which needs root: run it as root, or install sudo"
    fi
}

# Waits for another apt (unattended-upgrades on a fresh machine) instead of failing.
apt_as_root() { as_root apt-get -q -o DPkg::Lock::Timeout=600 "$@"; }

apt_update() { apt_as_root update; }
apt_install() { apt_as_root install -y --no-install-recommends "$@"; }
