/* The rooms of the clinic: their names, their order on the floor, which are closed. */
#include "app/dosing.h"
#include "app/room.h"
#include "web/criteria_form.h"
#include "web/form_view.h"
#include "web/route.h"
#include "web/show.h"

enum err page_rooms(struct request *rq) {
    struct view_rooms v = {0};
    TRY(room_use(rq->tx, &v.rows));
    int64_t last = v.rows.n ? v.rows.v[v.rows.n - 1].position : 0;
    struct form_room next = {.position = {true, last + 1}};
    TRY(web_form(rq, FORM_room, STR("/rooms"), &next, 0, &v.form));
    page_open(rq, "Rooms", STR("Rooms"));
    html_rooms(rq->out, &v);
    page_close(rq);
    return E_OK;
}

static enum err save(struct request *rq, struct room row) {
    TRY(room_save(rq->tx, &row, &rq->faults));
    return web_redirect(rq, "/rooms");
}

enum err post_rooms(struct request *rq) {
    const struct form_room *f = &rq->form.room;
    return save(rq, (struct room){.name = f->name, .position = f->position.v,
                                  .state = STR("open")});
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
    return save(rq, (struct room){.id = rq->path[0], .version = rq->version, .name = f->name,
                                  .position = f->position.v, .state = f->state});
}

/* What it has for the day, by content/monitoring/room.txt: once for all its sessions. */
static struct criteria_form ready_questions(struct request *rq, struct str answers) {
    return (struct criteria_form){
        .criteria = rq->app->content->room, .route = STR("*"), .answers = answers};
}

enum err page_room_ready(struct request *rq) {
    struct room room;
    struct room_ready_on_rows today;
    TRY(room_load(rq->tx, rq->path[0], &room));
    TRY(room_ready_today(rq->tx, &today));
    const struct room_ready_on_row *said = STR_FIND(today.v, today.n, room_id, room.id);
    struct view_form_page v = {.title = str_format(rq->arena, "%.*s, today", STR_ARG(room.name)),
                               .lead = STR("Nobody has said today what is here.")};
    struct view_list_panel found = {0};
    if (said) {
        v.lead = str_format(rq->arena, "Gone through at %.*s by %.*s.",
                            STR_ARG(show_time(rq->arena, said->said_ms)), STR_ARG(said->by));
        found = criteria_rulings(rq, "found", "What was said", said->findings);
        v.after = &found;
    }
    struct criteria_form questions = ready_questions(rq, said ? said->answers : STR_ABSENT);
    struct str at = str_format(rq->arena, "/rooms/%.*s/ready", STR_ARG(room.id));
    TRY(web_form_blank(rq, at, "Say it for today", PLAIN, &v.form));
    criteria_form_fields(rq, &questions, at, &v.form);
    page_open(rq, "Floor", v.title);
    html_form_page(rq->out, &v);
    page_close(rq);
    return E_OK;
}

enum err post_room_ready(struct request *rq) {
    struct str answers;
    struct criteria_form questions = ready_questions(rq, STR_ABSENT);
    TRY(criteria_form_read(rq, &questions, &answers));
    TRY(room_ready_say(rq->tx, questions.criteria, rq->path[0], answers, &rq->faults));
    return web_redirect(rq, "/rooms/%.*s/ready", STR_ARG(rq->path[0]));
}

/* Where a session may go: open rooms, and of those in use it is said. */
enum err choices_rooms(struct request *rq, struct field_choices *out) {
    struct room_use_rows rooms;
    TRY(room_use(rq->tx, &rooms));
    *out = (struct field_choices){NEWS(rq->arena, struct field_choice, rooms.n), 0};
    for (const struct room_use_row *r = rooms.v; r < rooms.v + rooms.n; r++)
        if (!str_is(r->state, "closed"))
            out->v[out->n++] = (struct field_choice){
                r->id, str_format(rq->arena, "%.*s%s", STR_ARG(r->name),
                                  str_is(r->state, "free") ? "" : " (in use)")};
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
