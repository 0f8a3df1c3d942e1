/* plan: a protocol laid on a calendar, one step a line, tab separated:
 * date, days from the first dose, type, minutes, title, first and last day of its window. */
#include <stdio.h>
#include <string.h>

#include "app/content.h"
#include "cli/cli.h"
#include "core/course.h"

enum { PLAN_ARENA_BYTES = 64 << 20 };

static int unknown_protocol(struct arena *a, const struct content *c, const char *name) {
    struct buf known = buf_new(a, 256);
    for (int i = 0; i < c->protocols_n; i++) {
        if (i) buf_z(&known, ", ");
        buf_put(&known, c->protocols[i].id);
    }
    return cli_fail(E_INVALID, name, "no such protocol; there are %.*s", STR_ARG(buf_str(&known)));
}

static void put_day(struct buf *b, char before, int32_t day) {
    buf_char(b, before);
    date_put_iso(b, day);
}

static struct str plan_text(struct arena *a, const struct protocol *p, int32_t start) {
    const struct course_step *dated = course_lay(a, p, start);
    struct buf b = buf_new(a, 4096);
    for (int i = 0; i < p->n; i++) {
        const struct protocol_step *s = &p->steps[i];
        date_put_iso(&b, dated[i].due);
        buf_char(&b, '\t');
        buf_int(&b, s->day);
        buf_format(&b, "\t%s\t%d\t", protocol_type_name(s->type), s->minutes);
        buf_put(&b, s->title);
        put_day(&b, '\t', dated[i].from);
        put_day(&b, '\t', dated[i].to);
        buf_char(&b, '\n');
    }
    return buf_str(&b);
}

static int plan(struct arena *a, const char *name, const char *start_text) {
    struct content content;
    int32_t start;
    enum err e = content_boot(a, NULL, &content);
    if (e) return cli_fail(e, "content", "%s", err_meaning(e)->text);
    const struct protocol *p = content_protocol(&content, str_from(name));
    if (!p) return unknown_protocol(a, &content, name);
    if (!date_parse(str_from(start_text), &start))
        return cli_fail(E_INVALID, "--start", "'%s' is no date; write it as 2026-03-02",
                        start_text);
    struct str text = plan_text(a, p, start);
    fwrite(text.s, 1, (size_t)text.n, stdout);
    return 0;
}

int plan_command(int argc, char **argv) {
    const char *name = NULL, *start = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--start") == 0 && i + 1 < argc && !start) start = argv[++i];
        else if (strncmp(argv[i], "--start=", 8) == 0 && !start) start = argv[i] + 8;
        else if (argv[i][0] != '-' && !name) name = argv[i];
        else
            return cli_fail(E_INVALID, argv[i],
                            "not understood: plan PROTOCOL --start YYYY-MM-DD");
    }
    if (!name || !start)
        return cli_fail(E_INVALID, "plan", "say which and when: plan PROTOCOL --start YYYY-MM-DD");
    struct arena a;
    arena_open(&a, PLAN_ARENA_BYTES);
    int status = plan(&a, name, start);
    arena_close(&a);
    return status;
}
