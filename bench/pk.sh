#!/bin/bash
# The forecast's engine beside R's deSolve with a compiled model, one core, in turn many times:
# 10,000 virtual patients, 8 states, 12 random parameters, six doses, 480 times, three outputs.
# In each of ROUNDS rounds the engine runs five times, then deSolve the same PEER patients,
# counted for 10,000; both are means of processor time. Every round's ratio is printed. Judged
# is the lesser of two: the ratio of both sides' quickest rounds, and that of their medians.
# Where R is missing the engine's own times are printed and nothing is claimed.
#     bench/pk.sh BENCH_PK
set -u
program=${1:?say which program: build/tests/pk/bench_pk}
here=$(cd "$(dirname "$0")" && pwd) PEER=${PEER:-200} ROUNDS=${ROUNDS:-12} N=10000
scratch=$(mktemp -d) && trap 'rm -rf "$scratch"' EXIT

taskset -c 0 "$program" "$N" | tee "$scratch/first"
widest=$(awk -F '\t' '$3 > most {most = $3} END {print most}' "$scratch/first")
if ! command -v Rscript >/dev/null || ! Rscript -e 'library(deSolve)' >/dev/null 2>&1; then
    echo "R with deSolve is not here (tools/setup.sh bench): nothing to compare with"
    exit 0
fi
cc -O2 -shared -fPIC -o "$scratch/pk_peer.so" "$here/pk_peer.c" || exit 3
for ((round = 1; round <= ROUNDS; round++)); do
    taskset -c 0 "$program" "$N" "$widest"
    taskset -c 0 Rscript "$here/pk.R" "$PEER" "$scratch/pk_peer.so"
done >"$scratch/rounds"
[ "$(grep -c deSolve "$scratch/rounds")" -eq $((2 * ROUNDS)) ] ||
    { echo "deSolve did not finish: nothing is claimed"; exit 3; }

awk -F '\t' -v n="$N" -v rounds="$ROUNDS" '
    function sorted(from, to,    i, j) {
        for (i = 1; i <= rounds; i++) {
            for (j = i; j > 1 && to[j - 1] > from[i]; j--) to[j] = to[j - 1]
            to[j] = from[i]
        }
    }
    function median(v) { return (v[int((rounds + 1) / 2)] + v[int((rounds + 2) / 2)]) / 2 }
    function judge(what, horizon, claim,    i, us, peer, line, a, b) {
        for (i = 1; i <= rounds; i++) {
            us[i] = took[what, horizon, i]
            peer[i] = took["deSolve", horizon, i]
            line = line sprintf(" %.0f", peer[i] / us[i])
        }
        sorted(us, a); sorted(peer, b)
        quick = b[1] / a[1]; usual = median(b) / median(a)
        ratio = quick < usual ? quick : usual
        printf "%s, %s: each round%s\n", what, horizon, line
        printf "%s, %s: quickest %.2f ms beside %.1f s, %.0f times; median %.2f ms beside %.1f s, %.0f times\n", what, horizon, a[1] * 1000, b[1], quick, median(a) * 1000, median(b), usual
        printf "%s, %s: %.0f times deSolve (claim %d, %s)\n", what, horizon, ratio, claim, (ratio >= claim ? "holds" : "does not hold")
        return ratio < claim
    }
    {
        i = ++seen[$1, $2]
        took[$1, $2, i] = $4
        if ($1 == "deSolve") took[$1, $2, i] *= n / $3
    }
    END {
        failed = judge("curves", "8h", 2500) + judge("curves", "6weeks", 2500)
        failed += judge("bands", "8h", 400)
        exit failed > 0
    }' "$scratch/rounds"
