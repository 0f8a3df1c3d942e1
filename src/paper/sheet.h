/* sheet: the blocks of a paper laid on pages. Private to the layer. */
#ifndef CAIRN_SHEET_H
#define CAIRN_SHEET_H

#include <cairo.h>
#include <pango/pangocairo.h>

#include "paper/paper.h"

/* Lengths are points, 72 to the inch. */
struct sheets {
    const struct paper *paper;
    PangoFontMap *fonts;
    PangoContext *text;
    double width, height, left, top, right, bottom; /* of the page; of what may be written on */
    double y;
    cairo_t *cr; /* of the page at hand */
    cairo_surface_t *pages[PAPER_PAGES_MAX];
    int n;
    bool too_many;
};

struct sheet_style {
    double size, before, after, indent;
    double grey; /* 0 black .. 1 white */
    bool is_bold, is_right;
};

/* The whole document; *bytes is the caller's to free. One thread at a time. */
MUST enum err sheet_draw(const struct paper *p, char **bytes, size_t *n);

/* For the blocks that have files of their own. */
void sheet_room(struct sheets *s, double height); /* a new page where less is left */
/* Lines of text from x, `width` wide, over pages. Moves y. */
void sheet_lines(struct sheets *s, struct str text, const struct sheet_style *style, double x,
                 double width);
double sheet_text_height(struct sheets *s, struct str text, const struct sheet_style *style,
                         double width);
/* The same in one place: it does not go over to another page and does not move y. */
void sheet_text_at(struct sheets *s, struct str text, const struct sheet_style *style, double x,
                   double y, double width);
void sheet_table(struct sheets *s, const struct paper_block *b);
void sheet_strokes(struct sheets *s, struct str path);
void sheet_drawing(struct sheets *s, const struct paper_block *b);
double sheet_drawing_height(const struct sheets *s, const struct paper_block *b);

#endif
