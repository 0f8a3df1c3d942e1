/*
 * cards: what to do first in an emergency, as content/emergency/cards.txt holds it.
 *
 *     cards 1
 *     card ID | TITLE | EVENTS AND SIGNS | SOURCE
 *     step TEXT                        of the card above
 *     test EVENT -> ID|none
 *
 * No rescue drug stands in a card: the clinic's standing orders say that. Pure.
 */
#ifndef CAIRN_CARDS_H
#define CAIRN_CARDS_H

#include "base/err.h"

enum { CARDS_MAX = 32, CARD_STEPS_MAX = 12 };

struct card {
    struct str id, title, answers, source;
    struct str steps[CARD_STEPS_MAX];
    int steps_n;
};

struct cards {
    int version;
    struct str title, source;
    struct card v[CARDS_MAX];
    int n;
};

/* Usable only when no fault was added. */
const struct cards *cards_read(struct arena *a, struct str file, struct str text,
                               struct faults *faults);
const struct card *cards_of(const struct cards *c, struct str id);     /* NULL: none */
const struct card *cards_for(const struct cards *c, struct str event); /* NULL: none */

#endif
