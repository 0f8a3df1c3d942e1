/*
 * ruling: what one clinical rule says about one value: what it looked at, what it saw, where
 * its line stands and whose line that is, and a sentence for the person who has to act.
 * Screening, the gate, the dose, the session and discharge all answer in rulings, which are
 * stored as a document (JSON) beside the act that they allowed or held. Pure.
 */
#ifndef CAIRN_RULING_H
#define CAIRN_RULING_H

#include "base/buf.h"
#include "base/err.h"

enum ruling_outcome {
    RULING_PASS,
    RULING_CAUTION, /* a person may go on, with a reason */
    RULING_HOLD,    /* nobody may */
    RULING_MISSING, /* not known: asked for, and never taken for a pass */
    RULING_OUTCOMES
};

struct ruling {
    struct str item;   /* the rule's id: bp, escort, per_kg */
    struct str name;   /* in words */
    enum ruling_outcome outcome;
    struct str saw;    /* "172/98"; absent: not known */
    struct str limit;  /* "systolic 160 or more"; absent: passed, or not known */
    struct str source; /* tag of CLINICAL: S12, DESIGN */
    struct str text;   /* the sentence */
};

enum { RULINGS_MAX = 64 };

struct rulings {
    struct arena *arena;
    struct ruling v[RULINGS_MAX];
    int n;
};

const char *ruling_name(enum ruling_outcome o); /* pass caution hold missing */
void ruling_add(struct rulings *all, struct ruling r);
/* The worst of all: pass, caution, or hold (a missing value holds). Nothing judged: hold. */
enum ruling_outcome ruling_overall(const struct rulings *all);
const struct ruling *ruling_of(const struct rulings *all, const char *item); /* NULL: none */
/* Whose rule it is, in words: "clinic rule, design default", "programme guide", "source S12". */
struct str ruling_source_words(struct arena *a, struct str source);
/* {"overall":"hold","rulings":[{"item":..,"outcome":..,"saw":..,"limit":..,"source":..,
 * "text":..}]} */
void ruling_json(struct buf *b, const struct rulings *all);

#endif
