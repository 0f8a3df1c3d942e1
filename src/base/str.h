/*
 * str: text as pointer and length, by value; bytes are UTF-8 and are not owned.
 * `s == NULL` is the absent text (SQL's NULL); an empty text has s != NULL and n == 0.
 */
#ifndef CAIRN_STR_H
#define CAIRN_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct str {
    const char *s;
    ptrdiff_t n;
};

#define STR(literal) ((struct str){("" literal), (ptrdiff_t)sizeof(literal) - 1})
#define STR_ABSENT ((struct str){0})
/* For printf: "%.*s", STR_ARG(x) */
#define STR_ARG(x) (int)(x).n, ((x).s ? (x).s : "")

struct str str_from(const char *zero_terminated); /* NULL gives the absent text */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *b);
int str_index(struct str a, const char *const *names, int n); /* its place; -1: none of them */
/* The element of a list whose text field is `wanted`; NULL: none of the n. */
#define STR_FIND(list, n, field, wanted)                                                          \
    ({                                                                                            \
        __typeof__(*(list)) *str_found_ = NULL;                                                   \
        for (ptrdiff_t str_i_ = 0; str_i_ < (n) && !str_found_; str_i_++)                         \
            if (str_eq((list)[str_i_].field, (wanted))) str_found_ = &(list)[str_i_];             \
        str_found_;                                                                               \
    })
int str_cmp(struct str a, struct str b); /* by bytes, as collation C */
bool str_starts(struct str a, struct str prefix);
bool str_ends(struct str a, struct str suffix);
ptrdiff_t str_find(struct str a, struct str needle); /* -1: not there */
bool str_has_fold(struct str a, struct str needle);  /* ASCII case folded */
bool str_eq_fold(struct str a, struct str b);
struct str str_trim(struct str a); /* spaces, tabs, CR, LF at both ends */
struct str str_slice(struct str a, ptrdiff_t from, ptrdiff_t to);
/* At most `n` bytes, cut between two code points: for what is quoted in a message. */
struct str str_brief(struct str a, ptrdiff_t n);
/* Cut at the first `separator`: what is before it in the result, what is after in *rest
 * (absent when there is no separator). */
struct str str_cut(struct str a, char separator, struct str *rest);
struct str str_copy(struct arena *a, struct str x);
struct str str_lower(struct arena *a, struct str x); /* ASCII */
const char *str_z(struct arena *a, struct str x);    /* zero-terminated copy */
__attribute__((format(printf, 2, 3))) struct str str_format(struct arena *a, const char *format,
                                                            ...);
__attribute__((format(printf, 2, 0))) struct str str_vformat(struct arena *a, const char *format,
                                                             va_list args);

/* Whole text or nothing: no sign but '-', no spaces, in range. */
bool str_to_int(struct str a, int64_t *out);
/* A finite decimal without exponent: "-12.50"; at most 18 digits. */
bool str_to_real(struct str a, double *out);
bool str_utf8_ok(struct str a);         /* well formed, no NUL */
ptrdiff_t str_utf8_bad(struct str a);    /* the first byte that is not; -1: none */
ptrdiff_t str_utf8_length(struct str a); /* code points */

#endif
