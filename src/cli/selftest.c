/*
 * selftest: the shipped binary says what it is. `--print TABLE` prints a table as the program
 * sees it; tests/golden keeps the text, so that a change that widens access, renames an event
 * or drops a route shows in the diff.
 */
#include <stdio.h>
#include <string.h>

#include "app/access.h"
#include "app/settings.h"
#include "cli/cli.h"
#include "cli/words.h"
#include "store/query.h"
#include "store/sql.h"
#include "web/route.h"

static void print_events(struct buf *out) {
#define EVENT(name, text) buf_format(out, "%s\t%s\n", #name, text);
#include "store/events.def"
#undef EVENT
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

int selftest_command(int argc, char **argv) {
    const char *table = NULL;
    const struct word_option options[] = {{"print", &table}, {NULL, NULL}};
    int status = words_read(argc, argv, options, NULL, "selftest --print TABLE");
    if (status) return status;
    struct arena a;
    arena_open(&a, 16 << 20);
    struct buf out = buf_new(&a, 1 << 16);
    for (size_t i = 0; table && i < sizeof tables / sizeof *tables; i++)
        if (strcmp(table, tables[i].name) == 0) {
            tables[i].print(&out);
            fwrite(out.p, 1, (size_t)out.n, stdout);
            return 0;
        }
    return cli_fail(E_INVALID, "--print",
                    "say one of access, routes, settings, schema, events, commands");
}
