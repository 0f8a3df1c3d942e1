/*
 * register: what no door can break. Raw SQL against the tables is refused by the tables; thirty
 * people at one vial never take more out of it than is in it; what is changed with the checks
 * turned off is found by verify; a backup carries the register whole. On both engines.
 */
#include "store_fixture.h"

#include "app/custody.h"
#include "store/driver.h"

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

static enum err before_dose(struct tx *tx, struct str id, struct dose *want,
                            struct faults *faults) {
    struct custody_portions p = {.v = {{.container_id = id}}, .n = 1};
    return custody_before_dose(tx, &p, want, faults);
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
    assert_int_equal(before_dose(&tx, id, &want, &faults), E_INVALID);
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
    struct str id = receive_and_open();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct faults faults = {.arena = &fixture.arena};
        struct dose want = {.patient_id = STR("ana"), .drug = str_from(rows[i].drug),
                            .route = str_from(rows[i].route), .amount_ug = rows[i].ug};
        struct tx tx = begin_as(&fixture.arena, TX_READ);
        assert_int_equal(before_dose(&tx, id, &want, &faults), rows[i].answer);
        if (rows[i].field) assert_non_null(fault_of(&faults, str_from(rows[i].field)));
        assert_int_equal(tx_end(&tx, E_OK), E_OK);
    }
    struct faults faults = {.arena = &fixture.arena};
    struct dose want = {.drug = STR("ketamine"), .route = STR("im"), .amount_ug = 1};
    struct tx tx = begin_as(&fixture.arena, TX_READ);
    assert_int_equal(before_dose(&tx, STR("nowhere"), &want, &faults), E_INVALID);
    assert_int_equal(custody_without(&tx, &faults), E_INVALID); /* the fault from before */
    assert_int_equal(faults.n, 1);                              /* a clinic does not ask for one */
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

/* Doses out of several containers, and infusions that were stopped --------------------------- */

static enum err take(struct custody_portions *p, struct dose *dose, struct faults *faults) {
    struct tx tx = begin_as(&fixture.arena, TX_WRITE);
    *faults = (struct faults){.arena = &fixture.arena};
    enum err e = custody_before_dose(&tx, p, dose, faults);
    tx_event(&tx, "dose_given", STR_ABSENT);
    if (!e) e = dose_put(&tx, dose);
    return tx_end(&tx, e ? e : custody_after_dose(&tx, p, dose));
}

static struct dose a_dose(const char *route, int64_t ug) {
    return (struct dose){.patient_id = STR("ana"), .dosing_id = STR("today"),
                         .drug = STR("ketamine"), .route = str_from(route), .amount_ug = ug,
                         .given_ms = NOW, .recorded_ms = NOW, .given_by = STR("nurse"),
                         .checked_by = STR("doctor"),
                         .minutes = {str_is(str_from(route), "iv"), 40}};
}

static struct str open_one_of(const char *lot, const char *expiry) {
    struct str first;
    struct container c;
    struct faults faults = {.arena = &fixture.arena};
    struct custody_delivery one = ten_vials;
    struct tx tx = begin_as(&fixture.arena, TX_WRITE);
    one.containers = 1, one.lot = str_from(lot), one.expiry_date = str_from(expiry);
    assert_int_equal(custody_receive(&tx, &one, &faults, &first), E_OK);
    struct custody_do open = {.container_id = first, .kind = CUSTODY_open};
    assert_int_equal(custody_do(&tx, &open, &faults, &c), E_OK);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    return str_copy(&fixture.boot, first);
}

