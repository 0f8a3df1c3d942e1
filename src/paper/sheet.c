#include "paper/sheet.h"

#include <cairo-pdf.h>
#include <stdlib.h>
#include <string.h>

enum { MARGIN = 54, FOOT = 30, HEAD = 18, PAIR_NAME = 120, FRAME = 8 };

static const struct sheet_style styles[] = {
    [PAPER_TITLE] = {.size = 18, .before = 0, .after = 10, .is_bold = true},
    [PAPER_HEADING] = {.size = 12.5, .before = 10, .after = 4, .is_bold = true},
    [PAPER_TEXT] = {.size = 10, .after = 6},
    [PAPER_STRONG] = {.size = 10, .after = 6, .is_bold = true},
    [PAPER_QUIET] = {.size = 8.5, .after = 5, .grey = .35},
    [PAPER_POINT] = {.size = 10, .after = 3, .indent = 14},
    [PAPER_ALERT] = {.size = 11, .before = 4, .after = 8, .is_bold = true},
    [PAPER_PAIR] = {.size = 10, .after = 3},
};
static const struct sheet_style name_style = {.size = 10, .grey = .35};
static const struct sheet_style foot_style = {.size = 7.5, .grey = .35};
static const struct sheet_style number_style = {.size = 7.5, .grey = .35, .is_right = true};

/* Text -------------------------------------------------------------------------------------- */

static PangoLayout *layout_of(struct sheets *s, struct str text, const struct sheet_style *style,
                              double width) {
    PangoLayout *l = pango_layout_new(s->text);
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family(font, "sans-serif");
    pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
    if (style->is_bold) pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(l, font);
    pango_font_description_free(font);
    pango_layout_set_width(l, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    if (style->is_right) pango_layout_set_alignment(l, PANGO_ALIGN_RIGHT);
    pango_layout_set_line_spacing(l, 1.25f);
    pango_layout_set_text(l, text.n ? text.s : "", (int)text.n);
    return l;
}

static void page_new(struct sheets *s) {
    if (s->n == PAPER_PAGES_MAX) {
        s->too_many = true;
        s->y = s->top; /* what follows is drawn over the last page and thrown away */
        return;
    }
    cairo_rectangle_t extents = {0, 0, s->width, s->height};
    if (s->cr) cairo_destroy(s->cr);
    s->pages[s->n] = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extents);
    s->cr = cairo_create(s->pages[s->n++]);
    pango_cairo_update_context(s->cr, s->text);
    s->y = s->top;
    if (s->n == 1 || s->paper->head.title.n == 0) return;
    sheet_text_at(s, s->paper->head.title, &foot_style, s->left, s->top - HEAD, s->right - s->left);
}

void sheet_room(struct sheets *s, double height) {
    if (s->y + height > s->bottom && s->y > s->top) page_new(s);
}

void sheet_lines(struct sheets *s, struct str text, const struct sheet_style *style, double x,
                 double width) {
    PangoLayout *l = layout_of(s, text, style, width);
    PangoLayoutIter *i = pango_layout_get_iter(l);
    int from = 0; /* where the part of this page begins in the layout */
    cairo_set_source_rgb(s->cr, style->grey, style->grey, style->grey);
    do {
        PangoRectangle line;
        int above, below;
        pango_layout_iter_get_line_extents(i, NULL, &line);
        pango_layout_iter_get_line_yrange(i, &above, &below);
        if (s->y + (double)(below - from) / PANGO_SCALE > s->bottom && s->y > s->top) {
            page_new(s);
            from = above;
            cairo_set_source_rgb(s->cr, style->grey, style->grey, style->grey);
        }
        cairo_move_to(s->cr, x + (double)line.x / PANGO_SCALE,
                      s->y + (double)(pango_layout_iter_get_baseline(i) - from) / PANGO_SCALE);
        pango_cairo_show_layout_line(s->cr, pango_layout_iter_get_line_readonly(i));
        if (pango_layout_iter_at_last_line(i)) s->y += (double)(below - from) / PANGO_SCALE;
    } while (pango_layout_iter_next_line(i));
    pango_layout_iter_free(i);
    g_object_unref(l);
}

