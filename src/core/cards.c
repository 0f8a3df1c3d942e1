#include "core/cards.h"

#include "base/lines.h"

const struct card *cards_of(const struct cards *c, struct str id) {
    for (int i = 0; i < c->n; i++)
        if (str_eq(c->v[i].id, id)) return &c->v[i];
    return NULL;
}

const struct card *cards_for(const struct cards *c, struct str event) {
    for (int i = 0; i < c->n; i++) {
        struct str rest = c->v[i].answers;
        for (struct str w = word_next(&rest); w.s; w = word_next(&rest))
            if (str_eq(w, event)) return &c->v[i];
    }
    return NULL;
}

static void read_card(struct lines *l, struct cards *c) {
    struct str rest = l->value;
    struct card card = {.id = part_next(&rest)};
    card.title = part_next(&rest);
    card.answers = part_next(&rest);
    card.source = part_next(&rest);
    if (card.id.n <= 0 || card.source.n <= 0)
        lines_fault(l, "syntax", "card ID | TITLE | EVENTS AND SIGNS | SOURCE");
    else if (c->n == CARDS_MAX) lines_fault(l, "limit", "more than %d cards", CARDS_MAX);
    else c->v[c->n++] = card;
}

static void read_step(struct lines *l, struct cards *c) {
    struct card *card = c->n ? &c->v[c->n - 1] : NULL;
    if (!card || l->value.n == 0) lines_fault(l, "syntax", "step TEXT, under a card");
    else if (card->steps_n == CARD_STEPS_MAX)
        lines_fault(l, "limit", "more than %d steps", CARD_STEPS_MAX);
    else card->steps[card->steps_n++] = l->value;
}

/* Tests stand below all cards. */
static void run_test(struct lines *l, const struct cards *c) {
    struct str rest = l->value;
    const struct card *got = cards_for(c, word_next(&rest));
    struct str id = got ? got->id : STR("none");
    if (!str_is(word_next(&rest), "->")) lines_fault(l, "syntax", "test EVENT -> ID or none");
    else if (!str_eq(word_next(&rest), id))
        lines_fault(l, "test", "the cards give %.*s", STR_ARG(id));
}

static void read_line(struct lines *l, struct cards *c, int *tests) {
    int64_t version;
    if (str_is(l->keyword, "cards") && str_to_int(l->value, &version)) c->version = (int)version;
    else if (str_is(l->keyword, "title")) c->title = l->value;
    else if (str_is(l->keyword, "source")) c->source = l->value;
    else if (str_is(l->keyword, "card")) read_card(l, c);
    else if (str_is(l->keyword, "step")) read_step(l, c);
    else if (str_is(l->keyword, "test")) run_test(l, c), ++*tests;
    else lines_fault(l, "unknown", "cards have no line '%.*s'", STR_ARG(l->keyword));
}

const struct cards *cards_read(struct arena *a, struct str file, struct str text,
                               struct faults *faults) {
    struct cards *c = NEW(a, struct cards);
    struct lines l = lines_open(a, file, text, faults);
    int tests = 0;
    while (lines_next(&l)) read_line(&l, c, &tests);
    if (c->version < 1) lines_fault(&l, "required", "no line 'cards VERSION'");
    if (tests == 0) lines_fault(&l, "test", "cards without a test are refused");
    for (int i = 0; i < c->n; i++)
        if (c->v[i].steps_n == 0)
            lines_fault(&l, "required", "card %.*s has no step", STR_ARG(c->v[i].id));
    return c;
}
