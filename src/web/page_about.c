/*
 * For the patient: how a session goes, as a shape without a number, and the education pages of
 * the content. The picture is that of the course's route and dose for a typical adult; where
 * there is no course, or no model of its route, there are the pages alone.
 */
#include "core/dose.h"
#include "web/forecast_view.h"
#include "web/show.h"

static enum err picture(struct request *rq, struct view_about_page *view) {
    struct course course;
    struct dose_order order;
    const char *why;
    struct str patient_id = rq->account.patient_id;
    const struct pk_model *m = content_pk_model(rq->app->content, STR("kap1"));
    enum err e = course_latest(rq->tx, &(struct course_latest_in){patient_id}, &course);
    if (e == E_UNKNOWN || (e == E_OK && !m)) return E_OK;
    TRY(e);
    if (!dose_order_read(course.planned_dose, &order, &why)) return E_OK;
    struct forecast_dose dose = {
        .route = course.route,
        .amount_ug = dose_amount_ug(order, m->params[PK_reference_weight].value)};
    struct forecast_case c = {.content = rq->app->content, .doses = &dose, .dose_count = 1};
    view->picture = forecast_gentle(rq->arena, &c);
    return E_OK;
}

/* In the order in which they are needed; then what a clinic has added. */
static int place_of(const struct page *page) {
    static const char *const when[] = {"before", "day", "handout", "window"};
    int at = str_index(page->when, when, COUNT(when));
    return at < 0 ? COUNT(when) : at;
}

static void list_pages(struct request *rq, struct view_about_page *view) {
    const struct content *content = rq->app->content;
    view->pages.v = NEWS(rq->arena, struct view_item, content->pages_n);
    for (int place = 0; place <= 4; place++)
        for (int i = 0; i < content->pages_n; i++) {
            const struct page *page = content->pages[i];
            if (place_of(page) != place) continue;
            view->pages.v[view->pages.n++] = (struct view_item){
                .what = page->title,
                .link = str_format(rq->arena, "/portal/about/%.*s", STR_ARG(page->id))};
        }
}

enum err page_about(struct request *rq) {
    struct view_about_page view = {.title = STR("How a session goes")};
    if (!rq->account.patient_id.n) return E_REFUSED;
    rq->patient_id = rq->account.patient_id;
    TRY(picture(rq, &view));
    list_pages(rq, &view);
    page_open(rq, "Portal", view.title);
    html_about_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

/* Points that follow each other are one list. */
static struct view_about_part_list parts_of(struct arena *a, const struct page *page) {
    struct view_about_part_list list = {NEWS(a, struct view_about_part, page->parts_n), 0};
    struct view_about_part *points = NULL;
    for (int i = 0; i < page->parts_n; i++) {
        const struct page_part *part = &page->parts[i];
        if (part->kind != PAGE_POINT) {
            list.v[list.n++] = part->kind == PAGE_HEADING
                                   ? (struct view_about_part){.heading = part->text}
                                   : (struct view_about_part){.text = part->text};
            points = NULL;
            continue;
        }
        if (!points) {
            points = &list.v[list.n++];
            *points = (struct view_about_part){
                .points = {NEWS(a, struct str, page->parts_n), 0}};
        }
        points->points.v[points->points.n++] = part->text;
    }
    return list;
}

enum err page_about_read(struct request *rq) {
    const struct page *page = content_page(rq->app->content, rq->path[0]);
    if (!page) return E_UNKNOWN;
    struct view_about_read view = {.title = page->title, .parts = parts_of(rq->arena, page)};
    page_open(rq, "Portal", page->title);
    html_about_read(rq->out, &view);
    page_close(rq);
    return E_OK;
}
