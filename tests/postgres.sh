#!/bin/sh
# A PostgreSQL of the tests' own, on a Unix socket in a folder of theirs; nothing else on the
# machine is touched.
#
#   tests/postgres.sh start DIR        make and start it there
#   tests/postgres.sh new DIR NAME     an empty database; prints its URL
#   tests/postgres.sh stop DIR         stop it and remove DIR
set -eu
verb=${1:?} dir=${2:?}
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { echo "postgres.sh: no PostgreSQL is installed" >&2; exit 3; }

# PostgreSQL does not run as root.
as_owner() {
    if [ "$(id -u)" -eq 0 ]; then (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups "$@")
    else "$@"; fi
}

case "$verb" in
start)
    mkdir -p "$dir"
    if [ "$(id -u)" -eq 0 ]; then chmod 755 "$dir"; chown postgres:postgres "$dir"; fi
    as_owner "$bin/initdb" -D "$dir/data" -U cairn -A trust -E UTF8 --locale=C.UTF-8 \
        --no-sync >"$dir.log" 2>&1 || { cat "$dir.log" >&2; exit 3; }
    # Nothing here outlives the tests, so nothing waits for the disk.
    as_owner "$bin/pg_ctl" -D "$dir/data" -w -t 60 -l "$dir/log" -o \
        "-c listen_addresses='' -c unix_socket_directories='$dir' -c fsync=off
         -c max_connections=200 -c full_page_writes=off -c synchronous_commit=off" \
        start >>"$dir.log" 2>&1 || { cat "$dir.log" "$dir/log" >&2; exit 3; }
    rm -f "$dir.log" ;;
new)
    psql -q -h "$dir" -U cairn -d postgres -c \
        "CREATE DATABASE \"${3:?}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
    echo "postgresql:///$3?host=$(printf '%s' "$dir" | sed 's,/,%2F,g')&user=cairn" ;;
stop)
    as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$dir" ;;
*)  echo "usage: tests/postgres.sh start|new|stop DIR [NAME]" >&2; exit 2 ;;
esac
