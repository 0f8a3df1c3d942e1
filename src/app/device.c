#include "app/device.h"

#include "app/device_file.h"
#include "app/seal.h"
#include "app/settings.h"
#include "app/words.h"
#include "base/clock.h"
#include "base/id.h"

enum { KEY_BYTES = 24 };

/* One message -------------------------------------------------------------------------------- */

/* A monitor's clock that runs ahead cannot have measured what has not happened. */
static bool settle_times(struct monitor_message *m, int64_t now_ms) {
    int64_t latest_ms = now_ms + DEVICE_AHEAD_MS;
    bool ahead = m->at_ms > latest_ms;
    if (m->at_ms > now_ms) m->at_ms = now_ms;
    for (int i = 0; i < m->readings_n; i++) {
        ahead |= m->readings[i].at_ms > latest_ms;
        if (m->readings[i].at_ms > now_ms) m->readings[i].at_ms = now_ms;
    }
    for (int i = 0; i < m->alarms_n; i++)
        if (m->alarms[i].at_ms > now_ms) m->alarms[i].at_ms = now_ms;
    return ahead;
}

static enum err find(struct tx *tx, const struct monitor_message *m,
                     struct device_heard_row *out) {
    struct device_count_row count;
    struct str digest = m->digest.s ? m->digest : STR("");
    enum err e = device_heard(tx, &(struct device_heard_in){m->device, digest}, out);
    if (e != E_UNKNOWN) return e;
    TRY(device_count(tx, &count));
    if (count.n >= DEVICES_MAX) return E_TOO_MANY;
    struct device found = {.kind = STR("monitor"),
                           .identifier = m->device,
                           .name = m->device,
                           .state = STR("new"),
                           .first_ms = tx->now_ms};
    tx_event(tx, "device_found", STR_ABSENT);
    TRY(device_put(tx, &found));
    *out = (struct device_heard_row){.id = found.id, .name = found.name, .state = found.state};
    return E_OK;
}

static int left_out(const struct monitor_message *m) {
    int n = 0;
    for (int i = 1; i < MONITOR_FATES; i++) n += m->left_out[i];
    return n;
}

struct slot {
    enum device_fate fate;
    struct str why; /* unassigned */
    struct device_place place;
};

/* The number that a message says, where it is one of ours, must be that of who is in the room. */
static enum err check_number(struct tx *tx, struct str number, struct str mrn, struct slot *slot) {
    struct device_patient_row other;
    if (!number.n || str_eq(number, mrn)) return E_OK;
    enum err e = device_patient(tx, &(struct device_patient_in){number}, &other);
    if (e == E_UNKNOWN) return E_OK;
    TRY(e);
    slot->fate = DEVICE_UNASSIGNED;
    slot->why = STR("it says another patient than the one in the room");
    return E_OK;
}

/* From when on what it measured is of this patient: not before check-in, nor before the patient,
 * or the monitor, came into the room from another one. It says its last cuff again and again. */
static int64_t measured_from(const struct device_heard_row *by) {
    int64_t from_ms = by->checked_in_ms - DEVICE_EARLY_MS;
    if (by->room_ms > by->checked_in_ms) from_ms = by->room_ms;
    return by->room_since_ms.is && by->room_since_ms.v > from_ms ? by->room_since_ms.v : from_ms;
}

static enum err find_slot(struct tx *tx, const struct device_heard_row *by,
                          const struct monitor_message *m, struct slot *slot) {
    *slot = (struct slot){.fate = DEVICE_UNASSIGNED};
    bool nothing = m->readings_n == 0 && m->alarms_n == 0;
    if (by->resent) slot->fate = DEVICE_RESENT;
    else if (nothing)
        slot->fate = m->demo || m->left_out[MONITOR_DEMO] ? DEVICE_DEMO : DEVICE_EMPTY;
    else if (m->demo) slot->fate = DEVICE_DEMO;
    else if (str_is(by->state, "new")) slot->why = STR("nobody has accepted this monitor yet");
    else if (!str_is(by->state, "active")) slot->why = STR("this monitor is retired");
    else if (!by->room_id.n) slot->why = STR("it stands in no room");
    else if (!by->dosing_id.n) slot->why = STR("no session runs in its room");
    else {
        slot->fate = DEVICE_FILED;
        slot->place = (struct device_place){.dosing_id = by->dosing_id,
                                            .device = by->name,
                                            .patient_id = by->patient_id,
                                            .from_ms = measured_from(by)};
        return check_number(tx, m->patient_number, by->mrn, slot);
    }
    return E_OK;
}

