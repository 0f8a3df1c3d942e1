/* The parts of a sheet that are more than text: tables, signatures, drawings. */
#include <librsvg/rsvg.h>
#include <stdlib.h>
#include <string.h>

#include "paper/sheet.h"

static const struct sheet_style cell_style = {.size = 8.5};
static const struct sheet_style number_style = {.size = 8.5, .is_right = true};
static const struct sheet_style head_style = {.size = 8.5, .is_bold = true};
static const struct sheet_style told_style = {.size = 8.5, .grey = .35};

/* Tables ------------------------------------------------------------------------------------ */

enum { CELL_GAP = 6, ROW_GAP = 3 };

static void widths(const struct sheets *s, const struct paper_block *b, double x[]) {
    double sum = 0, at = s->left;
    for (int i = 0; i < b->column_count; i++) sum += b->columns[i].share;
    for (int i = 0; i < b->column_count; i++) {
        x[i] = at;
        at += (s->right - s->left) * b->columns[i].share / sum;
    }
    x[b->column_count] = s->right + CELL_GAP;
}

static const struct sheet_style *style_of(const struct paper_column *c) {
    return c->is_number ? &number_style : &cell_style;
}

static double row_height(struct sheets *s, const struct paper_block *b, const struct str cells[],
                         const double x[]) {
    double height = 0;
    for (int i = 0; i < b->column_count; i++) {
        double h =
            sheet_text_height(s, cells[i], style_of(&b->columns[i]), x[i + 1] - x[i] - CELL_GAP);
        if (h > height) height = h;
    }
    return height + 2 * ROW_GAP;
}

static void rule(struct sheets *s, double y, double grey) {
    cairo_set_source_rgb(s->cr, grey, grey, grey);
    cairo_set_line_width(s->cr, .5);
    cairo_move_to(s->cr, s->left, y);
    cairo_line_to(s->cr, s->right, y);
    cairo_stroke(s->cr);
}

static void put_head(struct sheets *s, const struct paper_block *b, const double x[]) {
    double height = 0;
    for (int i = 0; i < b->column_count; i++) {
        struct sheet_style style = head_style;
        struct str head = str_from(b->columns[i].head);
        double width = x[i + 1] - x[i] - CELL_GAP;
        double h = sheet_text_height(s, head, &style, width);
        style.is_right = b->columns[i].is_number;
        sheet_text_at(s, head, &style, x[i], s->y + ROW_GAP, width);
        if (h > height) height = h;
    }
    s->y += height + 2 * ROW_GAP;
    rule(s, s->y, .2);
}

/* A row stays together, but for one that is longer than a page: it is cut at the foot. */
static void put_row(struct sheets *s, const struct paper_block *b, const struct str cells[],
                    const double x[]) {
    double height = row_height(s, b, cells, x);
    int page = s->n;
    sheet_room(s, height);
    if (s->n != page) put_head(s, b, x);
    for (int i = 0; i < b->column_count; i++)
        sheet_text_at(s, cells[i], style_of(&b->columns[i]), x[i], s->y + ROW_GAP,
                      x[i + 1] - x[i] - CELL_GAP);
    s->y += height;
    rule(s, s->y, .85);
}

void sheet_table(struct sheets *s, const struct paper_block *b) {
    double x[PAPER_COLUMNS_MAX + 1];
    widths(s, b, x);
    sheet_room(s, 48);
    put_head(s, b, x);
    for (ptrdiff_t i = 0; i < b->row_count; i++) put_row(s, b, b->cells + i * b->column_count, x);
    s->y += 8;
}

/* Signatures -------------------------------------------------------------------------------- */

enum { PAD_WIDTH = 600, PAD_HEIGHT = 180, PAD_ON_PAPER = 240 };

static bool number(struct str *rest, double *out) {
    ptrdiff_t n = 0, skip = 0;
    while (skip < rest->n && strchr(" ,LM", rest->s[skip])) skip++;
    *rest = str_slice(*rest, skip, rest->n);
    while (n < rest->n && !strchr(" ,LM", rest->s[n])) n++;
    bool sound = str_to_real(str_slice(*rest, 0, n), out);
    *rest = str_slice(*rest, n, rest->n);
    return sound && *out > -10000 && *out < 10000;
}

