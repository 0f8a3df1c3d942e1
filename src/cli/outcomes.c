/* outcomes: response, remission, how long it holds and who was lost, over all courses. */
#include <math.h>
#include <stdio.h>

#include "app/app.h"
#include "app/outcomes.h"
#include "base/clock.h"
#include "cli/cli.h"
#include "cli/words.h"
#include "codec/json_out.h"

enum { ARENA_BYTES = 1 << 30 };

struct named {
    const char *name;
    const struct proportion *p;
};

enum { SHARES = 4 };
static void shares(const struct outcomes *o, struct named out[SHARES]) {
    out[0] = (struct named){"response", &o->response};
    out[1] = (struct named){"remission", &o->remission};
    out[2] = (struct named){"responseAll", &o->response_all};
    out[3] = (struct named){"lost", &o->lost};
}

static void put_share(struct json_out *j, const struct named *n) {
    json_out_object(j, n->name);
    json_out_int(j, "n", n->p->n);
    json_out_int(j, "of", n->p->of);
    json_out_fixed(j, "rate", n->p->rate, 4);
    json_out_fixed(j, "lo", n->p->lo, 4);
    json_out_fixed(j, "hi", n->p->hi, 4);
    json_out_end(j);
}

static void put_durability(struct json_out *j, const struct outcomes *o) {
    json_out_list(j, "durability");
    for (int i = 0; i < OUTCOMES_WEEKS; i++) {
        json_out_object(j, NULL);
        json_out_int(j, "week", outcomes_weeks[i]);
        json_out_int(j, "atRisk", o->at[i].at_risk);
        json_out_fixed(j, "survival", o->at[i].survival, 4);
        json_out_fixed(j, "lo", o->at[i].lo, 4);
        json_out_fixed(j, "hi", o->at[i].hi, 4);
        json_out_end(j);
    }
    json_out_end(j);
}

static void put_json(struct buf *b, const struct outcomes *o, int64_t now_ms) {
    struct json_out j = json_out_new(b);
    struct named all[SHARES];
    struct buf at = buf_new(b->arena, 32);
    clock_put_rfc3339(&at, now_ms);
    shares(o, all);
    json_out_object(&j, NULL);
    json_out_text(&j, "asOf", buf_str(&at));
    json_out_int(&j, "courses", o->courses);
    for (int i = 0; i < SHARES - 1; i++) put_share(&j, &all[i]);
    put_durability(&j, o);
    json_out_fixed(&j, "medianWeeks", o->median_weeks, 1);
    put_share(&j, &all[SHARES - 1]);
    json_out_text(&j, "definition", o->definition);
    json_out_end(&j);
    buf_char(b, '\n');
}

static void put_cell(struct buf *b, const char *between, double v) {
    buf_z(b, between);
    if (isfinite(v)) buf_real(b, v, 4);
}

/* One line a figure; in a table tabs stand where a CSV has commas. */
static void put_rows(struct buf *b, const struct outcomes *o, const char *between) {
    struct named all[SHARES];
    shares(o, all);
    buf_format(b, "figure%sn%sof%srate%slo%shi\n", between, between, between, between, between);
    buf_format(b, "courses%s%d%s%d%s%s%s\n", between, o->courses - o->running, between, o->courses,
               between, between, between);
    for (int i = 0; i < SHARES; i++) {
        buf_format(b, "%s%s%d%s%d", all[i].name, between, all[i].p->n, between, all[i].p->of);
        put_cell(b, between, all[i].p->rate);
        put_cell(b, between, all[i].p->lo);
        put_cell(b, between, all[i].p->hi);
        buf_char(b, '\n');
    }
    for (int i = 0; i < OUTCOMES_WEEKS; i++) {
        buf_format(b, "held at week %d%s%d%s%d", outcomes_weeks[i], between, o->at[i].at_risk,
                   between, o->held.subjects);
        put_cell(b, between, o->at[i].survival);
        put_cell(b, between, o->at[i].lo);
        put_cell(b, between, o->at[i].hi);
        buf_char(b, '\n');
    }
    buf_format(b, "median weeks%s%s", between, between);
    put_cell(b, between, o->median_weeks);
    buf_format(b, "%s%s\n", between, between);
}

static int print(struct arena *a, const struct app *app, struct str format) {
    struct tx tx;
    struct outcomes o;
    int64_t now_ms = clock_now_ms();
    struct actor actor = {app->clinic_id, STR_ABSENT, STR("cli")};
    enum err e = tx_begin(&tx, app->store, a, TX_READ, actor, now_ms);
    if (!e) e = tx_end(&tx, outcomes_load(&tx, app->content, &o));
    if (e) return cli_fail(e, "database", "%s", err_meaning(e)->text);
    struct buf b = buf_new(a, 4096);
    if (str_is(format, "json")) put_json(&b, &o, now_ms);
    else put_rows(&b, &o, str_is(format, "csv") ? "," : "\t");
    struct str text = buf_str(&b);
    fwrite(text.s, 1, (size_t)text.n, stdout);
    return 0;
}

int outcomes_command(int argc, char **argv) {
    const char *url = NULL, *format = NULL;
    const struct word_option options[] = {{"db", &url}, {"format", &format}, {NULL, NULL}};
    struct content content;
    struct arena a;
    struct app app;
    int status = words_read(argc, argv, options, NULL,
                            "outcomes --db URL [--format table|json|csv]");
    if (status) return status;
    struct str wanted = str_from(format ? format : "table");
    if (!str_is(wanted, "table") && !str_is(wanted, "json") && !str_is(wanted, "csv"))
        return cli_fail(E_INVALID, "--format", "'%s' is none of table, json, csv", format);
    arena_open(&a, ARENA_BYTES);
    status = words_app(&a, url, &content, &app);
    if (status) return status;
    status = print(&a, &app, wanted);
    store_close(app.store);
    arena_close(&a);
    return status;
}
