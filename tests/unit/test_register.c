/*
 * register: what no door can break. Raw SQL against the tables is refused by the tables; thirty
 * people at one vial never take more out of it than is in it; what is changed with the checks
 * turned off is found by verify; a backup carries the register whole. On both engines.
 */
#include "store_fixture.h"

#include "app/custody.h"

enum { RACERS = 30, ACTS = 12, VIAL_UG = 500000 };

static const struct actor nurse = {{"clinic-a", 8}, {"nurse", 5}, {"web", 3}};

static struct tx begin_as(struct arena *a, enum tx_mode mode) {
    struct tx tx;
    assert_int_equal(tx_begin(&tx, fixture.store, a, mode, nurse, NOW), E_OK);
    return tx;
}

static const struct custody_delivery ten_vials = {
    {"Ketamine 500 mg in 10 mL", 24}, {"ketamine", 8}, {"vial", 4}, VIAL_UG, 10000, 0, 10,
    {"K1", 2}, {"2027-06-30", 10}, {"Main safe", 9}, {"Supplier", 8}, {"INV-1", 5},
    {"1969-12-31", 10}};

static struct str receive_and_open(void) {
    struct str first;
    struct container c;
    struct faults faults = {.arena = &fixture.arena};
    struct tx tx = begin_as(&fixture.arena, TX_WRITE);
    assert_int_equal(custody_receive(&tx, &ten_vials, &faults, &first), E_OK);
    struct custody_do open = {.container_id = first, .kind = CUSTODY_open};
    assert_int_equal(custody_do(&tx, &open, &faults, &c), E_OK);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    return str_copy(&fixture.boot, first);
}

static struct container load(struct str id) {
    struct container c;
    struct tx tx = begin_as(&fixture.arena, TX_READ);
    assert_int_equal(tx_end(&tx, container_load(&tx, id, &c)), E_OK);
    return c;
}

static void assert_whole(void) {
    struct custody_disagree_rows bad;
    struct verify_result v;
    struct tx tx = begin_as(&fixture.arena, TX_READ);
    assert_int_equal(tx_end(&tx, custody_disagree(&tx, &bad)), E_OK);
    assert_int_equal(bad.n, 0);
    assert_int_equal(store_verify(fixture.store, &fixture.arena, &v), E_OK);
}

/* Raw SQL, as a door with a fault in it would send it. false: the tables refused it. */
static bool sent(const char *sql) {
    if (!on_sqlite()) {
        PGconn *c = PQconnectdb(str_z(&fixture.boot, fixture.url));
        PGresult *r = PQexec(c, sql);
        bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
        PQclear(r);
        PQfinish(c);
        return ok;
    }
    sqlite3 *c;
    struct str path = str_slice(fixture.url, 7, fixture.url.n);
    assert_int_equal(sqlite3_open(str_z(&fixture.boot, path), &c), SQLITE_OK);
    sqlite3_exec(c, "PRAGMA foreign_keys=ON", NULL, NULL, NULL);
    int rc = sqlite3_exec(c, sql, NULL, NULL, NULL);
    assert_true(rc == SQLITE_OK || (rc & 0xFF) == SQLITE_CONSTRAINT);
    sqlite3_close(c);
    return rc == SQLITE_OK;
}

#define ENTRY(seq, before, kind, amount, left, second, reason)                                    \
    "INSERT INTO custody_entry (clinic_id, id, version, container_id, seq, before_seq, before_ug," \
    " kind, amount_ug, left_ug, place, at_ms, account_id, second_id, reason)"                      \
    " SELECT 'clinic-a', 'x', 1, id, " seq ", entries, " before ", '" kind "', " amount ", " left  \
    ", 'Main safe', 1, 'nurse', " second ", " reason                                               \
    " FROM container WHERE number = 'C-000001'"

