/* net: framing that two servers could read differently is refused; limits hold; a worker's
 * answer comes back; a stop waits for the answers under way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "client.h"
#include "net/http.h"

static struct arena arena;
static struct http_server *server;
static struct str address;

enum { BODY_MAX = 1000 };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static struct http_plan plan(void *user, const struct http_request *rq) {
    (void)user;
    bool is_inline = str_is(rq->path, "/inline");
    return (struct http_plan){is_inline ? HTTP_INLINE : HTTP_WORKER, BODY_MAX};
}

static void echo(void *user, struct http_request *rq, struct http_answer *out) {
    (void)user;
    if (str_is(rq->path, "/gate")) {
        pthread_mutex_lock(&gate);
        pthread_mutex_unlock(&gate);
    }
    out->status = 200;
    out->content_type = STR("text/plain");
    out->body = buf_new(rq->arena, 64);
    buf_format(&out->body, "%.*s|%.*s|%.*s|%.*s|%.*s|%.*s", STR_ARG(rq->method), STR_ARG(rq->path),
               STR_ARG(rq->query), STR_ARG(rq->body), STR_ARG(rq->peer),
               STR_ARG(http_cookie(rq, "b")));
    http_answer_header(rq, out, "X-Test", STR("yes"));
    if (str_is(rq->path, "/constant")) out->constant = STR("constant bytes");
}

static int start(void **state) {
    (void)state;
    struct str why;
    struct http_options options = {.listen = "127.0.0.1:0", .workers = 4, .idle_seconds = 1};
    if (http_start(&arena, options, (struct http_app){NULL, plan, echo}, &server, &why)) return 1;
    address = http_address(server);
    return 0;
}

static int stop(void **state) {
    (void)state;
    http_stop(server);
    return 0;
}

#define END "Connection: close\r\n\r\n"

static void requests_reach_the_handler(void **state) {
    (void)state;
    static const struct {
        const char *sent, *body;
    } cases[] = {
        {"GET /a%2Fb?x=1 HTTP/1.1\r\nHost: h\r\nCookie: a=1; b=2\r\n" END,
         "GET|/a%2Fb|x=1||127.0.0.1|2"},
        {"GET /inline HTTP/1.1\r\nHost: h\r\n" END, "GET|/inline|||127.0.0.1|"},
        {"POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n" END "abc",
         "POST|/p||abc|127.0.0.1|"},
        {"POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n" END
         "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
         "POST|/p||abc|127.0.0.1|"},
        {"GET /constant HTTP/1.1\r\nHost: h\r\n" END, "constant bytes"},
        {"HEAD /p HTTP/1.1\r\nHost: h\r\n" END, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply r = client_exchange(&arena, address, str_from(cases[i].sent));
        assert_int_equal(r.status, 200);
        assert_string_equal(str_z(&arena, r.body), cases[i].body);
        assert_true(str_is(reply_header(r, "x-test"), "yes"));
    }
}

static void doubtful_framing_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *sent;
        int status;
    } cases[] = {
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n" END "abc", 400},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n" END "abc", 400},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n" END
         "0\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
         "Transfer-Encoding: chunked\r\n" END "0\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n" END, 400},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3x\r\n" END "abc", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n" END, 400},
        {"GET / HTTP/1.1\r\n" END, 400},
        {"GET / HTTP/1.0\r\n" END, 400},
        {"GET / HTTP/1.1\r\nHost:\r\n" END, 400},
        {"GET / HTTP/1.1\r\nHost: h\r\nX-A: a\x01" "b\r\n" END, 400},
        {"GET / HTTP/1.1\r\nHost: h\r\nX-A: a\x7f\r\n" END, 400},
        {"GET http://h/ HTTP/1.1\r\nHost: h\r\n" END, 400},
        {"GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n" END, 400},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n" END, 413},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply r = client_exchange(&arena, address, str_from(cases[i].sent));
        if (r.status != cases[i].status)
            fail_msg("case %zu: %d for %s", i, r.status, cases[i].sent);
    }
}

static struct str request_with(int headers, int header_bytes, int path_bytes) {
    struct buf b = buf_new(&arena, 4096);
    buf_z(&b, "GET /");
    for (int i = 0; i < path_bytes; i++) buf_char(&b, 'p');
    buf_z(&b, " HTTP/1.1\r\nHost: h\r\n");
    for (int i = 0; i < headers; i++) {
        buf_format(&b, "X-%d: ", i);
        for (int k = 0; k < header_bytes; k++) buf_char(&b, 'v');
        buf_z(&b, "\r\n");
    }
    buf_z(&b, END);
    return buf_str(&b);
}

static void limits_hold(void **state) {
    (void)state;
    assert_int_equal(client_exchange(&arena, address, request_with(62, 10, 10)).status, 200);
    assert_int_equal(client_exchange(&arena, address, request_with(63, 10, 10)).status, 431);
    assert_int_equal(client_exchange(&arena, address, request_with(1, 10, 2040)).status, 200);
    assert_int_equal(client_exchange(&arena, address, request_with(1, 10, 3000)).status, 414);
    int status = client_exchange(&arena, address, request_with(10, 8000, 10)).status;
    assert_true(status == 431 || status == 413);
}

static struct str chunked_body(int bytes) {
    struct buf b = buf_new(&arena, bytes + 256);
    buf_z(&b, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n" END);
    for (int sent = 0; sent < bytes; sent += 500) {
        buf_z(&b, "1f4\r\n");
        for (int i = 0; i < 500; i++) buf_char(&b, 'b');
        buf_z(&b, "\r\n");
    }
    buf_z(&b, "0\r\n\r\n");
    return buf_str(&b);
}

static void a_chunked_body_is_counted(void **state) {
    (void)state;
    assert_int_equal(client_exchange(&arena, address, chunked_body(1000)).status, 200);
    assert_int_equal(client_exchange(&arena, address, chunked_body(1500)).status, 413);
    assert_int_equal(client_exchange(&arena, address, chunked_body(2 << 20)).status, 0);
}

static void a_silent_client_is_let_go(void **state) {
    (void)state;
    static const char *const halves[] = {
        "", "GET / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc"};
    int fd[3];
    for (int i = 0; i < 3; i++) {
        fd[i] = client_connect(address);
        client_send(fd[i], str_from(halves[i]));
    }
    for (int i = 0; i < 3; i++) {
        struct reply r = client_read(&arena, fd[i]); /* returns when the server closes */
        assert_true(r.status == 0 || r.status == 408);
    }
}

