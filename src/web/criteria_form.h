/* criteria_form: the questions of a gate, drawn from its content (core/criteria.h) and read
 * back as "item=value" words; and its rulings as a list that a person can act on. */
#ifndef CAIRN_CRITERIA_FORM_H
#define CAIRN_CRITERIA_FORM_H

#include "core/criteria.h"
#include "web/form_view.h"

struct criteria_form {
    const struct criteria *criteria;
    struct str route;
    bool (*known)(struct str item); /* not asked: measured, or known to the program; may be NULL */
    struct str answers;             /* given before; may be absent */
};

/* Puts the questions into the form, in groups of seven. */
void criteria_form_fields(struct request *rq, const struct criteria_form *c, struct str action,
                          struct view_form *form);
/* What was typed; a value with a blank in it is a fault. */
MUST enum err criteria_form_read(struct request *rq, const struct criteria_form *c,
                                 struct str *answers);

/* A stored document of rulings (core/ruling.h) as rows: what is held and what is missing
 * first. Absent or unreadable: an empty list. */
struct view_list_panel criteria_rulings(struct request *rq, const char *id, const char *title,
                                        struct str document);

#endif
