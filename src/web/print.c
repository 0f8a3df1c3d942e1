#include "web/print.h"

#include <string.h>

#include "app/seal.h"
#include "base/clock.h"
#include "base/embed.h"
#include "web/show.h"

enum err print_open(struct request *rq, struct str title, struct print *out) {
    TRY(patient_load(rq->tx, rq->path[0], &out->patient));
    const struct patient *p = &out->patient;
    struct str name = show_name(rq->arena, STR_ABSENT, p->given_name, p->family_name);
    out->title = title;
    out->paper =
        paper_new(rq->arena, (struct paper_head){.title = str_format(rq->arena, "%.*s: %.*s, %.*s",
                                                                     STR_ARG(title), STR_ARG(name),
                                                                     STR_ARG(p->mrn))});
    paper_quiet(&out->paper, rq->app->clinic_name);
    paper_title(&out->paper, title);
    paper_pair(&out->paper, "Patient", name);
    paper_pair(&out->paper, "Preferred name", p->preferred_name);
    paper_pair(&out->paper, "Born", show_date(rq->arena, p->birth_date));
    paper_pair(&out->paper, "Number", p->mrn);
    return E_OK;
}

struct print_rows print_rows(struct request *rq, const struct paper_column *columns,
                             int column_count, ptrdiff_t most) {
    return (struct print_rows){columns, NEWS(rq->arena, struct str, column_count * most),
                               column_count, 0};
}

void print_row(struct print_rows *t, const struct str *cells) {
    memcpy(t->cells + t->n++ * t->column_count, cells, sizeof *cells * (size_t)t->column_count);
}

void print_table(struct print *d, struct str title, const struct print_rows *t) {
    if (t->n == 0) return;
    paper_heading(&d->paper, title);
    paper_table(&d->paper, t->columns, t->column_count, t->cells, t->n);
}

void print_rulings(struct request *rq, struct print *d, struct view_list_panel panel) {
    static const struct paper_column columns[] = {
        {"Source", 4}, {"What the rule saw", 9}, {"It said", 2}};
    struct print_rows t = print_rows(rq, columns, 3, panel.rows.n);
    for (ptrdiff_t i = 0; i < panel.rows.n; i++) {
        const struct view_item *item = &panel.rows.v[i];
        struct str what = item->what;
        if (item->detail.n)
            what = str_format(rq->arena, "%.*s %.*s", STR_ARG(what), STR_ARG(item->detail));
        print_row(&t, (struct str[]){item->when, what, item->tag ? item->tag->word : STR("")});
    }
    print_table(d, panel.title, &t);
}

void print_figure(struct print *d, const struct view_figure *figure) {
    const struct embedded *style = embed_find(STR("static/paper.css"));
    if (!figure || !style) return;
    paper_heading(&d->paper, figure->title);
    if (figure->caption.n) paper_quiet(&d->paper, figure->caption);
    paper_drawing(&d->paper, figure->wide.markup, style->bytes);
}

/* Over every text of the document in its order, with its kind; not over pictures and the foot. */
static struct str fingerprint(struct arena *a, const struct paper *p) {
    struct buf all = buf_new(a, 16384);
    for (ptrdiff_t i = 0; i < p->n; i++) {
        const struct paper_block *b = &p->blocks[i];
        buf_format(&all, "\n%d ", b->kind);
        if (b->kind == PAPER_DRAWING) continue;
        buf_put(&all, b->text);
        buf_char(&all, '\n');
        buf_put(&all, b->more);
        for (ptrdiff_t k = 0; k < b->row_count * b->column_count; k++) {
            buf_char(&all, '\n');
            buf_put(&all, b->cells[k]);
        }
    }
    return SEAL(a, buf_str(&all));
}

static struct str iso_of(struct arena *a, int64_t at_ms) {
    struct buf b = buf_new(a, 32);
    view_format_iso(&b, (struct maybe_int){true, at_ms});
    return buf_str(&b);
}

enum err print_pdf(struct request *rq, struct print *d, struct str *pdf) {
    struct str hash = fingerprint(rq->arena, &d->paper);
    d->paper.head.made = iso_of(rq->arena, rq->now_ms);
    d->paper.head.foot = str_format(rq->arena, "%.*s. Printed by %.*s, %.*s\nFingerprint %.*s",
                                    STR_ARG(rq->app->clinic_name), STR_ARG(rq->account.name),
                                    STR_ARG(show_datetime(rq->arena, rq->now_ms)), STR_ARG(hash));
    return paper_pdf(&d->paper, rq->arena, pdf);
}

enum err print_send(struct request *rq, struct print *d, const char *name) {
    struct str pdf;
    TRY(print_pdf(rq, d, &pdf));
    rq->answer->content_type = STR("application/pdf");
    struct str file = str_format(rq->arena, "inline; filename=\"%s.pdf\"", name);
    http_answer_header(rq->http, rq->answer, "Content-Disposition", file);
    rq->audit_why = d->title;
    buf_put(rq->out, pdf);
    return E_OK;
}
