#include "cli/serve.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "app/app.h"
#include "app/content.h"
#include "app/risk.h"
#include "app/watch.h"
#include "base/clock.h"
#include "cli/cli.h"
#include "cli/words.h"
#include "hl7/listener.h"
#include "web/web.h"

enum { FILES_BESIDES = 512 }; /* the database, the log, epoll; and room */

struct serving {
    struct store *store;
    struct app app;
    struct content content;
    struct http_server *server;
    struct feed_server *feed; /* NULL: no --mllp */
    struct {
        pthread_t thread;
        pthread_mutex_t lock;
        pthread_cond_t wake;
        bool stop;
    } watch;
    struct web *web;
};

/* The clock of scenarios never runs a clinic by accident. */
static int check_clock(void) {
    const char *test = getenv("CAIRN_TEST");
    if (!clock_is_test() || (test && strcmp(test, "1") == 0)) return 0;
    return cli_fail(E_INVALID, "CAIRN_TEST_CLOCK",
                    "is set, and a clinic is not served by a clock that is not the world's");
}

/* Threads made later inherit the mask: only serve_until_stopped takes the signals. */
static void mask_signals(void) {
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Browsers and monitors together may hold more sockets than a shell allows (HTTP_CONNECTIONS_MAX,
 * FEED_CONNECTIONS_MAX); the system allows more to who asks. */
static void raise_file_limit(void) {
    struct rlimit files;
    rlim_t want = HTTP_CONNECTIONS_MAX + FEED_CONNECTIONS_MAX + FILES_BESIDES;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= want) return;
    files.rlim_cur = want < files.rlim_max ? want : files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

/* One thread of the clinic's own: what happens because time passes. */
static void *watch(void *user) {
    struct serving *s = user;
    struct arena arena;
    arena_open(&arena, WATCH_ARENA_BYTES);
    pthread_mutex_lock(&s->watch.lock);
    while (!s->watch.stop) {
        struct timespec until;
        pthread_mutex_unlock(&s->watch.lock);
        enum err logged = watch_tick(&s->app, &arena, clock_now_ms());
        (void)logged;
        pthread_mutex_lock(&s->watch.lock);
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += (clock_is_test() ? WATCH_TEST_MS : WATCH_EVERY_MS) * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        while (!s->watch.stop &&
               pthread_cond_timedwait(&s->watch.wake, &s->watch.lock, &until) == 0) {}
    }
    pthread_mutex_unlock(&s->watch.lock);
    arena_close(&arena);
    return NULL;
}

static int watch_start(struct serving *s) {
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&s->watch.lock, NULL);
    pthread_cond_init(&s->watch.wake, &monotonic);
    if (pthread_create(&s->watch.thread, NULL, watch, s) != 0)
        return cli_fail(E_WORLD, "watch", "no thread for what happens by itself");
    return 0;
}

static void watch_stop(struct serving *s) {
    pthread_mutex_lock(&s->watch.lock);
    s->watch.stop = true;
    pthread_cond_signal(&s->watch.wake);
    pthread_mutex_unlock(&s->watch.lock);
    pthread_join(s->watch.thread, NULL);
}

static int feed_open(struct serving *s, struct arena *boot, const char *listen) {
    struct str why;
    struct feed_options options = {.listen = listen};
    if (!listen) return 0;
    struct feed_app app = listener_feed(listener_new(boot, &s->app));
    enum err e = feed_start(boot, options, app, &s->feed, &why);
    if (e) return cli_fail(e, "mllp", "%.*s", STR_ARG(why));
    printf("listening mllp://%.*s\n", STR_ARG(feed_address(s->feed)));
    return 0;
}

int serve_start(struct arena *boot, struct serve_options options, struct serving **out) {
    int status = check_clock();
    if (status) return status;
    struct serving *s = NEW(boot, struct serving);
    struct str why = STR_ABSENT;
    s->store = options.store;
    enum err e = content_boot(boot, options.content_dir, &s->content);
    if (e) return cli_fail(e, "content", "the clinical content cannot be used; see above");
    e = app_open(&s->app, boot, s->store, &s->content, &why);
    if (e) return cli_fail(e, "database", "%.*s", STR_ARG(why));
    e = risk_adopt(&s->app, boot, clock_now_ms());
    if (e) return cli_fail(e, "database", "the risk alerts of earlier measures cannot be opened");
    mask_signals();
    raise_file_limit();
    /* One heap a thread, as the C library would have it, holds 10 MB of nothing at 64 threads. */
    mallopt(M_ARENA_MAX, 4);
    struct web_options web = {WEB_PLAIN_LOOPBACK};
    if (options.proxy) web.cookies = WEB_BEHIND_TLS;
    struct web *w = web_open(boot, &s->app, web);
    s->web = w;
    if (web_live(w, boot)) return cli_fail(E_WORLD, "serve", "the system gives no thread");
    struct http_options http = {.listen = options.listen ? options.listen : "127.0.0.1:8080"};
    e = http_start(boot, http, web_http(w), web_server(w), &why);
    if (e) return cli_fail(e, "listen", "%.*s", STR_ARG(why));
    s->server = *web_server(w);
    status = watch_start(s);
    if (!status) status = feed_open(s, boot, options.mllp);
    if (status) return status;
    printf("ready http://%.*s\n", STR_ARG(http_address(s->server)));
    fflush(stdout);
    *out = s;
    return 0;
}

int serve_until_stopped(struct serving *s) {
    sigset_t stop;
    int signal_number;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    while (sigwait(&stop, &signal_number) != 0) {}
    web_live_end(s->web);
    if (s->feed) feed_stop(s->feed);
    http_stop(s->server);
    watch_stop(s);
    store_close(s->store);
    return 0;
}

int serve_command(int argc, char **argv) {
    const char *url = NULL, *listen = NULL, *content_dir = NULL, *proxy = NULL,
               *mllp = NULL;
    const struct word_option options[] = {{"db", &url},
                                          {"listen", &listen},
                                          {"content", &content_dir},
                                          {"mllp", &mllp},
                                          {"proxy", &proxy},
                                          {NULL, NULL}};
    int status = words_read(argc, argv, options, NULL,
                            "serve --db URL [--listen ADDR] [--mllp ADDR] [--content DIR] "
                            "[--proxy tls]");
    if (status) return status;
    if (proxy && strcmp(proxy, "tls") != 0)
        return cli_fail(E_INVALID, "--proxy", "only `--proxy tls` is known");
    struct arena boot;
    arena_open(&boot, 256 << 20);
    struct serve_options serve = {
        .listen = listen, .content_dir = content_dir, .mllp = mllp, .proxy = proxy};
    struct serving *s;
    status = words_open(&boot, url, WORDS_DB_READY, &serve.store);
    if (status) return status;
    status = serve_start(&boot, serve, &s);
    return status ? status : serve_until_stopped(s);
}
