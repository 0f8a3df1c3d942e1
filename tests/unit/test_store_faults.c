/* faults of the world: each is one clear sentence and E_WORLD (or E_NEWER), and nothing is
 * made or changed. */
#include "store_fixture.h"

#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const char *path_of_fixture(void) {
    return str_z(&fixture.boot, str_slice(fixture.url, 7, fixture.url.n));
}

static void close_fixture(void) {
    store_close(fixture.store);
    fixture.store = NULL;
}

/* Opens and asks whether it is ready: what every command does first. */
static enum err ready(struct str url, struct str *why) {
    struct store *s;
    *why = STR_ABSENT;
    TRY(store_open(&fixture.boot, url, STORE_EXISTING, &s, why));
    enum err e = store_ready(s, &fixture.boot, why);
    store_close(s);
    return e;
}

static void refused(enum err expected, const char *sentence) {
    struct str why;
    enum err e = ready(fixture.url, &why);
    if (e != expected || str_find(why, str_from(sentence)) < 0)
        fail_msg("%s instead of %s: %.*s", err_meaning(e)->name, sentence, STR_ARG(why));
    if (why.n > 200 || str_find(why, STR("\n")) >= 0) fail_msg("not one line: %.*s", STR_ARG(why));
}

static void a_missing_database_is_not_made(void **state) {
    (void)state;
    close_fixture();
    unlink(path_of_fixture());
    refused(E_WORLD, "there is no such database");
    assert_int_equal(access(path_of_fixture(), F_OK), -1);
}

static void a_url_of_another_kind_is_invalid(void **state) {
    (void)state;
    static const char *const urls[] = {"", "sqlite:", "/var/lib/cairn.db", "mysql://x/y"};
    struct str why;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        assert_int_equal(ready(str_from(urls[i]), &why), E_INVALID);
}

static void an_empty_file_holds_no_clinic(void **state) {
    (void)state;
    close_fixture();
    assert_int_equal(truncate(path_of_fixture(), 0), 0);
    refused(E_WORLD, "holds no clinic");
}

static void a_file_that_is_no_database_is_said_so(void **state) {
    (void)state;
    close_fixture();
    int fd = open(path_of_fixture(), O_WRONLY | O_TRUNC);
    for (int i = 0; i < 1000; i++) assert_int_equal(write(fd, "letters and numbers ", 20), 20);
    close(fd);
    refused(E_WORLD, "not a database, or is damaged");
}

static void a_damaged_file_is_found_by_reading_it(void **state) {
    (void)state;
    struct stat st;
    struct tx tx = a_tx(TX_WRITE);
    for (int i = 0; i < 200; i++) {
        struct patient p = a_patient(str_format(&fixture.arena, "K-%d", i).s);
        assert_int_equal(put_patient(&tx, &p), E_OK);
    }
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    close_fixture();
    static const char noise[4096] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    assert_int_equal(stat(path_of_fixture(), &st), 0);
    int fd = open(path_of_fixture(), O_WRONLY);
    for (off_t at = st.st_size / 2; at < st.st_size; at += 4096)
        assert_int_equal(pwrite(fd, noise, sizeof noise, at / 4096 * 4096), sizeof noise);
    close(fd);
    struct str why = STR_ABSENT;
    struct verify_result r;
    if (store_open(&fixture.boot, fixture.url, STORE_EXISTING, &fixture.store, &why))
        return; /* seen at once is as well */
    enum err e = store_verify(fixture.store, &fixture.arena, &r);
    assert_true(e == E_WORLD || e == E_BROKEN);
}

static void a_newer_schema_is_left_alone(void **state) {
    (void)state;
    struct str why;
    int applied;
    behind_its_back("INSERT INTO schema_migration (version, name, applied_ms)"
                    " VALUES (999, '999_later', 1)");
    refused(E_NEWER, "newer Cairn");
    assert_int_equal(store_migrate(fixture.store, &fixture.arena, &applied, &why), E_NEWER);
    assert_int_equal(applied, 0);
}

