#include "codec/json_out.h"

#include <math.h>

#include "base/err.h"

struct json_out json_out_new(struct buf *b) { return (struct json_out){.b = b}; }

static bool in_list(const struct json_out *o) {
    return o->depth == 0 || (o->lists >> o->depth & 1);
}

static void lead(struct json_out *o, const char *name) {
    CHECK(in_list(o) == (name == NULL), "a member has a name, an element has none");
    CHECK(o->depth || !o->more, "one value at the root");
    if (o->more) buf_char(o->b, ',');
    o->more = true;
    if (!name) return;
    buf_json(o->b, str_from(name));
    buf_char(o->b, ':');
}

static void open(struct json_out *o, const char *name, char bracket, uint64_t list) {
    lead(o, name);
    CHECK(o->depth < JSON_OUT_DEPTH_MAX, "nested too deep");
    o->depth++;
    o->lists = (o->lists & ~(UINT64_C(1) << o->depth)) | list << o->depth;
    o->more = false;
    buf_char(o->b, bracket);
}

void json_out_object(struct json_out *o, const char *name) { open(o, name, '{', 0); }
void json_out_list(struct json_out *o, const char *name) { open(o, name, '[', 1); }

void json_out_end(struct json_out *o) {
    CHECK(o->depth > 0, "nothing is open");
    buf_char(o->b, in_list(o) ? ']' : '}');
    o->depth--;
    o->more = true;
}

void json_out_text(struct json_out *o, const char *name, struct str text) {
    lead(o, name);
    buf_json(o->b, text);
}

void json_out_int(struct json_out *o, const char *name, int64_t v) {
    lead(o, name);
    buf_int(o->b, v);
}

void json_out_real(struct json_out *o, const char *name, double v) {
    lead(o, name);
    if (isfinite(v)) buf_real_exact(o->b, v);
    else buf_z(o->b, "null");
}

void json_out_fixed(struct json_out *o, const char *name, double v, int decimals) {
    lead(o, name);
    if (isfinite(v)) buf_real(o->b, v, decimals);
    else buf_z(o->b, "null");
}

void json_out_number(struct json_out *o, const char *name, struct str as_written) {
    lead(o, name);
    buf_put(o->b, as_written);
}

void json_out_truth(struct json_out *o, const char *name, bool v) {
    lead(o, name);
    buf_z(o->b, v ? "true" : "false");
}

void json_out_null(struct json_out *o, const char *name) {
    lead(o, name);
    buf_z(o->b, "null");
}