static void test_raw_sql_is_refused(void **state) {
    (void)state;
    static const char *const refused[] = {
        /* totals that do not add up, or that are not what the entries left */
        "UPDATE container SET left_ug = left_ug - 1 WHERE number = 'C-000001'",
        "UPDATE container SET left_ug = left_ug - 1, given_ug = 1 WHERE number = 'C-000001'",
        "UPDATE container SET given_ug = 1 WHERE number = 'C-000001'",
        "UPDATE container SET given_ug = -1, wasted_ug = 1 WHERE number = 'C-000001'",
        "UPDATE container SET received_ug = 0 WHERE number = 'C-000001'",
        "UPDATE container SET entries = entries + 1 WHERE number = 'C-000001'",
        "UPDATE container SET state = 'empty' WHERE number = 'C-000001'",
        "UPDATE container SET state = 'somewhere' WHERE number = 'C-000001'",
        /* an entry taken away, or changed */
        "DELETE FROM custody_entry WHERE seq = 1",
        "DELETE FROM custody_entry WHERE seq = 2",
        "UPDATE custody_entry SET left_ug = 1 WHERE seq = 1",
        "UPDATE custody_entry SET amount_ug = 1 WHERE seq = 1",
        "UPDATE custody_entry SET version = 2 WHERE seq = 1",
        "UPDATE custody_entry SET seq = 7 WHERE seq = 2",
        "UPDATE custody_entry SET kind = 'adjust' WHERE seq = 2",
        /* an entry that does not begin where the last one ended, or does not say what it did */
        ENTRY("entries + 1", "400000", "waste", "1000", "399000", "'doctor'", "NULL"),
        ENTRY("entries + 1", "left_ug", "waste", "1000", "left_ug", "'doctor'", "NULL"),
        ENTRY("entries + 1", "left_ug", "waste", "-5", "left_ug + 5", "'doctor'", "NULL"),
        ENTRY("entries + 1", "left_ug", "waste", "500001", "left_ug - 500001", "'doctor'", "NULL"),
        ENTRY("entries + 2", "left_ug", "waste", "1000", "left_ug - 1000", "'doctor'", "NULL"),
        ENTRY("entries", "left_ug", "waste", "1000", "left_ug - 1000", "'doctor'", "NULL"),
        ENTRY("entries + 1", "left_ug", "vanish", "1000", "left_ug - 1000", "'doctor'", "NULL"),
        /* one person where there must be two, no reason where there must be one, no patient */
        ENTRY("entries + 1", "left_ug", "waste", "1000", "left_ug - 1000", "NULL", "NULL"),
        ENTRY("entries + 1", "left_ug", "waste", "1000", "left_ug - 1000", "'nurse'", "NULL"),
        ENTRY("entries + 1", "left_ug", "loss", "1000", "left_ug - 1000", "'doctor'", "NULL"),
        ENTRY("entries + 1", "left_ug", "destroy", "left_ug", "0", "NULL", "'why'"),
        ENTRY("entries + 1", "left_ug", "destroy", "1000", "left_ug - 1000", "'doctor'", "'why'"),
        ENTRY("entries + 1", "left_ug", "administer", "1000", "left_ug - 1000", "'doctor'", "NULL"),
        ENTRY("entries + 1", "left_ug", "draw", "1000", "left_ug - 1000", "NULL", "NULL"),
        ENTRY("entries + 1", "left_ug", "open", "1000", "left_ug - 1000", "NULL", "NULL"),
    };
    receive_and_open();
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (sent(refused[i])) fail_msg("the tables took it: %s", refused[i]);
    /* the same entry, as it should be: it is the rules that refuse, not a slip of this test */
    assert_true(sent(ENTRY("entries + 1", "left_ug", "waste", "1000", "left_ug - 1000", "'doctor'",
                           "NULL")));
    assert_true(sent("DELETE FROM custody_entry WHERE id = 'x'")); /* nothing leans on it yet */
    assert_whole();
}

struct racer {
    pthread_t thread;
    struct str container_id;
    uint64_t lot;
    int64_t taken_ug;
    int done, refused, failed;
};

static enum err one_act(struct racer *r, struct arena *a, int64_t amount_ug,
                        enum custody_kind kind) {
    struct tx tx;
    struct container out;
    struct faults faults = {.arena = a};
    struct custody_do act = {.container_id = r->container_id, .kind = kind,
                             .amount_ug = amount_ug, .second_id = STR("doctor")};
    enum err e = tx_begin(&tx, fixture.store, a, TX_WRITE, nurse, NOW);
    return e ? e : tx_end(&tx, custody_do(&tx, &act, &faults, &out));
}

static void *race(void *arg) {
    struct racer *r = arg;
    struct arena a;
    arena_open(&a, 8 << 20);
    for (int i = 0; i < ACTS; i++) {
        r->lot = r->lot * 6364136223846793005u + 1442695040888963407u;
        int64_t amount_ug = 500 + (int64_t)(r->lot >> 40) % 4000;
        enum err e = E_RETRY;
        for (int tries = 0; e == E_RETRY && tries < 200; tries++) {
            arena_reset(&a);
            e = one_act(r, &a, amount_ug, i % 2 ? CUSTODY_draw : CUSTODY_waste);
        }
        if (e == E_OK) r->done++, r->taken_ug += amount_ug;
        else if (e == E_INVALID) r->refused++; /* no more in it, or empty */
        else r->failed++;
    }
    arena_close(&a);
    return NULL;
}

static void test_thirty_at_one_vial(void **state) {
    (void)state;
    static struct racer racers[RACERS];
    int64_t taken_ug = 0;
    int done = 0, refused = 0, failed = 0;
    struct str id = receive_and_open();
    for (int i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){.container_id = id, .lot = (uint64_t)i + 1};
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < RACERS; i++) {
        pthread_join(racers[i].thread, NULL);
        taken_ug += racers[i].taken_ug;
        done += racers[i].done, refused += racers[i].refused, failed += racers[i].failed;
    }
    struct container c = load(id);
    assert_int_equal(failed, 0);
    assert_int_equal(done + refused, RACERS * ACTS);
    assert_true(done > 0 && refused > 0); /* there was less in it than they all wanted */
    assert_int_equal(c.left_ug, VIAL_UG - taken_ug);
    assert_int_equal(c.drawn_ug + c.wasted_ug, taken_ug);
    assert_int_equal(c.entries, 2 + done);
    assert_whole();
}