static void anothers_tables_are_left_alone(void **state) {
    (void)state;
    struct str why;
    int applied;
    close_fixture();
    if (on_sqlite()) unlink(path_of_fixture());
    fixture.url = fresh_url("clinic");
    if (on_sqlite()) close(open(path_of_fixture(), O_CREAT | O_WRONLY, 0600));
    behind_its_back("CREATE TABLE invoice (id INTEGER)");
    refused(E_WORLD, "not Cairn's");
    assert_int_equal(store_open(&fixture.boot, fixture.url, STORE_CREATE, &fixture.store, &why),
                     E_OK);
    assert_int_equal(store_migrate(fixture.store, &fixture.arena, &applied, &why), E_WORLD);
    assert_int_equal(applied, 0);
}

static void another_process_that_locks_is_named(void **state) {
    (void)state;
    sqlite3 *c;
    struct tx tx;
    if (!on_sqlite()) skip();
    assert_int_equal(sqlite3_open(path_of_fixture(), &c), SQLITE_OK);
    assert_int_equal(sqlite3_exec(c, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    struct tx *t = &tx;
    assert_int_equal(tx_begin(t, fixture.store, &fixture.arena, TX_WRITE, actor, NOW), E_WORLD);
    struct str why;
    int applied;
    assert_int_equal(store_migrate(fixture.store, &fixture.arena, &applied, &why), E_WORLD);
    assert_true(str_find(why, STR("another process has it locked")) > 0);
    sqlite3_exec(c, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(c);
    tx = a_tx(TX_WRITE); /* and it goes on */
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

/* In a child, as nobody: root may write anywhere. 0: what was expected. */
static int as_nobody(enum err expected, const char *sentence) {
    pid_t child = fork();
    if (child == 0) {
        struct str why;
        if (getuid() == 0 && (setgroups(0, NULL) || setgid(65534) || setuid(65534))) _exit(9);
        enum err e = ready(fixture.url, &why);
        if (e == expected && str_find(why, str_from(sentence)) > 0) _exit(0);
        fprintf(stderr, "%s: %.*s\n", err_meaning(e)->name, STR_ARG(why));
        _exit(1);
    }
    int status;
    waitpid(child, &status, 0);
    return status;
}

static void what_cannot_be_written_is_said_so(void **state) {
    (void)state;
    if (!on_sqlite()) skip();
    close_fixture();
    chmod(fixture.folder, 0755);
    chmod(path_of_fixture(), 0444);
    assert_int_equal(as_nobody(E_WORLD, "read-only"), 0);
    chmod(path_of_fixture(), 0666); /* the file may be written, its folder not: no log */
    assert_int_equal(chmod(fixture.folder, 0555), 0);
    assert_int_equal(as_nobody(E_WORLD, "folder"), 0);
    chmod(fixture.folder, 0755);
    chmod(path_of_fixture(), 0000);
    assert_int_equal(as_nobody(E_WORLD, "cannot be opened"), 0);
    chmod(fixture.folder, 0700);
}

static void a_server_that_is_not_there_is_said_so(void **state) {
    (void)state;
    struct str why;
    if (on_sqlite()) skip();
    assert_int_equal(ready(STR("postgresql://cairn:secret@127.0.0.1:1/clinic"), &why), E_WORLD);
    assert_true(str_find(why, STR("127.0.0.1")) >= 0 && str_find(why, STR("secret")) < 0);
}

int main(void) {
    const struct CMUnitTest sqlite[] = {
        FIXTURE_TEST(a_missing_database_is_not_made),
        FIXTURE_TEST(an_empty_file_holds_no_clinic),
        FIXTURE_TEST(a_file_that_is_no_database_is_said_so),
        FIXTURE_TEST(a_damaged_file_is_found_by_reading_it),
        FIXTURE_TEST(another_process_that_locks_is_named),
        FIXTURE_TEST(what_cannot_be_written_is_said_so),
        FIXTURE_TEST(a_url_of_another_kind_is_invalid),
    };
    const struct CMUnitTest both[] = {
        FIXTURE_TEST(a_newer_schema_is_left_alone),
        FIXTURE_TEST(anothers_tables_are_left_alone),
        FIXTURE_TEST(a_server_that_is_not_there_is_said_so),
    };
    return on_engine("sqlite", "faults of a file", sqlite, sizeof sqlite / sizeof *sqlite) +
           on_both_engines("faults", both, sizeof both / sizeof *both);
}
