#include "store/turn.h"

#include "base/clock.h"

void turn_init(struct turn *t) {
    *t = (struct turn){0};
    pthread_mutex_init(&t->lock, NULL);
}

bool turn_take(struct turn *t, struct turn_ticket *k) {
    *k = (struct turn_ticket){0};
    pthread_cond_init(&k->wake, NULL);
    pthread_mutex_lock(&t->lock);
    if (t->taken) {
        if (t->last) t->last->next = k;
        else t->first = k;
        t->last = k;
        while (!k->called) pthread_cond_wait(&k->wake, &t->lock);
    }
    t->taken = true;
    bool fresh = !t->open;
    if (fresh) {
        t->open = true;
        t->opened_ns = clock_monotonic_ns();
    }
    pthread_mutex_unlock(&t->lock);
    return fresh;
}

static void pass_on(struct turn *t) {
    struct turn_ticket *k = t->first;
    if (!k) {
        t->taken = false;
        return;
    }
    t->first = k->next;
    if (!t->first) t->last = NULL;
    k->next = NULL;
    k->called = true;
    pthread_cond_signal(&k->wake);
}

static bool may_grow(const struct turn *t) {
    return t->first && t->count < TURN_BATCH_MAX &&
           clock_monotonic_ns() - t->opened_ns < TURN_BATCH_NS;
}

enum turn_end turn_leave(struct turn *t, struct turn_ticket *k, enum turn_part part,
                         enum err *result) {
    *result = E_OK;
    pthread_mutex_lock(&t->lock);
    if (part == TURN_MEMBER) {
        k->next = t->members;
        t->members = k;
        t->count++;
    }
    bool grow = may_grow(t);
    if (grow) {
        pass_on(t);
        while (part == TURN_MEMBER && !k->done) pthread_cond_wait(&k->wake, &t->lock);
        *result = k->result;
    }
    pthread_mutex_unlock(&t->lock);
    return grow ? TURN_WAITED : TURN_COMMIT;
}

void turn_commit_done(struct turn *t, enum err result) {
    pthread_mutex_lock(&t->lock);
    for (struct turn_ticket *k = t->members, *next; k; k = next) {
        next = k->next; /* the ticket is its owner's again once it is done */
        k->result = result;
        k->done = true;
        pthread_cond_signal(&k->wake);
    }
    t->members = NULL;
    t->count = 0;
    t->open = false;
    pass_on(t);
    pthread_mutex_unlock(&t->lock);
}
