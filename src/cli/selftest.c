/*
 * selftest: the shipped binary tests itself where it was installed, and says what it is.
 * `--print TABLE` prints a table as the program sees it; tests/golden keeps the text, so that a
 * change that widens access, renames an event or drops a route shows in the diff.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/content.h"
#include "app/people.h"
#include "app/settings.h"
#include "cli/cli.h"
#include "cli/words.h"
#include "store/query.h"
#include "store/sql.h"
#include "web/route.h"

static void print_events(struct buf *out) {
    for (const struct event_meaning *e = event_meanings; e < event_meanings + EVENTS; e++)
        buf_format(out, "%s\t%s\n", e->name, e->text);
}

static void print_commands(struct buf *out) {
#define COMMAND(name, function, arguments, text) \
    buf_format(out, "%s %s\t%s\n", #name, arguments, text);
#include "cli/commands.def"
#undef COMMAND
}

static void print_schema(struct buf *out) {
    static const char *const types[] = {"text", "int", "real"};
    for (int i = 0; i < SQL_MIGRATION_COUNT; i++)
        buf_format(out, "migration %s\n", sql_migrations[i].name);
    for (int t = 0; t < SQL_TABLE_COUNT; t++) {
        const struct table_info *table = &sql_tables[t];
        buf_format(out, "\n%s%s\n", table->name, table->fields ? " (chart)" : "");
        for (int i = 0; i < table->n; i++)
            buf_format(out, "    %s %s%s\n", table->fields[i].name,
                       types[table->fields[i].type], table->fields[i].nullable ? "?" : "");
    }
}

static void print_access(struct buf *out) {
    buf_z(out, "# capability: roles\n");
    access_print(out);
    buf_z(out, "\n# route: roles\n");
    route_print_access(out);
}

static const struct {
    const char *name;
    void (*print)(struct buf *out);
} tables[] = {{"access", print_access},     {"routes", route_print}, {"settings", settings_print},
              {"schema", print_schema},     {"events", print_events},
              {"commands", print_commands}};

/* What is tested -----------------------------------------------------------------------------*/

struct scratch {
    struct arena a;
    char folder[64];
    struct str url, backup, copy;
    struct store *store;
    struct str why;
};

static enum err test_content(struct scratch *s) {
    struct content content;
    return content_boot(&s->a, NULL, &content);
}

static enum err test_statements(struct scratch *s) {
    int applied;
    TRY(store_open(&s->a, s->url, STORE_CREATE, &s->store, &s->why));
    TRY(store_migrate(s->store, &s->a, &applied, &s->why));
    TRY(store_ready(s->store, &s->a, &s->why));
    return store_prepare_all(s->store, &s->a, &s->why);
}

static enum err test_people(struct scratch *s) {
    struct app app;
    struct str clinic_id, id, made;
    struct faults faults = {.arena = &s->a};
    struct person_new person = {.login_name = STR("self"), .display_name = STR("Self Test"),
                                .role = ROLE_admin};
    TRY(app_make_clinic(s->store, &s->a, STR("Self Test"), STR("Etc/UTC"), &clinic_id));
    TRY(app_open(&app, &s->a, s->store, NULL, &s->why));
    struct actor actor = {.clinic_id = clinic_id, .door = STR("cli")};
    TRY(people_create(&app, &s->a, actor, &person, &faults, &id, &made));
    struct login_in right = {person.login_name, made, STR("here")};
    struct login_in wrong = {person.login_name, STR("not the password"), STR("here")};
    struct login_out out;
    TRY(people_login(&app, &s->a, &right, &out));
    return people_login(&app, &s->a, &wrong, &out) == E_REFUSED ? E_OK : E_BROKEN;
}

static enum err test_chain(struct scratch *s) {
    struct verify_result here, there, told;
    TRY(store_verify(s->store, &s->a, &here));
    TRY(store_backup(s->store, &s->a, s->backup.s, &told, &s->why));
    TRY(store_restore(&s->a, s->backup.s, s->copy, &there, &s->why));
    return str_eq(here.head, there.head) && str_eq(here.head, told.head) ? E_OK : E_BROKEN;
}

static const struct {
    const char *what;
    enum err (*run)(struct scratch *s);
} tests[] = {
    {"content: every file, and its own tests", test_content},
    {"store: the schema, and every statement", test_statements},
    {"people: an account, its password, a wrong one", test_people},
    {"journal: the chain is whole, and so is its backup", test_chain},
};

static void clean(const struct scratch *s) {
    static const char *const files[] = {"a.db", "a.db-wal", "a.db-shm", "b.db",
                                        "b.db-wal", "b.db-shm", "backup"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", s->folder, files[i]);
        unlink(path);
    }
    rmdir(s->folder);
}

/* Each leans on the one before; the first that fails ends it. */
static int test_all(void) {
    struct scratch s = {.folder = "/tmp/cairn-selftest-XXXXXX", .why = STR("")};
    int passed = 0, count = sizeof tests / sizeof *tests;
    if (!mkdtemp(s.folder)) return cli_fail(E_WORLD, "selftest", "no folder under /tmp");
    arena_open(&s.a, 256 << 20);
    s.url = str_format(&s.a, "sqlite:%s/a.db", s.folder);
    s.copy = str_format(&s.a, "sqlite:%s/b.db", s.folder);
    s.backup = str_format(&s.a, "%s/backup", s.folder);
    for (enum err e = E_OK; !e && passed < count; passed += !e) {
        e = tests[passed].run(&s);
        printf("%s  %s\n", e ? "FAILED" : "ok    ", tests[passed].what);
        if (e) printf("        %s. %.*s\n", err_meaning(e)->text, STR_ARG(s.why));
    }
    if (s.store) store_close(s.store);
    clean(&s);
    printf("%d passed, %d failed\n", passed, count - passed);
    return passed == count ? 0 : 1;
}

int selftest_command(int argc, char **argv) {
    const char *table = NULL;
    const struct word_option options[] = {{"print", &table}, {NULL, NULL}};
    int status = words_read(argc, argv, options, NULL, "selftest [--print TABLE]");
    if (status) return status;
    if (!table) return test_all();
    struct arena a;
    arena_open(&a, 16 << 20);
    struct buf out = buf_new(&a, 1 << 16);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(table, tables[i].name) == 0) {
            tables[i].print(&out);
            fwrite(out.p, 1, (size_t)out.n, stdout);
            return 0;
        }
    return cli_fail(E_INVALID, "--print",
                    "say one of access, routes, settings, schema, events, commands");
}
