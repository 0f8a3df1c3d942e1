/*
 * driver: what an engine does for the store. Private to src/store.
 *
 * A driver's own store and connection structs begin with struct store and struct db. It
 * hands out a connection with begin and takes it back with end; in between `run` executes
 * one statement and reads its rows into the arena.
 */
#ifndef CAIRN_DRIVER_H
#define CAIRN_DRIVER_H

#include <stdatomic.h>

#include "store/live.h"
#include "store/query.h"
#include "store/turn.h"

enum { STORE_WHY_MAX = 256 };

/* Rows as they are read: `v` grows in the arena by doubling. */
struct sql_rows {
    char *v;
    ptrdiff_t n, cap;
};

/* A value on its way from one store to another, as the engine has it; its text is borrowed. */
enum cell_kind { CELL_NULL, CELL_TEXT, CELL_INT, CELL_REAL };
struct cell {
    enum cell_kind kind;
    struct str text;
    int64_t i;
    double r;
};

enum { CELLS_MAX = 64 };

/* Where a dump goes: `columns` once, before the rows; NULL where they are known. */
struct row_sink {
    enum err (*columns)(struct row_sink *sink, const char *const *names, int n);
    enum err (*row)(struct row_sink *sink, const struct cell *v, int n);
};

struct driver {
    enum err (*begin)(struct tx *tx);              /* sets tx->db */
    enum err (*end)(struct tx *tx, enum err e);    /* commit when e is E_OK */
    /* rows NULL: exec; sets tx->changed. A `one` query stops after its first row. */
    enum err (*run)(struct tx *tx, const struct sql_query *q, const void *in,
                    struct sql_rows *rows);
    enum err (*prepare)(struct tx *tx, const struct sql_query *q); /* and compare the columns */
    enum err (*script)(struct tx *tx, struct str text);          /* a migration's text */
    /* The schema's version, 0 when there is no Cairn schema, -1 when the tables are others'. */
    enum err (*version)(struct tx *tx, int64_t *version);
    void (*close)(struct store *s);
    /* Whole tables, for backup and restore: rows of a SELECT out; rows of a table in. */
    enum err (*dump)(struct tx *tx, const char *select, struct row_sink *sink);
    enum err (*load_open)(struct tx *tx, const char *table, const char *const *names, int n);
    enum err (*load_row)(struct tx *tx, const struct cell *v, int n);
    enum err (*load_close)(struct tx *tx);
    enum err (*loaded)(struct tx *tx); /* all tables are in; NULL: nothing to do */
    void (*bulk)(struct store *s);     /* NULL: nothing to do */
    /* live.h, between servers; NULL: there is no other. tell: before the commit, of which it is a
     * part. */
    enum err (*tell)(struct tx *tx, struct str said);
    enum err (*listen)(struct store *s, struct arena *boot);
};

struct store {
    const struct driver *driver;
    struct str place; /* for messages: the path, or host/database */
    atomic_bool refused; /* the last write was refused by the world: disk, database */
    struct {
        void (*told)(void *user, struct str topic, struct str id); /* NULL: nobody listens */
        void *user;
        struct str clinic_id;
        char server[17]; /* which of the servers this is */
    } live;
};

enum { LIVE_CHANGES_MAX = 32 };
struct live_change {
    char topic[LIVE_TOPIC_MAX], id[LIVE_ID_MAX];
};

struct tx_private {
    struct turn_ticket ticket;
    bool open;
    enum err fault;          /* the first statement that failed */
    char why[STORE_WHY_MAX]; /* what the engine said of it */
    bool head_read;
    int64_t head_seq;
    char head_hash[65];
    struct live_change *changes; /* in the transaction's arena */
    int changes_n;
    bool changed_all;
};

/* live.c: a row was put; before the commit; after it; what another server said. */
void live_row(struct tx *tx, const struct table_info *t, struct str id, const void *row);
MUST enum err live_tell(struct tx *tx);
void live_publish(struct store *s, const struct tx_private *p);
void live_heard(struct store *s, struct str said);

/* Keeps the first fault of the transaction and logs it; returns e. */
MUST enum err tx_fault(struct tx *tx, enum err e, const char *statement, const char *why);

/* The one number that a SELECT over whole tables, of any clinic, answers. */
MUST enum err tx_number(struct tx *tx, const char *select, int64_t *out);

/* Room for one more row of q; the row is zeroed. */
void *rows_next(struct arena *a, struct sql_rows *rows, const struct sql_query *q);

MUST enum err sqlite_open(struct arena *a, struct str path, enum store_create create,
                          struct store **out, struct str *why);
/* A backup's file: read-only and left as it is. */
MUST enum err sqlite_open_backup(struct arena *a, struct str path, struct store **out,
                                 struct str *why);
/* Makes the file one that stands alone, with no log beside it. */
MUST enum err sqlite_settle(struct store *s);
MUST enum err postgres_open(struct arena *a, struct str url, struct store **out, struct str *why);

/* journal.c */
MUST enum err journal_write(struct tx *tx, const char *event, struct str patient_id,
                            const struct table_info *t, struct str record_id, int64_t version,
                            struct str image);
MUST enum err journal_seal(struct tx *tx); /* writes the head that the entries led to */

/* migrate.c: from one version to another, in the caller's transaction. */
MUST enum err migrate_tx(struct tx *tx, int64_t from, int64_t to);

/* verify.c: inside a transaction that the caller has. */
MUST enum err verify_tx(struct tx *tx, struct arena *a, struct verify_result *out);

#endif
