#!/bin/sh
# One case: the tree compiles, without a warning, in the build folder named.
set -u
cd "$(dirname "$0")/.." || exit 3
if ninja -C "$1"; then
    echo "1 passed, 0 failed"
else
    echo "0 passed, 1 failed"
fi
