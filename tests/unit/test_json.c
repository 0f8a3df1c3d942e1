/* json: what is accepted, what is refused and where, and that what is written reads back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/json.h"
#include "codec/json_out.h"

static struct arena arena;

static enum err parse(struct str text, struct json_doc *doc, struct faults *faults) {
    *faults = (struct faults){.arena = &arena};
    return json_parse(&arena, text, doc, faults);
}

static void values_keep_what_was_written(void **state) {
    (void)state;
    struct json_doc doc;
    struct faults faults;
    struct str text = STR("\xEF\xBB\xBF {\"a\": [0.50, -1e3, true, null], \"b\": \"\\u00e9\\ud83d\\ude00\\n\", \"c\": {}}\n");
    assert_int_equal(parse(text, &doc, &faults), E_OK);
    const struct json *list = json_get(doc.root, "a");
    double real;
    int64_t whole;
    bool truth;
    assert_int_equal(list->n, 4);
    assert_true(str_is(json_at(list, 0)->text, "0.50"));
    assert_true(json_real(json_at(list, 0), &real) && real == 0.5);
    assert_true(json_real(json_at(list, 1), &real) && real == -1000);
    assert_false(json_int(json_at(list, 0), &whole));
    assert_true(json_truth(json_at(list, 2), &truth) && truth);
    assert_int_equal(json_at(list, 3)->kind, JSON_NULL);
    assert_null(json_at(list, 4));
    assert_true(str_is(json_text(json_get(doc.root, "b")), "é😀\n"));
    assert_null(json_get(json_get(doc.root, "c"), "d"));
    assert_true(str_is(json_path(&arena, json_at(list, 2)), "a[2]"));
}

static void bad_text_is_refused_with_its_place(void **state) {
    (void)state;
    static const struct {
        struct str text;
        enum err e;
        const char *code, *path, *says;
    } cases[] = {
        {STR(""), E_SYNTAX, "structure", "", "the text ends where a value should be, line 1 column 1"},
        {STR("{\"a\":1,\n \"b\":[1,,2]}"), E_SYNTAX, "structure", "b", "',' stands where a value should be, line 2 column 9"},
        {STR("{\"a\":1"), E_SYNTAX, "structure", "", "the text ends where ',' or '}' should be"},
        {STR("{\"a\":[{\"b\":\"x"), E_SYNTAX, "structure", "a[0]", "this text is never closed"},
        {STR("{\"a\":1,\"a\":2}"), E_SYNTAX, "duplicate", "", "the name \"a\" stands twice"},
        {STR("[1] 2"), E_SYNTAX, "structure", "", "'2' stands where the end should be"},
        {STR("01"), E_SYNTAX, "structure", "", "'1' stands where the end should be"},
        {STR("[1.]"), E_SYNTAX, "structure", "", "a digit"},
        {STR("[-]"), E_SYNTAX, "structure", "", "a digit"},
        {STR("[1e]"), E_SYNTAX, "structure", "", "a digit"},
        {STR("[NaN]"), E_SYNTAX, "structure", "", "'N' stands where a value should be"},
        {STR("[tru]"), E_SYNTAX, "structure", "", "a value"},
        {STR("{'a':1}"), E_SYNTAX, "structure", "", "a name in quotes"},
        {STR("[\"a\tb\"]"), E_SYNTAX, "structure", "", "control byte 0x09"},
        {STR("[\"\\x\"]"), E_SYNTAX, "structure", "", "no such escape"},
        {STR("[\"\\u12g4\"]"), E_SYNTAX, "structure", "", "four hexadecimal digits"},
        {STR("[\"\\u0000\"]"), E_SYNTAX, "encoding", "", "\\u0000"},
        {STR("[\"\\ud800\"]"), E_SYNTAX, "encoding", "", "surrogate stands alone"},
        {STR("[\"\\ud800\\u0041\"]"), E_SYNTAX, "encoding", "", "surrogate stands alone"},
        {STR("[\"\xE9\"]"), E_SYNTAX, "encoding", "", "byte 0xe9 is not UTF-8"},
        {STR("\xFF\xFE[\0"), E_SYNTAX, "encoding", "", "byte 0xff is not UTF-8"},
        {STR("[11111111111111111111111111111111111111111]"), E_TOO_LARGE, "length", "", "more than 40 characters"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_doc doc;
        struct faults faults;
        assert_int_equal(parse(cases[i].text, &doc, &faults), cases[i].e);
        assert_int_equal(faults.n, 1);
        assert_string_equal(str_z(&arena, faults.v[0].code), cases[i].code);
        assert_string_equal(str_z(&arena, faults.v[0].field), cases[i].path);
        if (str_find(faults.v[0].message, str_from(cases[i].says)) < 0)
            fail_msg("case %zu says: %.*s", i, STR_ARG(faults.v[0].message));
    }
}

static void limits_hold(void **state) {
    (void)state;
    struct json_doc doc;
    struct faults faults;
    char deep[2 * JSON_DEPTH_MAX + 2];
    memset(deep, '[', JSON_DEPTH_MAX + 1);
    memset(deep + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    struct str whole = {deep, sizeof deep};
    assert_int_equal(parse(str_slice(whole, 1, whole.n - 1), &doc, &faults), E_OK);
    assert_int_equal(parse(whole, &doc, &faults), E_TOO_LARGE);

    struct buf b = buf_new(&arena, 4096);
    for (int i = 0; i <= JSON_MEMBERS_MAX; i++) buf_format(&b, "%c\"m%d\":0", i ? ',' : '{', i);
    buf_char(&b, '}');
    assert_int_equal(parse(buf_str(&b), &doc, &faults), E_TOO_LARGE);
}

static void a_fault_found_later_knows_its_place(void **state) {
    (void)state;
    struct json_doc doc;
    struct faults faults;
    assert_int_equal(parse(STR("{\n\"entry\":[\n{\"born\": 1}]}"), &doc, &faults), E_OK);
    const struct json *born = json_get(json_at(json_get(doc.root, "entry"), 0), "born");
    json_fault(&faults, &doc, born, "type", "%s is not a date", json_kind_words(born->kind));
    assert_true(str_is(faults.v[0].field, "entry[0].born"));
    assert_true(str_is(faults.v[0].message, "a number is not a date, line 3"));
    json_only(&faults, &doc, doc.root, "entries total");
    assert_int_equal(faults.n, 2);
    json_only(&faults, &doc, doc.root, "total entry");
    assert_int_equal(faults.n, 2);
}

static void what_is_written_reads_back(void **state) {
    (void)state;
    struct buf b = buf_new(&arena, 64);
    struct json_out o = json_out_new(&b);
    json_out_object(&o, NULL);
    json_out_text(&o, "name", STR("Zoë \"Z\" \\\n"));
    json_out_text(&o, "absent", STR_ABSENT);
    json_out_list(&o, "values");
    json_out_int(&o, NULL, INT64_MIN);
    json_out_real(&o, NULL, 0.1);
    json_out_fixed(&o, NULL, 2.005, 1);
    json_out_number(&o, NULL, STR("0.50"));
    json_out_truth(&o, NULL, true);
    json_out_list(&o, NULL);
    json_out_end(&o);
    json_out_end(&o);
    json_out_object(&o, "empty");
    json_out_end(&o);
    json_out_end(&o);
    assert_string_equal(str_z(&arena, buf_str(&b)),
                        "{\"name\":\"Zoë \\\"Z\\\" \\\\\\u000a\",\"absent\":null,\"values\":"
                        "[-9223372036854775808,0.1,2.0,0.50,true,[]],\"empty\":{}}");
    struct json_doc doc;
    struct faults faults;
    assert_int_equal(parse(buf_str(&b), &doc, &faults), E_OK);
    assert_true(str_is(json_text(json_get(doc.root, "name")), "Zoë \"Z\" \\\n"));
}

int main(void) {
    arena_open(&arena, 64 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_keep_what_was_written),
        cmocka_unit_test(bad_text_is_refused_with_its_place),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(a_fault_found_later_knows_its_place),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
