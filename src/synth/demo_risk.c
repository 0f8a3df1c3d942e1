#include "synth/demo_risk.h"

#include "app/risk.h"
#include "app/safety_plan.h"
#include "base/clock.h"

/* What was done about it, so many minutes after the answer. */
static const struct {
    int after_min;
    struct risk_do_in in;
} worked[] = {
    {16, {.act = RISK_CONTACT, .not_reached = true, .how = {"phone", 5},
          .text = {"No answer; mailbox.", 19}}},
    {31, {.act = RISK_CONTACT, .how = {"phone", 5},
          .text = {"Reached at work; stays with a colleague until the evening.", 58}}},
    {64, {.act = RISK_ASSESS, .category = {"moderate", 8},
          .text = {"Thoughts with a method on bad nights, no intent; pills at home.", 63}}},
    {95, {.act = RISK_PLAN, .how = {"safety_plan", 11},
          .text = {"Plan written together; partner keeps the pills; call in two days.", 65}}},
};
enum { WORKED = sizeof worked / sizeof *worked, PLAN_AT = WORKED - 1 };

enum err demo_safety_plan(struct tx *tx, struct str patient_id) {
    struct faults faults = {.arena = tx->arena};
    struct safety_plan plan = {
        .patient_id = patient_id,
        .signs = STR("I stop answering messages.\nI lie awake and count what went wrong."),
        .alone = STR("Walk round the lake, phone in the pocket.\nThe rain record, headphones on."),
        .company = STR("The bakery in the morning\nDana from choir, 303 555 0147"),
        .people = STR("Sam (brother), 303 555 0161\nMarta, next door"),
        .helpers = STR("Tomas at the clinic, 303 555 0100\n988, call or text, at any hour"),
        .safer_place = STR("Sam keeps the tablets; I have a week's worth."),
        .means_note = STR("Medicines counted together; no firearm in the home. Sam confirmed by "
                          "phone that he has the rest.")};
    return safety_plan_write(tx, &plan, 0, &faults);
}

static enum err work(struct tx *tx, const struct content *content, const struct risk_alert *a,
                     int64_t now_ms) {
    struct faults faults = {.arena = tx->arena};
    for (int i = 0; i < WORKED; i++) {
        struct risk_do_in in = worked[i].in;
        tx->now_ms = a->opened_ms + worked[i].after_min * MINUTE_MS;
        if (tx->now_ms > now_ms) break;
        if (i == PLAN_AT) TRY(demo_safety_plan(tx, a->patient_id));
        in.patient_id = a->patient_id;
        in.alert_id = a->id;
        TRY(risk_do(tx, content, &in, &faults));
    }
    return E_OK;
}

enum err demo_risk(struct tx *tx, const struct content *content, struct str patient_id,
                   struct str therapist, enum demo_risk_told told) {
    struct response_rows rows;
    struct risk_alert_rows open;
    struct actor before = tx->actor;
    int64_t now_ms = tx->now_ms;
    enum risk_seen seen;
    TRY(response_of_patient(tx, &(struct response_of_patient_in){patient_id, STR("phq9")}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        tx->now_ms = rows.v[i].at_ms;
        TRY(risk_of_response(tx, content, &rows.v[i], &seen));
    }
    TRY(risk_unclosed(tx, &(struct risk_unclosed_in){patient_id}, &open));
    tx->actor.account_id = therapist;
    if (told == DEMO_RISK_WORKED && open.n) TRY(work(tx, content, &open.v[0], now_ms));
    tx->actor = before;
    tx->now_ms = now_ms;
    return E_OK;
}
