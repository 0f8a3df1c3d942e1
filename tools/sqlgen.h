/* sqlgen: what the reader (sqlgen.c) hands to the writer (sqlgen_out.c). */
#ifndef CAIRN_SQLGEN_H
#define CAIRN_SQLGEN_H

#include "base/buf.h"

enum { COLUMNS_MAX = 64, TABLES_MAX = 200, QUERIES_MAX = 2000, MIGRATIONS_MAX = 200 };

struct column {
    struct str name, note, absent;
    char type; /* t i r */
    bool nullable;
};

struct table {
    struct str name, place;
    bool chart;
    struct column c[COLUMNS_MAX];
    int n;
};

struct query {
    struct str name, kind, place, doc, text;
    struct column in[COLUMNS_MAX], out[COLUMNS_MAX];
    int in_n, out_n;
    const struct table *row; /* NULL: its own row struct */
    const struct table *takes; /* NULL: its own in struct; else the table's row */
    const struct table *of;    /* a chart table's own statement, with no function of its name */
    bool across;
};

struct migration_text {
    struct str name, text;
};

struct sqlgen {
    struct arena arena;
    struct table tables[TABLES_MAX];
    struct query queries[QUERIES_MAX];
    struct migration_text migrations[MIGRATIONS_MAX];
    int table_count, query_count, migration_count;
};

/* A table's columns without clinic_id, separated by commas, each behind `alias.` if given. */
void sqlgen_columns(struct buf *out, const struct table *t, struct str alias);
void sqlgen_out(struct sqlgen *g, struct buf *h, struct buf *c);

#endif
