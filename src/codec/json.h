/*
 * json: bytes to a tree in an arena, strictly (RFC 8259).
 *
 *     struct json                     {"entry": [{"n": 0.50}]}
 *       OBJECT ── first ──> LIST "entry" ── first ──> OBJECT ── first ──> NUMBER "n" 0.50
 *                            next: the following sibling; up: the one that holds it
 *
 * What makes it ours: a number keeps its text, so a clinical decimal stays as it was sent;
 * every value knows where it stood, so a fault found long after parsing can still say
 * `entry[12].resource.birthDate` and the line; nothing is allocated but from the arena.
 * docs/decisions/json.md says why no library does this.
 *
 * Refused: anything but UTF-8 (a byte order mark is passed over), a duplicate name in one
 * object, a NUL, a lone surrogate, a control byte in a text, bytes after the value, and
 * whatever passes the limits below. The tree points into the text: it must live as long.
 */
#ifndef CAIRN_CODEC_JSON_H
#define CAIRN_CODEC_JSON_H

#include "base/err.h"

enum {
    JSON_BYTES_MAX = 16 << 20,  /* a Bundle of a long chart is under 2 MiB */
    JSON_DEPTH_MAX = 64,        /* FHIR nests about 12 */
    JSON_VALUES_MAX = 1 << 19,  /* some 48 MiB of arena at most */
    JSON_MEMBERS_MAX = 256,     /* in one object; FHIR has under 60 */
    JSON_NUMBER_MAX = 40,       /* characters of one number */
};

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_OBJECT };

struct json {
    enum json_kind kind;
    int32_t at;               /* its first byte in the text, from 0 */
    int32_t index;            /* its place among its siblings, from 0 */
    int32_t n;                /* how many it holds */
    struct str name;          /* in an object: its name */
    struct str text;          /* TEXT: decoded; NUMBER: as written */
    const struct json *up;    /* NULL: the root */
    const struct json *first; /* what it holds, in order of the text */
    const struct json *next;
};

struct json_doc {
    struct str source;
    const struct json *root;
};

/* One fault at most is added: the first place where the text is not as it must be.
 * E_SYNTAX: not JSON, or not UTF-8; E_TOO_LARGE: past a limit. */
MUST enum err json_parse(struct arena *a, struct str source, struct json_doc *out,
                         struct faults *faults);

/* All of these take NULL, and a value of another kind, as "not there". */
const struct json *json_get(const struct json *object, const char *name);
const struct json *json_at(const struct json *list, ptrdiff_t i);
struct str json_text(const struct json *v);           /* absent: no text */
bool json_int(const struct json *v, int64_t *out);    /* a whole number in range: 3, not 3.0 */
bool json_real(const struct json *v, double *out);    /* any finite number */
bool json_truth(const struct json *v, bool *out);
const char *json_kind_words(enum json_kind kind);     /* "a text", "a list", ... */

/* `entry[12].resource.birthDate`; the root is "". */
struct str json_path(struct arena *a, const struct json *v);

/* A fault about a value: field is its path, and the message ends in ", line N". */
__attribute__((format(printf, 5, 6))) void json_fault(struct faults *faults,
                                                      const struct json_doc *doc,
                                                      const struct json *v, const char *code,
                                                      const char *format, ...);

/* For objects whose every name is known: one fault a member that is not in `known`
 * (names separated by spaces). */
void json_only(struct faults *faults, const struct json_doc *doc, const struct json *object,
               const char *known);

#endif
