#include "store/live.h"

#include <string.h>

#include "base/buf.h"
#include "base/id.h"
#include "store/driver.h"

static bool is_heard(const struct store *s) { return s->live.told || s->driver->tell; }

static void add(struct tx *tx, const char *topic, struct str id) {
    struct tx_private *p = tx->p;
    if (id.n >= LIVE_ID_MAX) return;
    if (!p->changes) p->changes = NEWS(tx->arena, struct live_change, LIVE_CHANGES_MAX);
    for (int i = 0; i < p->changes_n; i++)
        if (str_is(id, p->changes[i].id) && strcmp(p->changes[i].topic, topic) == 0) return;
    if (p->changes_n == LIVE_CHANGES_MAX) {
        p->changes_n = 0; /* so that the next one is found to be the only one */
        p->changed_all = true;
    }
    struct live_change *c = &p->changes[p->changes_n++];
    *c = (struct live_change){0};
    memcpy(c->topic, topic, strlen(topic));
    memcpy(c->id, id.s, (size_t)id.n);
}

void live_changed(struct tx *tx, const char *topic, struct str id) {
    CHECK(tx->mode == TX_WRITE && strlen(topic) < LIVE_TOPIC_MAX, "a change is of a write");
    if (is_heard(tx->store) && !tx->p->changed_all && id.n) add(tx, topic, id);
}

void live_row(struct tx *tx, const struct table_info *t, struct str id, const void *row) {
    if (!is_heard(tx->store) || tx->p->changed_all) return;
#define LIVE_TABLE(table, topic)                                                                  \
    if (strcmp(t->name, #table) == 0) live_changed(tx, topic, id);
#define LIVE_COLUMN(column, topic)
#include "store/live.def"
#undef LIVE_TABLE
#undef LIVE_COLUMN
    for (int i = 0; i < t->n; i++) {
        const struct sql_field *f = &t->fields[i];
        const void *value = (const char *)row + f->offset;
#define LIVE_TABLE(table, topic)
#define LIVE_COLUMN(column, topic)                                                                \
    if (strcmp(f->name, #column) == 0) live_changed(tx, topic, *(const struct str *)value);
#include "store/live.def"
#undef LIVE_TABLE
#undef LIVE_COLUMN
    }
}

/* "SERVER CLINIC topic:id topic:id", which is far below the 8,000 bytes of a NOTIFY. */
enum err live_tell(struct tx *tx) {
    struct tx_private *p = tx->p;
    if (!p->changes_n || !tx->store->driver->tell) return E_OK;
    struct buf b = buf_new(tx->arena, 256);
    buf_format(&b, "%s %.*s", tx->store->live.server, STR_ARG(tx->actor.clinic_id));
    for (int i = 0; i < p->changes_n && !p->changed_all; i++)
        buf_format(&b, " %s:%s", p->changes[i].topic, p->changes[i].id);
    if (p->changed_all) buf_z(&b, " all:");
    return tx->store->driver->tell(tx, buf_str(&b));
}

void live_publish(struct store *s, const struct tx_private *p) {
    if (!s->live.told) return;
    if (p->changed_all) {
        s->live.told(s->live.user, STR("all"), STR(""));
        return;
    }
    for (int i = 0; i < p->changes_n; i++)
        s->live.told(s->live.user, str_from(p->changes[i].topic), str_from(p->changes[i].id));
}

/* What another server of this database said. */
void live_heard(struct store *s, struct str said) {
    struct str rest, server = str_cut(said, ' ', &rest), clinic = str_cut(rest, ' ', &rest);
    if (str_is(server, s->live.server) || !str_eq(clinic, s->live.clinic_id)) return;
    while (rest.s) {
        struct str id = STR_ABSENT, word = str_cut(rest, ' ', &rest);
        struct str topic = str_cut(word, ':', &id);
        if (id.s) s->live.told(s->live.user, topic, id);
    }
}

enum err live_listen(struct store *s, struct arena *boot, struct str clinic_id,
                     void (*told)(void *user, struct str topic, struct str id), void *user) {
    s->live.told = told;
    s->live.user = user;
    s->live.clinic_id = clinic_id;
    memcpy(s->live.server, id_token(boot, sizeof s->live.server / 2).s,
           sizeof s->live.server - 1);
    return s->driver->listen ? s->driver->listen(s, boot) : E_OK;
}
