/*
 * Prints what the program holds as tables, for the golden files: the schema as sqlgen read
 * it, the journal's events, who may do what, what may be set, the routes.
 *     print WHAT
 */
#include <stdio.h>
#include <string.h>

#include "app/access.h"
#include "app/settings.h"
#include "store/query.h"
#include "store/sql.h"

static void schema(struct buf *out) {
    static const char *const types[] = {"text", "int", "real"};
    for (int i = 0; i < SQL_MIGRATION_COUNT; i++)
        buf_format(out, "migration %s\n", sql_migrations[i].name);
    for (int i = 0; i < SQL_TABLE_COUNT; i++) {
        const struct table_info *t = &sql_tables[i];
        buf_format(out, "\n%s%s\n", t->name, t->fields ? " (chart)" : "");
        for (int k = 0; k < t->n; k++)
            buf_format(out, "    %s %s%s\n", t->fields[k].name, types[t->fields[k].type],
                       t->fields[k].nullable ? "?" : "");
    }
}

static void events(struct buf *out) {
#define EVENT(name, text) buf_format(out, "%s\t%s\n", #name, text);
#include "store/events.def"
#undef EVENT
}

static const struct golden {
    const char *name;
    void (*print)(struct buf *out);
} goldens[] = {
    {"schema", schema},          {"events", events},     {"access", access_print},
    {"settings", settings_print},
};

int main(int argc, char **argv) {
    struct arena a;
    arena_open(&a, 1 << 24);
    struct buf out = buf_new(&a, 1 << 16);
    for (size_t i = 0; argc == 2 && i < sizeof goldens / sizeof *goldens; i++)
        if (strcmp(argv[1], goldens[i].name) == 0) goldens[i].print(&out);
    if (out.n == 0) return fprintf(stderr, "print: nothing of that name\n"), 2;
    return fwrite(out.p, 1, (size_t)out.n, stdout) == (size_t)out.n ? 0 : 1;
}