static void test_what_is_changed_behind_shows(void **state) {
    (void)state;
    struct verify_result v;
    receive_and_open();
    behind_its_back("UPDATE custody_entry SET place = 'Elsewhere' WHERE seq = 2");
    assert_int_equal(store_verify(fixture.store, &fixture.arena, &v), E_BROKEN);
    assert_true(str_find(v.report, STR("custody_entry")) >= 0);
}

static void test_a_backup_carries_it(void **state) {
    (void)state;
    struct verify_result v;
    struct str why = STR_ABSENT, url;
    struct racer r = {.container_id = receive_and_open()};
    assert_int_equal(one_act(&r, &fixture.arena, 50000, CUSTODY_draw), E_OK);
    const char *path = str_format(&fixture.boot, "%s/backup", fixture.folder).s;
    assert_int_equal(store_backup(fixture.store, &fixture.arena, path, &v, &why), E_OK);
    store_close(fixture.store);
    url = fresh_url("restored");
    if (store_restore(&fixture.arena, path, url, &v, &why)) fail_msg("%.*s", STR_ARG(why));
    unlink(path);
    fixture.store = open_store(url);
    fixture.url = url;
    assert_int_equal(load(r.container_id).left_ug, VIAL_UG - 50000);
    assert_whole();
    if (on_sqlite()) unlink(str_format(&fixture.boot, "%s/clinic.db", fixture.folder).s);
}

static void test_racing_with_a_recall(void **state) {
    (void)state;
    int n;
    struct container c;
    struct str id = receive_and_open();
    struct faults faults = {.arena = &fixture.arena};
    struct tx tx = begin_as(&fixture.arena, TX_WRITE);
    assert_int_equal(custody_recall_lot(&tx, STR("K1"), STR("letter"), &faults, &n), E_OK);
    assert_int_equal(n, 10);
    struct custody_do act = {.container_id = id, .kind = CUSTODY_draw, .amount_ug = 1};
    assert_int_equal(custody_do(&tx, &act, &faults, &c), E_INVALID);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    struct dose want = {.patient_id = STR("ana"), .drug = STR("ketamine"), .route = STR("im"),
                        .amount_ug = 1000};
    tx = begin_as(&fixture.arena, TX_READ);
    faults.n = 0;
    assert_int_equal(custody_before_dose(&tx, id, &want, &faults, &c), E_INVALID);
    assert_non_null(fault_of(&faults, STR("container")));
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

static void test_which_container_for_a_dose(void **state) {
    (void)state;
    static const struct {
        const char *drug, *route;
        int64_t ug;
        enum err answer;
        const char *field;
    } rows[] = {{"ketamine", "im", 35000, E_OK, NULL},
                {"ketamine", "iv", VIAL_UG, E_OK, NULL},
                {"ketamine", "im", VIAL_UG + 1, E_INVALID, "amount"},
                {"esketamine", "esk", 28000, E_INVALID, "container"},
                {"ketamine", "esk", 28000, E_INVALID, "container"}};
    struct container c;
    struct str id = receive_and_open();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct faults faults = {.arena = &fixture.arena};
        struct dose want = {.patient_id = STR("ana"), .drug = str_from(rows[i].drug),
                            .route = str_from(rows[i].route), .amount_ug = rows[i].ug};
        struct tx tx = begin_as(&fixture.arena, TX_READ);
        assert_int_equal(custody_before_dose(&tx, id, &want, &faults, &c), rows[i].answer);
        if (rows[i].field) assert_non_null(fault_of(&faults, str_from(rows[i].field)));
        assert_int_equal(tx_end(&tx, E_OK), E_OK);
    }
    struct faults faults = {.arena = &fixture.arena};
    struct dose want = {.drug = STR("ketamine"), .route = STR("im"), .amount_ug = 1};
    struct tx tx = begin_as(&fixture.arena, TX_READ);
    assert_int_equal(custody_before_dose(&tx, STR("nowhere"), &want, &faults, &c), E_INVALID);
    assert_int_equal(custody_without(&tx, &faults), E_INVALID); /* the fault from before */
    assert_int_equal(faults.n, 1);                              /* a clinic does not ask for one */
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {FIXTURE_TEST(test_raw_sql_is_refused),
                                       FIXTURE_TEST(test_thirty_at_one_vial),
                                       FIXTURE_TEST(test_what_is_changed_behind_shows),
                                       FIXTURE_TEST(test_a_backup_carries_it),
                                       FIXTURE_TEST(test_racing_with_a_recall),
                                       FIXTURE_TEST(test_which_container_for_a_dose)};
    return on_both_engines("register", tests, sizeof tests / sizeof *tests);
}
