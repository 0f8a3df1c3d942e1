/* A consent: the exact text, read and signed on this screen; or withdrawn. */
#include "app/consent.h"

#include "app/seal.h"
#include "web/form_view.h"
#include "web/show.h"

static void parts(struct request *rq, const struct consent_doc *doc,
                  struct view_consent_page *view) {
    view->parts.v = NEWS(rq->arena, struct view_consent_line, doc->parts_n);
    for (int i = 0; i < doc->parts_n; i++)
        view->parts.v[view->parts.n++] =
            (struct view_consent_line){doc->parts[i].is_heading, doc->parts[i].text};
}

/* Links to the same document in the languages that it has. */
static void languages(struct request *rq, const struct patient *p, const struct consent_doc *doc,
                      struct view_consent_page *view) {
    const struct content *c = rq->app->content;
    view->languages.v = NEWS(rq->arena, struct view_act_link, c->translations_n + 1);
    const struct consent_doc *first = content_consent(c, doc->id);
    for (int i = -1; i < c->translations_n; i++) {
        const struct consent_doc *d = i < 0 ? first : &c->translations[i];
        if (!str_eq(d->id, doc->id) || d->version != first->version ||
            str_eq(d->language, doc->language))
            continue;
        view->languages.v[view->languages.n++] = (struct view_act_link){
            .word = str_format(rq->arena, "%.*s: %.*s", STR_ARG(d->language), STR_ARG(d->title)),
            .link = show_link(rq->arena, p->id, "/consent/%.*s?language=%.*s", STR_ARG(d->id),
                              STR_ARG(d->language))};
    }
}

static const char *level_of(enum consent_state state) {
    if (state == CONSENT_BROKEN) return "critical";
    return state == CONSENT_CURRENT ? "fine" : "advisory";
}

/* Who signed last and when, the paper of it, and whether it still is what was signed. */
static enum err last_signature(struct request *rq, const struct patient *p,
                               const struct consent_status *s, struct view_consent_page *view) {
    struct consent row;
    if (!s->consent_id.n) return E_OK;
    TRY(consent_load(rq->tx, s->consent_id, &row));
    view->signed_line =
        str_format(rq->arena, "Signed %.*s by %.*s, version %d.",
                   STR_ARG(show_datetime(rq->arena, s->signed_ms)), STR_ARG(row.signer_name),
                   (int)row.document_version);
    view->pdf = show_link(rq->arena, p->id, "/consent/%.*s/pdf", STR_ARG(s->document));
    if (s->state == CONSENT_BROKEN) view->broken = consent_broken_text(rq->arena, &row);
    return E_OK;
}

static enum err forms(struct request *rq, const struct patient *p, const struct consent_status *s,
                      struct view_consent_page *view) {
    struct form_consent shown = {
        .shown_hash = view->hash,
        .language = view->language,
        .signer_name = show_name(rq->arena, STR_ABSENT, p->given_name, p->family_name),
        .signer_relation = STR("self")};
    view->may_sign = s->state != CONSENT_CURRENT && web_allows(rq, CAP_CONSENT_TAKE);
    TRY(web_form(rq, FORM_consent,
                 show_link(rq->arena, p->id, "/consent/%.*s", STR_ARG(s->document)), &shown, 0,
                 &view->form));
    /* A draft or a refused form may be of another text: what is signed is what stands here. */
    for (ptrdiff_t i = 0; i < view->form.hidden.n; i++) {
        struct view_form_hidden *h = &view->form.hidden.v[i];
        if (str_is(h->name, "shown_hash")) h->value = view->hash;
        if (str_is(h->name, "language")) h->value = view->language;
    }
    if (s->state != CONSENT_CURRENT || !web_allows(rq, CAP_CONSENT_TAKE)) return E_OK;
    struct view_form *withdraw = NEW(rq->arena, struct view_form);
    view->withdraw = withdraw;
    return web_form(rq, FORM_withdraw,
                    show_link(rq->arena, p->id, "/consent/%.*s/withdraw", STR_ARG(s->document)),
                    NULL, 0, withdraw);
}

enum err page_consent(struct request *rq) {
    struct patient p;
    struct consent_statuses all;
    struct view_consent_page view = {0};
    const struct consent_doc *doc = content_consent(rq->app->content, rq->path[1]);
    struct str wanted = web_query(rq, "language");
    if (!wanted.n && rq->shown_again) wanted = web_typed(rq, "language");
    if (!doc) return E_UNKNOWN;
    const struct consent_doc *other =
        wanted.n ? content_consent_in(rq->app->content, doc->id, wanted) : NULL;
    if (other) doc = other;
    TRY(show_patient(rq, doc->title, &p));
    TRY(consent_status_of(rq->tx, rq->app->content, p.id, &all));
    const struct consent_status *s = consent_status_named(&all, doc->id);
    view = (struct view_consent_page){.title = doc->title,
                                      .version = doc->version,
                                      .language = doc->language,
                                      .meaning = doc->meaning,
                                      .hash = SEAL(rq->arena, doc->text)};
    view.state = *show_tag(rq->arena, level_of(s->state), str_from(consent_state_word(s->state)));
    TRY(last_signature(rq, &p, s, &view));
    if (wanted.n && !other)
        view.fallback = str_format(rq->arena,
                                   "There is no text of this consent in \u201c%.*s\u201d. Below "
                                   "stands \u201c%.*s\u201d: read it with an interpreter, and "
                                   "name them.",
                                   STR_ARG(str_brief(wanted, 35)), STR_ARG(doc->language));
    languages(rq, &p, doc, &view);
    parts(rq, doc, &view);
    TRY(forms(rq, &p, s, &view));
    html_consent_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_consent(struct request *rq) {
    const struct form_consent *f = &rq->form.consent;
    struct consent_signature in = {.patient_id = rq->path[0],
                                   .document = rq->path[1],
                                   .language = f->language,
                                   .interpreter = f->interpreter,
                                   .shown_hash = f->shown_hash,
                                   .signer_name = f->signer_name,
                                   .signer_relation = f->signer_relation,
                                   .strokes = f->strokes,
                                   .agree = f->agree ? STR("1") : STR("")};
    TRY(consent_sign(rq->tx, rq->app->content, &in, &rq->faults));
    return web_redirect(rq, "/patient/%.*s", STR_ARG(rq->path[0]));
}

enum err post_consent_withdraw(struct request *rq) {
    struct consent_statuses all;
    TRY(consent_status_of(rq->tx, rq->app->content, rq->path[0], &all));
    const struct consent_status *s = consent_status_named(&all, rq->path[1]);
    if (!s || !s->consent_id.n) return E_UNKNOWN;
    TRY(consent_withdraw(rq->tx, s->consent_id, rq->form.withdraw.reason, &rq->faults));
    return web_redirect(rq, "/patient/%.*s", STR_ARG(rq->path[0]));
}
