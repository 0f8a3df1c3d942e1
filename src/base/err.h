/*
 * err: two kinds of wrong.
 *
 * A fault of the world or of the input is a value: `enum err`, which the caller must look
 * at (MUST). What it means to a browser, to FHIR, to a monitor and to a shell is one row
 * of errors.def. A fault of the program is an assertion: CHECK ends the process.
 * Validation collects all faults before it answers, as (field, code, message).
 */
#ifndef CAIRN_ERR_H
#define CAIRN_ERR_H

#include "base/arena.h"
#include "base/str.h"

enum err {
#define ERROR(name, http, fhir, hl7, status, text) name,
#include "base/errors.def"
#undef ERROR
};

struct err_meaning {
    const char *name;
    int http_status;
    const char *fhir_code, *hl7_ack;
    int exit_status;
    const char *text;
};

const struct err_meaning *err_meaning(enum err e);

#define MUST __attribute__((warn_unused_result))

/* Leave the function with the error of `call`, if it has one. */
#define TRY(call)                         \
    do {                                  \
        enum err try_err_ = (call);       \
        if (try_err_) return try_err_;    \
    } while (0)

/* A fault of the program. `why` is said with the place, and the process ends. */
#define CHECK(ok, why) \
    ((ok) ? (void)0 : err_check_failed(__FILE__, __LINE__, #ok, (why)))
_Noreturn void err_check_failed(const char *file, int line, const char *expression,
                                const char *why);

struct fault {
    struct str field;   /* the input's own name of it; empty: the whole input */
    struct str code;    /* required, type, range, unknown, length, encoding, date, ... */
    struct str message; /* a sentence: what is wrong and what would be right */
};

enum { FAULTS_MAX = 64 }; /* more would not be read; `dropped` counts the rest */

struct faults {
    struct arena *arena;
    struct fault v[FAULTS_MAX];
    int n, dropped;
};

/* The message is formatted into the faults' arena; field and code are kept as given. */
__attribute__((format(printf, 4, 5))) void fault_add(struct faults *f, struct str field,
                                                     const char *code, const char *format, ...);
/* E_OK when there is none, else E_INVALID. */
MUST enum err faults_err(const struct faults *f);
const struct fault *fault_of(const struct faults *f, struct str field); /* NULL: none */

#endif