double sheet_text_height(struct sheets *s, struct str text, const struct sheet_style *style,
                         double width) {
    PangoLayout *l = layout_of(s, text, style, width);
    int w, h;
    pango_layout_get_size(l, &w, &h);
    g_object_unref(l);
    return (double)h / PANGO_SCALE;
}

void sheet_text_at(struct sheets *s, struct str text, const struct sheet_style *style, double x,
                   double y, double width) {
    PangoLayout *l = layout_of(s, text, style, width);
    cairo_set_source_rgb(s->cr, style->grey, style->grey, style->grey);
    cairo_move_to(s->cr, x, y);
    pango_cairo_show_layout(s->cr, l);
    g_object_unref(l);
}

/* Blocks ------------------------------------------------------------------------------------ */

static void frame(struct sheets *s, struct str text, const struct sheet_style *style) {
    double inner = s->right - s->left - 2 * FRAME;
    double height = sheet_text_height(s, text, style, inner) + 2 * FRAME;
    sheet_room(s, height);
    cairo_set_source_rgb(s->cr, 0, 0, 0);
    cairo_set_line_width(s->cr, 1.5);
    cairo_rectangle(s->cr, s->left, s->y, s->right - s->left, height);
    cairo_stroke(s->cr);
    sheet_text_at(s, text, style, s->left + FRAME, s->y + FRAME, inner);
    s->y += height;
}

static void pair(struct sheets *s, const struct paper_block *b, const struct sheet_style *style) {
    double width = s->right - s->left - PAIR_NAME;
    sheet_room(s, sheet_text_height(s, b->text, &name_style, PAIR_NAME - 8));
    double y = s->y;
    sheet_text_at(s, b->text, &name_style, s->left, y, PAIR_NAME - 8);
    sheet_lines(s, b->more, style, s->left + PAIR_NAME, width);
    double least = y + sheet_text_height(s, b->text, &name_style, PAIR_NAME - 8);
    if (s->y > y && s->y < least) s->y = least;
}

/* A heading takes two lines of what it heads along; or the whole of a drawing, with the small
 * print between them. */
static double below(const struct sheets *s, const struct paper_block *b) {
    const struct paper_block *end = s->paper->blocks + s->paper->n;
    for (b++; b < end && b->kind == PAPER_QUIET; b++) {
    }
    double tall = b < end && b->kind == PAPER_DRAWING ? sheet_drawing_height(s, b) : 0;
    return tall + 60 < s->bottom - s->top ? tall : 0;
}

static void put_text(struct sheets *s, const struct paper_block *b,
                     const struct sheet_style *style) {
    double width = s->right - s->left - style->indent;
    if (b->kind == PAPER_HEADING) sheet_room(s, 60 + below(s, b));
    if (b->kind == PAPER_STRONG) sheet_room(s, 44); /* with two lines of what it speaks of */
    if (b->kind == PAPER_POINT) {
        sheet_room(s, style->size * 1.5);
        sheet_text_at(s, STR("\u2022"), style, s->left + 3, s->y, 12);
    }
    sheet_lines(s, b->text, style, s->left + style->indent, width);
}

static void put(struct sheets *s, const struct paper_block *b) {
    bool styled = b->kind <= PAPER_PAIR;
    const struct sheet_style *style = &styles[styled ? b->kind : PAPER_TEXT];
    if (styled && s->y > s->top) s->y += style->before;
    switch (b->kind) {
    case PAPER_TABLE:
        sheet_table(s, b);
        break;
    case PAPER_STROKES:
        sheet_strokes(s, b->text);
        break;
    case PAPER_DRAWING:
        sheet_drawing(s, b);
        break;
    case PAPER_BREAK:
        sheet_room(s, s->height);
        break;
    case PAPER_ALERT:
        frame(s, b->text, style);
        break;
    case PAPER_PAIR:
        pair(s, b, style);
        break;
    default:
        put_text(s, b, style);
    }
    if (styled) s->y += style->after;
}

/* The file ---------------------------------------------------------------------------------- */

struct bytes {
    char *p;
    size_t n, cap;
    bool failed;
};

