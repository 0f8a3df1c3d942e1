#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const struct err_meaning meanings[] = {
#define ERROR(name, http, fhir, hl7, status, text) [name] = {#name, http, fhir, hl7, status, text},
#include "base/errors.def"
#undef ERROR
};

const struct err_meaning *err_meaning(enum err e) { return &meanings[e]; }

void err_check_failed(const char *file, int line, const char *expression, const char *why) {
    fprintf(stderr, "cairn: fault of the program: %s:%d: %s: %s\n", file, line, expression, why);
    abort();
}

void fault_add(struct faults *f, struct str field, const char *code, const char *format, ...) {
    if (f->n == FAULTS_MAX) {
        f->dropped++;
        return;
    }
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ptrdiff_t cut = str_utf8_bad(str_from(text)); /* in the midst of a sign */
    struct str message = str_slice(str_from(text), 0, cut < 0 ? (ptrdiff_t)sizeof text : cut);
    f->v[f->n++] = (struct fault){field, str_from(code), str_copy(f->arena, message)};
}

enum err faults_err(const struct faults *f) { return f->n ? E_INVALID : E_OK; }

const struct fault *fault_of(const struct faults *f, struct str field) {
    return STR_FIND(f->v, f->n, field, field);
}
