#include "hl7/listener.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <string.h>

#include "app/device.h"
#include "app/seal.h"
#include "app/settings.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/lines.h"
#include "base/log.h"
#include "codec/mllp.h"
#include "hl7/oru.h"

enum {
    ARENA_BYTES = 512 << 20, /* address space: a batch of the largest blocks, read */
    KEEP_BYTES = 8 << 20,    /* stays warm between batches */
    TRIES = 5,               /* of a transaction that the database asks to run again */
    LIST_MS = 5000,          /* a changed list of addresses is heeded within this */
    ACK_ID_BYTES = 10,
};

struct hl7_listener {
    struct app *app;
    struct arena arena;
    struct str list;    /* in list_text */
    int64_t list_ms;
    char list_text[512];
};

/* One block on its way through. */
struct arrival {
    struct feed_block *block;
    bool is_message;            /* read, and to be kept */
    bool knows_header;
    struct hl7_header header;
    struct monitor_message message;
    struct hl7_refusal refusal; /* code 0: none */
    enum err e;
    const char *fault;          /* what is counted; NULL: nothing */
};

/* Who may speak -----------------------------------------------------------------------------*/

struct address {
    unsigned char bytes[16];
    int bits;
};

static bool address_read(struct str text, struct address *out) {
    char z[INET6_ADDRSTRLEN + 1] = "";
    if (text.n <= 0 || text.n > INET6_ADDRSTRLEN) return false;
    memcpy(z, text.s, (size_t)text.n);
    out->bits = inet_pton(AF_INET, z, out->bytes) == 1 ? 32 : 128;
    return out->bits == 32 || inet_pton(AF_INET6, z, out->bytes) == 1;
}

static bool inside(const struct address *peer, struct str range) {
    struct address net;
    struct str prefix;
    struct str base = str_cut(range, '/', &prefix);
    int64_t bits;
    if (!address_read(base, &net) || net.bits != peer->bits) return false;
    bits = net.bits;
    if (prefix.s && (!str_to_int(prefix, &bits) || bits < 0 || bits > net.bits)) return false;
    for (int i = 0; i < bits; i++) {
        int mask = 0x80 >> i % 8;
        if ((net.bytes[i / 8] ^ peer->bytes[i / 8]) & mask) return false;
    }
    return true;
}

bool listener_admits(struct str list, struct str peer) {
    struct address a;
    if (!address_read(peer, &a)) return false;
    if (str_trim(list).n == 0) list = STR("127.0.0.0/8 ::1");
    for (struct str w = word_next(&list); w.s; w = word_next(&list))
        if (inside(&a, w)) return true;
    return false;
}

static struct actor self(const struct hl7_listener *l) {
    return (struct actor){.clinic_id = l->app->clinic_id, .door = STR("hl7")};
}

static enum err load_list(struct hl7_listener *l, int64_t now_ms) {
    struct tx tx;
    struct str list;
    TRY(tx_begin(&tx, l->app->store, &l->arena, TX_READ, self(l), now_ms));
    TRY(tx_end(&tx, setting_text(&tx, SETTING_monitor_addresses, &list)));
    list = str_brief(list, (ptrdiff_t)sizeof l->list_text);
    if (list.n) memcpy(l->list_text, list.s, (size_t)list.n);
    l->list = (struct str){l->list_text, list.n};
    l->list_ms = now_ms;
    return E_OK;
}

/* Between two batches, on the feed's thread: the arena is free. */
static bool admit(void *user, struct str peer) {
    struct hl7_listener *l = user;
    int64_t now_ms = clock_now_ms();
    bool old = !l->list_ms || now_ms - l->list_ms >= LIST_MS || now_ms < l->list_ms;
    if (old && load_list(l, now_ms)) log_error("mllp addresses cannot be read");
    arena_trim(&l->arena, KEEP_BYTES);
    return l->list_ms && listener_admits(l->list, peer);
}

/* Reading -----------------------------------------------------------------------------------*/

static void refuse(struct arrival *it, enum err e, int code, const char *fault, struct str why) {
    it->e = e;
    it->fault = fault;
    it->refusal = (struct hl7_refusal){code, why};
}