static cairo_status_t take(void *closure, const unsigned char *data, unsigned n) {
    struct bytes *b = closure;
    if (b->n + n > b->cap) {
        size_t cap = 2 * b->cap + n + 65536;
        char *p = realloc(b->p, cap);
        if (!p) return CAIRO_STATUS_NO_MEMORY;
        b->p = p;
        b->cap = cap;
    }
    memcpy(b->p + b->n, data, n);
    b->n += n;
    return CAIRO_STATUS_SUCCESS;
}

static void open_sheets(struct sheets *s, const struct paper *p) {
    static PangoFontMap *fonts; /* kept: looking them up is what costs */
    if (!fonts) fonts = pango_cairo_font_map_new();
    bool letter = p->head.size == PAPER_LETTER;
    *s = (struct sheets){.paper = p,
                         .fonts = fonts,
                         .width = letter ? 612 : 595.28,
                         .height = letter ? 792 : 841.89};
    s->left = MARGIN;
    s->top = MARGIN;
    s->right = s->width - MARGIN;
    s->bottom = s->height - MARGIN - FOOT;
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts), 72);
    s->text = pango_font_map_create_context(fonts);
    cairo_font_options_t *o = cairo_font_options_create();
    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(s->text, o);
    cairo_font_options_destroy(o);
    pango_context_set_round_glyph_positions(s->text, FALSE);
}

static void put_foot(struct sheets *s, int page) {
    char number[48];
    int n = snprintf(number, sizeof number, "page %d of %d", page + 1, s->n);
    double y = s->bottom + FOOT - 12, width = s->right - s->left;
    cairo_set_source_rgb(s->cr, .7, .7, .7);
    cairo_set_line_width(s->cr, .5);
    cairo_move_to(s->cr, s->left, y - 4);
    cairo_line_to(s->cr, s->right, y - 4);
    cairo_stroke(s->cr);
    sheet_text_at(s, s->paper->head.foot, &foot_style, s->left, y, width - 80);
    sheet_text_at(s, (struct str){number, n}, &number_style, s->right - 76, y, 76);
}

static void set_metadata(cairo_surface_t *pdf, const struct paper_head *h) {
    char title[256], made[64];
    snprintf(title, sizeof title, "%.*s", STR_ARG(str_brief(h->title, 250)));
    snprintf(made, sizeof made, "%.*s", STR_ARG(str_brief(h->made, 60)));
    cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATOR, "Cairn " CAIRN_VERSION);
    cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, made);
}

/* The pages were drawn into memory, so that the foot of the first can name the last. */
static enum err put_file(struct sheets *s, struct bytes *out) {
    cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(take, out, s->width, s->height);
    set_metadata(pdf, &s->paper->head);
    if (s->cr) cairo_destroy(s->cr);
    s->cr = cairo_create(pdf);
    pango_cairo_update_context(s->cr, s->text);
    for (int i = 0; i < s->n; i++) {
        cairo_set_source_surface(s->cr, s->pages[i], 0, 0);
        cairo_paint(s->cr);
        put_foot(s, i);
        cairo_show_page(s->cr);
    }
    cairo_status_t drawn = cairo_status(s->cr);
    cairo_destroy(s->cr);
    s->cr = NULL;
    cairo_surface_finish(pdf);
    if (!drawn) drawn = cairo_surface_status(pdf);
    cairo_surface_destroy(pdf);
    return drawn ? E_WORLD : E_OK;
}

enum err sheet_draw(const struct paper *p, char **bytes, size_t *n) {
    struct sheets *s = malloc(sizeof *s);
    struct bytes out = {0};
    if (!s) return E_WORLD;
    open_sheets(s, p);
    page_new(s);
    for (ptrdiff_t i = 0; i < p->n && !s->too_many; i++) put(s, &p->blocks[i]);
    enum err e = s->too_many ? E_TOO_LARGE : put_file(s, &out);
    if (s->cr) cairo_destroy(s->cr);
    for (int i = 0; i < s->n; i++) cairo_surface_destroy(s->pages[i]);
    g_object_unref(s->text);
    free(s);
    *bytes = out.p;
    *n = out.n;
    return e;
}
