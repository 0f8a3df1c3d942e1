/* The rooms of the clinic: their names, their order on the floor, which are closed. */
#include "app/dosing.h"
#include "app/room.h"
#include "web/form_view.h"
#include "web/route.h"

static bool in_use(const struct rooms_in_use_rows *used, struct str id) {
    for (ptrdiff_t i = 0; i < used->n; i++)
        if (str_eq(used->v[i].room_id, id)) return true;
    return false;
}

static struct view_tag state_of(const struct room *room, const struct rooms_in_use_rows *used) {
    if (str_is(room->state, "closed")) return (struct view_tag){STR("information"), STR("closed")};
    if (in_use(used, room->id)) return (struct view_tag){STR("information"), STR("in use")};
    return (struct view_tag){STR("fine"), STR("free")};
}

enum err page_rooms(struct request *rq) {
    struct room_rows rooms;
    struct rooms_in_use_rows used;
    struct view_rooms v = {0};
    TRY(room_list(rq->tx, &rooms));
    TRY(rooms_in_use(rq->tx, &used));
    v.rows.v = NEWS(rq->arena, struct view_rooms_row, rooms.n);
    int64_t last = 0;
    for (ptrdiff_t i = 0; i < rooms.n; i++) {
        const struct room *r = &rooms.v[i];
        v.rows.v[v.rows.n++] = (struct view_rooms_row){
            .id = r->id, .name = r->name, .position = r->position, .state = state_of(r, &used)};
        last = r->position;
    }
    struct form_room next = {.position = {true, last + 1}};
    TRY(web_form(rq, FORM_room, STR("/rooms"), &next, 0, &v.form));
    page_open(rq, "Rooms", STR("Rooms"));
    html_rooms(rq->out, &v);
    page_close(rq);
    return E_OK;
}

enum err post_rooms(struct request *rq) {
    const struct form_room *f = &rq->form.room;
    struct room row = {.name = f->name, .position = f->position.v, .state = STR("open")};
    TRY(room_save(rq->tx, &row, &rq->faults));
    return web_redirect(rq, "/rooms");
}

enum err page_room(struct request *rq) {
    struct room room;
    struct view_room v = {0};
    TRY(room_load(rq->tx, rq->path[0], &room));
    v.name = room.name;
    struct form_room_edit values = {room.name, {true, room.position}, room.state};
    struct str action = str_format(rq->arena, "/rooms/%.*s", STR_ARG(room.id));
    TRY(web_form(rq, FORM_room_edit, action, &values, room.version, &v.form));
    page_open(rq, "Rooms", room.name);
    html_room(rq->out, &v);
    page_close(rq);
    return E_OK;
}

enum err post_room(struct request *rq) {
    const struct form_room_edit *f = &rq->form.room_edit;
    struct room row = {.id = rq->path[0], .version = rq->version, .name = f->name,
                       .position = f->position.v, .state = f->state};
    TRY(room_save(rq->tx, &row, &rq->faults));
    return web_redirect(rq, "/rooms");
}

/* Where a session may go: open rooms, and of those in use it is said. */
enum err choices_rooms(struct request *rq, struct field_choices *out) {
    struct room_rows rooms;
    struct rooms_in_use_rows used;
    TRY(room_list(rq->tx, &rooms));
    TRY(rooms_in_use(rq->tx, &used));
    *out = (struct field_choices){NEWS(rq->arena, struct field_choice, rooms.n), 0};
    for (ptrdiff_t i = 0; i < rooms.n; i++) {
        const struct room *r = &rooms.v[i];
        if (!str_is(r->state, "open")) continue;
        out->v[out->n++] = (struct field_choice){
            r->id, str_format(rq->arena, "%.*s%s", STR_ARG(r->name),
                              in_use(&used, r->id) ? " (in use)" : "")};
    }
    return E_OK;
}

enum err post_session_room(struct request *rq) {
    struct dosing_day d;
    TRY(dosing_load_day(rq->tx, rq->path[0], rq->path[1], &d));
    if (!d.has || str_is(d.row.state, "stopped") || str_is(d.row.state, "discharged"))
        return web_block(rq, "Nobody is here to be moved: the session is over or not begun.");
    TRY(room_take(rq->tx, &d.row, rq->form.session_room.room, rq->now_ms, &rq->faults));
    if (rq->tx->appended == 0)
        return web_block(rq, "The session is in this room already.");
    return web_redirect(rq, "/patient/%.*s/dosing/%.*s", STR_ARG(rq->path[0]),
                        STR_ARG(rq->path[1]));
}
