/* htmlgen: what its two files share. htmlgen_views.c reads the header lines and writes the
 * structs; htmlgen.c reads the bodies and writes the functions. */
#ifndef CAIRN_HTMLGEN_H
#define CAIRN_HTMLGEN_H

#include "base/buf.h"
#include "base/err.h"

enum {
    VIEWS_MAX = 300,
    FIELDS_MAX = 80,
    OPEN_MAX = 60,
    SECTIONS_MAX = 30,
    SCOPES_MAX = 8,
    FILE_MAX = 256 << 10
};

/* Where a field's type leads: a scalar is told apart by the C compiler, through _Generic. */
enum kind { SCALAR, URL, SVG, TEXTS, ROWS, ROW, VIEW, VIEWS };

struct field {
    struct str name, type; /* type: the C declaration before the name */
    enum kind kind;
    struct str of;         /* the view, for VIEW and VIEWS */
    bool optional;         /* a VIEW that may be absent is a pointer */
    bool shown;            /* by some template */
};

struct view {
    struct str name, file, body;
    int line, field_count;
    struct field fields[FIELDS_MAX];
    enum { UNSEEN, OPEN, DONE } order; /* a struct that holds another stands after it */
};

enum state { TEXT, IN_TAG, VALUE }; /* where a value may come; inside a tag only sections */

struct section {
    char kind;
    struct str name;
    int line, open_count;
    enum state state;
};

struct scope {
    struct view *view; /* NULL: a row, whose fields only the C compiler knows */
    bool is_text;      /* a row of a text[] */
};

struct gen {
    struct arena *arena;
    struct faults *faults;
    jmp_buf out; /* a refused file is left at once; the others are still read */
    struct view *views;
    int view_count;
    const struct view *view;
    struct str text;
    ptrdiff_t at;
    int line;
    struct buf c, literal, h;
    enum state state;
    struct str tag, attribute;
    bool closing, value_begun, post_form, csrf;
    struct str open[OPEN_MAX];
    int open_count;
    struct section sections[SECTIONS_MAX];
    int section_count;
    struct scope scopes[SCOPES_MAX];
    int scope_count;
};

/* A fault at the line at hand; the file is left. */
__attribute__((format(printf, 2, 3))) _Noreturn void gen_refuse(struct gen *g, const char *format,
                                                                ...);
bool gen_is_name(struct str s);
struct view *gen_view_named(struct gen *g, struct str name);
void gen_read_view(struct gen *g, struct str file, struct str text);
/* The structs and prototypes of all views into g->h. */
void gen_header(struct gen *g);

#endif