/* A message that says no time cannot be told from the next one with the same values. */
static bool says_time(const struct hl7_message *m, const struct hl7_header *h) {
    struct hl7_time t;
    if (hl7_time_parse(h->time, &t)) return true;
    const struct hl7_segment *obr = hl7_segment(m, "OBR", 0);
    return obr && hl7_time_parse(hl7_get(m, obr, (struct hl7_at){.field = 7, .component = 1}), &t);
}

static void read_message(struct hl7_listener *l, struct arrival *it, int64_t now_ms) {
    struct hl7_message m;
    struct arena *a = &l->arena;
    struct str bytes = it->block->bytes;
    it->knows_header = hl7_header_guess(a, bytes, &it->header);
    it->e = hl7_parse(a, bytes, &m, &it->refusal);
    it->fault = it->e ? "syntax" : NULL;
    if (it->e) return;
    it->header = hl7_header_of(&m);
    it->knows_header = true;
    struct oru_from from = {it->block->peer, now_ms};
    it->e = oru_read(a, l->app->content->monitors, &m, from, &it->message, &it->refusal);
    it->fault = it->e ? "refused" : NULL;
    it->is_message = it->e == E_OK;
    if (it->is_message && says_time(&m, &it->header)) it->message.digest = SEAL(a, bytes);
}

static void read_block(struct hl7_listener *l, struct arrival *it, int64_t now_ms) {
    struct arena *a = &l->arena;
    switch (it->block->what) {
    case FEED_BLOCK: read_message(l, it, now_ms); return;
    case FEED_UNENDED:
        refuse(it, E_SYNTAX, 100, "unended",
               STR("the message was cut off by the beginning of another; send it again"));
        break;
    case FEED_LARGE:
        refuse(it, E_TOO_LARGE, 102, "large",
               str_format(a, "a message has at most %d bytes", FEED_BLOCK_MAX));
        break;
    case FEED_SLOW:
        refuse(it, E_SYNTAX, 100, "slow",
               str_format(a, "the message was not ended within %d seconds", FEED_BLOCK_SECONDS));
        break;
    case FEED_GARBAGE:
        it->fault = "garbage";
        it->refusal.why = STR("bytes between two messages");
        return;
    case FEED_STRANGER:
        it->fault = "address";
        it->refusal.why = str_format(a, "%.*s spoke and is not in the list of addresses",
                                     STR_ARG(it->block->peer));
        return;
    }
    it->knows_header = hl7_header_guess(a, it->block->bytes, &it->header);
}

/* Keeping -----------------------------------------------------------------------------------*/

static enum err count_fault(struct tx *tx, const struct arrival *it) {
    bool stranger = it->block->what == FEED_STRANGER; /* many addresses, one row */
    return device_fault(tx, stranger ? STR_ABSENT : it->block->peer, it->fault, it->refusal.why,
                        it->block->n ? it->block->n : 1);
}

static enum err keep(struct hl7_listener *l, struct tx *tx, struct arrival *v, int n) {
    for (int i = 0; i < n; i++) {
        enum device_fate fate;
        if (v[i].is_message)
            TRY(device_take(tx, l->app->content, &v[i].message, v[i].block->peer, &fate));
        else if (v[i].fault) TRY(count_fault(tx, &v[i]));
    }
    return E_OK;
}

/* As often as the database asks for it, with the arena as it was before. */
static enum err keep_at_last(struct hl7_listener *l, struct tx *tx, struct arrival *v, int n,
                             int64_t now_ms) {
    char *mark = l->arena.at;
    for (int tries = 1;; tries++) {
        enum err e = tx_begin(tx, l->app->store, &l->arena, TX_WRITE, self(l), now_ms);
        if (!e) e = tx_end(tx, keep(l, tx, v, n));
        if (e != E_RETRY || tries == TRIES) return e;
        l->arena.at = mark;
    }
}

/* What a full arena's jump must not find changed stands in no variable of this function. */
static enum err keep_in_tx(struct hl7_listener *l, struct arrival *v, int n, int64_t now_ms) {
    struct tx *const tx = NEW(&l->arena, struct tx);
    char *const mark = l->arena.at;
    jmp_buf full;
    l->arena.out = &full;
    if (setjmp(full)) {
        tx_abandon(tx);
        l->arena.out = NULL;
        l->arena.at = mark;
        return E_TOO_LARGE;
    }
    enum err e = keep_at_last(l, tx, v, n, now_ms);
    l->arena.out = NULL;
    return e;
}

