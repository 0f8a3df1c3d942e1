/* json: any bytes are refused with a fault, or read; and what is read, written out and read
 * again, is the same. */
#include "base/err.h"
#include "codec/json.h"
#include "codec/json_out.h"
#include "fuzz.h"

const char *const fuzz_name = "fuzz_json";
const char *const fuzz_seeds[] = {
    "{\"resourceType\":\"Bundle\",\"entry\":[{\"fullUrl\":\"urn:uuid:1\",\"resource\":{\"a\":[0.50,-12e-3,"
    "true,false,null,[],{}]}},{\"t\":\"\\u00e9\\ud83d\\ude00 \\\\ \\\"x\\\" \\n Zo\xC3\xAB\"}]}",
    "[[[[1.5E+3]]], \"\", {\"\": {\"a\": {}}}]\r\n",
    NULL,
};

static void put(struct json_out *o, struct arena *a, const struct json *v) {
    const char *name = v->name.s ? str_z(a, v->name) : NULL;
    switch (v->kind) {
    case JSON_NULL: json_out_null(o, name); break;
    case JSON_FALSE: json_out_truth(o, name, false); break;
    case JSON_TRUE: json_out_truth(o, name, true); break;
    case JSON_NUMBER: json_out_number(o, name, v->text); break;
    case JSON_TEXT: json_out_text(o, name, v->text); break;
    case JSON_LIST:
    case JSON_OBJECT:
        if (v->kind == JSON_LIST) json_out_list(o, name);
        else json_out_object(o, name);
        for (const struct json *m = v->first; m; m = m->next) put(o, a, m);
        json_out_end(o);
    }
}

static struct str written(struct arena *a, const struct json *root) {
    struct buf b = buf_new(a, 256);
    struct json_out o = json_out_new(&b);
    put(&o, a, root);
    return buf_str(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static struct arena arena;
    if (!arena.beg) arena_open(&arena, 256 << 20);
    arena_reset(&arena);
    struct faults faults = {.arena = &arena};
    struct json_doc doc, again;
    enum err e = json_parse(&arena, (struct str){(const char *)bytes, (ptrdiff_t)n}, &doc, &faults);
    CHECK((e == E_OK) == (faults.n == 0), "a refusal says why");
    if (e) return 0;
    struct str text = written(&arena, doc.root);
    CHECK(json_parse(&arena, text, &again, &faults) == E_OK, "what was written is read");
    CHECK(str_eq(text, written(&arena, again.root)), "and is the same");
    return 0;
}
