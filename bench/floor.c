/*
 * floor: 200 running sessions, 1,000 vital signs a second through the page's own door, and 100
 * people who look at the floor: how long until each of them is told.
 *
 *     bench_floor CAIRN
 *
 * A reading is timed from the moment at which its form begins to leave, so the wait includes the
 * request, the judgement, the journal and the commit. A session is posted to every 200 ms; who
 * was not told of a reading before the next one leaves counts as told after LATE_MS. Beside it, a
 * bare loop that writes the same bytes to 100 sockets, as many at once, read in the same way.
 */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../tests/unit/client.h"
#include "base/clock.h"
#include "house.h"
#include "store/sql.h"

enum { SESSIONS = 200, LOOKERS = 100, THREADS = 20, WANTED = 1000, SECONDS = 5, LATE_MS = 10000,
       LIMIT_MS = 250, WAITS_MAX = 2 * LOOKERS * WANTED * SECONDS,
       SLOTS = 1024, TOGETHER = 25 /* events that the hub sends at once at this rate */ };

static struct house h;
static struct str ids[SESSIONS], requests[SESSIONS];
static int slots[SLOTS]; /* session + 1, by the last digits of its id */
static atomic_llong sent_ns[SESSIONS];
static atomic_int sent[SESSIONS];
static atomic_int told[LOOKERS][SESSIONS];
static int fds[LOOKERS];
static double *waits_ms;
static atomic_long waits, posted, late;
static atomic_bool over;

/* The clinic ---------------------------------------------------------------------------------*/

static enum err put_one(struct tx *tx, int i) {
    struct patient p = {.mrn = str_format(tx->arena, "K-%06d", i), .family_name = STR("Kowalska"),
                        .given_name = STR("Zoe"), .birth_date = STR("1980-02-29"),
                        .sex = STR("female"), .phase = STR("dosing"), .phase_since_ms = tx->now_ms};
    tx_event(tx, "patient_changed", STR_ABSENT);
    TRY(patient_put(tx, &p));
    struct course c = {.patient_id = p.id, .protocol = STR("kap-6in6"), .protocol_version = 1,
                       .route = STR("im"), .planned_dose = STR("60mg"),
                       .start_date = STR("2027-03-01"), .state = STR("active")};
    TRY(course_put(tx, &c));
    struct step s = {.patient_id = p.id, .course_id = c.id, .ordinal = 1, .type = STR("dose"),
                     .title = STR("Dosing 1"), .minutes = 150, .role = STR("monitor"),
                     .due_date = STR("2027-03-01"), .window_from = STR("2027-03-01"),
                     .window_to = STR("2027-03-01"), .state = STR("planned")};
    TRY(step_put(tx, &s));
    struct dosing d = {.patient_id = p.id, .course_id = c.id, .step_id = s.id,
                       .state = STR("dosing"), .route = STR("im"), .checked_in_ms = tx->now_ms,
                       .first_dose_ms = {true, tx->now_ms}, .last_dose_ms = {true, tx->now_ms}};
    TRY(dosing_put(tx, &d));
    ids[i] = d.id;
    struct str path = str_format(&h.arena, "/patient/%.*s/dosing/%.*s/vitals", STR_ARG(p.id),
                                 STR_ARG(s.id));
    requests[i] = house_post(&h.arena, &h.logins[LOOKERS + i], path, "heart_rate=72");
    return E_OK;
}

static unsigned slot_of(const char *id) {
    return (unsigned)strtoul((char[]){id[32], id[33], id[34], id[35], 0}, NULL, 16) % SLOTS;
}

static void make_clinic(void) {
    struct tx tx;
    house_open(&h, LOOKERS + SESSIONS);
    struct actor self = {h.clinic_id, STR_ABSENT, STR("cli")};
    for (int i = 0; i < SESSIONS; i++) {
        CHECK(tx_begin(&tx, h.store, &h.arena, TX_WRITE, self, clock_now_ms()) == E_OK, "a write");
        CHECK(tx_end(&tx, put_one(&tx, i)) == E_OK, "a session");
        unsigned at = slot_of(ids[i].s);
        while (slots[at]) at = (at + 1) % SLOTS;
        slots[at] = i + 1;
    }
}

static int session_of(const char *id) {
    for (unsigned at = slot_of(id); slots[at]; at = (at + 1) % SLOTS)
        if (memcmp(ids[slots[at] - 1].s, id, 36) == 0) return slots[at] - 1;
    return -1;
}

/* Those who look ----------------------------------------------------------------------------- */

static void keep(double ms) {
    long i = waits++;
    if (i < WAITS_MAX) waits_ms[i] = ms;
}

static void hear(int looker, const char *bytes, ssize_t n, int64_t now_ns) {
    for (const char *end = bytes + n, *at = bytes; at < end;) {
        const char *id = memmem(at, (size_t)(end - at), "\"id\":\"", 6);
        if (!id || id + 6 + 36 > end) return; /* cut in two: the next one is counted as late */
        int s = session_of(id + 6);
        at = id + 42;
        if (s < 0 || told[looker][s] == sent[s]) continue;
        told[looker][s] = sent[s];
        keep((double)(now_ns - sent_ns[s]) / 1e6);
    }
}

