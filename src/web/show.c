#include "web/show.h"

#include <ctype.h>

#include "app/dosing.h"
#include "base/clock.h"
#include "core/dose.h"
#include "web/risk_view.h"
#include "web/svg.h"
#include "web/words.h"

struct str show_name(struct arena *a, struct str preferred, struct str given, struct str family) {
    return str_format(a, "%.*s %.*s", STR_ARG(preferred.n ? preferred : given), STR_ARG(family));
}

struct str show_who(struct arena *a, struct str preferred, struct str given, struct str family,
                    struct str mrn) {
    return str_format(a, "%.*s, %.*s", STR_ARG(show_name(a, preferred, given, family)),
                      STR_ARG(mrn));
}

static struct str put(struct arena *a, void (*how)(struct buf *, int64_t), int64_t at_ms) {
    struct buf b = buf_new(a, 32);
    how(&b, at_ms);
    return buf_str(&b);
}

static void put_day(struct buf *b, int64_t at_ms) {
    date_put_words(b, clock_civil(at_ms).days);
}

struct str show_time(struct arena *a, int64_t at_ms) { return put(a, clock_put_time, at_ms); }
struct str show_day(struct arena *a, int64_t at_ms) { return put(a, put_day, at_ms); }
struct str show_datetime(struct arena *a, int64_t at_ms) {
    return put(a, clock_put_datetime, at_ms);
}

struct str show_date(struct arena *a, struct str iso) {
    int32_t days;
    struct buf b = buf_new(a, 20);
    if (!date_parse(iso, &days)) return iso;
    date_put_words(&b, days);
    return buf_str(&b);
}

struct str show_order(struct arena *a, struct str order) {
    struct dose_order o;
    const char *why;
    struct buf b = buf_new(a, 24);
    if (!dose_order_read(order, &o, &why)) return order;
    dose_order_put(&b, o);
    return buf_str(&b);
}

struct str show_mg(struct arena *a, int64_t amount_ug) {
    struct buf b = buf_new(a, 24);
    dose_put_mg(&b, amount_ug);
    return buf_str(&b);
}

struct str show_given(struct arena *a, int64_t given_ug, int64_t ordered_ug) {
    struct str all = show_mg(a, ordered_ug), part = show_mg(a, given_ug);
    if (given_ug == ordered_ug) return all;
    return str_format(a, "%.*s of %.*s", (int)part.n - 3, part.s, STR_ARG(all)); /* less " mg" */
}

struct str show_dose_mark(struct arena *a, struct str route, int64_t amount_ug) {
    struct str amount = show_mg(a, amount_ug);
    if (str_is(route, "esk")) return str_format(a, "esketamine %.*s", STR_ARG(amount));
    struct buf b = buf_new(a, 24);
    for (ptrdiff_t i = 0; i < route.n; i++)
        buf_char(&b, (char)toupper((unsigned char)route.s[i]));
    buf_char(&b, ' ');
    buf_put(&b, amount);
    return buf_str(&b);
}

struct view_tag *show_tag(struct arena *a, const char *level, struct str word) {
    struct view_tag *tag = NEW(a, struct view_tag);
    *tag = (struct view_tag){str_from(level), word};
    return tag;
}

struct words {
    const char *from, *to;
};

static struct str word_of(const struct words *table, struct str from) {
    for (; table->from; table++)
        if (str_is(from, table->from)) return str_from(table->to);
    return from;
}

struct str show_route_word(struct str route) {
    static const struct words table[] = {{"iv", "intravenous"},   {"im", "intramuscular"},
                                         {"sl", "sublingual"},    {"in", "intranasal"},
                                         {"esk", "esketamine"},   {"po", "oral"},
                                         {"sc", "subcutaneous"},  {"sl-home", "sublingual at home"},
                                         {NULL, NULL}};
    return word_of(table, route);
}

struct str show_session_word(struct str state) {
    static const struct words table[] = {{"checked_in", "checked in"},
                                         {"gate_passed", "gate passed"},
                                         {NULL, NULL}};
    return word_of(table, state);
}

struct str show_stage(const struct content *content, struct stage_facts facts, int64_t now_ms) {
    enum stage stage = stage_of(content->session, &facts, now_ms);
    bool here = stage != STAGE_STOPPED && stage != STAGE_DISCHARGED;
    return facts.stopped && here ? STR("stopped, recovering") : str_from(stage_word(stage));
}

const struct view_empty *show_empty(struct arena *a, const char *what) {
    struct view_empty *empty = NEW(a, struct view_empty);
    empty->what = str_from(what);
    return empty;
}

struct str show_link(struct arena *a, struct str patient_id, const char *rest_format, ...) {
    va_list args;
    va_start(args, rest_format);
    struct str rest = str_vformat(a, rest_format, args);
    va_end(args);
    return str_format(a, "/patient/%.*s%.*s", STR_ARG(patient_id), STR_ARG(rest));
}

