/* stream: who looks hears of each change once, in order, and is never told less than it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/clock.h"
#include "client.h"
#include "net/stream.h"

static struct arena arena;
static struct http_server *server;
static struct stream_hub *hub;
static struct str address;

static struct http_plan plan(void *user, const struct http_request *rq) {
    (void)user, (void)rq;
    return (struct http_plan){HTTP_WORKER, 0};
}

/* The query is the key of the stream; `ends` ends with its login at once. */
static void join(void *user, struct http_request *rq, struct http_answer *out) {
    (void)user;
    out->status = 200;
    out->body = buf_new(rq->arena, 16);
    int64_t ends_ms = str_is(rq->query, "ends") ? clock_now_ms() : INT64_MAX;
    enum err e = stream_join(hub, rq->query, http_header(rq, "last-event-id"), ends_ms, out);
    if (e) out->status = err_meaning(e)->http_status;
}

static int start(void **state) {
    (void)state;
    struct str why;
    struct http_options options = {.listen = "127.0.0.1:0", .workers = 4, .idle_seconds = 20};
    hub = stream_open(&arena, clock_now_ms);
    if (http_start(&arena, options, (struct http_app){NULL, plan, join}, &server, &why)) return 1;
    address = http_address(server);
    return 0;
}

static int stop(void **state) {
    (void)state;
    stream_close(hub);
    http_stop(server);
    return 0;
}

/* A client ---------------------------------------------------------------------------------- */

struct looker {
    int fd;
    struct buf said;
    bool closed;
};

static struct looker look(const char *key, struct str last) {
    struct looker l = {client_connect(address), buf_new(&arena, 4096), false};
    client_send(l.fd, str_format(&arena, "GET /?%s HTTP/1.1\r\nHost: h\r\n%s%.*s%s\r\n", key,
                                 last.n ? "Last-Event-ID: " : "", STR_ARG(last),
                                 last.n ? "\r\n" : ""));
    return l;
}

static void hear(struct looker *l) {
    char bytes[4096];
    ssize_t n = recv(l->fd, bytes, sizeof bytes, 0);
    if (n <= 0) l->closed = true;
    else buf_bytes(&l->said, bytes, n);
}

static bool hears(struct looker *l, const char *words) {
    while (str_find(buf_str(&l->said), str_from(words)) < 0 && !l->closed) hear(l);
    return !l->closed;
}

/* The end as the server says it, not a socket that was shut. */
static bool hears_the_end(struct looker *l) {
    bool said = hears(l, "\r\n0\r\n");
    close(l->fd);
    return said;
}

static int count(const struct looker *l, const char *words) {
    int n = 0;
    struct str rest = buf_str(&l->said), what = str_from(words);
    for (ptrdiff_t at; (at = str_find(rest, what)) >= 0; n++)
        rest = str_slice(rest, at + what.n, rest.n);
    return n;
}

static struct str id_before(const struct looker *l, const char *words) {
    struct str all = buf_str(&l->said);
    ptrdiff_t end = str_find(all, str_from(words)), at = end;
    while (at > 0 && !str_starts(str_slice(all, at, all.n), STR("id: "))) at--;
    struct str rest;
    return str_cut(str_slice(all, at + 4, end), '\n', &rest);
}

static void say(const char *topic, const char *id) {
    stream_publish(hub, str_from(topic), str_from(id));
}

/* The tests --------------------------------------------------------------------------------- */

static void a_change_is_heard_by_all(void **state) {
    (void)state;
    struct looker a = look("a", STR_ABSENT), b = look("b", STR_ABSENT);
    assert_true(hears(&a, "event: hello") && hears(&b, "event: hello"));
    assert_true(hears(&a, "text/event-stream"));
    say("dosing", "one");
    say("room", "two");
    assert_true(hears(&a, "{\"topic\":\"room\",\"id\":\"two\"}"));
    assert_true(hears(&b, "{\"topic\":\"room\",\"id\":\"two\"}"));
    assert_int_equal(count(&a, "\"id\":\"one\""), 1);
    assert_int_equal(stream_stats_of(hub).clients, 2);
    close(a.fd), close(b.fd);
}

static void what_is_said_twice_is_heard_once(void **state) {
    (void)state;
    struct looker a = look("a", STR_ABSENT);
    assert_true(hears(&a, "event: hello"));
    int64_t merged = stream_stats_of(hub).merged;
    for (int i = 0; i < 1000; i++) say("dosing", "same");
    say("dosing", "end");
    assert_true(hears(&a, "\"id\":\"end\""));
    assert_int_equal(count(&a, "\"id\":\"same\"") + stream_stats_of(hub).merged - merged, 1000);
    assert_true(count(&a, "\"id\":\"same\"") < 500);
    close(a.fd);
}

