/*
 * content: everything clinical that Cairn knows, read once at boot into one value that is
 * never changed afterwards. What a file says is checked, its own tests are run, and one bad
 * file stops the boot with `file:line: why`.
 *
 *     content/ in the program  ─┐
 *                               ├─ content_read ─> struct content
 *     a clinic's own folder   ──┘   (a file of the same name takes the place of ours)
 */
#ifndef CAIRN_CONTENT_H
#define CAIRN_CONTENT_H

#include "core/adverse.h"
#include "core/alarms.h"
#include "core/cards.h"
#include "core/criteria.h"
#include "core/consent_doc.h"
#include "core/instrument.h"
#include "core/monitor.h"
#include "core/page.h"
#include "core/protocol.h"
#include "core/trial.h"
#include "core/rems.h"
#include "core/risk.h"
#include "core/vitals.h"
#include "pk/pk.h"

struct content_file {
    struct str name;  /* below content/: "protocols/kap-6in6.txt" */
    struct str place; /* as a fault names it */
    struct str text;
};

struct content_files {
    struct content_file *v;
    int n;
};

struct content {
    struct instruments instruments; /* in the words that are in use */
    struct instruments own;         /* the same as their own files word them */
    struct instruments worded;      /* each of the clinic's wordings: every language and version */
    const struct protocol *protocols; /* sorted by file name */
    int protocols_n;
    const struct criteria *gate; /* before the dose */
    const struct criteria *guardrails; /* what a dose may be */
    const struct criteria *discharge; /* going home */
    const struct criteria *room; /* what it has, before a day of sessions */
    const struct criteria *custody; /* the register: by form of the container, not by route */
    const struct consent_doc *consents; /* one a document, in the clinic's first language */
    int consents_n;
    const struct consent_doc *translations; /* of those, in others */
    int translations_n;
    const struct page *const *pages; /* what patients read */
    int pages_n;
    const struct risk_rules *risk; /* when somebody may be in danger */
    const struct session_rules *session; /* signs, events, checkpoints */
    const struct monitors *monitors; /* what bedside monitors send */
    const struct cards *cards;           /* what to do first in an emergency */
    const struct adverse_rules *adverse; /* terms, published rates, who is told */
    const struct rems_rules *rems;       /* the form that follows each esketamine session */
    const struct alarms_rules *alarms;   /* how they call, and how they go on */
    const struct screening_rules *screening; /* who may be treated (core/screening.h) */
    const struct trial_rules *trials; /* when an antidepressant was a fair trial */
    const struct code_class *icd10cm; /* codes of conditions to choose from (core/codes.h) */
    int icd10cm_n;
    const struct workup_rules *workup; /* what is looked at, and when (core/workup.h) */
    const struct pk_model **models; /* of the forecast, sorted by file name */
    int models_n;
};

enum { CONTENT_FILES_MAX = 512, CONTENT_FILE_BYTES_MAX = 256 * 1024 };

/* The files that travel in the program. */
struct content_files content_embedded(struct arena *a);
/* E_INVALID: the faults say where; the arena keeps the content. */
MUST enum err content_read(struct arena *a, const struct content_files *files,
                           struct content *out, struct faults *faults);
/* Embedded, and over it the folder when dir is not NULL; faults go to standard error, one
 * line `file:line: why` each. */
MUST enum err content_boot(struct arena *a, const char *dir, struct content *out);

/* The newest of the clinic's wordings of an instrument in a language; NULL: it has none. */
const struct instrument *content_worded(const struct content *c, struct str id,
                                        struct str language);
/* NULL: there is none of that id. */
const struct protocol *content_protocol(const struct content *c, struct str id);
/* A page for patients: before, day, after, window; NULL: none of that name. */
const struct page *content_page(const struct content *c, struct str id);
const struct consent_doc *content_consent(const struct content *c, struct str id);
/* The same in a language, of the same version; NULL: there is none, or it lags behind. */
const struct consent_doc *content_consent_in(const struct content *c, struct str id,
                                             struct str language);
const struct pk_model *content_pk_model(const struct content *c, struct str name);

#endif