static enum err add_message(struct tx *tx, const struct device_heard_row *by,
                            const struct monitor_message *m, const struct slot *slot,
                            struct str id) {
    static const char *const states[] = {"filed", "unassigned", "demo", "empty"};
    struct buf readings = buf_new(tx->arena, 512);
    monitor_put(&readings, m);
    struct device_message_add_in row = {
        .id = id,
        .device_id = by->id,
        .digest = m->digest.s ? m->digest : id,
        .at_ms = m->at_ms,
        .received_ms = tx->now_ms,
        .state = str_from(states[slot->fate]),
        .why = slot->why,
        .dosing_id = slot->fate == DEVICE_FILED ? slot->place.dosing_id : STR_ABSENT,
        .patient_number = m->patient_number,
        .readings = readings.n ? buf_str(&readings) : STR(""),
        .left_out = left_out(m)};
    return device_message_add(tx, &row);
}

/* What the session refuses waits for a person, with the session's own words. */
static enum err file_or_wait(struct tx *tx, const struct content *content,
                             const struct monitor_message *m, const struct slot *slot,
                             struct str id, enum device_fate *out) {
    struct faults faults = {.arena = tx->arena};
    enum err e = device_file(tx, content, &slot->place, m, &faults);
    if (e != E_INVALID && e != E_BLOCKED) return e;
    *out = DEVICE_UNASSIGNED;
    struct str why = faults.n ? faults.v[0].message : STR("the session did not take it");
    return device_mark(tx, &(struct device_mark_in){id, STR("unassigned"), why, STR_ABSENT});
}

enum err device_take(struct tx *tx, const struct content *content, struct monitor_message *m,
                     struct str peer, enum device_fate *out) {
    struct device_heard_row by;
    struct slot slot;
    if (settle_times(m, tx->now_ms))
        TRY(device_fault(tx, peer, "clock", STR("its clock runs ahead of ours"), 1));
    TRY(find(tx, m, &by));
    TRY(find_slot(tx, &by, m, &slot));
    *out = slot.fate;
    if (*out == DEVICE_RESENT)
        return device_fault(tx, peer, "resent", STR("the same message again; stored once"), 1);
    struct str id = id_new(tx->arena, tx->now_ms);
    TRY(add_message(tx, &by, m, &slot, id));
    if (*out != DEVICE_FILED) return E_OK;
    return file_or_wait(tx, content, m, &slot, id, out);
}

enum err device_fault(struct tx *tx, struct str peer, const char *kind, struct str text,
                      int64_t n) {
    return device_fault_count(tx, &(struct device_fault_count_in){peer.n ? peer : STR(""),
                                                                  str_from(kind), text,
                                                                  tx->now_ms, n});
}

/* A person's part ---------------------------------------------------------------------------- */

enum { DEVICE_NAME_MAX = 80 };

static void check_name(struct str name, struct faults *faults) {
    if (name.n == 0 || str_utf8_length(name) > DEVICE_NAME_MAX)
        fault_add(faults, STR("name"), "length", "Its name has 1 to %d characters.",
                  DEVICE_NAME_MAX);
}

enum err device_save(struct tx *tx, struct device *row, struct faults *faults) {
    row->name = str_trim(row->name);
    check_name(row->name, faults);
    TRY(faults_err(faults));
    struct device stood;
    enum err e = device_load(tx, row->id, &stood);
    TRY(e == E_UNKNOWN ? E_OK : e);
    if (!e && stood.room_id.n && !str_eq(stood.room_id, row->room_id))
        row->room_since_ms = (struct maybe_int){true, tx->now_ms};
    tx_event(tx, "device_changed", STR_ABSENT);
    return device_put(tx, row);
}

