#!/bin/sh
# Installs what is missing on Debian 12 or 13, and only that:
#   tools/setup.sh build    what the program needs to be built
#   tools/setup.sh check    that, and what its tests need
#   tools/setup.sh bench    that, and what it is measured against
# Where nothing is missing it says so and asks nothing of the network.
set -eu
cd "$(dirname "$0")/.."

build="gcc libc6-dev make meson ninja-build pkg-config binutils
       libmicrohttpd-dev libsqlite3-dev libpq-dev libsodium-dev libnlopt-dev
       libpango1.0-dev libcairo2-dev librsvg2-dev fonts-dejavu-core
       libcmocka-dev ca-certificates tzdata"
check="postgresql-15 chromium clang git procps sqlite3 poppler-utils haproxy openssl"
bench="r-base-core r-cran-desolve"

case "${1:-}" in
build) wanted="$build" ;;
check) wanted="$build $check" ;;
bench) wanted="$build $bench" ;;
*)     echo "usage: tools/setup.sh build|check|bench" >&2; exit 2 ;;
esac

installed() { dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }

if ! command -v dpkg-query >/dev/null; then
    echo "setup: this is not a Debian system; install by hand: $wanted nodejs npm"
    wanted=""
fi

# Debian 13 has a newer PostgreSQL and a newer clang; the names follow the release.
release=$(. /etc/os-release 2>/dev/null && echo "${VERSION_ID:-12}" || echo 12)
[ "$release" -ge 13 ] 2>/dev/null &&
    wanted=$(printf '%s' "$wanted" | sed 's/postgresql-15/postgresql-17/')

missing=""
for package in $wanted; do
    installed "$package" || missing="$missing $package"
done
# Node may come from elsewhere than Debian: what counts is that the commands are there.
command -v node >/dev/null || missing="$missing nodejs"
command -v npm >/dev/null || missing="$missing npm"
# The fuzzers' and sanitizers' run-time library goes by the number of the clang it belongs to.
if [ "$1" = check ]; then
    number=$(clang --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p')
    [ -n "$number" ] || { [ "$release" -ge 13 ] 2>/dev/null && number=19 || number=14; }
    installed "libclang-rt-$number-dev" || missing="$missing libclang-rt-$number-dev"
fi

if [ -n "$missing" ]; then
    echo "setup: installing$missing"
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "setup: run this as root, or install sudo" >&2; exit 3; }
        as_root=sudo
    fi
    # PostgreSQL is for the tests, which start their own: no cluster of the system's is made.
    case "$missing" in *postgresql*)
        if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
            $as_root mkdir -p /etc/postgresql-common
            echo 'create_main_cluster = false' |
                $as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
        fi ;;
    esac
    $as_root apt-get update -q
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends $missing
fi

# The browser's few scripts, pinned by the lock file; none of their install scripts is run.
if [ -f package-lock.json ] && { [ ! -f node_modules/.package-lock.json ] ||
        [ package-lock.json -nt node_modules/.package-lock.json ]; }; then
    echo "setup: npm ci"
    npm ci --ignore-scripts --no-audit --no-fund
    touch node_modules/.package-lock.json
fi
echo "setup: everything for $1 is here"
