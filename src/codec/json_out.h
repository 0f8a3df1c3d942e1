/*
 * json_out: JSON written as it goes, into a buffer; no tree is built to be printed.
 *
 *     struct json_out o = json_out_new(&b);
 *     json_out_object(&o, NULL);
 *     json_out_int(&o, "total", 14);
 *     json_out_end(&o);                      {"total":14}
 *
 * `name` is the member's name in an object, NULL in a list and at the root; a mismatch is
 * a fault of the program. An absent text is written as null.
 */
#ifndef CAIRN_CODEC_JSON_OUT_H
#define CAIRN_CODEC_JSON_OUT_H

#include "base/buf.h"

enum { JSON_OUT_DEPTH_MAX = 63 };

struct json_out {
    struct buf *b;
    int depth;
    uint64_t lists; /* a bit a level: is it a list */
    bool more;      /* something stands before on this level */
};

struct json_out json_out_new(struct buf *b);
void json_out_object(struct json_out *o, const char *name);
void json_out_list(struct json_out *o, const char *name);
void json_out_end(struct json_out *o); /* of the object or list opened last */

void json_out_text(struct json_out *o, const char *name, struct str text);
void json_out_int(struct json_out *o, const char *name, int64_t v);
/* Shortest exact; not finite: null. */
void json_out_real(struct json_out *o, const char *name, double v);
void json_out_fixed(struct json_out *o, const char *name, double v, int decimals);
void json_out_number(struct json_out *o, const char *name, struct str as_written); /* trusted */
void json_out_truth(struct json_out *o, const char *name, bool v);
void json_out_null(struct json_out *o, const char *name);

#endif
