/*
 * paper: a document as a list of blocks, and the list as a PDF: what is printed, posted, or
 * handed to a court. Text in every script is shaped and its fonts are embedded (Pango, cairo);
 * the same blocks give the same text on any machine, and on one machine the same bytes.
 *
 *     struct paper p = paper_new(a, (struct paper_head){...});
 *     paper_title(&p, STR("Consent"));
 *     paper_pair(&p, STR("Signed by"), name);
 *     TRY(paper_pdf(&p, a, &bytes));
 *
 * Blocks are kept in the arena and only point to their texts; nothing is drawn before paper_pdf.
 * Every page has a foot: what the document says of itself, and "page n of m". Knows no patient.
 */
#ifndef CAIRN_PAPER_H
#define CAIRN_PAPER_H

#include "base/buf.h"
#include "base/err.h"

enum { PAPER_BLOCKS_MAX = 20000, PAPER_PAGES_MAX = 500, PAPER_COLUMNS_MAX = 8 };

enum paper_size { PAPER_A4, PAPER_LETTER };

struct paper_head {
    struct str title;    /* of the file; and above each page but the first */
    struct str language; /* BCP 47; absent: en */
    struct str made;     /* when it was printed, ISO 8601: "2027-03-15T16:00:00Z" */
    struct str foot;     /* at the left of every foot */
    enum paper_size size;
};

struct paper_column {
    const char *head;
    double share;   /* of the width; all shares of a table are added up first */
    bool is_number; /* set to the right */
};

enum paper_kind {
    PAPER_TITLE,
    PAPER_HEADING,
    PAPER_TEXT,
    PAPER_STRONG,
    PAPER_QUIET,
    PAPER_POINT,
    PAPER_ALERT,
    PAPER_PAIR,
    PAPER_TABLE,
    PAPER_STROKES,
    PAPER_DRAWING,
    PAPER_BREAK
};

struct paper_block {
    enum paper_kind kind;
    struct str text, more; /* PAIR: name and value; DRAWING: markup and style */
    const struct paper_column *columns;
    const struct str *cells; /* row by row */
    int column_count;
    ptrdiff_t row_count;
};

struct paper {
    struct arena *arena;
    struct paper_head head;
    struct paper_block *blocks;
    ptrdiff_t n, cap;
};

struct paper paper_new(struct arena *a, struct paper_head head);
void paper_title(struct paper *p, struct str text);
void paper_heading(struct paper *p, struct str text);
void paper_text(struct paper *p, struct str text);
void paper_strong(struct paper *p, struct str text);
void paper_quiet(struct paper *p, struct str text);
void paper_point(struct paper *p, struct str text);
/* In a frame: what must not be overlooked. */
void paper_alert(struct paper *p, struct str text);
/* A name and a value in a row; nothing where the value is absent or empty. */
void paper_pair(struct paper *p, const char *name, struct str value);
/* The head stands again on every page the table goes on to. cells: rows x columns. */
void paper_table(struct paper *p, const struct paper_column *columns, int column_count,
                 const struct str *cells, ptrdiff_t row_count);
/* A signature, drawn on a pad of 600 by 180: SVG path data of M and L alone. */
void paper_strokes(struct paper *p, struct str path);
/* An SVG of ours with its style sheet; one that cannot be read is said in words. */
void paper_drawing(struct paper *p, struct str markup, struct str style);
void paper_break(struct paper *p);

/* E_TOO_LARGE: more pages than the limit. E_WORLD: it could not be drawn. */
MUST enum err paper_pdf(const struct paper *p, struct arena *a, struct str *out);

#endif
