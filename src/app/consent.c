#include "app/consent.h"

#include "app/screening.h"
#include "app/seal.h"
#include "app/words.h"
#include "base/clock.h"

enum { NAME_MAX_BYTES = 200, STROKES_MAX = 60000 };

struct str consent_seal(struct arena *a, const struct consent *c) {
    return SEAL(a, c->patient_id, c->document, str_format(a, "%d", (int)c->document_version),
                c->language, c->text_hash, c->text, c->signer_name, c->signer_relation,
                str_format(a, "%lld", (long long)c->signed_ms), c->meaning, c->strokes,
                c->witness_id);
}

/* Signing ----------------------------------------------------------------------------------- */

static bool is_path_data(struct str s) {
    for (ptrdiff_t i = 0; i < s.n; i++) {
        char c = s.s[i];
        if (!((c >= '0' && c <= '9') || c == 'M' || c == 'L' || c == ' ' || c == '.' || c == ',' ||
              c == '-'))
            return false;
    }
    return true;
}

static void check(const struct consent_signature *in, const struct consent_doc *doc,
                  struct str text_hash, struct faults *faults) {
    static const char *const relations[] = {"self", "guardian", "representative", NULL};
    if (!doc)
        fault_add(faults, STR("document"), "unknown", "There is no consent of that name.");
    else if (!str_eq(in->shown_hash, text_hash))
        fault_add(faults, STR("shown_hash"), "stale",
                  "The text has changed since this page was opened. Read it again, then sign.");
    if (str_trim(in->signer_name).n == 0 || in->signer_name.n > NAME_MAX_BYTES)
        fault_add(faults, STR("signer_name"), "required",
                  "Print the name of the person who signs.");
    if (!word_in(in->signer_relation, relations))
        fault_add(faults, STR("signer_relation"), "unknown",
                  "Who signs: the patient, a guardian or a representative.");
    if (!str_is(in->agree, "1"))
        fault_add(faults, STR("agree"), "required", "Tick the box if you agree; else do not sign.");
    if (in->interpreter.n > NAME_MAX_BYTES)
        fault_add(faults, STR("interpreter"), "length", "At most %d characters.", NAME_MAX_BYTES);
    if (in->strokes.n > STROKES_MAX || !is_path_data(in->strokes))
        fault_add(faults, STR("strokes"), "syntax",
                  "The drawn signature cannot be read; draw it again.");
}

struct str consent_help_seal(struct arena *a, const struct consent *c,
                             const struct consent_help *help) {
    return SEAL(a, c->id, c->seal, help->interpreter);
}

static enum err keep_interpreter(struct tx *tx, const struct consent *c, struct str interpreter) {
    struct consent_help row = {
        .id = c->id, .patient_id = c->patient_id, .interpreter = interpreter};
    if (interpreter.n == 0) return E_OK;
    row.seal = consent_help_seal(tx->arena, c, &row);
    tx_event(tx, "consent_signed", STR("with an interpreter"));
    return consent_help_put(tx, &row);
}

/* Where the rules doubt capacity, a note on it stands before the signature; who lacks it does
 * not sign. */
static enum err check_capacity(struct tx *tx, const struct content *content,
                               const struct patient *p, struct str relation,
                               struct faults *faults) {
    struct screening_view s;
    struct capacity_latest_row note;
    bool doubt = false;
    TRY(screening_view_load(tx, content, p, &s));
    for (int i = 0; i < s.decision.n; i++) doubt |= str_is(s.decision.v[i].id, "CI-22");
    enum err e = capacity_latest(tx, &(struct capacity_latest_in){p->id}, &note);
    if (!doubt || (e == E_OK && (str_is(note.level, "has") || !str_is(relation, "self"))))
        return E_OK;
    if (e != E_OK && e != E_UNKNOWN) return e;
    fault_add(faults, STR(""), "capacity",
              e ? "CI-22: capacity is in doubt. Write a note of the kind Capacity first."
                : "CI-22: by the last note on capacity, the patient does not sign alone.");
    return E_BLOCKED;
}

enum err consent_sign(struct tx *tx, const struct content *content,
                      const struct consent_signature *in, struct faults *faults) {
    struct patient p;
    const struct consent_doc *doc = in->language.n
                                        ? content_consent_in(content, in->document, in->language)
                                        : content_consent(content, in->document);
    struct str text_hash = doc ? SEAL(tx->arena, doc->text) : STR("");
    check(in, doc, text_hash, faults);
    TRY(faults_err(faults));
    TRY(patient_load(tx, in->patient_id, &p));
    TRY(check_capacity(tx, content, &p, in->signer_relation, faults));
    struct consent row = {.patient_id = p.id,
                          .document = doc->id,
                          .document_version = doc->version,
                          .language = doc->language,
                          .text_hash = text_hash,
                          .text = doc->text,
                          .signer_name = str_trim(in->signer_name),
                          .signer_relation = in->signer_relation,
                          .signed_ms = tx->now_ms,
                          .meaning = doc->meaning,
                          .strokes = in->strokes.n ? in->strokes : STR_ABSENT,
                          .witness_id = tx->actor.account_id};
    row.seal = consent_seal(tx->arena, &row);
    tx_event(tx, "consent_signed", doc->title);
    TRY(consent_put(tx, &row));
    return keep_interpreter(tx, &row, str_trim(in->interpreter));
}

