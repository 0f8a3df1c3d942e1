#include "app/room.h"

#include "app/words.h"
#include "base/clock.h"

enum { POSITION_MAX = 500 }; /* as many rooms as room_list shows */

static enum err check_name(struct tx *tx, const struct room *row, struct faults *faults) {
    struct room other;
    if (row->name.n == 0) {
        fault_add(faults, STR("name"), "required",
                  "Write the room's name, as it stands on the door.");
        return E_OK;
    }
    enum err e = room_named(tx, &(struct room_named_in){row->name}, &other);
    if (e) return e == E_UNKNOWN ? E_OK : e;
    if (!str_eq(other.id, row->id))
        fault_add(faults, STR("name"), "taken", "There is a room of that name; choose another.");
    return E_OK;
}

/* A room that is in use stays open until its session has left. */
static enum err check_state(struct tx *tx, const struct room *row, struct faults *faults) {
    static const char *const states[] = {"open", "closed", NULL};
    struct room_user_row user;
    if (!word_in(row->state, states))
        fault_add(faults, STR("state"), "unknown", "A room is open or closed.");
    if (!str_is(row->state, "closed") || !row->id.n) return E_OK;
    enum err e = room_user(tx, &(struct room_user_in){row->id}, &user);
    if (e) return e == E_UNKNOWN ? E_OK : e;
    fault_add(faults, STR("state"), "in_use",
              "A session stands in this room; close it when the session has left.");
    return E_OK;
}

enum err room_save(struct tx *tx, struct room *row, struct faults *faults) {
    row->name = str_trim(row->name);
    if (row->position < 1 || row->position > POSITION_MAX)
        fault_add(faults, STR("position"), "range", "Its place on the floor is from 1 to %d.",
                  POSITION_MAX);
    TRY(check_name(tx, row, faults));
    TRY(check_state(tx, row, faults));
    TRY(faults_err(faults));
    tx_event(tx, "room_changed", STR_ABSENT);
    return room_put(tx, row);
}

static enum err check_free(struct tx *tx, struct str room_id, struct faults *faults) {
    struct room room;
    struct room_user_row user;
    enum err e = room_load(tx, room_id, &room);
    if (e == E_UNKNOWN || (!e && !str_is(room.state, "open"))) {
        fault_add(faults, STR("room"), "closed", "There is no such room open; choose another.");
        return E_INVALID;
    }
    TRY(e);
    e = room_user(tx, &(struct room_user_in){room_id}, &user);
    if (e) return e == E_UNKNOWN ? E_OK : e;
    fault_add(faults, STR("room"), "in_use",
              "%.*s has been in use since %.*s; choose another room.", STR_ARG(room.name),
              STR_ARG(clock_time_text(tx->arena, user.from_ms)));
    return E_INVALID;
}

static enum err end_stay(struct tx *tx, struct dosing_room *stay, int64_t at_ms) {
    stay->to_ms = (struct maybe_int){true, at_ms};
    tx_event(tx, "room_left", STR_ABSENT);
    return dosing_room_put(tx, stay);
}

enum err room_take(struct tx *tx, const struct dosing *session, struct str room_id,
                   int64_t from_ms, struct faults *faults) {
    struct dosing_room stay;
    enum err e = dosing_room_open(tx, &(struct dosing_room_open_in){session->id}, &stay);
    if (e && e != E_UNKNOWN) return e;
    if (!e && str_eq(stay.room_id, room_id)) return E_OK;
    TRY(check_free(tx, room_id, faults));
    if (!e) TRY(end_stay(tx, &stay, from_ms));
    stay = (struct dosing_room){.patient_id = session->patient_id,
                                .dosing_id = session->id,
                                .room_id = room_id,
                                .from_ms = from_ms};
    tx_event(tx, "room_taken", STR_ABSENT);
    return dosing_room_put(tx, &stay);
}

enum err room_leave(struct tx *tx, const struct dosing *session) {
    struct dosing_room stay;
    enum err e = dosing_room_open(tx, &(struct dosing_room_open_in){session->id}, &stay);
    if (e) return e == E_UNKNOWN ? E_OK : e;
    return end_stay(tx, &stay, tx->now_ms);
}

enum err room_ready_say(struct tx *tx, const struct criteria *list, struct str room_id,
                        struct str answers, struct faults *faults) {
    struct room room;
    struct buf findings = buf_new(tx->arena, 1024);
    struct rulings rulings = {.arena = tx->arena};
    TRY(room_load(tx, room_id, &room));
    struct criteria_values v = criteria_values_read(tx->arena, list, STR("*"), answers, faults);
    TRY(faults_err(faults));
    criteria_judge(list, STR("*"), v, &rulings);
    ruling_json(&findings, &rulings);
    struct room_ready row = {.room_id = room.id,
                             .date = clock_date_text(tx->arena, tx->now_ms),
                             .answers = answers,
                             .findings = buf_str(&findings),
                             .state = ruling_overall(&rulings) == RULING_PASS ? STR("ready")
                                                                               : STR("incomplete"),
                             .said_by = tx->actor.account_id,
                             .said_ms = tx->now_ms};
    tx_event(tx, "room_ready_said", STR_ABSENT);
    return room_ready_put(tx, &row);
}

enum err room_ready_today(struct tx *tx, struct room_ready_on_rows *rows) {
    struct str today = clock_date_text(tx->arena, tx->now_ms);
    return room_ready_on(tx, &(struct room_ready_on_in){today}, rows);
}

enum err room_ready_word(struct tx *tx, struct str dosing_id, struct str *word) {
    struct room_ready_for_row said = {0};
    struct str today = clock_date_text(tx->arena, tx->now_ms);
    enum err e = room_ready_for(tx, &(struct room_ready_for_in){dosing_id, today}, &said);
    *word = said.state;
    return e == E_UNKNOWN ? E_OK : e;
}
