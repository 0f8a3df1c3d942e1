/*
 * cairn forecast: what a dose would do, from the shell. Options are read into one struct, all
 * of them checked, and the first fault said in one line that names the option.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/content.h"
#include "cli/cli.h"
#include "pk/pk.h"

enum format { TABLE, CSV, JSON, SVG };

enum {
    PEOPLE_SHOWN = 1000, /* where no --n was given and a band is shown all the same */
    FIGURE_POINTS = 240  /* at least, of a figure's lines */
};

struct options {
    const char *route, *dose, *weight, *minutes, *n, *seed, *until, *step, *format, *age, *model;
    const char *height, *sex, *weight_as;
    bool swallow, spit, salt, japanese, asian;
};

static const char *take_option(struct options *o, int argc, char **argv, int *i) {
    struct { const char *name; const char **to; } known[] = {
        {"--route", &o->route}, {"--dose", &o->dose}, {"--weight", &o->weight},
        {"--minutes", &o->minutes}, {"--n", &o->n}, {"--seed", &o->seed},
        {"--until", &o->until}, {"--step", &o->step}, {"--format", &o->format},
        {"--age", &o->age}, {"--model", &o->model}, {"--height", &o->height},
        {"--sex", &o->sex}, {"--weight-as", &o->weight_as}};
    struct { const char *name; bool *to; } flags[] = {
        {"--swallow", &o->swallow}, {"--spit", &o->spit}, {"--salt", &o->salt},
        {"--japanese", &o->japanese}, {"--asian", &o->asian}};
    const char *word = argv[*i];
    for (int k = 0; k < (int)(sizeof flags / sizeof *flags); k++)
        if (strcmp(word, flags[k].name) == 0) return *flags[k].to = true, NULL;
    for (int k = 0; k < (int)(sizeof known / sizeof *known); k++) {
        size_t n = strlen(known[k].name);
        bool joined = strncmp(word, known[k].name, n) == 0 && word[n] == '=';
        if (!joined && strcmp(word, known[k].name) != 0) continue;
        if (*known[k].to) return "is given twice";
        if (!joined && *i + 1 >= argc) return "needs a value";
        *known[k].to = joined ? word + n + 1 : argv[++*i];
        return NULL;
    }
    return "is no option of forecast; `cairn help` lists them";
}

/* Faults are collected as fields without the dashes. */
static double real_option(const char *text, double absent, const char *field, struct faults *f) {
    double v = absent;
    if (text && !str_to_real(str_from(text), &v))
        fault_add(f, str_from(field), "number", "`%s` is not a number", text);
    return v;
}

static int64_t int_option(const char *text, int64_t absent, const char *field,
                          struct faults *f) {
    int64_t v = absent;
    if (text && !str_to_int(str_from(text), &v))
        fault_add(f, str_from(field), "number", "`%s` is not a whole number", text);
    return v;
}

/* The place of the word among `n`; 0 where it is absent or none of them. */
static int word_option(const char *text, const char *const *words, int n, const char *field,
                       struct faults *f) {
    struct buf all = buf_new(f->arena, 100);
    for (int i = 0; text && i < n; i++) {
        if (strcmp(text, words[i]) == 0) return i;
        buf_format(&all, "%s%s", i ? ", " : "", words[i]);
    }
    if (text)
        fault_add(f, str_from(field), "unknown", "`%s` is none of %.*s", text,
                  STR_ARG(buf_str(&all)));
    return 0;
}
static const char *const formats[] = {"table", "csv", "json", "svg"};
static const char *const sexes[] = {"unknown", "female", "male"};

static enum pk_route route_option(const char *text, struct faults *f) {
    enum pk_route r = PK_ROUTE_COUNT;
    if (!text) fault_add(f, STR("route"), "required", "say which: iv, im, sl, in, esk or po");
    else if (!pk_route_parse(str_from(text), &r))
        fault_add(f, STR("route"), "unknown", "`%s` is none of iv, im, sl, in, esk, po", text);
    return r;
}

struct request {
    struct pk_subject who;
    struct pk_regimen regimen;
    struct pk_population people;
    struct pk_grid grid;
    enum format format;
    bool weight_assumed;
};

static void read_who(const struct options *o, const struct pk_model *m, struct pk_amount dose,
                     struct request *r, struct faults *f) {
    double assumed = m->params[PK_reference_weight].value;
    bool of_people = false;
    r->who.weight_kg = real_option(o->weight, assumed, "weight", f);
    r->who.age_years = real_option(o->age, 0, "age", f);
    r->who.height_cm = real_option(o->height, 0, "height", f);
    r->who.sex = (enum pk_sex)word_option(o->sex, sexes, 3, "sex", f);
    r->who.weight_kind =
        (enum pk_weight_kind)word_option(o->weight_as, pk_weight_words, 3, "weight-as", f);
    r->who.japanese = o->japanese;
    r->who.asian = o->asian;
    r->weight_assumed = !o->weight;
    for (int i = 0; i < m->covariate_count; i++) of_people |= m->covariates[i].kind != PK_OVER_AGE;
    if ((o->japanese || o->asian) && !of_people)
        fault_add(f, o->asian ? STR("asian") : STR("japanese"), "unknown",
                  "the model %.*s states no such effect", STR_ARG(m->name));
    if (o->height && !(r->who.height_cm > 0))
        fault_add(f, STR("height"), "range", "`%s` is no height in cm", o->height);
    if (o->age && !(r->who.age_years > 0))
        fault_add(f, STR("age"), "range", "`%s` is no age in years", o->age);
    if (!o->weight && dose.per_kg)
        fault_add(f, STR("weight"), "required", "a dose in mg/kg needs the weight in kg");
    pk_subject_check(m, &r->who, f);
}