/* The header of the patient ----------------------------------------------------------------- */

static enum err allergies(struct request *rq, struct str patient_id, struct text_list *out) {
    struct allergy_rows rows;
    TRY(allergy_of_patient(rq->tx, &(struct allergy_of_patient_in){patient_id}, &rows));
    out->v = NEWS(rq->arena, struct str, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++)
        if (str_is(rows.v[i].status, "active")) out->v[out->n++] = rows.v[i].display;
    return E_OK;
}

/* What is open about the person's safety, the gravest first. */
static enum err alerts(struct request *rq, struct str patient_id, struct view_tag_list *out) {
    struct risk_alert_rows rows;
    TRY(risk_unclosed(rq->tx, &(struct risk_unclosed_in){patient_id}, &rows));
    out->v = NEWS(rq->arena, struct view_tag, rows.n + 1); /* and driving */
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct risk_alert *r = &rows.v[i];
        struct view_tag *tag = risk_tag(rq, r->level, r->due_ms.v);
        tag->word = str_format(rq->arena, "risk %.*s: %.*s%s%.*s", STR_ARG(r->level),
                               STR_ARG(risk_word(r->state)), r->due_ms.v < rq->now_ms ? ", " : "",
                               STR_ARG(r->due_ms.v < rq->now_ms
                                           ? words_until(rq->arena, r->due_ms.v, rq->now_ms)
                                           : STR("")));
        out->v[out->n++] = *tag;
    }
    return E_OK;
}

/* Whoever has the chart open can say so on the telephone. */
static enum err driving(struct request *rq, struct str patient_id, struct view_tag_list *out) {
    struct driving_last_row last;
    enum err e = driving_last(rq->tx, &(struct driving_last_in){patient_id}, &last);
    if (e == E_UNKNOWN || (!e && last.no_driving_until_ms <= rq->now_ms)) return E_OK;
    TRY(e);
    struct str until = show_datetime(rq->arena, last.no_driving_until_ms);
    out->v[out->n++] = *show_tag(rq->arena, "advisory",
                                 str_format(rq->arena, "no driving before %.*s", STR_ARG(until)));
    return E_OK;
}

/* As many stones as doses are planned, laid as they are given. */
static enum err cairn(struct request *rq, struct str patient_id, struct svg *out) {
    struct dose_progress_row row;
    TRY(dose_progress(rq->tx, &(struct dose_progress_in){patient_id}, &row));
    if (row.planned) *out = svg_cairn(rq->arena, (int)row.given, (int)row.planned);
    return E_OK;
}

static struct view_tag phase_tag(struct arena *a, struct str phase) {
    return *show_tag(a, "information", str_copy(a, phase));
}

enum err show_patient(struct request *rq, struct str title, struct patient *out) {
    int32_t born;
    struct view_patient_head head = {0};
    TRY(patient_load(rq->tx, rq->path[0], out));
    head.name = show_name(rq->arena, out->preferred_name, out->given_name, out->family_name);
    head.link = show_link(rq->arena, out->id, "%s", "");
    bool on_chart = str_is(str_from(rq->route->path), "/patient/{id}");
    if (!on_chart) head.back = head.link;
    head.mrn = out->mrn;
    head.born = out->birth_date;
    head.pronouns = out->pronouns;
    head.phase = phase_tag(rq->arena, out->phase);
    if (date_parse(out->birth_date, &born))
        head.age = date_age_years(born, clock_today(rq->now_ms));
    TRY(allergies(rq, out->id, &head.allergies));
    TRY(alerts(rq, out->id, &head.alerts));
    TRY(driving(rq, out->id, &head.alerts));
    TRY(cairn(rq, out->id, &head.cairn));
    page_open_patient(rq, "Patients", title.s ? title : head.name, &head);
    return E_OK;
}

int64_t show_aged_ms(const struct request *rq, int64_t at_ms) {
    return at_ms + rq->app->content->session->aged_min * MINUTE_MS;
}

struct str show_aged(const struct request *rq, int64_t at_ms) {
    return rq->now_ms > show_aged_ms(rq, at_ms) ? STR("aged") : STR_ABSENT;
}

struct str show_account(struct request *rq, struct str account_id) {
    struct account a;
    return account_id.n && !account_load(rq->tx, account_id, &a) ? a.display_name : STR_ABSENT;
}

struct str show_rules(struct arena *a, const struct protocol *p) {
    struct buf b = buf_new(a, 512);
    for (const struct protocol_rule *r = p->rules; r < p->rules + p->rules_n; r++)
        buf_format(&b, "%s%.*s (%.*s).", b.n ? " " : "",
                   (int)(r->text.n - str_ends(r->text, STR("."))), r->text.s, STR_ARG(r->source));
    return buf_str(&b);
}
