/* app/measure and app/rating: an answer keeps the words it was given to, whatever becomes of the
 * texts; a clinician's rating keeps who and how; what was not asked is not answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/chart.h"
#include "app/consent.h"
#include "app/measure.h"
#include "app/seal.h"
#include "base/clock.h"
#include "scratch_store.h"

static struct arena boot, arena;
static struct store *store;
static struct content content, reworded;
static const struct actor nurse = {{"clinic-a", 8}, {"nurse", 5}, {"web", 3}};
static struct str patient_id;
static struct faults faults;

static struct tx begin(void) {
    struct tx tx;
    faults = (struct faults){.arena = &arena};
    assert_int_equal(tx_begin(&tx, store, &arena, TX_WRITE, nurse, clock_instant(20500, 9, 0)),
                     E_OK);
    return tx;
}

static enum err record(const struct instrument *in, const char *words, struct rating_in how,
                       struct response *out) {
    int answers[ITEMS_MAX];
    struct faults wrong = {.arena = &arena};
    assert_non_null(in);
    assert_int_equal(score_read_answers(in, str_from(words), answers, &wrong), E_OK);
    struct tx tx = begin();
    struct measure_in m = {.patient_id = patient_id, .instrument = in, .answers = answers,
                           .how = how};
    struct measure_done done = {0};
    enum err e = tx_end(&tx, measure_record(&tx, &content, &m, &faults, &done));
    *out = done.row;
    return e;
}

static struct response_rating rating_of(const struct response *r) {
    struct response_rating row;
    struct tx tx = begin();
    assert_int_equal(tx_end(&tx, response_rating_load(&tx, r->id, &row)), E_OK);
    return row;
}

static const struct wording *words_of(const struct response_rating *row) {
    const struct wording *w;
    bool todays;
    struct tx tx = begin();
    assert_int_equal(tx_end(&tx, rating_words(&tx, NULL, row, &w, &todays)), E_OK);
    assert_non_null(w);
    assert_false(todays);
    return w;
}

static void a_new_text_changes_no_old_answer(void **state) {
    (void)state;
    struct response old, new, read;
    const struct instrument *ours = instrument_find(content.instruments, STR("phq9"));
    const struct instrument *theirs = instrument_find(reworded.instruments, STR("phq9"));
    assert_int_equal(theirs->wording, 4); /* 5 is in another language: it stands beside it */
    assert_int_equal(content_worded(&reworded, STR("phq9"), STR("es"))->wording, 5);
    assert_null(content_worded(&reworded, STR("phq9"), STR("fr")));
    assert_int_equal(record(ours, "1 1 1 1 1 1 1 1 0", (struct rating_in){0}, &old), E_OK);
    assert_int_equal(record(theirs, "1 1 1 1 1 1 1 1 0", (struct rating_in){0}, &new), E_OK);
    struct response_rating a = rating_of(&old), b = rating_of(&new);
    assert_false(str_eq(a.text_id, b.text_id));
    assert_true(str_starts(words_of(&a)->items[0].text, STR("Little interest")));
    assert_true(str_is(words_of(&b)->items[0].text, "Words of the clinic"));
    assert_true(str_is(wording_answer(&words_of(&b)->items[0], 1), "a few days"));
    struct tx tx = begin();
    assert_int_equal(tx_end(&tx, response_load(&tx, old.id, &read)), E_OK);
    assert_true(read.total.v == 8 && new.total.v == 8 && str_is(read.band, "mild"));
    /* The same words are kept once. */
    assert_int_equal(record(ours, "0 0 0 0 0 0 0 0 0", (struct rating_in){0}, &new), E_OK);
    b = rating_of(&new);
    assert_true(str_eq(a.text_id, b.text_id));
}

static void a_rating_says_who_and_how(void **state) {
    (void)state;
    struct response r;
    const struct instrument *bprs = instrument_find(content.instruments, STR("bprs18"));
    const char ones[] = "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1";
    struct rating_in how = {0};
    assert_int_equal(record(bprs, ones, how, &r), E_INVALID);
    assert_true(str_is(fault_of(&faults, STR("mode"))->code, "required"));
    how.mode = STR("by pigeon");
    assert_int_equal(record(bprs, ones, how, &r), E_INVALID);
    assert_true(str_is(fault_of(&faults, STR("mode"))->code, "unknown"));
    how = (struct rating_in){STR("phone"), STR("Dr. Osei"), STR("interpreter")};
    assert_int_equal(record(bprs, ones, how, &r), E_OK);
    struct response_rating row = rating_of(&r);
    assert_true(str_is(row.mode, "phone") && str_is(row.rater, "Dr. Osei"));
    assert_true(str_is(row.conditions, "interpreter") && !row.since_dose_min.is);
    assert_true(str_is(rating_mode_text(row.mode), "by telephone"));
}

