#include "web/rate.h"

#include <pthread.h>
#include <sodium.h>

#include "base/clock.h"

enum { SLOTS = 1 << 14 };

struct slot {
    int32_t minute, count;
};

struct rate {
    pthread_mutex_t lock;
    unsigned char secret[crypto_shorthash_KEYBYTES];
    struct slot slots[SLOTS];
};

struct rate *rate_open(struct arena *boot) {
    struct rate *r = NEW(boot, struct rate);
    pthread_mutex_init(&r->lock, NULL);
    randombytes_buf(r->secret, sizeof r->secret);
    return r;
}

bool rate_take(struct rate *r, struct str who, int route, int most, int64_t now_ms) {
    uint64_t hash;
    crypto_shorthash((unsigned char *)&hash, (const unsigned char *)(who.s ? who.s : ""),
                     (size_t)who.n, r->secret);
    hash += (uint64_t)route * UINT64_C(0x9E3779B97F4A7C15);
    int32_t minute = (int32_t)(now_ms / MINUTE_MS);
    pthread_mutex_lock(&r->lock);
    struct slot *s = &r->slots[(hash >> 20) % SLOTS];
    if (s->minute != minute) *s = (struct slot){minute, 0};
    bool within = s->count < most;
    if (within) s->count++;
    pthread_mutex_unlock(&r->lock);
    return within;
}
