/* net/feed over real sockets: what hl7/run cannot wait for: blocks that never end, silence,
 * senders that read no answers; and that a batch holds what came together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "client.h"
#include "net/feed.h"

static struct arena arena;
static struct feed_server *server;
static struct buf heard; /* written on the server's thread, read after it has ended */
static bool admitted = true;

static bool admit(void *user, struct str peer) {
    (void)user;
    return admitted && str_is(peer, "127.0.0.1");
}

/* Answers `=` and the block; a large one for a block that begins with B. */
static void batch(void *user, struct feed_block *v, int n) {
    static const char *const names[] = {"block", "unended", "large", "slow", "garbage", "stranger"};
    static char large[FEED_ANSWERS_MAX / 2];
    (void)user;
    for (int i = 0; i < n; i++) {
        buf_format(&heard, "%s:%.*s ", names[v[i].what], STR_ARG(str_brief(v[i].bytes, 8)));
        bool is_large = v[i].bytes.n && v[i].bytes.s[0] == 'B';
        v[i].answer = is_large ? (struct str){large, sizeof large} : STR("=");
    }
}

static void start(struct feed_options options) {
    struct str why;
    options.listen = "127.0.0.1:0";
    heard = buf_new(&arena, 1 << 16);
    assert_int_equal(feed_start(&arena, options, (struct feed_app){NULL, admit, batch, NULL}, &server,
                                &why), E_OK);
}

static int open_line(const char *text) {
    int fd = client_connect(feed_address(server));
    assert_true(fd >= 0);
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
    return fd;
}

/* Reads to the end; how many bytes came. */
static ptrdiff_t drain(int fd) {
    char bytes[4096];
    ptrdiff_t all = 0;
    for (ssize_t n; (n = recv(fd, bytes, sizeof bytes, 0)) > 0;) all += n;
    close(fd);
    return all;
}

static void said(const char *words) {
    feed_stop(server);
    assert_string_equal(str_z(&arena, buf_str(&heard)), words);
}

static void a_block_that_never_ends_is_told_and_closed(void **state) {
    (void)state;
    start((struct feed_options){.block_seconds = 1});
    assert_int_equal(drain(open_line("\x0B" "half")), 1);
    said("slow:half ");
}

static void silence_is_closed_without_a_word(void **state) {
    (void)state;
    start((struct feed_options){.idle_seconds = 1});
    assert_int_equal(drain(open_line("\x0B" "one\x1C\r")), 1);
    said("block:one ");
}

static void a_stranger_is_closed(void **state) {
    (void)state;
    start((struct feed_options){0});
    admitted = false;
    int fd = client_connect(feed_address(server));
    assert_int_equal(drain(fd), 0);
    said("stranger: ");
    admitted = true;
}

/* It sends and sends, and never reads what is said to it. */
static void a_sender_that_reads_nothing_is_closed(void **state) {
    (void)state;
    start((struct feed_options){0});
    int fd = open_line("");
    ssize_t sent = 0;
    for (int i = 0; i < 100000000 && sent >= 0; i++)
        sent = send(fd, "\x0B" "B\x1C\r", 4, MSG_NOSIGNAL);
    assert_true(sent < 0);
    close(fd);
    feed_stop(server);
}

static void noise_past_its_limit_is_closed(void **state) {
    (void)state;
    static char noise[FEED_GARBAGE_MAX + 2];
    start((struct feed_options){0});
    memset(noise, 'x', sizeof noise - 1);
    (void)drain(open_line(noise));
    feed_stop(server);
    assert_true(str_find(buf_str(&heard), STR("garbage:")) >= 0);
}

static void the_batch_at_hand_is_answered_before_the_end(void **state) {
    (void)state;
    start((struct feed_options){0});
    int fd = open_line("\x0B" "a\x1C\r\x0B" "b\x1C\r\x0B" "half");
    char bytes[2];
    assert_int_equal(recv(fd, bytes, 2, MSG_WAITALL), 2);
    feed_stop(server);
    assert_int_equal(drain(fd), 0);
    assert_string_equal(str_z(&arena, buf_str(&heard)), "block:a block:b ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_that_never_ends_is_told_and_closed),
        cmocka_unit_test(silence_is_closed_without_a_word),
        cmocka_unit_test(a_stranger_is_closed),
        cmocka_unit_test(a_sender_that_reads_nothing_is_closed),
        cmocka_unit_test(noise_past_its_limit_is_closed),
        cmocka_unit_test(the_batch_at_hand_is_answered_before_the_end),
    };
    arena_open(&arena, 64 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
