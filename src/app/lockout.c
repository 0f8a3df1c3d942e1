#include "app/lockout.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "base/clock.h"

enum { SLOTS = 4096, WAYS = 8, KEY_BYTES = 16 };

struct slot {
    unsigned char key[KEY_BYTES];
    int64_t failed, last_ms, until_ms;
};

struct lockout {
    pthread_mutex_t lock;
    unsigned char secret[crypto_generichash_KEYBYTES]; /* slots cannot be aimed at */
    struct slot slots[SLOTS];
};

struct lockout *lockout_open(struct arena *boot) {
    struct lockout *l = NEW(boot, struct lockout);
    pthread_mutex_init(&l->lock, NULL);
    randombytes_buf(l->secret, sizeof l->secret);
    return l;
}

int64_t lockout_wait_ms(int64_t failed, int64_t tries, int64_t first_wait_ms) {
    if (failed < tries) return 0;
    int64_t wait_ms = first_wait_ms;
    for (int64_t i = tries; i < failed && wait_ms < HOUR_MS; i++) wait_ms *= 2;
    return wait_ms < HOUR_MS ? wait_ms : HOUR_MS;
}

static bool empty(const struct slot *s, int64_t now_ms) {
    return s->failed == 0 || s->last_ms + DAY_MS < now_ms;
}

/* The key's slot, or the one it may take: an empty one, else the oldest of its eight. */
static struct slot *find(struct lockout *l, struct str key, int64_t now_ms, bool *there) {
    unsigned char hash[KEY_BYTES];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)key.s, (size_t)key.n, l->secret,
                       sizeof l->secret);
    uint32_t first;
    memcpy(&first, hash, sizeof first);
    struct slot *best = NULL;
    for (uint32_t i = 0; i < WAYS; i++) {
        struct slot *s = &l->slots[(first + i) % SLOTS];
        *there = !empty(s, now_ms) && memcmp(s->key, hash, sizeof hash) == 0;
        if (*there) return s;
        if (!best || (!empty(best, now_ms) && (empty(s, now_ms) || s->last_ms < best->last_ms)))
            best = s;
    }
    return best;
}

int64_t lockout_until_ms(struct lockout *l, struct str key, int64_t now_ms) {
    bool there;
    pthread_mutex_lock(&l->lock);
    const struct slot *s = find(l, key, now_ms, &there);
    int64_t until_ms = there && s->until_ms > now_ms ? s->until_ms : 0;
    pthread_mutex_unlock(&l->lock);
    return until_ms;
}

void lockout_failed(struct lockout *l, struct str key, int64_t tries, int64_t first_wait_ms,
                    int64_t now_ms) {
    bool there;
    pthread_mutex_lock(&l->lock);
    struct slot *s = find(l, key, now_ms, &there);
    if (!there) {
        *s = (struct slot){0};
        crypto_generichash(s->key, sizeof s->key, (const unsigned char *)key.s, (size_t)key.n,
                           l->secret, sizeof l->secret);
    }
    s->failed++;
    s->last_ms = now_ms;
    s->until_ms = now_ms + lockout_wait_ms(s->failed, tries, first_wait_ms);
    pthread_mutex_unlock(&l->lock);
}

void lockout_forget(struct lockout *l, struct str key) {
    bool there;
    pthread_mutex_lock(&l->lock);
    struct slot *s = find(l, key, INT64_MIN / 2, &there);
    if (there) *s = (struct slot){0};
    pthread_mutex_unlock(&l->lock);
}
