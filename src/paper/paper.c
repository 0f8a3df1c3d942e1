#include "paper/paper.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "paper/sheet.h"

struct paper paper_new(struct arena *a, struct paper_head head) {
    return (struct paper){.arena = a, .head = head};
}

static struct paper_block *add(struct paper *p, enum paper_kind kind, struct str text) {
    if (p->n == p->cap) {
        ptrdiff_t cap = p->cap ? 2 * p->cap : 64;
        struct paper_block *more = NEWS(p->arena, struct paper_block, cap);
        if (p->n) memcpy(more, p->blocks, (size_t)p->n * sizeof *more);
        p->blocks = more;
        p->cap = cap;
    }
    CHECK(p->n < PAPER_BLOCKS_MAX, "a document has an end");
    p->blocks[p->n] = (struct paper_block){.kind = kind, .text = text};
    return &p->blocks[p->n++];
}

void paper_title(struct paper *p, struct str text) { add(p, PAPER_TITLE, text); }
void paper_heading(struct paper *p, struct str text) { add(p, PAPER_HEADING, text); }
void paper_text(struct paper *p, struct str text) { add(p, PAPER_TEXT, text); }
void paper_strong(struct paper *p, struct str text) { add(p, PAPER_STRONG, text); }
void paper_quiet(struct paper *p, struct str text) { add(p, PAPER_QUIET, text); }
void paper_point(struct paper *p, struct str text) { add(p, PAPER_POINT, text); }
void paper_alert(struct paper *p, struct str text) { add(p, PAPER_ALERT, text); }
void paper_strokes(struct paper *p, struct str path) { add(p, PAPER_STROKES, path); }
void paper_break(struct paper *p) { add(p, PAPER_BREAK, STR_ABSENT); }

void paper_pair(struct paper *p, const char *name, struct str value) {
    if (value.n) add(p, PAPER_PAIR, str_from(name))->more = value;
}

void paper_drawing(struct paper *p, struct str markup, struct str style) {
    add(p, PAPER_DRAWING, markup)->more = style;
}

void paper_table(struct paper *p, const struct paper_column *columns, int column_count,
                 const struct str *cells, ptrdiff_t row_count) {
    CHECK(column_count > 0 && column_count <= PAPER_COLUMNS_MAX, "a table has 1 to 8 columns");
    struct paper_block *b = add(p, PAPER_TABLE, STR_ABSENT);
    b->columns = columns;
    b->column_count = column_count;
    b->cells = cells;
    b->row_count = row_count;
}

/* Fonts are looked up once for the process and cost megabytes, so one document is drawn at a
 * time, with one map of fonts; a document takes some milliseconds. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

enum err paper_pdf(const struct paper *p, struct arena *a, struct str *out) {
    char *bytes = NULL;
    size_t n = 0;
    pthread_mutex_lock(&one_at_a_time);
    enum err e = sheet_draw(p, &bytes, &n);
    pthread_mutex_unlock(&one_at_a_time);
    if (!e && (ptrdiff_t)n >= a->end - a->at) e = E_TOO_LARGE; /* no jump past the free */
    if (!e) *out = str_copy(a, (struct str){bytes, (ptrdiff_t)n});
    free(bytes);
    return e;
}