static bool anything(const struct arrival *v, int n) {
    for (int i = 0; i < n; i++)
        if (v[i].is_message || v[i].fault) return true;
    return false;
}

static void keep_all(struct hl7_listener *l, struct arrival *v, int n, int64_t now_ms) {
    if (!anything(v, n)) return;
    enum err e = keep_in_tx(l, v, n, now_ms);
    for (int i = 0; e && i < n; i++) {
        enum err own = n > 1 ? keep_in_tx(l, &v[i], 1, now_ms) : e;
        if (!own || !v[i].is_message) continue;
        log_error("mllp message not kept error=%s", err_meaning(own)->name);
        refuse(&v[i], own, 207, NULL, STR("it could not be stored; send it again"));
        v[i].is_message = false;
    }
}

/* Answering ---------------------------------------------------------------------------------*/

static bool asked(struct str when, bool refused) {
    if (str_is(when, "AL")) return true;
    if (str_is(when, "ER")) return refused;
    if (str_is(when, "SU")) return !refused;
    return false; /* NE, and nothing */
}

static void put_ack(struct buf *out, const struct arrival *it, char kind, struct str now) {
    struct buf text = buf_new(out->arena, 512);
    bool rejected = it->e && (it->refusal.code >= 200 && it->refusal.code <= 203);
    const char *ack = !it->e ? "AA" : rejected ? "AR" : err_meaning(it->e)->hl7_ack;
    char code[3] = {kind, ack[1], 0};
    hl7_ack(&text, &it->header, code, it->e ? &it->refusal : NULL,
            id_token(out->arena, ACK_ID_BYTES), now);
    mllp_put(out, buf_str(&text));
}

static struct str now_text(struct arena *a, int64_t now_ms) {
    struct buf b = buf_new(a, 32), digits = buf_new(a, 32);
    clock_put_rfc3339(&b, now_ms); /* 2027-03-08T10:05:00.000Z */
    for (ptrdiff_t i = 0; i < b.n && b.p[i] != '.'; i++)
        if (b.p[i] >= '0' && b.p[i] <= '9') buf_char(&digits, b.p[i]);
    buf_z(&digits, "+0000");
    return buf_str(&digits);
}

static void answer(struct hl7_listener *l, struct arrival *it, struct str now) {
    bool refused = it->e != E_OK, half = it->block->what == FEED_SLOW;
    const struct hl7_header *h = &it->header;
    struct buf out = buf_new(&l->arena, 512);
    if (!it->is_message && !refused) return; /* garbage, a stranger */
    if (half && !it->knows_header) return;
    bool enhanced = h->accept_ack.n || h->application_ack.n;
    if (enhanced && asked(h->accept_ack, refused)) put_ack(&out, it, 'C', now);
    if (!enhanced || asked(h->application_ack, refused)) put_ack(&out, it, 'A', now);
    it->block->answer = buf_str(&out);
}

static void count(struct app_monitors *m, const struct arrival *v, int n) {
    for (int i = 0; i < n; i++) {
        enum feed_what what = v[i].block->what;
        if (what == FEED_GARBAGE || what == FEED_STRANGER) continue;
        __atomic_add_fetch(&m->messages, 1, __ATOMIC_RELAXED);
        if (v[i].is_message) __atomic_add_fetch(&m->acknowledged, 1, __ATOMIC_RELAXED);
    }
}

static void batch(void *user, struct feed_block *blocks, int n) {
    struct hl7_listener *l = user;
    int64_t now_ms = clock_now_ms();
    arena_trim(&l->arena, KEEP_BYTES);
    struct arrival *v = NEWS(&l->arena, struct arrival, n);
    for (int i = 0; i < n; i++) {
        v[i].block = &blocks[i];
        read_block(l, &v[i], now_ms);
    }
    keep_all(l, v, n, now_ms);
    count(&l->app->monitors, v, n);
    struct str now = now_text(&l->arena, now_ms);
    for (int i = 0; i < n; i++) answer(l, &v[i], now);
}

struct hl7_listener *listener_new(struct arena *boot, struct app *app) {
    struct hl7_listener *l = NEW(boot, struct hl7_listener);
    l->app = app;
    arena_open(&l->arena, ARENA_BYTES);
    return l;
}

struct feed_app listener_feed(struct hl7_listener *l) {
    return (struct feed_app){l, admit, batch, &l->app->monitors.connections};
}