/* Is the next command a move of the pen? */
static bool lifts(struct str rest) {
    for (ptrdiff_t i = 0; i < rest.n && strchr(" ,LM", rest.s[i]); i++)
        if (rest.s[i] == 'M') return true;
    return false;
}

void sheet_strokes(struct sheets *s, struct str path) {
    double scale = (double)PAD_ON_PAPER / PAD_WIDTH, x, y;
    sheet_room(s, PAD_HEIGHT * scale + 8);
    cairo_save(s->cr);
    cairo_translate(s->cr, s->left, s->y);
    cairo_scale(s->cr, scale, scale);
    cairo_rectangle(s->cr, 0, 0, PAD_WIDTH, PAD_HEIGHT);
    cairo_clip(s->cr);
    cairo_set_source_rgb(s->cr, .7, .7, .7);
    cairo_set_line_width(s->cr, 1.5);
    cairo_move_to(s->cr, 24, 140);
    cairo_line_to(s->cr, 576, 140);
    cairo_stroke(s->cr);
    cairo_set_source_rgb(s->cr, 0, 0, 0);
    cairo_set_line_width(s->cr, 4);
    cairo_set_line_join(s->cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(s->cr, CAIRO_LINE_CAP_ROUND);
    for (bool up = true; path.n > 0; up = false) {
        up = up || lifts(path);
        if (!number(&path, &x) || !number(&path, &y)) break;
        if (up)
            cairo_move_to(s->cr, x, y);
        else
            cairo_line_to(s->cr, x, y);
    }
    cairo_stroke(s->cr);
    cairo_restore(s->cr);
    s->y += PAD_HEIGHT * scale + 8;
}

/* Drawings ---------------------------------------------------------------------------------- */

/* Our pages' markup stands in HTML and names no namespace; a file of its own must. */
static RsvgHandle *handle_of(const struct paper_block *b) {
    static const char head[] = "<svg xmlns=\"http://www.w3.org/2000/svg\"";
    if (!str_starts(b->text, STR("<svg"))) return NULL;
    size_t head_n = sizeof head - 1, rest_n = (size_t)b->text.n - 4;
    guint8 *whole = malloc(head_n + rest_n);
    if (!whole) return NULL;
    memcpy(whole, head, head_n);
    memcpy(whole + head_n, b->text.s + 4, rest_n);
    RsvgHandle *h = rsvg_handle_new_from_data(whole, head_n + rest_n, NULL);
    free(whole);
    if (h && b->more.n)
        (void)!rsvg_handle_set_stylesheet(h, (const guint8 *)b->more.s, (gsize)b->more.n, NULL);
    return h;
}

/* How tall it is at the page's width; 0: it has no size. */
static double height_of(const struct sheets *s, RsvgHandle *h) {
    gboolean has_width, has_height, has_box;
    RsvgLength width, height;
    RsvgRectangle box;
    rsvg_handle_get_intrinsic_dimensions(h, &has_width, &width, &has_height, &height, &has_box,
                                         &box);
    if (!has_box || box.width < 1 || box.height < 1) return 0;
    double tall = (s->right - s->left) * box.height / box.width, most = s->bottom - s->top;
    return tall < most ? tall : most;
}

double sheet_drawing_height(const struct sheets *s, const struct paper_block *b) {
    RsvgHandle *h = handle_of(b);
    double tall = h ? height_of(s, h) : 0;
    if (h) g_object_unref(h);
    return tall;
}

static bool draw(struct sheets *s, RsvgHandle *h) {
    double tall = height_of(s, h);
    if (tall <= 0) return false;
    sheet_room(s, tall);
    RsvgRectangle place = {s->left, s->y, s->right - s->left, tall};
    if (!rsvg_handle_render_document(h, s->cr, &place, NULL)) return false;
    s->y += tall + 8;
    return true;
}

void sheet_drawing(struct sheets *s, const struct paper_block *b) {
    RsvgHandle *h = handle_of(b);
    if (!h || !draw(s, h))
        sheet_lines(s, STR("(The picture could not be drawn; its numbers stand in the record.)"),
                    &told_style, s->left, s->right - s->left);
    if (h) g_object_unref(h);
}
