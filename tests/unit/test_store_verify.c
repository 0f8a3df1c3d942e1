/* verify: whatever is done to the tables behind the store's back is found, and named. */
#include "store_fixture.h"

#include <string.h>

#include "store/query.h"

#define HEAD_OF_FILL "98883bf621497ca312384ad6f3b0600734c4384ad6c35d39fef9f3610d56ced5"

/* Five patients; the second has three versions. Entries 1-5, then 6 and 7; 8 is a read. */
static void fill(void) {
    static const char *const ids[] = {"a", "b", "c", "d", "e"};
    struct patient p[5];
    struct tx tx = a_tx(TX_WRITE);
    assert_int_equal(clinic_insert(&tx, &(struct clinic_insert_in){STR("A"), STR("UTC"), NOW}),
                     E_OK);
    for (int i = 0; i < 5; i++) {
        p[i] = a_patient(str_format(&fixture.arena, "K-%d", i).s);
        p[i].id = str_from(ids[i]);
        assert_int_equal(put_patient(&tx, &p[i]), E_OK);
    }
    for (int i = 0; i < 2; i++) {
        p[1].phone = str_format(&fixture.arena, "555-010%d", i);
        assert_int_equal(put_patient(&tx, &p[1]), E_OK);
    }
    assert_int_equal(journal_append(&tx, "chart_read", STR("b"), STR_ABSENT), E_OK);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

static const struct tampering {
    const char *what, *sql, *report;
} tamperings[] = {
    {"a value of an entry", "UPDATE journal SET at_ms = at_ms + 1 WHERE seq = 3",
     "entry 3: its hash is not that of what it says and what stands before it\n"},
    {"who did it", "UPDATE journal SET account_id = 'somebody' WHERE seq = 8",
     "entry 8: its hash is not that of what it says and what stands before it\n"},
    {"an image and the row with it",
     "UPDATE journal SET image = replace(image, 'Zo', 'Jo') WHERE seq = 1;"
     "UPDATE patient SET given_name = replace(given_name, 'Zo', 'Jo') WHERE id = 'a'",
     "entry 1: its hash is not that of what it says and what stands before it\n"},
    {"a deleted entry", "DELETE FROM journal WHERE seq = 8",
     "head: it says 8 entries, the journal ends at 7\n"},
    {"a deleted entry in the middle", "DELETE FROM journal WHERE seq = 6",
     "entry 6: missing, as far as entry 6\npatient b: version 3 follows version 1\n"},
    {"an inserted entry",
     "INSERT INTO journal (clinic_id, seq, at_ms, door, event, hash)"
     " SELECT clinic_id, 9, at_ms, door, event, hash FROM journal WHERE seq = 8",
     "entry 9: its hash is not that of what it says and what stands before it\n"
     "head: it says 8 entries, the journal ends at 9\n"},
    {"two entries exchanged",
     "UPDATE journal SET seq = -1 WHERE seq = 7; UPDATE journal SET seq = 7 WHERE seq = 8;"
     "UPDATE journal SET seq = 8 WHERE seq = -1",
     "entry 7: its hash is not that of what it says and what stands before it\n"
     "entry 8: its hash is not that of what it says and what stands before it\n"
     "head: its hash is not that of entry 8\n"},
    {"a tail cut off", "DELETE FROM journal WHERE seq > 5",
     "head: it says 8 entries, the journal ends at 5\n"
     "patient b: version is not what its last entry, version 1, says\n"},
    {"another head", "UPDATE journal_head SET hash = replace(hash, '0', '1')",
     "head: its hash is not that of entry 8\n"},
    {"no head", "DELETE FROM journal_head", "head: missing\n"},
    {"a changed row", "UPDATE patient SET family_name = 'X' WHERE id = 'c'",
     "patient c: family_name is not what its last entry, version 1, says\n"},
    {"a row made NULL", "UPDATE patient SET phone = NULL WHERE id = 'b'",
     "patient b: phone is not what its last entry, version 3, says\n"},
    {"a row without an entry",
     "INSERT INTO setting (clinic_id, id, version, value) VALUES ('clinic-a', 'x', 1, 'y')",
     "setting x: a row that has no entry\n"},
    {"a row of another clinic",
     "INSERT INTO clinic (clinic_id, name, zone, created_ms) VALUES ('clinic-b', 'B', 'UTC', 1);"
     "INSERT INTO setting (clinic_id, id, version, value) VALUES ('clinic-b', 'x', 1, 'y')",
     "setting x: a row that has no entry\n"},
    {"a row of no clinic",
     "INSERT INTO setting (clinic_id, id, version, value) VALUES ('nobody', 'x', 1, 'y')",
     "setting: 1 row(s) of no clinic\n"},
    {"a row that is gone", "DELETE FROM patient WHERE id = 'e'",
     "patient e: an entry whose row is gone\n"},
};

static void verify_says(enum err expected, const char *report, const char *what) {
    struct verify_result result;
    enum err e = store_verify(fixture.store, &fixture.arena, &result);
    if (e != expected || !str_is(result.report, report))
        fail_msg("%s, %s: %s\n%.*s", fixture.engine, what, err_meaning(e)->name,
                 STR_ARG(result.report));
}

static void a_whole_record_is_whole(void **state) {
    (void)state;
    struct verify_result result;
    verify_says(E_OK, "", "an empty database");
    fill();
    assert_int_equal(store_verify(fixture.store, &fixture.arena, &result), E_OK);
    assert_true(result.entries == 8 && result.rows == 5);
    /* The chain does not depend on the engine; this is its value, checked by hand with another
     * BLAKE2b (python3: hashlib.blake2b(digest_size=32)). */
    assert_string_equal(str_z(&fixture.arena, result.head), HEAD_OF_FILL);
}

static void every_tampering_is_found(void **state) {
    for (size_t i = 0; i < sizeof tamperings / sizeof *tamperings; i++) {
        if (i) fixture_set_up(state);
        fill();
        behind_its_back(tamperings[i].sql);
        verify_says(E_BROKEN, tamperings[i].report, tamperings[i].what);
        if (i + 1 < sizeof tamperings / sizeof *tamperings) fixture_tear_down(state);
    }
}

/* More rows, and more versions of one of them, than fit on a page. */
static void long_lists_are_walked_whole(void **state) {
    (void)state;
    struct tx tx = a_tx(TX_WRITE);
    struct patient p = a_patient("K-0");
    tx_event(&tx, "setting_changed", STR_ABSENT);
    for (int i = 0; i < 450; i++) {
        struct setting s = {.id = str_format(&fixture.arena, "s%d", i), .value = STR("v")};
        assert_int_equal(setting_put(&tx, &s), E_OK);
        assert_int_equal(patient_put(&tx, &p), E_OK);
    }
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    struct verify_result result;
    assert_int_equal(store_verify(fixture.store, &fixture.arena, &result), E_OK);
    assert_true(result.entries == 900 && result.rows == 451);
    behind_its_back("UPDATE setting SET value = 'w' WHERE id = 's449';"
                    "UPDATE patient SET phone = 'w'");
    verify_says(E_BROKEN,
                str_z(&fixture.arena, str_format(&fixture.arena,
                    "setting s449: value is not what its last entry, version 1, says\n"
                    "patient %.*s: phone is not what its last entry, version 450, says\n",
                    STR_ARG(p.id))), "long lists");
}

/* A row of a table that has got two columns since its entry was written. */
static void an_older_image_is_of_a_narrower_table(void **state) {
    (void)state;
    struct wide {
        struct str id;
        int64_t version;
        struct str name;
        struct maybe_real weight_kg;
        int64_t active;
    };
    static const struct sql_field fields[] = {
        {"id", SQL_TEXT, offsetof(struct wide, id), false, "null"},
        {"version", SQL_INT, offsetof(struct wide, version), false, "null"},
        {"name", SQL_TEXT, offsetof(struct wide, name), false, "null"},
        {"weight_kg", SQL_REAL, offsetof(struct wide, weight_kg), true, "null"},
        {"active", SQL_INT, offsetof(struct wide, active), false, "1"},
    };
    static const struct table_info wide = {.name = "wide", .fields = fields, .n = 5};
    static const struct {
        const char *image, *differs;
    } cases[] = {
        {"{\"id\":\"a\",\"version\":1,\"name\":\"N\"}", NULL},
        {"{\"id\":\"a\",\"version\":1,\"name\":\"N\",\"weight_kg\":null}", NULL},
        {"{\"id\":\"a\",\"version\":1,\"name\":\"N\",\"weight_kg\":null,\"active\":1}", NULL},
        {"{\"id\":\"a\",\"version\":1,\"name\":\"N\",\"weight_kg\":70}", "weight_kg"},
        {"{\"id\":\"a\",\"version\":2,\"name\":\"N\"}", "version"},
        {"{\"id\":\"a\",\"version\":1,\"name\":\"N", "name"},
        {"{\"id\":\"a\",\"version\":1,\"name\":\"N\"}}", "weight_kg"},
        {"", "id"},
    };
    struct wide row = {STR("a"), 1, STR("N"), {false, 0}, 1};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str image = str_from(cases[i].image);
        const char *says = chart_difference(fixture.arena, &wide, &row, image);
        if ((says == NULL) != (cases[i].differs == NULL) ||
            (says && strcmp(says, cases[i].differs) != 0))
            fail_msg("%s: %s", cases[i].image, says ? says : "no difference");
    }
    row.active = 0; /* not what the migration gave it, and no entry says so */
    assert_string_equal(chart_difference(fixture.arena, &wide, &row, str_from(cases[0].image)),
                        "active");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_whole_record_is_whole),
        FIXTURE_TEST(every_tampering_is_found),
        FIXTURE_TEST(long_lists_are_walked_whole),
        cmocka_unit_test(an_older_image_is_of_a_narrower_table),
    };
    return on_both_engines("verify", tests, sizeof tests / sizeof *tests);
}