enum err device_gateway(struct tx *tx, struct str name, struct faults *faults, struct device *out,
                        struct str *key) {
    struct device other;
    name = str_trim(name);
    check_name(name, faults);
    TRY(faults_err(faults));
    struct str identifier = str_format(tx->arena, "gateway %.*s", STR_ARG(name));
    enum err e = device_named(tx, &(struct device_named_in){identifier}, &other);
    if (e == E_OK)
        fault_add(faults, STR("name"), "taken", "There is a gateway of that name; choose another.");
    TRY(e == E_UNKNOWN ? E_OK : e);
    TRY(faults_err(faults));
    *key = id_token(tx->arena, KEY_BYTES);
    *out = (struct device){.kind = STR("gateway"),
                           .identifier = identifier,
                           .name = name,
                           .state = STR("active"),
                           .key_hash = SEAL(tx->arena, *key),
                           .first_ms = tx->now_ms};
    tx_event(tx, "device_changed", STR_ABSENT);
    return device_put(tx, out);
}

enum err device_of_bearer(struct tx *tx, struct str key, struct device *out) {
    if (key.n != 2 * KEY_BYTES) return E_LOGIN;
    enum err e =
        device_of_key(tx, &(struct device_of_key_in){SEAL(tx->arena, key)}, out);
    return e == E_UNKNOWN ? E_LOGIN : e;
}

/* What waits --------------------------------------------------------------------------------- */

static enum err file_rows(struct tx *tx, const struct content *content,
                          const struct device_unassigned_rows *rows,
                          const struct device_place *place, struct faults *faults) {
    for (ptrdiff_t i = 0; i < rows->n; i++) {
        struct monitor_message m = {0};
        monitor_take_back(tx->arena, content->monitors, rows->v[i].readings, &m);
        TRY(device_file(tx, content, place, &m, faults));
    }
    return E_OK;
}

static enum err file_waiting(struct tx *tx, const struct content *content,
                             const struct device_settle *in,
                             const struct device_unassigned_rows *rows, struct faults *faults) {
    static const char *const over[] = {"discharged", "stopped", NULL};
    struct dosing d;
    enum err e = dosing_load(tx, in->dosing_id, &d);
    if (e == E_UNKNOWN) {
        fault_add(faults, STR("session"), "unknown", "Choose the session that they are of.");
        return E_INVALID;
    }
    TRY(e);
    struct device dev;
    TRY(device_load(tx, in->device_id, &dev));
    struct device_place place = {.dosing_id = d.id, .patient_id = d.patient_id, .device = dev.name};
    place.state = word_in(d.state, over) ? DEVICE_PLACE_OVER : DEVICE_PLACE_RUNNING;
    TRY(file_rows(tx, content, rows, &place, faults));
    return journal_append(tx, "readings_filed", d.patient_id, in->reason);
}

enum err device_settle(struct tx *tx, const struct content *content,
                       const struct device_settle *in, struct faults *faults) {
    enum { LIMIT = 5000 }; /* of device_unassigned */
    struct device_unassigned_rows rows;
    struct device_unassigned_in range = {in->device_id, in->from_ms, in->to_ms};
    bool file = in->verdict == DEVICE_FILE;
    TRY(device_unassigned(tx, &range, &rows));
    if (rows.n == 0)
        fault_add(faults, STR(""), "empty", "Nothing of this monitor waits in that time.");
    if (!file && str_trim(in->reason).n == 0)
        fault_add(faults, STR("reason"), "required", "Write why they are of nobody.");
    TRY(faults_err(faults));
    /* More wait than are taken at once: those of the last instant stay with the rest. */
    if (rows.n == LIMIT) {
        range.to_ms = rows.v[rows.n - 1].at_ms - 1;
        while (rows.n && rows.v[rows.n - 1].at_ms > range.to_ms) rows.n--;
    }
    if (file) TRY(file_waiting(tx, content, in, &rows, faults));
    else TRY(journal_append(tx, "readings_discarded", STR_ABSENT, in->reason));
    return device_settled(
        tx, &(struct device_settled_in){in->device_id, range.from_ms, range.to_ms,
                                        file ? STR("filed") : STR("discarded"),
                                        file ? in->dosing_id : STR_ABSENT, in->reason});
}
