#include "web/path.h"

#include "base/date.h"

/* The rule is core's; a word that is no state counts as planned. */
enum stone_state path_state(const struct path_step *s, int32_t today_days) {
    struct course_step step = {.due = s->due_days, .to = s->window_to_days};
    if (!course_state_parse(s->state, &step.state)) step.state = STEP_PLANNED;
    return course_stone(&step, today_days).state;
}

static enum stone_size size_of(struct str type) {
    if (str_is(type, "dose") || str_is(type, "booster")) return STONE_LARGE;
    if (str_is(type, "integration") || str_is(type, "followup")) return STONE_MIDDLE;
    return STONE_SMALL;
}

/* Weeks look like weeks and months like months, without the page growing as long as they. */
static int gap_of(int32_t days) {
    static const int32_t least[] = {3, 9, 22, 36, 71, 111};
    int gap = 0;
    while (gap < 6 && days >= least[gap]) gap++;
    return gap;
}

static struct str short_date(struct arena *a, int32_t days) {
    struct buf b = buf_new(a, 24);
    date_put_words(&b, days); /* Tue 4 Mar 2027: the year is in the datetime and the title */
    return str_slice(buf_str(&b), 0, b.n - 5);
}

static struct str said(struct arena *a, const struct path_step *s, enum stone_state state,
                       int32_t today_days) {
    switch (state) {
    case STONE_DONE:
        return STR("done");
    case STONE_MISSED:
        return STR("missed");
    case STONE_CANCELLED:
        return STR("cancelled");
    case STONE_AHEAD:
        return STR("ahead");
    case STONE_LATE:
        return STR("late");
    default:
        break;
    }
    if (s->due_days == today_days) return STR("today");
    return str_format(a, "open until %.*s", STR_ARG(short_date(a, s->window_to_days)));
}

/* A title of the protocol may be a line long; under a stone stands its kind and number then,
 * and the title is there for who points at it or hears it. */
static struct str short_word(struct arena *a, const struct path_step *steps, ptrdiff_t n,
                             ptrdiff_t at) {
    static const char *const words[][2] = {
        {"screen", "Screening"},        {"prep", "Preparation"},   {"dose", "Dose"},
        {"integration", "Integration"}, {"measure", "Measures"},   {"review", "Review"},
        {"booster", "Booster"},         {"followup", "Follow-up"},
    };
    enum { FITS = 16, WORDS = sizeof words / sizeof *words };
    const struct path_step *s = &steps[at];
    int kind = 0, alike = 0, number = 0;
    while (kind < WORDS && !str_is(s->type, words[kind][0])) kind++;
    if (kind == WORDS || str_utf8_length(s->word) <= FITS) return s->word;
    for (ptrdiff_t i = 0; i < n; i++) {
        alike += str_eq(steps[i].type, s->type);
        if (i == at) number = alike;
    }
    if (alike < 2) return str_from(words[kind][1]);
    return str_format(a, "%s %d", words[kind][1], number);
}

static struct view_stone stone_of(struct arena *a, const struct path_step *s, int32_t before_days,
                                  int32_t today_days, unsigned shape) {
    static const char *const sizes[] = {"small", "middle", "large"};
    static const char *const states[STONE_STATES] = {"done", "today",  "ahead",
                                                     "late", "missed", "cancelled"};
    enum stone_size size = size_of(s->type);
    enum stone_state state = path_state(s, today_days);
    struct view_stone v = {
        .size = str_from(sizes[size]),
        .state = str_from(states[state]),
        .gap = gap_of(s->due_days - before_days),
        .link = s->link,
        .figure = svg_stone(a, size, state, shape),
        .word = s->word,
        .date = date_text(a, s->due_days),
        .short_date = short_date(a, s->due_days),
        .said = said(a, s, state, today_days),
        .here = state == STONE_TODAY,
    };
    if (state == STONE_LATE) {
        int32_t end = s->window_to_days > s->due_days ? s->window_to_days : s->due_days;
        int32_t days = today_days - end;
        v.late = days == 1 ? STR("1 day late") : str_format(a, "%d days late", days);
    }
    return v;
}

struct view_path path_of(struct arena *a, struct str label, const struct path_step *steps,
                         ptrdiff_t n, int32_t today_days) {
    struct view_stone_list stones = {NEWS(a, struct view_stone, n), n};
    for (ptrdiff_t i = 0; i < n; i++) {
        int32_t before = i ? steps[i - 1].due_days : steps[i].due_days;
        stones.v[i] = stone_of(a, &steps[i], before, today_days, (unsigned)i);
        struct str word = short_word(a, steps, n, i);
        if (word.s != steps[i].word.s) stones.v[i].full = steps[i].word;
        stones.v[i].word = word;
    }
    return (struct view_path){label, stones};
}