static void who_was_away_is_told_what_was_missed(void **state) {
    (void)state;
    struct looker a = look("a", STR_ABSENT);
    assert_true(hears(&a, "event: hello"));
    struct str began = id_before(&a, "\ndata: ");
    say("dosing", "seen");
    assert_true(hears(&a, "\"id\":\"seen\""));
    struct str seen = id_before(&a, "\ndata: {\"topic\":\"dosing\",\"id\":\"seen\"}");
    close(a.fd);
    say("dosing", "missed");
    struct looker b = look("b", seen), c = look("c", began);
    assert_true(hears(&b, "\"id\":\"missed\"") && hears(&c, "\"id\":\"missed\""));
    assert_int_equal(count(&b, "\"id\":\"seen\""), 0);
    assert_int_equal(count(&c, "\"id\":\"seen\""), 1);
    assert_int_equal(count(&b, "resync") + count(&c, "resync"), 0);
    close(b.fd), close(c.fd);
}

static void who_was_away_too_long_looks_at_everything(void **state) {
    (void)state;
    static const char *const last[] = {"0-1", "gone", "-", "1-99999999999999999999", "x-y-z"};
    for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
        struct looker a = look("a", str_from(last[i]));
        assert_true(hears(&a, "event: resync"));
        close(a.fd);
    }
    struct looker b = look("b", STR_ABSENT);
    assert_true(hears(&b, "event: hello"));
    stream_resync(hub);
    assert_true(hears(&b, "event: resync"));
    close(b.fd);
}

static void a_login_that_is_over_hears_nothing(void **state) {
    (void)state;
    struct looker a = look("a", STR_ABSENT), b = look("b", STR_ABSENT);
    struct looker e = look("ends", STR_ABSENT);
    assert_true(hears(&a, "event: hello") && hears(&b, "event: hello"));
    stream_end(hub, STR("a"));
    assert_true(hears_the_end(&a));
    assert_true(hears_the_end(&e)); /* at the next beat */
    assert_true(hears(&b, "event: beat"));
    say("dosing", "after");
    assert_true(hears(&b, "\"id\":\"after\""));
    close(b.fd);
}

static void who_does_not_read_is_cut_off(void **state) {
    (void)state;
    struct looker slow = {client_connect(address), buf_new(&arena, 4096), false};
    int small = 4096;
    char id[STREAM_ID_MAX];
    setsockopt(slow.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    client_send(slow.fd, STR("GET /?slow HTTP/1.1\r\nHost: h\r\n\r\n"));
    struct looker quick = look("quick", STR_ABSENT);
    assert_true(hears(&slow, "event: hello") && hears(&quick, "event: hello"));
    int64_t until_ns = clock_monotonic_ns() + INT64_C(30000000000);
    for (int i = 0; !stream_stats_of(hub).cut; i++) {
        for (int k = 0; k < 200; k++) {
            snprintf(id, sizeof id, "storm-%d-%d", i, k);
            say("dosing", id);
        }
        assert_true(hears(&quick, str_format(&arena, "\"id\":\"%s\"", id).s));
        quick.said.n = 0;
        assert_true(clock_monotonic_ns() < until_ns);
    }
    assert_int_equal(stream_stats_of(hub).cut, 1);
    while (stream_stats_of(hub).clients > 1) assert_true(clock_monotonic_ns() < until_ns);
    close(slow.fd), close(quick.fd);
}

static void the_limit_of_clients_is_said(void **state) {
    (void)state;
    static struct looker all[STREAM_CLIENTS_MAX];
    for (int i = 0; i < STREAM_CLIENTS_MAX; i++) {
        all[i] = look("many", STR_ABSENT);
        assert_true(hears(&all[i], "event: hello"));
    }
    struct looker more = look("more", STR_ABSENT);
    assert_true(hears(&more, "HTTP/1.1 429"));
    close(more.fd);
    for (int i = 0; i < STREAM_CLIENTS_MAX; i++) close(all[i].fd);
}

/* Ended before the server stops: a stop does not wait for streams, and none begins after it. */
static void closing_ends_all(void **state) {
    (void)state;
    struct looker a = look("a", STR_ABSENT);
    assert_true(hears(&a, "event: hello"));
    int64_t began_ns = clock_monotonic_ns();
    stream_close(hub);
    struct looker late = look("late", STR_ABSENT);
    assert_true(hears(&late, "HTTP/1.1 503"));
    close(late.fd);
    http_stop(server);
    assert_true(hears_the_end(&a));
    assert_true(clock_monotonic_ns() - began_ns < INT64_C(5000000000));
}

#define STREAM_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void) {
    arena_open(&arena, 1 << 30);
    const struct CMUnitTest tests[] = {
        STREAM_TEST(a_change_is_heard_by_all),
        STREAM_TEST(what_is_said_twice_is_heard_once),
        STREAM_TEST(who_was_away_is_told_what_was_missed),
        STREAM_TEST(who_was_away_too_long_looks_at_everything),
        STREAM_TEST(a_login_that_is_over_hears_nothing),
        STREAM_TEST(who_does_not_read_is_cut_off),
        STREAM_TEST(the_limit_of_clients_is_said),
        cmocka_unit_test_setup(closing_ends_all, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
