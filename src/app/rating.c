#include "app/rating.h"

#include "app/seal.h"

const struct rating_mode rating_modes[RATING_MODES] = {
#define MODE(word, text) {{#word, sizeof #word - 1}, {text, sizeof text - 1}},
#include "app/rating_modes.def"
#undef MODE
};

struct str rating_mode_text(struct str word) {
    const struct rating_mode *m = STR_FIND(rating_modes, RATING_MODES, word, word);
    return m ? m->text : STR_ABSENT;
}

void rating_check(const struct rating_in *in, const struct instrument *of, struct faults *faults) {
    if (in->mode.n && !rating_mode_text(in->mode).s)
        fault_add(faults, STR("mode"), "unknown", "There is no such way of rating.");
    if (of->rater == RATER_CLINICIAN && in->mode.n == 0)
        fault_add(faults, STR("mode"), "required", "Say how it was rated: in person, by video ...");
    if (in->rater.n > RATING_RATER_MAX)
        fault_add(faults, STR("rater"), "length", "A name has at most %d characters.",
                  RATING_RATER_MAX);
    if (in->conditions.n > RATING_CONDITIONS_MAX)
        fault_add(faults, STR("conditions"), "length", "At most %d characters.",
                  RATING_CONDITIONS_MAX);
}

/* The text is kept once. Two who keep it at one moment: the second begins again and finds it. */
static enum err keep_text(struct tx *tx, const struct instrument *in, struct str *id) {
    struct instrument_text row;
    struct buf b = buf_new(tx->arena, 4096);
    wording_put(&b, in);
    *id = SEAL(tx->arena, buf_str(&b));
    enum err e = instrument_text_load(tx, *id, &row);
    if (e != E_UNKNOWN) return e;
    row = (struct instrument_text){.id = *id,
                                   .instrument = in->id,
                                   .instrument_version = in->version,
                                   .wording = in->wording,
                                   .language = in->language,
                                   .text = buf_str(&b)};
    tx_event(tx, "instrument_text_kept", in->title);
    e = instrument_text_put(tx, &row);
    return e == E_CONFLICT ? E_RETRY : e;
}

static enum err find_dose(struct tx *tx, const struct response *r, struct response_rating *row) {
    struct dose dose;
    enum err e =
        dose_last_before(tx, &(struct dose_last_before_in){r->patient_id, r->at_ms}, &dose);
    if (e == E_UNKNOWN) return E_OK;
    TRY(e);
    row->dose_id = dose.id;
    row->since_dose_min = (struct maybe_int){true, (r->at_ms - dose.given_ms) / 60000};
    return E_OK;
}

static enum err find_rater(struct tx *tx, struct str *rater) {
    struct account account;
    if (rater->n || !tx->actor.account_id.n) return E_OK;
    enum err e = account_load(tx, tx->actor.account_id, &account);
    if (e == E_OK) *rater = account.display_name;
    return e == E_UNKNOWN ? E_OK : e;
}

enum err rating_record(struct tx *tx, const struct rating_in *in, const struct response *r,
                       const struct score *score) {
    struct response_rating row = {.id = r->id,
                                  .patient_id = r->patient_id,
                                  .mode = in->mode.n ? in->mode : STR_ABSENT,
                                  .conditions = in->conditions.n ? in->conditions : STR_ABSENT,
                                  .missing = score->missing,
                                  .prorated = score->prorated};
    TRY(keep_text(tx, score->of, &row.text_id));
    TRY(find_dose(tx, r, &row));
    if (score->of->rater == RATER_CLINICIAN) {
        row.rater = str_trim(in->rater);
        TRY(find_rater(tx, &row.rater));
    }
    tx_event(tx, "measure_recorded", STR_ABSENT);
    return response_rating_put(tx, &row);
}

enum err rating_words(struct tx *tx, const struct instrument *today,
                      const struct response_rating *rating, const struct wording **words,
                      bool *own) {
    struct instrument_text row;
    struct faults faults = {.arena = tx->arena};
    struct buf b = buf_new(tx->arena, 4096);
    *words = NULL;
    *own = !rating;
    if (!rating && !today) return E_OK;
    if (rating) TRY(instrument_text_load(tx, rating->text_id, &row));
    else wording_put(&b, today);
    *words = wording_read(tx->arena, STR("kept"), rating ? row.text : buf_str(&b), &faults);
    return E_OK;
}
