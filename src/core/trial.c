#include "core/trial.h"

#include <math.h>

#include "base/lines.h"

/* Words ------------------------------------------------------------------------------------- */

static int word_index(struct str word, const char *const *words, int n) {
    for (int i = 0; i < n; i++)
        if (str_is(word, words[i])) return i;
    return 0;
}

static const char *const adequacies[] = {"unknown", "yes", "no"};

const char *trial_adequacy_word(enum trial_adequacy a) { return adequacies[a]; }

enum trial_adequacy trial_adequacy_of(struct str word) {
    return (enum trial_adequacy)word_index(word, adequacies, 3);
}

enum trial_outcome trial_outcome_of(struct str word) {
    static const char *const words[] = {"unknown", "none", "partial", "response", "intolerant"};
    return (enum trial_outcome)word_index(word, words, 5);
}

enum trial_episode trial_episode_of(struct str word) {
    return (enum trial_episode)word_index(word, adequacies, 3);
}

/* One trial --------------------------------------------------------------------------------- */

/* The longest name that stands in the text, so that escitalopram is not taken for citalopram. */
static const struct antidepressant *drug_in(const struct trial_rules *r, struct str text) {
    const struct antidepressant *best = NULL;
    ptrdiff_t longest = 0;
    for (int i = 0; i < r->n; i++)
        for (int k = 0; k < r->v[i].names_n; k++)
            if (r->v[i].names[k].n > longest && str_has_fold(text, r->v[i].names[k])) {
                best = &r->v[i];
                longest = r->v[i].names[k].n;
            }
    return best;
}

struct trial_ruling trial_judge(struct arena *a, const struct trial_rules *r, struct str drug,
                                double dose_mg, double weeks) {
    struct trial_ruling out = {.drug = drug_in(r, drug)};
    if (!isnan(weeks) && weeks < r->weeks) {
        out.adequacy = TRIAL_INADEQUATE;
        out.why = str_format(a, "%g weeks; at least %g weeks counts", weeks, r->weeks);
    } else if (out.drug && !isnan(dose_mg) && dose_mg < out.drug->dose_mg) {
        out.adequacy = TRIAL_INADEQUATE;
        out.why = str_format(a, "%g mg a day; at least %g mg a day counts", dose_mg,
                             out.drug->dose_mg);
    } else if (!out.drug) {
        out.why = STR("the table has no least dose of it: say whether it was adequate");
    } else if (isnan(dose_mg) || isnan(weeks)) {
        out.why = isnan(dose_mg) ? STR("the dose is not known") : STR("the weeks are not known");
    } else {
        out.adequacy = TRIAL_ADEQUATE;
        out.why = str_format(a, "%g mg a day or more for %g weeks or more", out.drug->dose_mg,
                             r->weeks);
    }
    return out;
}

/* The count --------------------------------------------------------------------------------- */

static bool short_of_response(enum trial_outcome o) {
    return o == TRIED_NONE || o == TRIED_PARTIAL;
}

struct trial_count trial_count(const struct trial_fact *v, ptrdiff_t n) {
    struct trial_count c = {.trials = (int)n};
    for (ptrdiff_t i = 0; i < n; i++) {
        bool out = v[i].adequacy == TRIAL_INADEQUATE || v[i].outcome == TRIED_RESPONSE ||
                   v[i].outcome == TRIED_INTOLERANT;
        bool failed = v[i].adequacy == TRIAL_ADEQUATE && short_of_response(v[i].outcome);
        c.failed[TRD_LIFETIME] += failed;
        c.open[TRD_LIFETIME] += !failed && !out;
        c.failed[TRD_EPISODE] += failed && v[i].episode == EPISODE_NOW;
        c.open[TRD_EPISODE] += !out && v[i].episode != EPISODE_BEFORE &&
                               (!failed || v[i].episode == EPISODE_UNKNOWN);
    }
    return c;
}

bool trial_settled(const struct trial_count *c, const struct trial_rules *r, enum trd by) {
    if (c->trials == 0) return false;
    return c->failed[by] >= r->definitions[by].needed || c->open[by] == 0;
}

/* Reading ----------------------------------------------------------------------------------- */

struct trial_reader {
    struct lines l;
    struct trial_rules *r;
    int tests, sources;
};

static void read_weeks(struct trial_reader *t) {
    struct str rest = t->l.value;
    if (!str_to_real(part_next(&rest), &t->r->weeks) || !(t->r->weeks > 0 && t->r->weeks < 53) ||
        rest.n == 0)
        lines_fault(&t->l, "syntax", "write `weeks N | SOURCE`");
    t->r->weeks_source = str_trim(rest);
}

