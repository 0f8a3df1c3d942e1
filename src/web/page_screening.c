/*
 * The screening room: what is asked, what the chart knows, the decision that explains itself,
 * and the prescriber's signature under it. The decision is judged anew at each look, from the
 * answers and the chart as they are; what was signed stays as it was signed.
 */
#include "app/screening.h"

#include "app/words.h"
#include "web/form_view.h"
#include "web/show.h"
#include "web/signer.h"
#include "web/workup_view.h"

/* The questions ----------------------------------------------------------------------------- */

static const char *choices_text(struct request *rq, const struct question *q) {
    const struct candidate_meaning *m;
    if (q->kind == QUESTION_YES) return "yes=Yes|no=No";
    if (q->kind == QUESTION_CHART) return "yes=Yes, I have gone through them|no=Not yet";
    if (q->kind != QUESTION_VALUE) return "";
    m = candidate_meaning((enum candidate_field)q->field);
    if (m->kind == CANDIDATE_TRUTH) return "yes=Yes|no=No";
    if (m->kind == CANDIDATE_WHOLE && m->high == 2) return "0=0|1=1|2=2";
    if (m->kind != CANDIDATE_WORD) return "";
    struct str words = str_from(m->words);
    struct buf b = buf_new(rq->arena, 128);
    while (words.n > 0) {
        struct str word = str_cut(words, ' ', &words);
        if (b.n) buf_char(&b, '|');
        buf_put(&b, word);
        buf_char(&b, '=');
        buf_put(&b, word);
    }
    return str_z(rq->arena, buf_str(&b));
}

static enum err question_field(struct request *rq, const struct question *q, struct str action,
                               struct str answers, struct view_form_field *out) {
    struct field_choices choices = {0};
    const char *text = choices_text(rq, q);
    struct field f = {.kind = *text ? KIND_choice : KIND_text,
                      .name = screening_question_key(q),
                      .label = q->label,
                      .unit = q->kind == QUESTION_VALUE ? q->unit : "",
                      .max = 80,
                      .need = JUDGED,
                      .choices = text,
                      .help = q->kind == QUESTION_WORDS ? q->unit : ""};
    if (*text) TRY(field_choices(rq, text, &choices));
    *out = web_field(rq, action, &f, pair_value(answers, str_from(f.name)), &choices);
    return E_OK;
}

static enum err questions(struct request *rq, const struct patient *p,
                          const struct screening_view *s, struct view_screening_page *view) {
    struct str action = show_link(rq->arena, p->id, "/screening");
    struct str answers = s->has ? s->row.answers : STR("");
    struct view_form *form = NEW(rq->arena, struct view_form);
    TRY(web_form_blank(rq, action, "Save the answers", PLAIN, form));
    if (s->has) form->version = (struct maybe_int){true, s->row.version};
    for (int i = 0; i < screening_question_count;) {
        const struct question *group = &screening_questions[i++];
        struct view_form_field *fields = NEWS(rq->arena, struct view_form_field,
                                              screening_question_count - i);
        ptrdiff_t n = 0;
        for (; i < screening_question_count && screening_questions[i].kind != QUESTION_GROUP; i++)
            TRY(question_field(rq, &screening_questions[i], action, answers, &fields[n++]));
        web_form_group(rq, form, group->label, group->unit, fields, n);
    }
    view->questions = form;
    return E_OK;
}

static enum err read_answers(struct request *rq, struct str *answers) {
    struct buf pairs = buf_new(rq->arena, 512);
    for (int i = 0; i < screening_question_count; i++) {
        const struct question *q = &screening_questions[i];
        const char *key = screening_question_key(q);
        if (!key) continue;
        struct str value = str_trim(web_typed(rq, key));
        char *word = (char *)str_z(rq->arena, value); /* our own copy: blanks go */
        ptrdiff_t n = 0;
        for (ptrdiff_t k = 0; k < value.n; k++)
            if (value.s[k] != ' ') word[n++] = value.s[k] == '=' ? '-' : value.s[k];
        if (n > 80)
            fault_add(&rq->faults, str_from(key), "length", "At most 80 letters.");
        pair_put(&pairs, str_from(key), (struct str){word, n});
    }
    *answers = buf_str(&pairs);
    return faults_err(&rq->faults);
}

/* The decision ------------------------------------------------------------------------------ */

static const char *level_of(enum severity s) {
    static const char *const levels[] = {"critical", "urgent", "advisory", "information"};
    return levels[s];
}

