/*
 * consent_doc: a text that a patient signs, as content/consents/ holds it.
 *
 *     consent  treatment 1
 *     language en
 *     title    Ketamine-assisted psychotherapy
 *     source   CLINICAL 9.2
 *     required dose [ROUTES] | off      in force before a dose (of these routes; `unplanned`:
 *                                       also while no course says which); off: offered
 *     valid    12 months | DESIGN
 *     meaning  I have read this, ...    what the signature says
 *     heading  What the treatment is
 *     text     One paragraph.
 *     test     says no driving          the text holds this phrase (white space folded)
 *
 * The exact text is what is hashed, shown and kept with the signature; a change of one letter
 * is a new version. Pure.
 */
#ifndef CAIRN_CONSENT_DOC_H
#define CAIRN_CONSENT_DOC_H

#include "base/buf.h"
#include "base/err.h"

enum { CONSENT_PARTS_MAX = 80 };

struct consent_part {
    bool is_heading;
    struct str text;
};

struct consent_doc {
    struct str id, language, title, source, meaning;
    int version;
    bool required;     /* before the course and before each dose */
    struct str routes; /* of which drug routes; empty: all */
    int valid_months;
    struct str valid_source;
    struct consent_part parts[CONSENT_PARTS_MAX];
    int parts_n;
    struct str text; /* the exact text: title, version, headings, paragraphs, meaning */
};

struct consent_doc consent_doc_read(struct arena *a, struct str file, struct str text,
                                    struct faults *faults);

/* Must it be in force before a dose by this route? `unplanned`: no course is planned yet. */
bool consent_doc_required(const struct consent_doc *doc, struct str route);

#endif