static void one_connection_carries_many_requests(void **state) {
    (void)state;
    struct buf b = buf_new(&arena, 1 << 16);
    for (int i = 0; i < 50; i++) buf_format(&b, "GET /%d HTTP/1.1\r\nHost: h\r\n\r\n", i);
    buf_z(&b, "GET /last HTTP/1.1\r\nHost: h\r\n" END);
    struct reply r = client_exchange(&arena, address, buf_str(&b));
    for (int i = 0; i < 50; i++)
        assert_true(str_find(r.whole, str_format(&arena, "GET|/%d||", i)) > 0);
    assert_true(str_find(r.whole, STR("GET|/last||")) > 0);
}

static void a_taken_port_is_said(void **state) {
    (void)state;
    struct http_server *second;
    struct str why;
    struct http_options options = {.listen = str_z(&arena, address)};
    struct http_app app = {NULL, plan, echo};
    assert_int_equal(http_start(&arena, options, app, &second, &why), E_WORLD);
    assert_true(str_find(why, STR("is taken")) > 0);
    options.listen = "nonsense";
    assert_int_equal(http_start(&arena, options, app, &second, &why), E_INVALID);
    options.listen = "127.0.0.1:70000";
    assert_int_equal(http_start(&arena, options, app, &second, &why), E_INVALID);
}

static void *stop_in_thread(void *user) {
    http_stop(user);
    return NULL;
}

static void a_stop_waits_for_answers(void **state) {
    (void)state;
    struct http_server *other;
    struct str why;
    struct http_options options = {.listen = "127.0.0.1:0", .workers = 2};
    assert_int_equal(
        http_start(&arena, options, (struct http_app){NULL, plan, echo}, &other, &why), E_OK);
    struct str at = http_address(other);
    pthread_mutex_lock(&gate);
    int fd = client_connect(at);
    client_send(fd, STR("GET /gate HTTP/1.1\r\nHost: h\r\n" END));
    while (http_stats_of(other).in_flight == 0) sched_yield();
    pthread_t thread;
    pthread_create(&thread, NULL, stop_in_thread, other);
    for (int late; (late = client_connect(at)) >= 0;) close(late); /* until it is refused */
    pthread_mutex_unlock(&gate);
    assert_int_equal(client_read(&arena, fd).status, 200);
    pthread_join(thread, NULL);
}

/* Requests one behind the other on connection after connection, until none is taken. */
static void *ask_until_refused(void *user) {
    struct arena own;
    arena_open(&own, 1 << 20);
    struct str at = *(struct str *)user;
    for (int fd; (fd = client_connect(at)) >= 0;) {
        struct arena scratch = own;
        for (int i = 0; i < 20; i++) client_send(fd, STR("GET /inline HTTP/1.1\r\nHost: h\r\n\r\n"));
        client_send(fd, STR("GET /inline HTTP/1.1\r\nHost: h\r\n" END));
        client_read(&scratch, fd);
    }
    arena_close(&own);
    return NULL;
}

static void a_stop_under_traffic_ends_well(void **state) {
    (void)state;
    for (int round = 0; round < 200; round++) {
        struct arena scratch = arena; /* a server a round */
        struct http_server *other;
        struct str why;
        struct http_options options = {.listen = "127.0.0.1:0", .workers = 1};
        assert_int_equal(
            http_start(&scratch, options, (struct http_app){NULL, plan, echo}, &other, &why), E_OK);
        struct str at = http_address(other);
        pthread_t asking[4];
        for (int i = 0; i < 4; i++) pthread_create(&asking[i], NULL, ask_until_refused, &at);
        while (http_stats_of(other).requests < 50) sched_yield();
        http_stop(other);
        for (int i = 0; i < 4; i++) pthread_join(asking[i], NULL);
    }
}

int main(void) {
    arena_open(&arena, 1 << 26);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_reach_the_handler),
        cmocka_unit_test(doubtful_framing_is_refused),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(a_chunked_body_is_counted),
        cmocka_unit_test(a_silent_client_is_let_go),
        cmocka_unit_test(one_connection_carries_many_requests),
        cmocka_unit_test(a_taken_port_is_said),
        cmocka_unit_test(a_stop_waits_for_answers),
        cmocka_unit_test(a_stop_under_traffic_ends_well),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