static void what_was_not_asked_is_not_answered(void **state) {
    (void)state;
    static const struct {
        const char *answers, *field; /* NULL: taken */
    } cases[] = {
        {"0 0 - - - 0 -", NULL},   {"0 0 0 0 0 0 0", NULL}, {"0 1 1 0 0 0 -", NULL},
        {"0 0 1 - - 0 -", "q3"},   {"0 0 - 1 - 0 -", "q4"}, {"0 0 - - 1 0 -", "q5"},
        {"0 0 - - - 0 1", "q7"},   {"0 - 1 - - 0 -", NULL}, /* 2 is not known yet */
    };
    struct rating_in how = {.mode = STR("in_person")};
    const struct instrument *in = instrument_find(content.instruments, STR("cssrs"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct response r;
        enum err e = record(in, cases[i].answers, how, &r);
        assert_int_equal(e, cases[i].field ? E_INVALID : E_OK);
        if (!cases[i].field) continue;
        assert_int_equal(faults.n, 1);
        assert_true(str_is(faults.v[0].field, cases[i].field));
    }
}

/* A translation stands beside its document, of the same version or not at all; what was signed in
 * it holds as long as it is there. */
static void a_consent_is_signed_in_another_language(void **state) {
    (void)state;
    struct consent_rows rows;
    struct consent_help help;
    assert_int_equal(reworded.consents_n, content.consents_n);
    assert_int_equal(reworded.translations_n, content.translations_n + 2);
    const struct consent_doc *es = content_consent_in(&reworded, STR("touch"), STR("es"));
    assert_non_null(es);
    assert_true(str_is(content_consent(&reworded, STR("touch"))->language, "en"));
    assert_null(content_consent_in(&reworded, STR("touch"), STR("fr")));
    assert_null(content_consent_in(&reworded, STR("recording"), STR("es"))); /* it lags behind */
    struct consent_signature in = {.patient_id = patient_id, .document = STR("touch"),
                                   .language = STR("es"), .interpreter = STR("L. Vega, es"),
                                   .shown_hash = SEAL(&arena, es->text),
                                   .signer_name = STR("Zoë K"), .signer_relation = STR("self"),
                                   .agree = STR("1")};
    struct tx tx = begin();
    assert_int_equal(tx_end(&tx, consent_sign(&tx, &reworded, &in, &faults)), E_OK);
    in.language = STR("en"); /* the hash is of the other text */
    tx = begin();
    assert_int_equal(tx_end(&tx, consent_sign(&tx, &reworded, &in, &faults)), E_INVALID);
    tx = begin();
    struct consent_of_patient_in of = {patient_id};
    enum err e = consent_of_patient(&tx, &of, &rows);
    if (!e) e = consent_help_load(&tx, rows.v[0].id, &help);
    assert_int_equal(tx_end(&tx, e), E_OK);
    assert_int_equal(rows.n, 1);
    assert_true(str_is(rows.v[0].language, "es") && str_is(help.interpreter, "L. Vega, es"));
    assert_true(str_eq(help.seal, consent_help_seal(&arena, &rows.v[0], &help)));
    int64_t now_ms = clock_instant(20500, 9, 0);
    assert_int_equal(consent_state(&arena, &reworded, &rows.v[0], now_ms), CONSENT_CURRENT);
    assert_int_equal(consent_state(&arena, &content, &rows.v[0], now_ms), CONSENT_STALE);
}

static const char es_text[] =
    "language es\ntitle Contacto\nsource DESIGN\nrequired off\nvalid 12 months | DESIGN\n"
    "meaning Estoy de acuerdo.\ntext Texto.\ntest says texto\n";

/* The embedded content with one file of a clinic's own over it. */
static bool reword(void) {
    struct content_files files = content_embedded(&boot);
    struct faults wrong = {.arena = &boot};
    struct buf b = buf_new(&boot, 1024);
    buf_z(&b, "wording phq9 4 of 1\nlanguage en\ntitle T\nsource s\nlicence l\n");
    for (int i = 1; i <= 9; i++) buf_format(&b, "item q%d | Words of the clinic\n", i);
    buf_z(&b, "choices q1 q2 | 0 never | 1 a few days | 2 often | 3 always\n");
    files.v[files.n++] = (struct content_file){STR("wordings/phq9-4.txt"), STR("w"), buf_str(&b)};
    files.v[files.n++] = (struct content_file){
        STR("consents/touch.es.txt"), STR("t"), str_format(&boot, "consent touch 1\n%s", es_text)};
    files.v[files.n++] = (struct content_file){
        STR("consents/recording.es.txt"), STR("r"),
        str_format(&boot, "consent recording 99\n%s", es_text)};
    struct buf es = buf_new(&boot, 1024);
    buf_z(&es, "wording phq9 5 of 1\nlanguage es\ntitle T\nsource s\nlicence l\n");
    for (int i = 1; i <= 9; i++) buf_format(&es, "item q%d | Palabras\n", i);
    files.v[files.n++] = (struct content_file){STR("wordings/phq9-5.txt"), STR("e"), buf_str(&es)};
    return content_read(&boot, &files, &reworded, &wrong) == E_OK;
}

static bool make_patient(void) {
    struct patient p = {.mrn = STR("K-1"), .family_name = STR("K"), .given_name = STR("Zoë"),
                        .birth_date = STR("1985-04-02"), .sex = STR("female"),
                        .phase = STR("referred")};
    struct tx tx = begin();
    tx_event(&tx, "patient_changed", STR_ABSENT);
    if (tx_end(&tx, patient_put(&tx, &p))) return false;
    patient_id = str_copy(&boot, p.id);
    return true;
}

int main(void) {
    struct scratch_store scratch;
    arena_open(&boot, 128 << 20);
    arena_open(&arena, 64 << 20);
    if (content_boot(&boot, NULL, &content) || !reword()) return 3;
    if (!scratch_open(&scratch, &boot)) return 3;
    store = scratch.store;
    if (!make_patient()) return 3;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_text_changes_no_old_answer),
        cmocka_unit_test(a_rating_says_who_and_how),
        cmocka_unit_test(a_consent_is_signed_in_another_language),
        cmocka_unit_test(what_was_not_asked_is_not_answered),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scratch_close(&scratch, &boot);
    return failed;
}
