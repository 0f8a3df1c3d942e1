#!/bin/sh
# sqlgen refuses what it cannot type, and says where: file:line: why.
#     tests/unit/sqlgen.sh SQLGEN
sqlgen=$1
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/migrations" "$dir/sql"
failed=0

# case NAME EXPECTED: the query text on standard input; EXPECTED empty: it is taken.
case_is() {
    cat >"$dir/sql/q.sql"
    said=$("$sqlgen" "$dir/q.h" "$dir/q.c" "$dir/q.d" "$dir/migrations" "$dir/sql" 2>&1)
    status=$?
    said=$(printf '%s' "$said" | sed "s,$dir/,,g")
    if [ "$said" = "$2" ] && { [ -z "$2" ] || [ $status -ne 0 ]; }; then
        echo "[       OK ] $1"
    else
        echo "[  FAILED  ] $1"
        printf 'expected: %s\nsaid:     %s\n' "$2" "$said"
        failed=1
    fi
}

cat >"$dir/migrations/001_first.sql" <<'SQL'
-- A comment, with (parentheses), commas; and 'quotes.
CREATE TABLE thing ( -- chart
    clinic_id TEXT NOT NULL,      -- the clinic; with a comma, too
    id        TEXT NOT NULL,
    version   INTEGER NOT NULL,
    name      TEXT NOT NULL CHECK (name <> ';'),
    weight    REAL,               -- kg
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX thing_name ON thing (clinic_id, name);
SQL
cat >"$dir/migrations/002_later.sql" <<'SQL'
ALTER TABLE thing ADD COLUMN state TEXT NOT NULL DEFAULT 'new'; -- new, used
ALTER TABLE thing ADD COLUMN count INTEGER NOT NULL DEFAULT 0;
SQL

case_is a_block_is_typed '' <<'SQL'
-- What the file is about.
-- many thing_by_name (name text,
--                     weight real?) -> thing
-- Words about it; with a semicolon.
SELECT {t: thing} FROM thing t WHERE t.clinic_id = $clinic AND t.name = $1 -- a note; here
   AND ($2 IS NULL OR t.weight > $2) ORDER BY t.id LIMIT 10;
SQL
has() {
    if grep -qF -- "$2" "$dir/q.$1"; then echo "[       OK ] $3"
    else echo "[  FAILED  ] $3"; grep -n "${4:-thing}" "$dir/q.$1"; failed=1; fi
}
has c 'SELECT t.id, t.version, t.name, t.weight, t.state, t.count FROM' columns_are_expanded
has c 't.clinic_id = $1 AND t.name = $2' parameters_follow_the_clinic
has h 'struct str state; /* new, used */' a_later_column_has_its_note
has h 'struct maybe_real weight; /* kg */' a_column_that_may_be_null_is_a_maybe
has c '{"state", SQL_TEXT, offsetof(struct thing, state), false, "\"new\""}' a_default_is_kept state
has c '{"count", SQL_INT, offsetof(struct thing, count), false, "0"}' a_number_default_is_kept count

case_is a_many_has_a_limit 'sql/q.sql:1: things: a many query has a LIMIT' <<'SQL'
-- many things () -> thing
SELECT {thing} FROM thing WHERE clinic_id = $clinic;
SQL
case_is a_cast_is_as_wide_on_both_engines 'sql/q.sql:1: weigh: an INTEGER has four bytes in PostgreSQL; say BIGINT' <<'SQL'
-- one weigh () -> (n int)
SELECT CAST(SUM(weight) AS INTEGER) FROM thing WHERE clinic_id = $clinic;
SQL
case_is the_clinic_is_named 'sql/q.sql:2: things: the statement does not name $clinic' <<'SQL'

-- many things () -> thing
SELECT {thing} FROM thing LIMIT 10;
SQL
case_is or_said_to_be_of_all '' <<'SQL'
-- many things () -> (id text)
-- across clinics, for the command line.
SELECT id FROM thing LIMIT 10;
SQL
case_is not_both 'sql/q.sql:1: things: names $clinic and says across clinics' <<'SQL'
-- many things () -> (id text)
-- across clinics
SELECT id FROM thing WHERE clinic_id = $clinic LIMIT 10;
SQL
case_is a_parameter_is_used 'sql/q.sql:1: things: $2 is not used' <<'SQL'
-- one things (a text, b text) -> (id text)
SELECT id FROM thing WHERE clinic_id = $clinic AND id = $1;
SQL
case_is a_parameter_is_listed 'sql/q.sql:1: things: $2 is no parameter' <<'SQL'
-- one things (a text) -> (id text)
SELECT id FROM thing WHERE clinic_id = $clinic AND id = $1 AND name = $2;
SQL
case_is a_type_is_known "sql/q.sql:1: 'date' is no type here: text, int or real" <<'SQL'
-- one things (a date) -> (id text)
SELECT id FROM thing WHERE clinic_id = $clinic AND id = $1;
SQL
case_is a_table_is_known 'sql/q.sql:1: {person}: no such table' <<'SQL'
-- one things () -> (id text)
SELECT {person} FROM thing WHERE clinic_id = $clinic;
SQL
case_is a_name_is_used_once 'sql/q.sql:3: thing_one is already at sql/q.sql:1' <<'SQL'
-- exec thing_one ()
DELETE FROM thing WHERE clinic_id = $clinic;
-- exec thing_one ()
DELETE FROM thing WHERE clinic_id = $clinic;
SQL
case_is a_statement_ends 'sql/q.sql:1: the statement does not end with ;' <<'SQL'
-- exec thing_one ()
DELETE FROM thing WHERE clinic_id = $clinic
SQL
case_is sql_stands_in_blocks \
    'sql/q.sql:1: text outside a block: a block begins with -- one|many|exec|later name (' <<'SQL'
DELETE FROM thing;
SQL
case_is what_nobody_waits_for_answers_nothing 'sql/q.sql:1: it gives no rows' <<'SQL'
-- later thing_one (id text) -> (id text)
UPDATE thing SET version = 2 WHERE clinic_id = $clinic AND id = $1 RETURNING id;
SQL
case_is rows_have_columns 'sql/q.sql:1: -> expected' <<'SQL'
-- one things ()
SELECT id FROM thing WHERE clinic_id = $clinic;
SQL
exit $failed