/* What a missing field is called: by its question, or by where else it comes from. */
static struct str label_of(struct str path) {
    static const struct {
        const char *path, *label;
    } elsewhere[] = {{"vitals.bp", "Blood pressure, two readings of the last two weeks"},
                     {"conditions", "Are the conditions complete"},
                     {"medications", "Are the medicines complete"},
                     {"allergies", "Are the allergies complete"},
                     {"history", "Every question of the history"},
                     {"family_history", "The family's history"},
                     {"scores.audit", "AUDIT"},
                     {"scores.dast10", "DAST-10"}};
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        if (str_is(path, elsewhere[i].path)) return str_from(elsewhere[i].label);
    for (int i = 0; i < screening_question_count; i++) {
        const char *key = screening_question_key(&screening_questions[i]);
        if (key && str_is(path, key)) return str_from(screening_questions[i].label);
    }
    return path;
}

static void decision(struct request *rq, const struct screening_view *s,
                     struct view_screening_page *view) {
    static const char *const said[] = {"By these answers: eligible",
                                       "By these answers: conditional",
                                       "By these answers: ineligible"};
    const struct decision *d = &s->decision;
    view->lead = str_from(said[d->outcome]);
    struct buf missing = buf_new(rq->arena, 256);
    int missing_n = 0;
    view->findings.v = NEWS(rq->arena, struct view_finding_row, d->n);
    for (int i = 0; i < d->n; i++) {
        if (str_starts(d->v[i].id, STR("MISSING:"))) {
            buf_z(&missing, missing_n++ ? ", " : "");
            buf_put(&missing, label_of(d->v[i].field));
            if (!str_is(d->v[i].saw, "not known"))
                buf_format(&missing, " (too old: %.*s)", STR_ARG(d->v[i].saw));
            continue;
        }
        int days = d->v[i].rule ? d->v[i].rule->recheck_days : 0;
        view->findings.v[view->findings.n++] = (struct view_finding_row){
            .tag = *show_tag(rq->arena, level_of(d->v[i].severity),
                             str_from(screening_severity(d->v[i].severity))),
            .rule = d->v[i].id,
            .why = d->v[i].why,
            .again = days ? str_format(rq->arena, "Look again within %d days.", days) : STR_ABSENT,
            .saw = d->v[i].saw,
            .source = d->v[i].source};
    }
    if (missing_n) view->missing = buf_str(&missing);
    if (d->n == 0) view->none = STR("No rule speaks against it, and nothing is missing.");
}

enum err page_screening(struct request *rq) {
    struct patient p;
    struct screening_view s;
    struct view_screening_page view = {.title = STR("Screening")};
    TRY(show_patient(rq, view.title, &p));
    TRY(screening_view_load(rq->tx, rq->app->content, &p, &s));
    bool is_signed = s.has && str_is(s.row.state, "signed");
    view.state = *show_tag(rq->arena, is_signed ? "fine" : "advisory",
                           is_signed ? STR("signed") : s.has ? STR("open") : STR("not begun"));
    if (is_signed)
        view.declared = str_format(rq->arena, "Declared %.*s, signed %.*s. %.*s",
                                   STR_ARG(s.row.decision),
                                   STR_ARG(show_datetime(rq->arena, s.row.signed_ms.v)),
                                   STR_ARG(s.row.override_reason));
    /* a change of the chart re-opens the question, and says so */
    bool moved = is_signed && !str_is(s.row.decision, "declined") &&
                 !str_is(s.row.decision, screening_outcome(s.decision.outcome));
    if (moved) {
        view.state = *show_tag(rq->arena, "urgent", STR("look again"));
        view.moved = STR("The chart has changed since this was signed, and the rules now say "
                         "otherwise. Save the answers to open a new screening.");
    }
    decision(rq, &s, &view);
    TRY(workup_trial_panel(rq, p.id, &view.trials));
    TRY(workup_table(rq, &p, &view.workup));
    if (web_allows(rq, CAP_SCREENING_WRITE)) TRY(questions(rq, &p, &s, &view));
    if (s.has && !is_signed && web_allows(rq, CAP_SCREENING_SIGN)) {
        struct view_form *sign = NEW(rq->arena, struct view_form);
        TRY(web_form(rq, FORM_screening_sign, show_link(rq->arena, p.id, "/screening/sign"), NULL,
                     s.row.version, sign));
        view.sign = sign;
    }
    html_screening_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_screening(struct request *rq) {
    struct str answers;
    TRY(read_answers(rq, &answers));
    TRY(screening_save(rq->tx, rq->app->content, rq->path[0], answers, STR_ABSENT, rq->version,
                       &rq->faults));
    return web_redirect(rq, "/patient/%.*s/screening", STR_ARG(rq->path[0]));
}

enum err post_screening_sign(struct request *rq) {
    const struct form_screening_sign *f = &rq->form.screening_sign;
    TRY(signer_again(rq, f->password));
    struct screening_sign_in in = {rq->path[0], f->declare, f->reason, rq->version};
    TRY(web_begin(rq, TX_WRITE));
    TRY(web_end(rq, screening_sign(rq->tx, rq->app->content, &in, &rq->faults)));
    return web_redirect(rq, "/patient/%.*s", STR_ARG(rq->path[0]));
}