static void read_dose(const struct options *o, const struct pk_model *m, struct pk_amount dose,
                      struct request *r, struct faults *f) {
    struct pk_dose d = {.route = route_option(o->route, f), .f_scale = 1};
    bool held = pk_route_held(d.route), given = o->minutes != NULL;
    d.amount_mg = dose.per_kg ? dose.value * r->who.weight_kg : dose.value;
    if (o->salt) d.amount_mg = pk_base_from_salt_mg(m, d.amount_mg);
    d.minutes = real_option(o->minutes, 0, "minutes", f);
    d.rest = o->spit ? PK_SPAT : PK_SWALLOWED;
    if (given && !(d.minutes > 0))
        fault_add(f, STR("minutes"), "range", "%s over %s minutes is no duration: more than 0",
                  held ? "a hold" : "an infusion", o->minutes);
    if (o->salt && d.route == PK_ESK)
        fault_add(f, STR("salt"), "conflict", "a device's label says mg of base: leave --salt out");
    if (o->swallow && o->spit)
        fault_add(f, STR("spit"), "conflict", "either --swallow or --spit");
    if ((o->swallow || o->spit) && !held && d.route < PK_ROUTE_COUNT)
        fault_add(f, o->spit ? STR("spit") : STR("swallow"), "conflict",
                  "belongs to a sublingual dose, not to the %s route", pk_route_title(d.route));
    if (f->n) return;
    r->regimen.entity = m->entity_only < PK_ENTITY_COUNT ? m->entity_only
                                                         : pk_route_entity(d.route);
    pk_regimen_add(&r->regimen, m, d, f);
}

static void read_grid(const struct options *o, struct request *r, struct faults *f) {
    const double until_max_min = 60 * 24 * 400;
    double usual_step = r->format == TABLE ? 15 : r->format == SVG ? 1 : 5;
    double until = real_option(o->until, 480, "until", f);
    double step = real_option(o->step, fmin(usual_step, until / 4), "step", f);
    if (r->format == SVG) step = fmin(step, until / FIGURE_POINTS); /* no line cuts off a peak */
    int64_t n = int_option(o->n, r->format == CSV ? 0 : PEOPLE_SHOWN, "n", f);
    int64_t seed = int_option(o->seed, 1, "seed", f);
    if (!(until > 0 && until <= until_max_min))
        fault_add(f, STR("until"), "range", "more than 0 minutes, at most 400 days");
    if (!(step > 0 && step <= 1440))
        fault_add(f, STR("step"), "range", "more than 0 minutes, at most a day");
    else if (step > until)
        fault_add(f, STR("step"), "range", "%g minutes are longer than the %g of --until: nothing "
                  "after the dose would be computed", step, until);
    else if (until / step > PK_TIMES_MAX - 2)
        fault_add(f, STR("step"), "range", "more than %d times; take a longer step",
                  PK_TIMES_MAX);
    if (o->n && (n < 1 || n > PK_PATIENTS_MAX))
        fault_add(f, STR("n"), "range", "from 1 to %d virtual patients", PK_PATIENTS_MAX);
    if (seed < 0) fault_add(f, STR("seed"), "range", "a seed is 0 or more");
    if (f->n) return;
    r->people = (struct pk_population){(int)n, (uint64_t)seed, pk_lanes_best()};
    r->grid = (struct pk_grid){step, (int)floor(until / step + 1e-9) + 1};
}

static struct str printed(struct arena *a, const struct pk_model *m, const struct request *r) {
    struct pk_forecast f;
    struct pk_case c = {m, &r->who, &r->regimen, NULL};
    pk_forecast(a, c, r->grid, r->people, &f);
    f.weight_assumed = r->weight_assumed;
    struct buf b = buf_new(a, 64 << 10);
    switch (r->format) {
    case TABLE: pk_report_table(&b, &f); break;
    case CSV: pk_report_csv(&b, &f); break;
    case JSON: pk_report_json(&b, &f); break;
    case SVG: pk_figure_write(&b, &f); break;
    }
    return buf_str(&b);
}

static int forecast(struct arena *a, const struct options *o) {
    struct faults faults = {.arena = a};
    struct content content;
    struct pk_amount dose = {0};
    struct request r = {
        .format = (enum format)word_option(o->format, formats, 4, "format", &faults)};
    enum err e = content_boot(a, NULL, &content);
    if (e) return cli_fail(e, "content", "%s", err_meaning(e)->text);
    const char *name = o->model ? o->model : "kap1";
    const struct pk_model *m = content_pk_model(&content, str_from(name));
    if (!m) return cli_fail(E_INVALID, "--model", "no model is called `%s`", name);
    if (!o->dose) fault_add(&faults, STR("dose"), "required", "say how much: 0.5mg/kg or 100mg");
    else if (pk_amount_parse(str_from(o->dose), &dose, &faults)) dose = (struct pk_amount){0};
    read_who(o, m, dose, &r, &faults);
    read_grid(o, &r, &faults);
    read_dose(o, m, dose, &r, &faults);
    if (faults.n)
        return cli_fail(E_INVALID, str_z(a, str_format(a, "--%.*s",
                        STR_ARG(faults.v[0].field))), "%.*s", STR_ARG(faults.v[0].message));
    struct str text = printed(a, m, &r);
    fwrite(text.s, 1, (size_t)text.n, stdout);
    return 0;
}

int forecast_command(int argc, char **argv) {
    struct options o = {0};
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i], *why = take_option(&o, argc, argv, &i);
        if (why) return cli_fail(E_INVALID, word, "%s", why);
    }
    struct arena a;
    arena_open(&a, (ptrdiff_t)2 << 30);
    int status = forecast(&a, &o);
    arena_close(&a);
    return status;
}