static void read_definition(struct trial_reader *t) {
    struct str rest = t->l.value, head = part_next(&rest), name = word_next(&head);
    struct trd_definition d = {.words = part_next(&rest), .source = str_trim(rest)};
    int64_t needed;
    bool episode = str_is(name, "episode");
    if ((!episode && !str_is(name, "lifetime")) || !str_to_int(head, &needed) || needed < 1 ||
        needed > 9 || d.words.n == 0 || d.source.n == 0) {
        lines_fault(&t->l, "syntax", "write `definition episode|lifetime N | WORDS | SOURCE`");
        return;
    }
    d.needed = (int)needed;
    t->r->definitions[episode ? TRD_EPISODE : TRD_LIFETIME] = d;
}

static void read_drug(struct trial_reader *t) {
    struct str rest = t->l.value, brand;
    struct antidepressant d = {.name = part_next(&rest), .group = part_next(&rest)};
    bool dose = str_to_real(part_next(&rest), &d.dose_mg) && d.dose_mg > 0;
    d.source = part_next(&rest);
    d.names[d.names_n++] = d.name;
    while ((brand = part_next(&rest)).s && d.names_n < TRIAL_NAMES_MAX)
        if (brand.n) d.names[d.names_n++] = brand;
    if (!dose || d.name.n == 0 || d.group.n == 0 || d.source.n == 0)
        lines_fault(&t->l, "syntax",
                    "write `antidepressant NAME | GROUP | MG A DAY | SOURCE | BRAND ...`");
    else if (t->r->n == TRIAL_DRUGS_MAX)
        lines_fault(&t->l, "too-many", "more than %d drugs", TRIAL_DRUGS_MAX);
    else t->r->v[t->r->n++] = d;
}

static bool number_or_unknown(struct str word, double *out) {
    *out = NAN;
    return str_is(word, "?") || str_to_real(word, out);
}

/* DRUG MG WEEKS -> WANTED, the drug being all words but the last two. */
static void run_test(struct trial_reader *t) {
    static const char *const words[] = {"unknown", "adequate", "inadequate"};
    ptrdiff_t arrow = str_find(t->l.value, STR(" -> ")), at = arrow;
    double number[2] = {NAN, NAN};
    bool ok = arrow >= 0;
    for (int i = 1; i >= 0 && ok; i--) {
        ptrdiff_t end = at;
        while (at > 0 && t->l.value.s[at - 1] != ' ') at--;
        ok = number_or_unknown(str_slice(t->l.value, at, end), &number[i]) && at > 0;
        at--;
    }
    t->tests++;
    if (!ok) {
        lines_fault(&t->l, "syntax", "write `test DRUG MG WEEKS -> adequate`");
        return;
    }
    struct str drug = str_slice(t->l.value, 0, at);
    struct str wanted = str_trim(str_slice(t->l.value, arrow + 4, t->l.value.n));
    struct trial_ruling got = trial_judge(t->l.arena, t->r, drug, number[0], number[1]);
    if (!str_is(wanted, words[got.adequacy]))
        lines_fault(&t->l, "test", "it is %s: %.*s", words[got.adequacy], STR_ARG(got.why));
}

static void read_line(struct trial_reader *t) {
    struct str k = t->l.keyword;
    if (str_is(k, "source")) t->sources++;
    else if (str_is(k, "weeks")) read_weeks(t);
    else if (str_is(k, "definition")) read_definition(t);
    else if (str_is(k, "antidepressant")) read_drug(t);
    else if (str_is(k, "test")) run_test(t);
    else lines_fault(&t->l, "unknown", "no keyword `%.*s`", STR_ARG(k));
}

const struct trial_rules *trial_rules_read(struct arena *a, struct str file, struct str text,
                                           struct faults *faults) {
    struct trial_reader t = {.l = lines_open(a, file, text, faults),
                             .r = NEW(a, struct trial_rules)};
    t.r->v = NEWS(a, struct antidepressant, TRIAL_DRUGS_MAX);
    while (lines_next(&t.l)) read_line(&t);
    const struct trd_definition *d = t.r->definitions;
    if (!(t.r->weeks > 0 && t.r->n && t.tests && t.sources && d[TRD_EPISODE].needed &&
          d[TRD_LIFETIME].needed))
        fault_add(faults, file, "required",
                  "the file has `source`, `weeks`, both definitions, drugs and `test`");
    return t.r;
}