static void *look(void *user) {
    static struct pollfd all[LOOKERS];
    static char bytes[1 << 16];
    (void)user;
    for (int i = 0; i < LOOKERS; i++) all[i] = (struct pollfd){fds[i], POLLIN, 0};
    while (!over) {
        poll(all, LOOKERS, 100);
        for (int i = 0; i < LOOKERS; i++) {
            if (!(all[i].revents & POLLIN)) continue;
            ssize_t n = recv(fds[i], bytes, sizeof bytes, MSG_DONTWAIT);
            if (n > 0) hear(i, bytes, n, clock_monotonic_ns());
        }
    }
    return NULL;
}

/* Before the next reading of a session leaves: who has not been told of the last one? */
static void count_late(int s) {
    for (int i = 0; i < LOOKERS; i++)
        if (told[i][s] != sent[s]) {
            late++;
            keep(LATE_MS);
        }
}

static void leave(int s) {
    if (sent[s]) count_late(s);
    sent_ns[s] = clock_monotonic_ns();
    sent[s]++;
}

/* Those who write ---------------------------------------------------------------------------- */

static void *write_all(void *user) {
    int first = (int)(intptr_t)user;
    struct house_line line = house_connect(&h, 1 << 16);
    int64_t due_ns = clock_monotonic_ns() + first * INT64_C(1000000);
    for (int k = 0; !over; k++) {
        int s = first + k % (SESSIONS / THREADS) * THREADS;
        int64_t rest_ns = due_ns - clock_monotonic_ns();
        if (rest_ns > 0) usleep((unsigned)(rest_ns / 1000));
        due_ns += INT64_C(1000000000) * THREADS / WANTED;
        leave(s);
        house_ask(&line, requests[s]);
        CHECK(line.status == 303, "the reading is recorded");
        posted++;
    }
    close(line.fd);
    free(line.bytes);
    return NULL;
}

static double measured(void) {
    pthread_t looking, writers[THREADS];
    waits = posted = late = 0;
    over = false;
    pthread_create(&looking, NULL, look, NULL);
    int64_t from_ns = clock_monotonic_ns();
    for (int i = 0; i < THREADS; i++)
        pthread_create(&writers[i], NULL, write_all, (void *)(intptr_t)i);
    usleep(SECONDS * 1000000);
    over = true;
    for (int i = 0; i < THREADS; i++) pthread_join(writers[i], NULL);
    pthread_join(looking, NULL);
    return (double)posted / ((double)(clock_monotonic_ns() - from_ns) / 1e9);
}

/* The bare loop ------------------------------------------------------------------------------ */

static void bare(void) {
    pthread_t looking;
    int ends[LOOKERS];
    for (int i = 0; i < LOOKERS; i++) {
        int pair[2];
        CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "a socket");
        fds[i] = pair[0], ends[i] = pair[1];
    }
    waits = 0;
    over = false;
    for (int s = 0; s < SESSIONS; s++) {
        sent[s] = 0;
        for (int i = 0; i < LOOKERS; i++) told[i][s] = 0;
    }
    pthread_create(&looking, NULL, look, NULL);
    int64_t due_ns = clock_monotonic_ns();
    char text[TOGETHER * 128];
    for (int k = 0, n = 0; k < WANTED * SECONDS; k++, due_ns += INT64_C(1000000000) / WANTED) {
        int s = k % SESSIONS;
        int64_t rest_ns = due_ns - clock_monotonic_ns();
        if (rest_ns > 0) usleep((unsigned)(rest_ns / 1000));
        leave(s);
        n += snprintf(text + n, sizeof text - (size_t)n,
                      "data: {\"topic\":\"dosing\",\"id\":\"%.*s\"}\n\n", STR_ARG(ids[s]));
        if (k % TOGETHER != TOGETHER - 1) continue;
        for (int i = 0; i < LOOKERS; i++)
            CHECK(send(ends[i], text, (size_t)n, MSG_NOSIGNAL) == n, "an event");
        n = 0;
    }
    over = true;
    pthread_join(looking, NULL);
}

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "usage: bench_floor CAIRN\n"), 2;
    waits_ms = calloc(WAITS_MAX, sizeof *waits_ms);
    make_clinic();
    house_serve(&h, argv[1], NULL);
    for (int i = 0; i < LOOKERS; i++) {
        fds[i] = client_connect(h.address);
        client_send(fds[i], house_get(&h.arena, &h.logins[i], STR("/floor/events")));
    }
    double rate = measured();
    double p50 = house_quantile(waits_ms, waits, 0.5), p99 = house_quantile(waits_ms, waits, 0.99);
    printf("readings        %9.0f /s  (%d wanted)\ntold            %9ld times, %ld not before the "
           "next reading\np50, p99        %9.1f ms, %.1f ms  (at most %d)\n",
           rate, WANTED, (long)waits, (long)late, p50, p99, LIMIT_MS);
    for (int i = 0; i < LOOKERS; i++) close(fds[i]);
    bare();
    printf("a bare loop     %9.1f ms, %.1f ms\n", house_quantile(waits_ms, waits, 0.5),
           house_quantile(waits_ms, waits, 0.99));
    house_close(&h);
    return p99 > LIMIT_MS || rate < 0.95 * WANTED;
}
