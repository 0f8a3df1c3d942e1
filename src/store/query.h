/*
 * query: what sqlgen tells the store about a statement and a table. Rows and parameters are
 * plain structs; a field says where in the struct a value lies, so that one piece of code in
 * each driver binds and reads all of them.
 */
#ifndef CAIRN_QUERY_H
#define CAIRN_QUERY_H

#include "store/store.h"

enum sql_type { SQL_TEXT, SQL_INT, SQL_REAL };
enum sql_kind { SQL_KIND_one, SQL_KIND_many, SQL_KIND_exec, SQL_KIND_later };

struct sql_field {
    const char *name;
    enum sql_type type;
    int offset;         /* in the struct: struct str, int64_t, double, or their maybe_ form */
    bool nullable;
    const char *absent; /* as JSON: what a row written before the column came has in it */
};

struct sql_query {
    const char *name, *place; /* place: file:line */
    const char *text;         /* $1 is the clinic, $2 the first parameter */
    int number;               /* its index in sql_queries */
    enum sql_kind kind;
    const struct sql_field *in;
    int in_n;
    const struct sql_field *out;
    int out_n, row_size;
};

struct table_info {
    const char *name;
    const struct sql_field *fields; /* in order, without clinic_id; NULL: not a chart table */
    int n, row_size;
    int patient_field; /* index of patient_id; of id for table patient; -1: of no patient */
    /* insert and update take a row, load an id, scan the id before */
    const struct sql_query *load, *insert, *update, *scan;
};

struct migration {
    const char *name; /* 001_house */
    const char *text;
};

extern const struct sql_query sql_queries[];     /* SQL_QUERY_COUNT of them (store/sql.h) */
extern const struct table_info sql_tables[];     /* SQL_TABLE_COUNT: every table, chart or not */
extern const struct migration sql_migrations[];  /* [i] brings version i to i + 1 */

/* The engine behind the generated functions. */
MUST enum err query_one(struct tx *tx, const struct sql_query *q, const void *in, void *row);
MUST enum err query_many(struct tx *tx, const struct sql_query *q, const void *in, void *rows);
MUST enum err query_exec(struct tx *tx, const struct sql_query *q, const void *in);
/* Nobody waits for it: a fault of it may come from a later statement, or from tx_end. What is read
 * after it sees what it did. */
MUST enum err query_later(struct tx *tx, const struct sql_query *q, const void *in);
MUST enum err chart_load(struct tx *tx, const struct table_info *t, struct str id, void *row);
MUST enum err chart_put(struct tx *tx, const struct table_info *t, void *row);
/* The first field in which the row is not what the image says; NULL: none. A field that came
 * to the table after the image was written must have the value that its migration gave it. */
const char *chart_difference(struct arena scratch, const struct table_info *t, const void *row,
                             struct str image);

#endif
