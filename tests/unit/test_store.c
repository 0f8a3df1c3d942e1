/* store: rows go in through one door and come out as they were, or not at all. */
#include "store_fixture.h"

#include "store/driver.h"

static void what_is_put_is_loaded(void **state) {
    (void)state;
    struct patient p = a_patient("K-000001"), back;
    struct tx tx = a_tx(TX_WRITE);
    assert_int_equal(put_patient(&tx, &p), E_OK);
    assert_true(p.version == 1 && p.id.n == 36);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    tx = a_tx(TX_READ);
    assert_int_equal(patient_load(&tx, p.id, &back), E_OK);
    assert_true(str_eq(back.given_name, STR("Zoë")) && !back.email.s && back.version == 1);
    assert_int_equal(patient_load(&tx, STR("nobody"), &back), E_UNKNOWN);
    struct journal_of_record_rows rows;
    assert_int_equal(journal_of_record(&tx, &(struct journal_of_record_in){STR("patient"), p.id},
                                       &rows), E_OK);
    assert_true(rows.n == 1 && str_is(rows.v[0].why, "a test"));
    const struct str part = STR("\"given_name\":\"Zoë\",\"preferred_name\":null");
    assert_true(str_find(rows.v[0].image, part) > 0);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

static void a_stale_version_is_a_conflict(void **state) {
    (void)state;
    struct patient p = a_patient("K-000002"), q = a_patient("K-000002");
    struct tx tx = a_tx(TX_WRITE);
    assert_int_equal(put_patient(&tx, &p), E_OK);
    assert_int_equal(put_patient(&tx, &q), E_CONFLICT); /* the same number twice */
    assert_int_equal(q.version, 0);
    struct patient stale = p;
    p.email = STR("z@example.org");
    assert_int_equal(put_patient(&tx, &p), E_OK);
    assert_int_equal(p.version, 2);
    assert_int_equal(put_patient(&tx, &stale), E_CONFLICT);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

static void an_error_leaves_nothing(void **state) {
    (void)state;
    struct patient p = a_patient("K-000003");
    struct tx tx = a_tx(TX_WRITE);
    assert_int_equal(put_patient(&tx, &p), E_OK);
    assert_int_equal(tx_end(&tx, E_BLOCKED), E_BLOCKED);
    tx = a_tx(TX_READ);
    assert_int_equal(patient_load(&tx, p.id, &p), E_UNKNOWN);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

static void a_fault_spoils_its_transaction(void **state) {
    (void)state;
    struct patient p = a_patient("K-000004");
    struct dose d = {.patient_id = STR("p"), .dosing_id = STR("d"), .drug = STR("ketamine"),
        .route = STR("im"), .amount_ug = 35000, .given_by = STR("a"), .checked_by = STR("a"),
        .lot = STR("L1"), .expiry_date = STR("2030-01-01")};
    struct tx tx = a_tx(TX_WRITE);
    assert_int_equal(put_patient(&tx, &p), E_OK);
    assert_int_equal(dose_put(&tx, &d), E_BLOCKED); /* one person cannot check themself */
    assert_int_equal(tx_end(&tx, E_OK), E_BLOCKED);
    tx = a_tx(TX_WRITE);
    assert_int_equal(patient_load(&tx, p.id, &p), E_UNKNOWN);
    struct patient bad = a_patient("K-\xff");
    assert_int_equal(put_patient(&tx, &bad), E_INVALID); /* not UTF-8 */
    assert_int_equal(tx_end(&tx, E_OK), E_INVALID);
}

static void a_full_arena_leaves_nothing(void **state) {
    (void)state;
    static char memory[200000];
    struct arena small = arena_over(memory, sizeof memory);
    struct tx tx;
    jmp_buf out;
    small.out = &out;
    struct patient p = a_patient("K-000005");
    if (setjmp(out) == 0) {
        assert_int_equal(tx_begin(&tx, fixture.store, &small, TX_WRITE, actor, NOW), E_OK);
        for (;;) {
            p = a_patient("K-000005");
            p.mrn = str_format(&small, "K-%td", small.end - small.at);
            assert_int_equal(put_patient(&tx, &p), E_OK);
        }
    }
    tx_abandon(&tx);
    tx_abandon(&tx);
    tx = a_tx(TX_WRITE); /* the turn was given back */
    struct patient_search_in in = {STR(""), STR(""), STR("")};
    struct patient_search_rows rows;
    assert_int_equal(patient_search(&tx, &in, &rows), E_OK);
    for (ptrdiff_t i = 0; i < rows.n; i++) assert_true(str_starts(rows.v[i].mrn, STR("K-00000")));
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

static void the_end_needs_no_room(void **state) {
    (void)state;
    static char memory[200000];
    struct arena small = arena_over(memory, sizeof memory);
    struct patient p = a_patient("K-000006");
    struct tx tx;
    jmp_buf out;
    small.out = &out;
    if (setjmp(out) != 0) fail_msg("tx_end jumped");
    assert_int_equal(tx_begin(&tx, fixture.store, &small, TX_WRITE, actor, NOW), E_OK);
    assert_int_equal(put_patient(&tx, &p), E_OK);
    for (int i = 0; i < LIVE_CHANGES_MAX; i++) /* what other servers are told */
        live_changed(&tx, "dosing", str_format(&small, "%039d", i));
    arena_alloc(&small, small.end - small.at, 1, 1);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

/* Every statement of a piece of work fails once; what stands then is all of it or nothing. */
static int fail_at;
static const struct driver *real_driver;

static enum err failing_run(struct tx *tx, const struct sql_query *q, const void *in,
                            struct sql_rows *rows) {
    if (--fail_at == 0) return tx_fault(tx, E_WORLD, q->place, "made to fail");
    return real_driver->run(tx, q, in, rows);
}

static enum err some_work(struct arena *a) {
    struct tx tx;
    struct patient p = a_patient("K-000007"), back;
    struct setting s = {.id = STR("zone"), .value = STR("UTC")};
    TRY(tx_begin(&tx, fixture.store, a, TX_WRITE, actor, NOW));
    enum err e = put_patient(&tx, &p);
    if (e == E_OK) e = patient_load(&tx, p.id, &back);
    if (e == E_OK) e = put_patient(&tx, &back);
    if (e == E_OK) e = setting_put(&tx, &s);
    if (e == E_OK) e = journal_append(&tx, "chart_read", p.id, STR_ABSENT);
    (void)e; /* even a body that forgets the fault does not commit */
    return tx_end(&tx, E_OK);
}

static void a_fault_anywhere_leaves_nothing(void **state) {
    (void)state;
    struct driver failing = *fixture.store->driver;
    struct verify_result r;
    int calls = 0;
    real_driver = fixture.store->driver;
    failing.run = failing_run;
    for (enum err e = E_WORLD; e != E_OK;) {
        fail_at = ++calls;
        fixture.store->driver = &failing;
        e = some_work(&fixture.arena);
        fixture.store->driver = real_driver;
        assert_true(e == E_OK || e == E_WORLD);
        assert_int_equal(store_verify(fixture.store, &fixture.arena, &r), E_OK);
        assert_int_equal(r.entries, e == E_OK ? 4 : 0);
        assert_int_equal(r.rows, e == E_OK ? 2 : 0);
    }
    assert_true(calls > 8);
}

enum { THREADS = 16, ROUNDS = 25 };

static void *write_rounds(void *number) {
    struct arena mine;
    arena_open(&mine, 4 << 20);
    intptr_t kept = 0;
    for (int i = 0; i < ROUNDS; i++) {
        arena_reset(&mine);
        struct tx tx;
        struct patient p = a_patient("");
        p.mrn = str_format(&mine, "T-%td-%d", (ptrdiff_t)(intptr_t)number, i);
        if (tx_begin(&tx, fixture.store, &mine, TX_WRITE, actor, NOW)) break;
        enum err e = put_patient(&tx, &p);
        if (e == E_OK && i % 5 == 4) e = E_BLOCKED;
        if (tx_end(&tx, e) != e) break;
        if (e == E_OK) kept++;
    }
    arena_close(&mine);
    return (void *)kept;
}

static void writers_take_turns(void **state) {
    (void)state;
    pthread_t t[THREADS];
    struct journal_head_get_row after;
    struct tx tx = a_tx(TX_READ);
    assert_int_equal(journal_head_get(&tx, &after), E_UNKNOWN);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    for (intptr_t i = 0; i < THREADS; i++) pthread_create(&t[i], NULL, write_rounds, (void *)i);
    intptr_t kept = 0;
    for (int i = 0; i < THREADS; i++) {
        void *n;
        pthread_join(t[i], &n);
        kept += (intptr_t)n;
    }
    assert_int_equal(kept, THREADS * ROUNDS * 4 / 5);
    tx = a_tx(TX_READ);
    assert_int_equal(journal_head_get(&tx, &after), E_OK);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    assert_int_equal(after.seq, kept);
}

/* A sequence number that is taken. */
static enum err a_second_entry(struct tx *tx) {
    return journal_insert(tx, &(struct journal_insert_in){
        .seq = 1, .door = STR("cli"), .event = STR("chart_read"), .hash = STR("0")});
}

static void what_nobody_waits_for_spoils_it_too(void **state) {
    (void)state;
    for (int last = 0; last < 2; last++) { /* a statement comes after it; the commit does */
        struct patient p = a_patient("K-000008"), back;
        struct tx tx = a_tx(TX_WRITE);
        assert_int_equal(put_patient(&tx, &p), E_OK);
        enum err e = a_second_entry(&tx);
        assert_true(e == E_OK || e == E_CONFLICT);
        if (!last) assert_int_equal(patient_load(&tx, p.id, &back), E_CONFLICT);
        assert_int_equal(tx_end(&tx, E_OK), E_CONFLICT);
        tx = a_tx(TX_READ);
        assert_int_equal(patient_load(&tx, p.id, &back), E_UNKNOWN);
        assert_int_equal(tx_end(&tx, E_OK), E_OK);
    }
}

static void what_nobody_waits_for_is_seen_by_what_follows(void **state) {
    (void)state;
    enum { MANY = 500 }; /* more than a driver lets wait */
    struct device_fault_count_in in = {STR("10.0.0.7"), STR("syntax"), STR("why"), NOW, 1};
    struct monitor_faults_rows rows;
    struct tx tx = a_tx(TX_WRITE);
    for (int i = 1; i <= MANY; i++) {
        assert_int_equal(device_fault_count(&tx, &in), E_OK);
        assert_int_equal(tx.changed, 0); /* not known */
    }
    assert_int_equal(monitor_faults(&tx, &rows), E_OK);
    assert_true(rows.n == 1 && rows.v[0].n == MANY);
    assert_int_equal(device_fault_count(&tx, &in), E_OK);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    tx = a_tx(TX_READ);
    assert_int_equal(monitor_faults(&tx, &rows), E_OK);
    assert_int_equal(rows.v[0].n, MANY + 1);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

/* Which of the tables named so, as CSV. */
static struct str csv_of(struct tx *tx, const char *table, struct str patient_id) {
    static struct arena text;
    struct str name, csv = STR_ABSENT;
    if (!text.beg) arena_open(&text, 1 << 20);
    for (int i = 0;; i++) {
        arena_reset(&text);
        assert_int_equal(store_csv(tx, i, patient_id, &text, &name, &csv), E_OK);
        if (str_is(name, table)) return csv;
    }
}

static void a_table_is_told_as_csv(void **state) {
    (void)state;
    struct patient p = a_patient("K-000001"), q = a_patient("K-000002");
    p.given_name = STR("Zoë \"Zo\", the\nsecond");
    p.preferred_name = STR("");
    p.phone = STR(" 303");
    struct tx tx = a_tx(TX_WRITE);
    assert_int_equal(put_patient(&tx, &p), E_OK);
    assert_int_equal(put_patient(&tx, &q), E_OK);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    tx = a_tx(TX_READ);
    struct str want = str_format(
        &fixture.arena,
        "id,version,mrn,family_name,given_name,preferred_name,pronouns,birth_date,sex,phone,email,"
        "address,emergency_contact,phase,phase_since_ms,indication\r\n"
        "%.*s,1,K-000001,Kowalska,\"Zoë \"\"Zo\"\", the\nsecond\",\"\",,1980-02-29,female,"
        "\" 303\",,,,referred,1000000,\r\n", STR_ARG(p.id));
    struct str got = csv_of(&tx, "patient", p.id);
    if (!str_eq(got, want)) fail_msg("%.*s", STR_ARG(got));
    assert_true(str_find(csv_of(&tx, "patient", STR_ABSENT), STR("K-000002")) > 0);
    assert_false(csv_of(&tx, "credential", STR_ABSENT).s); /* no chart table, whoever asks */
    assert_false(csv_of(&tx, "account", p.id).s);
    struct str name, csv;
    assert_int_equal(store_csv(&tx, SQL_TABLE_COUNT, STR_ABSENT, &fixture.boot, &name, &csv),
                     E_UNKNOWN);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

static void every_statement_prepares(void **state) {
    (void)state;
    struct str why = STR_ABSENT;
    if (store_prepare_all(fixture.store, &fixture.arena, &why)) fail_msg("%.*s", STR_ARG(why));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(every_statement_prepares),
        FIXTURE_TEST(what_is_put_is_loaded),
        FIXTURE_TEST(a_stale_version_is_a_conflict),
        FIXTURE_TEST(an_error_leaves_nothing),
        FIXTURE_TEST(a_fault_spoils_its_transaction),
        FIXTURE_TEST(a_full_arena_leaves_nothing),
        FIXTURE_TEST(the_end_needs_no_room),
        FIXTURE_TEST(a_fault_anywhere_leaves_nothing),
        FIXTURE_TEST(what_nobody_waits_for_spoils_it_too),
        FIXTURE_TEST(what_nobody_waits_for_is_seen_by_what_follows),
        FIXTURE_TEST(writers_take_turns),
        FIXTURE_TEST(a_table_is_told_as_csv),
    };
    return on_both_engines("store", tests, sizeof tests / sizeof *tests);
}
