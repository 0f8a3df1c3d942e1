/*
 * journal: the chain.
 *
 * An entry's hash is BLAKE2b-256 over the hash before it (64 zeros before the first) and the
 * entry's fields in the table's order, clinic_id to image, each written as a netstring
 * (`5:hello,`; numbers in decimal; NULL is `-,`). Anybody with a BLAKE2b can check it. The
 * head row repeats the last sequence number and hash, so that a cut tail shows.
 */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "store/journal.h"

const struct event_meaning event_meanings[EVENTS] = {
#define EVENT(name, text) {#name, text},
#include "store/events.def"
#undef EVENT
};

struct str event_text(struct str name) {
    for (int i = 0; i < EVENTS; i++)
        if (str_is(name, event_meanings[i].name)) return str_from(event_meanings[i].text);
    return STR_ABSENT;
}

static void add(crypto_generichash_state *h, const char *p, ptrdiff_t n) {
    crypto_generichash_update(h, (const unsigned char *)p, (unsigned long long)n);
}

static void add_text(crypto_generichash_state *h, struct str s) {
    char length[24];
    if (!s.s) {
        add(h, "-,", 2);
        return;
    }
    int n = snprintf(length, sizeof length, "%td:", s.n);
    add(h, length, n);
    add(h, s.s, s.n);
    add(h, ",", 1);
}

static void add_int(crypto_generichash_state *h, int64_t v) {
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)v);
    add_text(h, (struct str){text, n});
}

void journal_hash(struct str clinic_id, const struct journal_page_row *e, struct str before,
                  char out[65]) {
    unsigned char hash[32];
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, sizeof hash);
    add(&h, before.s, before.n);
    add_text(&h, clinic_id);
    add_int(&h, e->seq);
    add_int(&h, e->at_ms);
    add_text(&h, e->account_id);
    add_text(&h, e->door);
    add_text(&h, e->event);
    add_text(&h, e->patient_id);
    add_text(&h, e->record_table);
    add_text(&h, e->record_id);
    if (e->record_version.is) add_int(&h, e->record_version.v);
    else add_text(&h, STR_ABSENT);
    add_text(&h, e->why);
    add_text(&h, e->image);
    crypto_generichash_final(&h, hash, sizeof hash);
    sodium_bin2hex(out, 65, hash, sizeof hash);
}

static enum err read_head(struct tx *tx) {
    struct tx_private *p = tx->p;
    struct journal_head_get_row head;
    enum err e = journal_head_get(tx, &head);
    if (e != E_OK && e != E_UNKNOWN) return e;
    p->head_seq = e == E_OK ? head.seq : 0;
    bool whole = e == E_OK && head.hash.n == 64;
    memcpy(p->head_hash, whole ? head.hash.s : JOURNAL_START, 65);
    p->head_read = true;
    return E_OK;
}

static enum err append(struct tx *tx, struct journal_page_row entry) {
    struct tx_private *p = tx->p;
    CHECK(tx->mode == TX_WRITE, "a journal entry in a read transaction");
    CHECK(event_text(entry.event).s, "an event that is not in events.def");
    if (!p->head_read) TRY(read_head(tx));
    entry.seq = p->head_seq + 1;
    entry.at_ms = tx->now_ms;
    entry.account_id = tx->actor.account_id;
    entry.door = tx->actor.door;
    char hash[65];
    journal_hash(tx->actor.clinic_id, &entry, (struct str){p->head_hash, 64}, hash);
    struct journal_insert_in in = {
        entry.seq, entry.at_ms, entry.account_id, entry.door, entry.event, entry.patient_id,
        entry.record_table, entry.record_id, entry.record_version, entry.why, entry.image,
        {hash, 64}};
    TRY(journal_insert(tx, &in));
    p->head_seq = entry.seq;
    memcpy(p->head_hash, hash, sizeof hash);
    tx->appended++;
    return E_OK;
}

enum err journal_write(struct tx *tx, const char *event, struct str patient_id,
                       const struct table_info *t, struct str record_id, int64_t version,
                       struct str image) {
    return append(tx, (struct journal_page_row){
        .event = str_from(event), .patient_id = patient_id, .record_table = str_from(t->name),
        .record_id = record_id, .record_version = {true, version}, .why = tx->why,
        .image = image});
}

enum err journal_append(struct tx *tx, const char *event, struct str patient_id,
                        struct str why) {
    return append(tx, (struct journal_page_row){
        .event = str_from(event), .patient_id = patient_id, .why = why});
}

enum err journal_seal(struct tx *tx) {
    struct journal_head_put_in in = {tx->p->head_seq, {tx->p->head_hash, 64}};
    return journal_head_put(tx, &in);
}
