/*
 * print: what the pages show, as a document on paper (paper/paper.h). A document names the
 * patient and the clinic on its first page; its foot says who printed it and when, and the
 * fingerprint of all that it says, so that two copies can be compared: printed again from an
 * unchanged record it is the same.
 *
 *     struct print d;
 *     TRY(print_open(rq, STR("Consent"), &p, &d));
 *     paper_text(&d.paper, ...);
 *     return print_send(rq, &d, "consent");
 */
#ifndef CAIRN_WEB_PRINT_H
#define CAIRN_WEB_PRINT_H

#include "paper/paper.h"
#include "store/sql.h"
#include "web/html.h"
#include "web/web.h"

struct print {
    struct paper paper;
    struct patient patient;
    struct str title;
};

/* Loads the patient that the path names, and writes the head. */
MUST enum err print_open(struct request *rq, struct str title, struct print *out);
/* A table, row by row; one without rows leaves nothing on the paper. */
struct print_rows {
    const struct paper_column *columns;
    struct str *cells;
    int column_count;
    ptrdiff_t n;
};
struct print_rows print_rows(struct request *rq, const struct paper_column *columns,
                             int column_count, ptrdiff_t most);
void print_row(struct print_rows *t, const struct str *cells);
void print_table(struct print *d, struct str title, const struct print_rows *t);

/* What a gate said (criteria_form.h), as a table; nothing where it was not asked. */
void print_rulings(struct request *rq, struct print *d, struct view_list_panel panel);
/* The widest of a figure's drawings under its title; NULL: nothing. */
void print_figure(struct print *d, const struct view_figure *figure);
/* The document's bytes, with its foot. */
MUST enum err print_pdf(struct request *rq, struct print *d, struct str *pdf);
/* The answer is the file, to be shown or kept under `name`. */
MUST enum err print_send(struct request *rq, struct print *d, const char *name);

/* The documents there are (page_print.c), of the patient rq->path[0]; `cairn export` makes them
 * too, with a request of its own that has no browser behind it: only the arena, the transaction,
 * the app, the time, an account's name and the path are looked at. */
MUST enum err print_consent(struct request *rq, const struct consent *c, struct print *out);
/* Of the step rq->path[1]. E_UNKNOWN: nobody has checked in; nobody has gone home yet. */
MUST enum err print_session(struct request *rq, struct print *out);
MUST enum err print_handout(struct request *rq, struct print *out);

#endif
