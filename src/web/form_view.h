/*
 * form_view: forms.def drawn. One call makes the view of a form: its fields with the values
 * of a record, or with what was typed and refused; faults beside their fields; the offer of
 * a draft; both texts where somebody saved first.
 *
 *     struct view_form f;
 *     TRY(web_form(rq, FORM_person, "/people/0190...", &values, row.version, &f));
 *
 * For forms that content draws (an instrument's items), web_form_blank makes the frame and
 * web_field_* a field each; put the fields into groups and the groups into the form.
 */
#ifndef CAIRN_FORM_VIEW_H
#define CAIRN_FORM_VIEW_H

#include "web/html.h"
#include "web/web.h"

/* values: a struct form_NAME, or NULL for an empty form. version 0: a new record. */
MUST enum err web_form(struct request *rq, enum form_id id, struct str action,
                       const void *values, int64_t version, struct view_form *out);
MUST enum err web_form_blank(struct request *rq, struct str action, const char *submit,
                             enum form_flag flag, struct view_form *out);
/* The named field of a form made by web_form: to change its label, help or choices. */
struct view_form_field *web_form_field(struct view_form *form, const char *name);

/* A field by hand; `value` is shown unless something was typed. */
struct view_form_field web_field(struct request *rq, struct str action, const struct field *f,
                                 struct str value, const struct field_choices *choices);
/* Puts `n` fields under a legend (may be NULL) at the end of the form. */
void web_form_group(struct request *rq, struct view_form *form, const char *legend,
                    const char *help, struct view_form_field *fields, ptrdiff_t n);
void web_form_hidden(struct request *rq, struct view_form *form, const char *name,
                     struct str value);

#endif