static void test_one_dose_out_of_two(void **state) {
    (void)state;
    struct str a = open_one_of("K1", "2027-06-30"), b = open_one_of("K2", "2026-05-31");
    const struct {
        struct str first, second;
        int64_t first_ug, second_ug;
        const char *field; /* NULL: it is given */
    } rows[] = {{a, b, 0, 20000, NULL},
                {a, b, 15000, 20000, NULL},
                {a, b, 15001, 20000, "container2"}, /* more than the dose together */
                {a, b, 14999, 20000, "container2"}, /* less */
                {a, b, 0, 35000, "container2"},     /* nothing out of the first */
                {a, b, 35000, 0, "container2"},     /* nothing out of the second */
                {a, a, 0, 20000, "container2"},     /* one named twice */
                {a, STR("nowhere"), 0, 20000, "container2"},
                {b, a, 0, VIAL_UG, "container2"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct faults faults;
        int64_t left_ug = load(a).left_ug + load(b).left_ug;
        struct dose dose = a_dose("im", 35000);
        struct custody_portions p = {.v = {{.container_id = rows[i].first,
                                            .amount_ug = rows[i].first_ug},
                                           {.container_id = rows[i].second,
                                            .amount_ug = rows[i].second_ug}}, .n = 2};
        assert_int_equal(take(&p, &dose, &faults), rows[i].field ? E_INVALID : E_OK);
        int64_t moved_ug = left_ug - load(a).left_ug - load(b).left_ug;
        assert_int_equal(moved_ug, rows[i].field ? 0 : 35000); /* all or nothing */
        if (rows[i].field) assert_non_null(fault_of(&faults, str_from(rows[i].field)));
        else assert_true(str_is(dose.lot, "K1, K2") && str_is(dose.expiry_date, "2026-05-31"));
    }
    assert_int_equal(load(a).given_ug, 30000);
    assert_int_equal(load(b).given_ug, 40000);
    assert_whole();
}

/* Two vials, 35 mg: each runs from a syringe of its own; the pump stops when 12 mg are in. */
static void test_an_infusion_that_was_stopped(void **state) {
    (void)state;
    struct faults faults;
    struct lot_of_dose_rows lots;
    struct str a = open_one_of("K1", "2027-06-30"), b = open_one_of("K2", "2026-05-31");
    struct dose dose = a_dose("iv", 35000);
    struct custody_portions p = {.v = {{.container_id = a},
                                       {.container_id = b, .amount_ug = 20000}}, .n = 2};
    assert_int_equal(take(&p, &dose, &faults), E_OK);
    assert_int_equal(load(a).drawn_ug, 15000);
    assert_int_equal(load(b).given_ug, 0);
    struct str first = p.v[0].from.id, second = p.v[1].from.id;
    assert_true(str_is(load(first).state, "empty") && load(first).given_ug == 15000);
    struct tx tx = begin_as(&fixture.arena, TX_WRITE);
    assert_int_equal(custody_undelivered(&tx, dose.id, 23000, STR("enough")), E_OK);
    assert_int_equal(lot_of_dose(&tx, &(struct lot_of_dose_in){dose.id}, &lots), E_OK);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    assert_int_equal(lots.n, 2);
    assert_int_equal(lots.v[0].amount_ug + lots.v[1].amount_ug, 12000);
    assert_int_equal(load(second).left_ug, 20000);
    assert_int_equal(load(second).given_ug, 0);
    assert_int_equal(load(first).left_ug, 3000);
    assert_true(str_is(load(first).state, "open"));
    /* what was at one patient is for nobody else, and for this one still */
    struct dose other = a_dose("im", 1000), same = a_dose("im", 1000);
    struct custody_portions rest = {.v = {{.container_id = first}}, .n = 1};
    other.patient_id = STR("ben");
    assert_int_equal(take(&rest, &other, &faults), E_INVALID);
    rest.v[0].amount_ug = 0;
    assert_int_equal(take(&rest, &same, &faults), E_OK);
    assert_whole();
}

/* What the tables held before they were made again is held afterwards, with its rules. */
static void test_migrated_with_rows(void **state) {
    (void)state;
    static const char *const before[] = {
        "INSERT INTO custody_entry (clinic_id, id, version, patient_id, container_id, seq,"
        " before_seq, before_ug, kind, amount_ug, left_ug, dose_id, place, at_ms, account_id)"
        " VALUES ('clinic-a', 'e1', 1, NULL, 'v', 1, NULL, NULL, 'receive', 500, 500, NULL,"
        " 'Safe', 1, 'nurse'), ('clinic-a', 'e2', 1, 'ana', 'v', 2, 1, 500, 'administer', 35, 465,"
        " 'd', 'Safe', 2, 'nurse')",
        "INSERT INTO container VALUES ('clinic-a', 'v', 2, 'C-000001', NULL, 'ketamine', 'vial',"
        " 'Ketamine', 50, NULL, 'K1', '2027-06-30', 'Safe', NULL, NULL, '2026-01-01', 'open', 1, 2,"
        " 500, 35, 0, 0, 0, 0, 0, 0, 465)"};
    struct str why;
    struct tx tx;
    int applied, at = 0;
    while (!str_is(str_from(sql_migrations[at].name), "017_custody_dose")) at++;
    store_close(fixture.store);
    fixture.url = fresh_url("older");
    assert_int_equal(store_open(&fixture.boot, fixture.url, STORE_CREATE, &fixture.store, &why),
                     E_OK);
    tx = begin_as(&fixture.arena, TX_WRITE);
    assert_int_equal(tx_end(&tx, migrate_tx(&tx, 0, at)), E_OK);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) behind_its_back(before[i]);
    assert_int_equal(store_migrate(fixture.store, &fixture.arena, &applied, &why), E_OK);
    assert_int_equal(applied, SQL_MIGRATION_COUNT - at);
    struct container c = load(STR("v"));
    assert_true(c.left_ug == 465 && c.given_ug == 35 && c.opened_ms.v == 1);
    struct custody_entry_rows given;
    tx = begin_as(&fixture.arena, TX_READ);
    assert_int_equal(custody_of_dose(&tx, &(struct custody_of_dose_in){STR("d")}, &given), E_OK);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    assert_int_equal(given.n, 1);
    assert_false(sent("DELETE FROM custody_entry WHERE seq = 2"));
    assert_false(sent("UPDATE container SET left_ug = 466, given_ug = 34"));
    if (on_sqlite()) unlink(str_format(&fixture.boot, "%s/clinic.db", fixture.folder).s);
}

int main(void) {
    const struct CMUnitTest tests[] = {FIXTURE_TEST(test_raw_sql_is_refused),
                                       FIXTURE_TEST(test_thirty_at_one_vial),
                                       FIXTURE_TEST(test_what_is_changed_behind_shows),
                                       FIXTURE_TEST(test_a_backup_carries_it),
                                       FIXTURE_TEST(test_racing_with_a_recall),
                                       FIXTURE_TEST(test_which_container_for_a_dose),
                                       FIXTURE_TEST(test_one_dose_out_of_two),
                                       FIXTURE_TEST(test_an_infusion_that_was_stopped),
                                       FIXTURE_TEST(test_migrated_with_rows)};
    return on_both_engines("register", tests, sizeof tests / sizeof *tests);
}
