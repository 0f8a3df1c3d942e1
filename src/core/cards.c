#include "core/cards.h"

#include "base/grammar.h"

const struct card *cards_of(const struct cards *c, struct str id) {
    return STR_FIND(c->v, c->n, id, id);
}

const struct card *cards_for(const struct cards *c, struct str event) {
    for (int i = 0; i < c->n; i++)
        if (word_among(c->v[i].answers, event)) return &c->v[i];
    return NULL;
}

static void *last_card(struct lines *l) {
    struct cards *c = l->into;
    return c->n ? &c->v[c->n - 1] : NULL;
}

static bool read_step(struct lines *l, struct str text, void *row) {
    struct card *card = row;
    GRAMMAR_ADD(l, card->steps, card->steps_n, text);
    return true;
}

struct asked {
    struct str event, id;
};

static bool test_event(struct lines *l, void *row) {
    const struct asked *t = row;
    const struct card *got = cards_for(l->into, t->event);
    return grammar_expect(l, t->id, got ? got->id : STR("none"));
}

static const struct grammar_line grammar[] = {
    {"cards VERSION", ONCE, .slots = {WITHIN(cards, version, 1, 9999)}},
    {"title TEXT", AT_MOST_ONCE, .slots = {AT(cards, title)}},
    {"source TEXT", ONCE, .slots = {AT(cards, source)}},
    {"card ID | TITLE | [EVENTS] | SOURCE", SOME, LIST(cards, v, n, CARDS_MAX), .unique = true,
     .slots = {AT(card, id), AT(card, title), AT(card, answers), AT(card, source)}},
    {"step TEXT", ANY, .at = last_card, .slots = {OWN_ROW(read_step, "words, under a card")}},
    {"test EVENT -> ID", SOME, ROW(asked), .slots = {AT(asked, event), AT(asked, id)},
     .test = test_event},
};

const struct cards *cards_read(struct arena *a, struct str file, struct str text,
                               struct faults *faults) {
    struct cards *c = NEW(a, struct cards);
    struct lines l = lines_open(a, file, text, faults);
    GRAMMAR_READ(&l, grammar, c);
    for (int i = 0; i < c->n; i++)
        if (c->v[i].steps_n == 0)
            lines_fault(&l, "required", "card %.*s has no step", STR_ARG(c->v[i].id));
    grammar_test(&l);
    return c;
}
