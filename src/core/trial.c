#include "core/trial.h"

#include <math.h>

#include "base/grammar.h"

/* Words ------------------------------------------------------------------------------------- */

static int word_index(struct str word, const char *const *words, int n) {
    int at = str_index(word, words, n);
    return at < 0 ? 0 : at;
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

struct definition_line {
    struct trd_definition d;
    enum trd by;
};

static bool put_definition(struct lines *l, void *row) {
    const struct definition_line *line = row;
    ((struct trial_rules *)l->into)->definitions[line->by] = line->d;
    return true;
}

struct drug_line {
    struct antidepressant d; /* first: the list takes it */
    struct str brands;
};

static bool put_drug(struct lines *l, void *row) {
    struct drug_line *line = row;
    struct antidepressant *d = &line->d;
    struct str brand;
    (void)l;
    d->names[d->names_n++] = d->name;
    while ((brand = part_next(&line->brands)).s && d->names_n < TRIAL_NAMES_MAX)
        if (brand.n) d->names[d->names_n++] = brand;
    return true;
}

static bool number_or_unknown(struct str word, double *out) {
    *out = NAN;
    return str_is(word, "?") || str_to_real(word, out);
}

struct asked {
    struct str given, want;
};

/* The last word of *text. */
static struct str last_word(struct str *text) {
    ptrdiff_t at = text->n;
    while (at > 0 && text->s[at - 1] != ' ') at--;
    struct str word = str_slice(*text, at, text->n);
    *text = str_trim(str_slice(*text, 0, at));
    return word;
}

/* DRUG MG WEEKS, the drug being all words but the last two. */
static bool test_drug(struct lines *l, void *row) {
    static const char *const words[] = {"unknown", "adequate", "inadequate"};
    struct asked *t = row;
    double weeks, dose_mg;
    if (!number_or_unknown(last_word(&t->given), &weeks) ||
        !number_or_unknown(last_word(&t->given), &dose_mg) || t->given.n == 0)
        return false;
    struct trial_ruling got = trial_judge(l->arena, l->into, t->given, dose_mg, weeks);
    if (!str_is(t->want, words[got.adequacy]))
        lines_fault(l, "test", "it is %s: %.*s", words[got.adequacy], STR_ARG(got.why));
    return true;
}

static const char *const definitions[] = {[TRD_EPISODE] = "episode", [TRD_LIFETIME] = "lifetime"};

static const struct grammar_line grammar[] = {
    {"source TEXT", SOME, .slots = {SAID}},
    {"weeks N | SOURCE", ONCE,
     .slots = {WITHIN(trial_rules, weeks, 0.1, 52), AT(trial_rules, weeks_source)}},
    {"definition WHICH N | WORDS | SOURCE", SOME, ROW(definition_line), .put = put_definition,
     .slots = {ONE_OF(definition_line, by, definitions), WITHIN(definition_line, d.needed, 1, 9),
               AT(definition_line, d.words), AT(definition_line, d.source)}},
    {"antidepressant NAME | GROUP | MG-A-DAY | SOURCE | [BRANDS] ...", SOME,
     LIST(trial_rules, v, n, TRIAL_DRUGS_MAX), ROW(drug_line), .unique = true, .put = put_drug,
     .slots = {AT(antidepressant, name), AT(antidepressant, group),
               WITHIN(antidepressant, dose_mg, 0.1, 10000), AT(antidepressant, source),
               AT(drug_line, brands)}},
    {"test DRUG-MG-WEEKS ... -> ADEQUACY", SOME, ROW(asked), .test = test_drug,
     .slots = {AT(asked, given), AT(asked, want)}},
};

const struct trial_rules *trial_rules_read(struct arena *a, struct str file, struct str text,
                                           struct faults *faults) {
    struct trial_rules *r = NEW(a, struct trial_rules);
    struct lines l = lines_open(a, file, text, faults);
    r->v = NEWS(a, struct antidepressant, TRIAL_DRUGS_MAX);
    GRAMMAR_READ(&l, grammar, r);
    for (int i = 0; i < TRD_DEFINITIONS; i++)
        if (!r->definitions[i].needed)
            lines_fault(&l, "required", "no line 'definition %s'", definitions[i]);
    grammar_test(&l);
    return r;
}
