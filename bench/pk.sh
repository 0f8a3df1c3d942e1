#!/bin/bash
# The forecast's engine beside R's deSolve with a compiled model, one core, in the same minutes:
# 10,000 virtual patients, 8 states, 12 random parameters, six doses, 480 times, three outputs.
# deSolve is timed on PEER patients and counted for 10,000. Where R is missing the engine's own
# times are printed and nothing is claimed.
#     bench/pk.sh BENCH_PK
set -u
program=${1:?say which program: build/tests/pk/bench_pk}
here=$(cd "$(dirname "$0")" && pwd) PEER=${PEER:-1000} N=10000
scratch=$(mktemp -d) && trap 'rm -rf "$scratch"' EXIT

taskset -c 0 "$program" "$N" | tee "$scratch/ours"
if ! command -v Rscript >/dev/null || ! Rscript -e 'library(deSolve)' >/dev/null 2>&1; then
    echo "R with deSolve is not here (tools/setup.sh bench): nothing to compare with"
    exit 0
fi
cc -O2 -shared -fPIC -o "$scratch/pk_peer.so" "$here/pk_peer.c" || exit 3
taskset -c 0 Rscript "$here/pk.R" "$PEER" "$scratch/pk_peer.so" | tee "$scratch/peer"
[ "$(wc -l <"$scratch/peer")" -eq 2 ] || { echo "deSolve did not finish: nothing is claimed"; exit 3; }
taskset -c 0 "$program" "$N" | tee -a "$scratch/ours" # and again, on the other side of it

awk -F '\t' -v n="$N" '
    FNR == NR {peer[$2] = $4 * n / $3; next}
    !($1 FS $2 in best) || $4 < best[$1 FS $2] {best[$1 FS $2] = $4}  # the widest vectors win
    END {
        want["curves" FS "8h"] = 2500; want["bands" FS "8h"] = 400
        want["curves" FS "6weeks"] = 2500
        for (k in want) {
            split(k, part, FS)
            ratio = peer[part[2]] / best[k]
            held = ratio >= want[k] ? "holds" : "does not hold"
            printf "%s, %s: %.0f times deSolve (claim %d, %s)\n", part[1], part[2], ratio, want[k], held
            failed += ratio < want[k]
        }
        exit failed > 0
    }' "$scratch/peer" "$scratch/ours"
