/*
 * form: application/x-www-form-urlencoded, as a browser sends a form (WHATWG URL standard,
 * section 5), and a query string. Pure.
 *
 * Strict where two readers could differ: a `%` must be followed by two hexadecimal digits,
 * names and values must be UTF-8 without NUL. Line ends become LF. A name may come more than
 * once (check boxes); order is kept.
 */
#ifndef CAIRN_FORM_H
#define CAIRN_FORM_H

#include "base/buf.h"
#include "base/err.h"

enum { FORM_PAIRS_MAX = 512 }; /* the largest form has about eighty */

struct form_pair {
    struct str name, value;
};

struct form_pairs {
    struct form_pair *v;
    ptrdiff_t n;
};

/* E_SYNTAX: bad escape or encoding, `faults` names the field; E_TOO_LARGE: too many pairs. */
MUST enum err form_parse(struct arena *a, struct str text, struct form_pairs *out,
                         struct faults *faults);
/* The first value of that name; absent when there is none. */
struct str form_get(const struct form_pairs *pairs, struct str name);
/* One pair, with `&` before it unless the buffer is empty. */
void form_put(struct buf *b, struct str name, struct str value);
/* %XX decoded, `+` kept: a path segment. False: a bad escape, a NUL, not UTF-8. */
bool form_decode_segment(struct arena *a, struct str text, struct str *out);

#endif
