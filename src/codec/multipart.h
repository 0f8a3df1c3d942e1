/*
 * multipart: multipart/form-data (RFC 7578), as a browser sends a form with a file. Pure.
 *
 *     --boundary CRLF
 *     Content-Disposition: form-data; name="file"; filename="referral.json" CRLF
 *     Content-Type: application/json CRLF
 *     CRLF
 *     bytes CRLF
 *     --boundary-- CRLF
 *
 * The bytes of a part point into the body: nothing is copied. Strict: every part ends in
 * CRLF and a boundary, has one Content-Disposition with a name; nothing before the first
 * boundary; names are UTF-8. A part's file name is what the sender calls it and is never
 * a path of ours.
 */
#ifndef CAIRN_MULTIPART_H
#define CAIRN_MULTIPART_H

#include "base/err.h"

enum { MULTIPART_PARTS_MAX = 64, MULTIPART_HEAD_MAX = 4096, MULTIPART_BOUNDARY_MAX = 70 };

struct part {
    struct str name;
    struct str filename;     /* absent: a plain field */
    struct str content_type; /* absent where not given */
    struct str bytes;
};

struct parts {
    struct part *v;
    ptrdiff_t n;
};

/* E_SYNTAX or E_TOO_LARGE with *why, a sentence. */
MUST enum err multipart_parse(struct arena *a, struct str content_type, struct str body,
                              struct parts *out, const char **why);
bool multipart_is(struct str content_type);

#endif
