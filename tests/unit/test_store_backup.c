/* backup: the record goes into one file and comes out whole, on either engine; a file that is
 * damaged restores nothing. */
#include "store_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

static const char *backup_path;

static void fill(void) {
    struct tx tx = a_tx(TX_WRITE);
    struct clinic_insert_in clinic = {STR("Clinic\tA\\N"), STR("UTC"), NOW};
    assert_int_equal(clinic_insert(&tx, &clinic), E_OK);
    for (int i = 0; i < 300; i++) {
        struct patient p = a_patient(str_format(&fixture.arena, "K-%06d", i).s);
        if (i % 2) p.email = STR("");
        p.address = STR("1 Way\\n\r\n\tDenver \"\\\" \xF0\x9F\x98\x80");
        assert_int_equal(put_patient(&tx, &p), E_OK);
        struct observation o = {.patient_id = p.id, .code = STR("29463-7"), .display = STR("w"),
            .value = {i % 3 != 0, 0.1 * i}, .at_ms = NOW, .source = STR("typed")};
        tx_event(&tx, "vitals_recorded", STR_ABSENT);
        assert_int_equal(observation_put(&tx, &o), E_OK);
    }
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

static struct verify_result back_up(void) {
    struct verify_result holds;
    struct str why;
    if (store_backup(fixture.store, &fixture.arena, backup_path, &holds, &why))
        fail_msg("%.*s", STR_ARG(why));
    return holds;
}

static enum err restore(struct str url, struct verify_result *out, struct str *why) {
    return store_restore(&fixture.arena, backup_path, url, out, why);
}

static void target_on(const char *engine, struct str *url) {
    const char *is = fixture.engine;
    fixture.engine = engine;
    *url = fresh_url("restored");
    fixture.engine = is;
}

static void forget_file(struct str url) {
    if (!str_starts(url, STR("sqlite:"))) return;
    const char *path = str_z(&fixture.boot, str_slice(url, 7, url.n));
    unlink(path);
    unlink(str_format(&fixture.boot, "%s-wal", path).s);
    unlink(str_format(&fixture.boot, "%s-shm", path).s);
}

static void what_is_backed_up_comes_back_on_either_engine(void **state) {
    (void)state;
    struct verify_result was, is;
    struct str url, why;
    fill();
    assert_int_equal(store_verify(fixture.store, &fixture.arena, &was), E_OK);
    struct verify_result told = back_up();
    assert_true(str_eq(was.head, told.head) && was.rows == told.rows &&
                was.entries == told.entries);
    for (int i = 0; i < 2; i++) {
        target_on(i ? "postgres" : "sqlite", &url);
        if (restore(url, &is, &why)) fail_msg("%.*s", STR_ARG(why));
        assert_true(str_eq(was.head, is.head) && was.rows == is.rows && was.entries == is.entries);
        assert_int_equal(restore(url, &is, &why), E_INVALID); /* it is not empty any more */
        assert_true(str_find(why, STR("not empty")) >= 0);
        forget_file(url);
    }
}

static void a_backup_is_of_one_moment_while_others_write(void **state) {
    (void)state;
    struct verify_result is;
    struct str url, why;
    fill();
    back_up();
    struct tx tx = a_tx(TX_WRITE); /* a writer has the turn, and has written */
    struct patient p = a_patient("K-LATER");
    assert_int_equal(put_patient(&tx, &p), E_OK);
    back_up();
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    target_on("sqlite", &url);
    assert_int_equal(restore(url, &is, &why), E_OK);
    assert_int_equal(is.entries, 600);
    forget_file(url);
}

static void write_at(const char *path, off_t at, const char *bytes, size_t n) {
    int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, bytes, n, at), n);
    close(fd);
}

static void refused_without_a_trace(const char *what) {
    struct verify_result is;
    struct str url, why;
    target_on("sqlite", &url);
    const char *path = str_z(&fixture.boot, str_slice(url, 7, url.n));
    enum err e = restore(url, &is, &why);
    if (e == E_OK) fail_msg("restored: %s", what);
    if (access(path, F_OK) == 0) fail_msg("left behind: %s", what);
    target_on("postgres", &url);
    if (restore(url, &is, &why) == E_OK) fail_msg("restored: %s", what);
    struct store *s;
    int applied;
    assert_int_equal(store_open(&fixture.arena, url, STORE_EXISTING, &s, &why), E_OK);
    assert_int_equal(store_migrate(s, &fixture.arena, &applied, &why), E_OK);
    assert_int_equal(applied, SQL_MIGRATION_COUNT); /* it was as empty as before */
    store_close(s);
}

static void a_damaged_file_changes_nothing(void **state) {
    (void)state;
    struct stat st;
    struct arena mark;
    struct verify_result is;
    struct str url, why;
    fill();
    back_up();
    target_on("sqlite", &url);
    assert_int_equal(restore(url, &is, &why), E_OK); /* undamaged, it would restore */
    forget_file(url);
    stat(backup_path, &st);
    mark = fixture.arena;
    for (int i = 1; i < 8; i++) { /* cut short, at every eighth */
        fixture.arena = mark;
        back_up();
        assert_int_equal(truncate(backup_path, st.st_size * i / 8), 0);
        refused_without_a_trace("cut short");
    }
    static const struct {
        const char *what, *sql;
    } changes[] = {
        {"a value", "UPDATE patient SET family_name = 'X' WHERE mrn = 'K-000007'"},
        {"a row less", "DELETE FROM observation WHERE rowid = 5"},
        {"a table less", "DELETE FROM backup_table WHERE name = 'observation'"},
        {"another seal", "UPDATE backup_manifest SET made_ms = made_ms + 1"},
        {"no manifest", "DROP TABLE backup_manifest"},
        {"an empty manifest", "DELETE FROM backup_manifest"},
        {"of a newer program", "UPDATE backup_manifest SET schema = 999"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        sqlite3 *c;
        fixture.arena = mark;
        back_up();
        assert_int_equal(sqlite3_open(backup_path, &c), SQLITE_OK);
        assert_int_equal(sqlite3_exec(c, changes[i].sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(c);
        refused_without_a_trace(changes[i].what);
    }
    fixture.arena = mark;
    back_up();
    write_at(backup_path, 0, "not a database", 14);
    refused_without_a_trace("not a database");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(what_is_backed_up_comes_back_on_either_engine),
        FIXTURE_TEST(a_backup_is_of_one_moment_while_others_write),
        FIXTURE_TEST(a_damaged_file_changes_nothing),
    };
    char path[] = "/tmp/cairn-backup-XXXXXX";
    close(mkstemp(path));
    backup_path = path;
    int failed = on_both_engines("backup", tests, sizeof tests / sizeof *tests);
    unlink(path);
    return failed;
}
