/* form, multipart: what a browser sends is read; what two readers could read differently is
 * refused with the field's name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/form.h"
#include "codec/multipart.h"

static struct arena arena;

static void pairs_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text, *name, *value;
        int n;
    } cases[] = {
        {"a=1&b=2", "b", "2", 2},
        {"a=1&a=2", "a", "1", 2},
        {"name=Zo%C3%AB+K.&x", "name", "Zoë K.", 2},
        {"a=%26%3D%25", "a", "&=%", 1},
        {"a=one%0D%0Atwo%0Dthree%0Afour", "a", "one\ntwo\nthree\nfour", 1},
        {"&&a=&", "a", "", 1},
        {"a=b=c", "a", "b=c", 1},
        {"", "a", NULL, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct form_pairs pairs;
        struct faults faults = {.arena = &arena};
        assert_int_equal(form_parse(&arena, str_from(cases[i].text), &pairs, &faults), E_OK);
        assert_int_equal(pairs.n, cases[i].n);
        struct str value = form_get(&pairs, str_from(cases[i].name));
        assert_true(cases[i].value ? str_is(value, cases[i].value) : !value.s);
    }
}

static void bad_text_is_refused_by_name(void **state) {
    (void)state;
    static const struct {
        const char *text, *field;
    } cases[] = {
        {"a=1&b=%", "b"}, {"b=%4", "b"},      {"b=%zz", "b"},        {"b=%C3", "b"},
        {"b=%00", "b"},   {"b=%ED%A0%80", "b"}, {"%FF=1", ""},       {"b=\xC0\xAF", "b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct form_pairs pairs;
        struct faults faults = {.arena = &arena};
        assert_int_equal(form_parse(&arena, str_from(cases[i].text), &pairs, &faults), E_SYNTAX);
        assert_true(faults.n == 1 && str_is(faults.v[0].field, cases[i].field));
    }
}

static void too_many_fields_are_refused(void **state) {
    (void)state;
    struct buf b = buf_new(&arena, 4096);
    for (int i = 0; i < FORM_PAIRS_MAX; i++) form_put(&b, STR("a"), STR("1"));
    struct form_pairs pairs;
    struct faults faults = {.arena = &arena};
    assert_int_equal(form_parse(&arena, buf_str(&b), &pairs, &faults), E_OK);
    form_put(&b, STR("a"), STR("1"));
    assert_int_equal(form_parse(&arena, buf_str(&b), &pairs, &faults), E_TOO_LARGE);
}

static void what_is_written_reads_back(void **state) {
    (void)state;
    struct buf b = buf_new(&arena, 64);
    struct str value = STR("100% & more = ünïcode + plus\nline");
    form_put(&b, STR("a b"), value);
    form_put(&b, STR("c"), STR(""));
    struct form_pairs pairs;
    struct faults faults = {.arena = &arena};
    assert_int_equal(form_parse(&arena, buf_str(&b), &pairs, &faults), E_OK);
    assert_true(pairs.n == 2 && str_eq(form_get(&pairs, STR("a b")), value));
}

static void segments_keep_their_plus(void **state) {
    (void)state;
    struct str out;
    assert_true(form_decode_segment(&arena, STR("a+b%2Fc"), &out) && str_is(out, "a+b/c"));
    assert_false(form_decode_segment(&arena, STR("a%0"), &out));
    assert_false(form_decode_segment(&arena, STR("%00"), &out));
}

#define TYPE "multipart/form-data; boundary=XX"
#define FIELD "Content-Disposition: form-data; name=\"a\"\r\n"

static void uploads_are_read(void **state) {
    (void)state;
    struct parts parts;
    const char *why;
    struct str body = STR("--XX\r\n" FIELD "\r\none\r\n--XX\r\n"
                          "Content-Disposition: form-data; name=\"f\"; filename=\"r;1.json\"\r\n"
                          "Content-Type: application/json\r\n\r\n{\r\n}--X\r\n--XX--\r\n");
    assert_int_equal(multipart_parse(&arena, STR(TYPE), body, &parts, &why), E_OK);
    assert_int_equal(parts.n, 2);
    assert_true(str_is(parts.v[0].name, "a") && str_is(parts.v[0].bytes, "one"));
    assert_false(parts.v[0].filename.s || parts.v[0].content_type.s);
    assert_true(str_is(parts.v[1].filename, "r;1.json") &&
                str_is(parts.v[1].content_type, "application/json") &&
                str_is(parts.v[1].bytes, "{\r\n}--X"));
    struct str quoted = STR("Multipart/Form-Data; charset=utf-8; boundary=\"XX\"");
    assert_int_equal(multipart_parse(&arena, quoted, body, &parts, &why), E_OK);
}

static void broken_uploads_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *type, *body;
    } cases[] = {
        {"multipart/form-data", "--XX--"},
        {"multipart/form-data; boundary=", "--XX--"},
        {"multipart/form-data; boundary=\"XX", "--XX--"},
        {"text/plain; boundary=XX", "--XX--"},
        {TYPE, ""},
        {TYPE, "\r\n--XX--"},
        {TYPE, "--XX"},
        {TYPE, "--XX\r\n" FIELD "\r\none"},
        {TYPE, "--XX\r\n" FIELD "\r\none\r\n--X"},
        {TYPE, "--XX\r\n" FIELD "\r\none\r\n--XXjunk"},
        {TYPE, "--XX\r\n\r\none\r\n--XX--"},
        {TYPE, "--XX\r\nContent-Type: text/plain\r\n\r\none\r\n--XX--"},
        {TYPE, "--XX\r\n" FIELD FIELD "\r\none\r\n--XX--"},
        {TYPE, "--XX\r\nContent-Disposition: form-data\r\n\r\none\r\n--XX--"},
        {TYPE, "--XX\r\nContent-Disposition: form-data; name=\"\xFF\"\r\n\r\none\r\n--XX--"},
        {TYPE, "--XX\r\nnonsense\r\n\r\none\r\n--XX--"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct parts parts;
        const char *why = NULL;
        enum err e = multipart_parse(&arena, str_from(cases[i].type), str_from(cases[i].body),
                                     &parts, &why);
        if (e != E_SYNTAX || !why) fail_msg("case %zu was read", i);
    }
}

static void too_many_parts_are_refused(void **state) {
    (void)state;
    struct buf b = buf_new(&arena, 8192);
    for (int i = 0; i <= MULTIPART_PARTS_MAX; i++) buf_z(&b, "--XX\r\n" FIELD "\r\none\r\n");
    buf_z(&b, "--XX--");
    struct parts parts;
    const char *why;
    assert_int_equal(multipart_parse(&arena, STR(TYPE), buf_str(&b), &parts, &why), E_TOO_LARGE);
}

int main(void) {
    arena_open(&arena, 1 << 24);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_read),
        cmocka_unit_test(bad_text_is_refused_by_name),
        cmocka_unit_test(too_many_fields_are_refused),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(segments_keep_their_plus),
        cmocka_unit_test(uploads_are_read),
        cmocka_unit_test(broken_uploads_are_refused),
        cmocka_unit_test(too_many_parts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
