/* form, multipart: any bytes are refused or read; what is read, written and read again is
 * the same; no part lies outside the body. */
#include "base/err.h"
#include "codec/form.h"
#include "codec/multipart.h"
#include "fuzz.h"

const char *const fuzz_name = "fuzz_form";
const char *const fuzz_seeds[] = {
    "a=1&b=two+words&c=%C3%AB%26&d=one%0D%0Atwo&&e",
    "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--XX\r\n"
    "Content-Disposition: form-data; name=\"f\"; filename=\"r.json\"\r\n"
    "Content-Type: application/json\r\n\r\n{}\r\n--XX--\r\n",
    NULL,
};

static void forms(struct arena *a, struct str text) {
    struct faults faults = {.arena = a};
    struct form_pairs pairs, again;
    if (form_parse(a, text, &pairs, &faults)) {
        CHECK(faults.n == 1, "a refusal names its fault");
        return;
    }
    struct buf b = buf_new(a, 256);
    for (ptrdiff_t i = 0; i < pairs.n; i++) form_put(&b, pairs.v[i].name, pairs.v[i].value);
    CHECK(form_parse(a, buf_str(&b), &again, &faults) == E_OK, "what was written is read");
    CHECK(again.n == pairs.n, "as many pairs");
    for (ptrdiff_t i = 0; i < pairs.n; i++)
        CHECK(str_eq(pairs.v[i].value, again.v[i].value), "the same value");
}

static void uploads(struct arena *a, struct str body) {
    struct parts parts;
    const char *why;
    if (multipart_parse(a, STR("multipart/form-data; boundary=XX"), body, &parts, &why)) {
        CHECK(why, "a refusal says why");
        return;
    }
    for (ptrdiff_t i = 0; i < parts.n; i++)
        CHECK(parts.v[i].name.n > 0 && parts.v[i].bytes.s >= body.s &&
                  parts.v[i].bytes.s + parts.v[i].bytes.n <= body.s + body.n,
              "a part lies inside the body");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static struct arena arena;
    if (!arena.beg) arena_open(&arena, 64 << 20);
    arena_reset(&arena);
    struct str text = str_copy(&arena, (struct str){(const char *)bytes, (ptrdiff_t)n});
    forms(&arena, text);
    uploads(&arena, text);
    return 0;
}