enum err consent_withdraw(struct tx *tx, struct str consent_id, struct str reason,
                          struct faults *faults) {
    struct consent row;
    if (str_trim(reason).n == 0)
        fault_add(faults, STR("reason"), "required", "Write why the consent is withdrawn.");
    TRY(faults_err(faults));
    TRY(consent_load(tx, consent_id, &row));
    if (row.withdrawn_ms.is) return E_BLOCKED;
    row.withdrawn_ms = (struct maybe_int){true, tx->now_ms};
    row.withdrawn_reason = reason;
    tx_event(tx, "consent_withdrawn", reason);
    return consent_put(tx, &row);
}

/* Standing ---------------------------------------------------------------------------------- */

enum consent_state consent_state(struct arena *a, const struct content *content,
                                 const struct consent *row, int64_t now_ms) {
    const struct consent_doc *doc = content_consent_in(content, row->document, row->language);
    if (!str_eq(row->seal, consent_seal(a, row))) return CONSENT_BROKEN;
    if (row->withdrawn_ms.is) return CONSENT_WITHDRAWN;
    if (!doc || doc->version != row->document_version) return CONSENT_STALE;
    if (!str_eq(row->text_hash, SEAL(a, doc->text))) return CONSENT_STALE;
    int32_t until = date_add_months(clock_today(row->signed_ms), doc->valid_months);
    return clock_today(now_ms) < until ? CONSENT_CURRENT : CONSENT_STALE;
}

const char *consent_state_word(enum consent_state s) {
    static const char *const words[] = {"missing", "current", "out of date", "withdrawn",
                                        "broken: the record was changed after signing"};
    return words[s];
}

static struct consent_status status_of(struct tx *tx, const struct content *content,
                                       const struct consent_doc *doc, struct str route,
                                       const struct consent_rows *rows) {
    struct consent_status status = {.document = doc->id,
                                    .title = doc->title,
                                    .document_version = doc->version,
                                    .required = consent_doc_required(doc, route)};
    for (ptrdiff_t i = 0; i < rows->n; i++) {
        if (!str_eq(rows->v[i].document, doc->id)) continue;
        status.state = consent_state(tx->arena, content, &rows->v[i], tx->now_ms);
        status.signed_ms = rows->v[i].signed_ms;
        status.consent_id = rows->v[i].id;
        break; /* rows come newest first: the last signature counts */
    }
    return status;
}

enum err consent_status_for(struct tx *tx, const struct content *content, struct str patient_id,
                            struct str route, struct consent_statuses *out) {
    struct consent_rows rows;
    TRY(consent_of_patient(tx, &(struct consent_of_patient_in){patient_id}, &rows));
    *out = (struct consent_statuses){
        .v = NEWS(tx->arena, struct consent_status, content->consents_n), .in_force = true};
    for (int i = 0; i < content->consents_n; i++) {
        struct consent_status s = status_of(tx, content, &content->consents[i], route, &rows);
        if (s.required && s.state != CONSENT_CURRENT) out->in_force = false;
        out->v[out->n++] = s;
    }
    return E_OK;
}

enum err consent_status_of(struct tx *tx, const struct content *content, struct str patient_id,
                           struct consent_statuses *out) {
    struct course course;
    enum err e = course_active(tx, &(struct course_active_in){patient_id}, &course);
    if (e != E_OK && e != E_UNKNOWN) return e;
    struct str route = e == E_OK ? course.route : STR("unplanned");
    return consent_status_for(tx, content, patient_id, route, out);
}

const struct consent_status *consent_status_named(const struct consent_statuses *all,
                                                  struct str document) {
    return STR_FIND(all->v, all->n, document, document);
}

struct str consent_broken_text(struct arena *a, const struct consent *row) {
    bool text = !str_eq(row->text_hash, SEAL(a, row->text));
    return str_format(a,
                      "Signature broken. The record was changed after it was signed on %s: %s. "
                      "This is no consent. Have it signed again, and have the record looked into "
                      "(cairn verify says what was altered).",
                      str_z(a, clock_date_text(a, row->signed_ms)),
                      text ? "its text is not the text that was hashed"
                           : "what it says of the signature is not what was sealed");
}
