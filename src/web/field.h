/*
 * field: forms.def as typed structs and as a table, and the one parser for all of them.
 *
 *     body ── pairs ── field_read(form) ──> union form     every value typed, in range
 *                                      └──> faults         all of them, one a field
 *
 * The same table draws the form (form_view.h), so that what is asked, what is checked and
 * what is said in help cannot part.
 */
#ifndef CAIRN_FIELD_H
#define CAIRN_FIELD_H

#include "codec/form.h"
#include "codec/multipart.h"
#include "store/store.h"

struct request;

struct form_file {
    struct str filename, content_type, bytes;
};

enum field_kind {
    KIND_text, KIND_area, KIND_email, KIND_tel, KIND_search, KIND_password, KIND_hidden,
    KIND_date, KIND_time, KIND_int, KIND_real, KIND_mg, KIND_check, KIND_choice, KIND_pick,
    KIND_signature, KIND_file
};

#define FIELD_TYPE_text struct str
#define FIELD_TYPE_area struct str
#define FIELD_TYPE_email struct str
#define FIELD_TYPE_tel struct str
#define FIELD_TYPE_search struct str
#define FIELD_TYPE_password struct str
#define FIELD_TYPE_hidden struct str
#define FIELD_TYPE_date struct str
#define FIELD_TYPE_time struct maybe_int
#define FIELD_TYPE_int struct maybe_int
#define FIELD_TYPE_real struct maybe_real
#define FIELD_TYPE_mg struct maybe_int
#define FIELD_TYPE_check bool
#define FIELD_TYPE_choice struct str
#define FIELD_TYPE_pick struct str
#define FIELD_TYPE_signature struct str
#define FIELD_TYPE_file struct form_file

/* struct form_NAME, a typed field each. An optional text that was left empty is absent. */
#define FORM(name, submit, flags) struct form_##name {
#define GROUP(form, legend, help)
#define FIELD(form, kind, name, label, unit, min, max, need, choices, help) FIELD_TYPE_##kind name;
#define END(form) };
#include "web/forms.def"
#undef FORM
#undef GROUP
#undef FIELD
#undef END

union form {
#define FORM(name, submit, flags) struct form_##name name;
#define GROUP(form, legend, help)
#define FIELD(form, kind, name, label, unit, min, max, need, choices, help)
#define END(form)
#include "web/forms.def"
#undef FORM
#undef GROUP
#undef FIELD
#undef END
};

enum form_id {
    FORM_NONE,
#define FORM(name, submit, flags) FORM_##name,
#define GROUP(form, legend, help)
#define FIELD(form, kind, name, label, unit, min, max, need, choices, help)
#define END(form)
#include "web/forms.def"
#undef FORM
#undef GROUP
#undef FIELD
#undef END
};

/* JUDGED: a rule says what its absence means (a gate, a scoring, a list of signs): not asked for by
 * the form, and not called optional either. */
enum field_need { OPTIONAL, REQUIRED, JUDGED };
enum form_flag { PLAIN, SECRET };

struct field {
    enum field_kind kind;
    const char *name;     /* NULL: a group begins here; label is its legend */
    int offset;           /* in struct form_NAME */
    const char *label, *unit;
    double min, max;
    enum field_need need;
    const char *choices, *help;
};

struct form_info {
    const char *name, *submit;
    enum form_flag flag;
    const struct field *fields;
    int n;
};

const struct form_info *form_info(enum form_id id);

struct field_choice {
    struct str value, label;
};
struct field_choices {
    struct field_choice *v;
    ptrdiff_t n;
};
/* The choices of a field, static or from choices.def. */
MUST enum err field_choices(struct request *rq, const char *text, struct field_choices *out);
/* What a form calls a value that a row keeps: its choice's label; the value where it has none. */
struct str field_label(struct request *rq, enum form_id form, const char *field, struct str value);
#define CHOICES(name, function) \
    enum err function(struct request *rq, struct field_choices *out);
#include "web/choices.def"
#undef CHOICES

/* Fills *out from what was sent; E_INVALID with rq->faults where a field is wrong. */
MUST enum err field_read(struct request *rq, enum form_id id, union form *out);

/* The same, one value at a time, for forms that content draws (an instrument's items): the
 * value is typed and in range, or a fault is added and false comes back. An empty optional
 * value is true, with nothing in it. */
bool field_int(struct request *rq, struct str name, const char *label, enum field_need need,
               int64_t min, int64_t max, struct maybe_int *out);
bool field_text(struct request *rq, struct str name, const char *label, enum field_need need,
                ptrdiff_t max, struct str *out);

/* A typed value as it would be typed: what the form shows of a record. */
struct str field_text_of(struct arena *a, const struct field *f, const void *form);

#endif
