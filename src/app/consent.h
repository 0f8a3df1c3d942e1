/*
 * consent: a person signs a text. The row keeps the exact text, its hash, who signed, what
 * the signature means, when, and a seal over all of it; any later change breaks the seal.
 */
#ifndef CAIRN_APP_CONSENT_H
#define CAIRN_APP_CONSENT_H

#include "app/content.h"
#include "store/sql.h"

struct consent_signature {
    struct str patient_id;
    struct str document;         /* id of content/consents */
    struct str shown_hash;       /* of the text the page showed: it must still be the text */
    struct str signer_name;      /* printed */
    struct str signer_relation;  /* self, guardian, representative */
    struct str strokes;          /* SVG path data; may be absent where the name is typed */
    struct str agree;            /* "1" */
    struct str language;         /* of the text that was shown; absent: the clinic's first */
    struct str interpreter;      /* who interpreted, and into what; absent: nobody did */
};

MUST enum err consent_sign(struct tx *tx, const struct content *content,
                           const struct consent_signature *in, struct faults *faults);
MUST enum err consent_withdraw(struct tx *tx, struct str consent_id, struct str reason,
                               struct faults *faults);

/* Over all that was signed: the patient, the text and its version, who, when, the strokes. */
struct str consent_seal(struct arena *a, const struct consent *row);

/* Over the consent's seal and who interpreted. */
struct str consent_help_seal(struct arena *a, const struct consent *c,
                             const struct consent_help *help);

/* Does the row still hash and seal to what was signed? */
enum consent_state {
    CONSENT_MISSING,
    CONSENT_CURRENT,
    CONSENT_STALE, /* too old, or the text has a new version */
    CONSENT_WITHDRAWN,
    CONSENT_BROKEN
};
enum consent_state consent_state(struct arena *a, const struct content *content,
                                 const struct consent *row, int64_t now_ms);
const char *consent_state_word(enum consent_state s);

/* What the record's own marks say of a broken signature: a sentence for the page and for paper. */
struct str consent_broken_text(struct arena *a, const struct consent *row);

/* Every document there is, and how it stands for the patient. */
struct consent_status {
    struct str document, title;
    int64_t document_version;
    bool required; /* before the course and before each dose */
    enum consent_state state;
    int64_t signed_ms;     /* 0: never */
    struct str consent_id; /* of the last signature; absent: never */
};
struct consent_statuses {
    struct consent_status *v;
    ptrdiff_t n;
    bool in_force; /* every required one is current */
};
/* By the route of the active course; without one, what is required of most. */
MUST enum err consent_status_of(struct tx *tx, const struct content *content,
                                struct str patient_id, struct consent_statuses *out);
/* What a dose by this route requires. */
MUST enum err consent_status_for(struct tx *tx, const struct content *content,
                                 struct str patient_id, struct str route,
                                 struct consent_statuses *out);

/* NULL: there is no such document. */
const struct consent_status *consent_status_named(const struct consent_statuses *all,
                                                  struct str document);

#endif
