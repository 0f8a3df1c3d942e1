/*
 * What happens to monitors because time passes: one that spoke in a running session and fell
 * silent is an alarm (kind signal); when it is heard again, or its session is over, the alarm
 * says so and stays until a person ends it. Messages that grew old go.
 */
#include "app/alarm.h"
#include "app/device.h"
#include "app/settings.h"
#include "base/clock.h"
#include "base/id.h"

/* Between two looks for what may be forgotten: nothing is written every second for it. */
#define FORGET_EVERY_MS HOUR_MS

static struct str id_at(struct arena *a, int64_t at_ms) {
    static const unsigned char none[10];
    return id_from(a, at_ms > 0 ? at_ms : 0, none);
}

/* How grave its silence is by now; one that sends seldom may miss a message. */
static enum vitals_level silence(const struct content *c, const struct device_watched_row *w,
                                 int64_t now_ms) {
    int64_t missed_ms = w->every_s.is && w->every_s.v > 1 ? w->every_s.v * 2000 : 0;
    bool spoke = w->last_ms.is && w->last_ms.v >= w->checked_in_ms;
    return spoke ? alarms_wait(c->alarms, STR("signal"), now_ms - w->last_ms.v - missed_ms)
                 : VITALS_FINE; /* it was never listened to in this session */
}

/* Does the alarm that stands say less, or more, than there is? */
static bool is_news(const struct device_watched_row *w, enum vitals_level level) {
    enum vitals_level stands = VITALS_FINE;
    if (w->alarm_level.n && !alarms_level_parse(w->alarm_level, &stands)) return false;
    return level > stands || (level == VITALS_FINE && stands != VITALS_FINE);
}

static enum err raise(struct tx *tx, const struct content *c, const struct device_watched_row *w,
                      enum vitals_level level) {
    struct alarm out;
    struct alarm want = {
        .patient_id = w->patient_id,
        .dosing_id = w->dosing_id,
        .room_id = w->room_id,
        .device_id = w->id,
        .kind = STR("signal"),
        .subject = w->identifier,
        .level = str_from(vitals_level_name(level)),
        .text = str_format(tx->arena,
                           "No signal from %.*s since %.*s. Look at the patient, then at the "
                           "monitor and its network.",
                           STR_ARG(w->name), STR_ARG(clock_time_text(tx->arena, w->last_ms.v))),
        .source = alarms_wait_source(c->alarms, STR("signal"))};
    return alarm_raise(tx, &want, &out);
}

static enum err forget_due(struct tx *tx, int64_t margin_ms, struct str *before, bool *due) {
    int64_t days;
    struct device_oldest_row oldest;
    TRY(setting_int(tx, SETTING_monitor_keep_days, &days));
    int64_t limit_ms = tx->now_ms - days * DAY_MS;
    *before = id_at(tx->arena, limit_ms);
    struct str late = id_at(tx->arena, limit_ms - margin_ms);
    enum err e = device_oldest(tx, &(struct device_oldest_in){late}, &oldest);
    *due = e == E_OK;
    return e == E_UNKNOWN ? E_OK : e;
}

enum err device_due(struct tx *tx, const struct app *app, bool *due) {
    struct device_watched_rows watched;
    struct device_left_rows left;
    struct str before;
    TRY(forget_due(tx, FORGET_EVERY_MS, &before, due));
    TRY(device_watched(tx, &watched));
    TRY(device_left(tx, &left));
    *due |= left.n > 0;
    for (ptrdiff_t i = 0; i < watched.n; i++)
        *due |= is_news(&watched.v[i], silence(app->content, &watched.v[i], tx->now_ms));
    return E_OK;
}

enum err device_tick(struct tx *tx, const struct app *app) {
    struct device_watched_rows watched;
    struct device_left_rows left;
    struct str before;
    bool old;
    TRY(forget_due(tx, FORGET_EVERY_MS, &before, &old));
    if (old) TRY(device_forget(tx, &(struct device_forget_in){before}));
    TRY(device_watched(tx, &watched));
    TRY(device_left(tx, &left));
    for (ptrdiff_t i = 0; i < left.n; i++)
        TRY(alarm_over(tx, left.v[i].dosing_id, "signal", left.v[i].subject));
    for (ptrdiff_t i = 0; i < watched.n; i++) {
        const struct device_watched_row *w = &watched.v[i];
        enum vitals_level level = silence(app->content, w, tx->now_ms);
        if (!is_news(w, level)) continue;
        if (level != VITALS_FINE) TRY(raise(tx, app->content, w, level));
        else TRY(alarm_over(tx, w->dosing_id, "signal", w->identifier));
    }
    return E_OK;
}
