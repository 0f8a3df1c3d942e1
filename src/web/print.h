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
/* A list of a page under its title; nothing where there is none. */
void print_panel(struct request *rq, struct print *d, const struct view_list_panel *panel);
/* The widest of a figure's drawings under its title; NULL: nothing. */
void print_figure(struct print *d, const struct view_figure *figure);
/* The answer is the file, to be shown or kept under `name`. */
MUST enum err print_send(struct request *rq, struct print *d, const char *name);

#endif
