/*
 * score: a year of a synthetic clinic, 100,000 responses and 10,000 candidates, scored and
 * screened on one core. Prints tab-separated lines `what  count  seconds  per_second`, each
 * the best of several runs after a first one. The figures asked for: 1,000,000 scorings and
 * 50,000 screenings a second.
 *
 *     bench_score
 */
#include <stdio.h>

#include "app/content.h"
#include "base/clock.h"
#include "core/score.h"
#include "core/screening.h"

enum { RESPONSES = 100000, CANDIDATES = 10000, RUNS = 5, ANSWERS = 32 };

static uint64_t state = 0x9E3779B97F4A7C15u;

static int draw(int below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int)(state % (uint64_t)below);
}

struct response {
    const struct instrument *in;
    int answers[ANSWERS];
};

struct year {
    struct response *responses;
    struct candidate *candidates;
    const struct screening_rules *screening;
    struct arena scratch;
    double seen; /* so that nothing is left out as unused */
};

/* The scales that a clinic repeats, as often as it repeats them. */
static const char *const usual[] = {"phq9", "phq9",  "gad7",     "gad7",     "pcl5",  "dailycheckin",
                                    "who5", "audit", "qidssr16", "cssrsscreener", "madrs", "meq30"};
enum { USUAL = sizeof usual / sizeof *usual };

static int any_answer(const struct item *item) {
    const struct scale *s = item->scale;
    if (draw(100) == 0) return ANSWER_MISSING;
    if (s->choice_count) return s->choices[draw(s->choice_count)].value;
    return s->low + s->step * draw((s->high - s->low) / s->step + 1);
}

static void make_responses(struct year *y, struct arena *a, struct instruments all) {
    y->responses = NEWS(a, struct response, RESPONSES);
    for (int i = 0; i < RESPONSES; i++) {
        struct response *r = &y->responses[i];
        r->in = instrument_find(all, str_from(usual[draw(USUAL)]));
        CHECK(r->in && r->in->item_count <= ANSWERS, "the usual scales are there");
        for (int k = 0; k < r->in->item_count; k++) r->answers[k] = any_answer(&r->in->items[k]);
    }
}

static struct str one_of(const char *const words[], int n) { return str_from(words[draw(n)]); }

static const char *const codes[] = {"F33.2", "F33.1", "F43.10", "F41.1", "I10",   "F31.9",
                                    "E03.9", "G43.909", "E66.9", "G47.33", "F10.20", "K21.9"};
static const char *const medicines[] = {
    "Sertraline 50 MG Oral Tablet [Zoloft]", "Clonazepam [Klonopin]", "Hydrochlorothiazide 25 MG",
    "Lamotrigine 100 MG", "Acetaminophen 300 MG / HYDROcodone Bitartrate 5 MG [Vicodin]",
    "Bupropion XL 300", "Lisinopril 10 MG Oral Tablet", "Levothyroxine 50 MCG", "Adderall XR 20 mg",
    "Omeprazole 20 MG", "Atorvastatin 40 MG", "Quetiapine 50 MG"};

static void make_candidate(struct candidate *c, struct arena *a) {
    *c = candidate_unknown(20600);
    c->born = 20600 - 365 * (18 + draw(60));
    for (int f = 0; f < CANDIDATE_FIELDS; f++) {
        const struct candidate_meaning *m = candidate_meaning((enum candidate_field)f);
        c->v[f].known = draw(10) > 0;
        c->v[f].value = m->kind == CANDIDATE_WORD    ? draw(2)
                        : m->kind == CANDIDATE_TRUTH ? draw(12) == 0
                                                     : m->low + (m->high - m->low) * draw(40) / 100;
    }
    for (int i = 0; i < 2; i++)
        c->readings[c->reading_count++] = (struct blood_pressure){105 + draw(60), 60 + draw(40)};
    struct candidate_condition *k = NEWS(a, struct candidate_condition, 4);
    struct str *m = NEWS(a, struct str, 5);
    for (int i = 0; i < 4; i++) k[i].icd10 = one_of(codes, 12);
    for (int i = 0; i < 5; i++) m[i] = one_of(medicines, 12);
    c->conditions = (struct candidate_conditions){true, 1 + draw(4), k};
    c->medications = (struct candidate_texts){true, draw(6), m};
    c->allergies = c->uds = c->history = (struct candidate_texts){.known = true};
}

static void score_all(struct year *y) {
    for (int i = 0; i < RESPONSES; i++) {
        struct score s = score_compute(y->responses[i].in, y->responses[i].answers);
        y->seen += s.total.value + s.alert_count;
    }
}

static void screen_all(struct year *y) {
    for (int i = 0; i < CANDIDATES; i++) {
        struct arena scratch = y->scratch;
        struct decision d = screening_decide(&scratch, y->screening, &y->candidates[i]);
        y->seen += d.n;
    }
}

static void measure(struct year *y, const char *what, int count, void (*work)(struct year *)) {
    double best = 1e9;
    for (int i = 0; i <= RUNS; i++) {
        int64_t from = clock_monotonic_ns();
        work(y);
        double s = (double)(clock_monotonic_ns() - from) / 1e9;
        if (i && s < best) best = s;
    }
    printf("%s\t%d\t%.6f\t%.0f\n", what, count, best, count / best);
}

int main(void) {
    struct arena arena;
    struct content content;
    struct year y = {.seen = 0};
    arena_open(&arena, 256 << 20);
    if (content_boot(&arena, NULL, &content)) return 2;
    make_responses(&y, &arena, content.instruments);
    y.candidates = NEWS(&arena, struct candidate, CANDIDATES);
    for (int i = 0; i < CANDIDATES; i++) make_candidate(&y.candidates[i], &arena);
    y.screening = content.screening;
    y.scratch = arena_over(NEWS(&arena, char, 1 << 20), 1 << 20);
    measure(&y, "scorings", RESPONSES, score_all);
    measure(&y, "screenings", CANDIDATES, screen_all);
    return y.seen < 0;
}
