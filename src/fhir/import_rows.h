/* import_rows: the resources of a referral that become rows; a part of import. */
#ifndef CAIRN_FHIR_IMPORT_ROWS_H
#define CAIRN_FHIR_IMPORT_ROWS_H

#include "core/intake.h"
#include "fhir/datatype.h"

enum { IMPORT_TALLY_MAX = 64 };

struct import_entry {
    const struct json *resource;
    struct str type, id, full_url;
    bool used; /* something led to it */
};

struct import_tally {
    struct str what;
    int n;
};

struct import {
    struct datatype_reader r;
    struct intake *in;
    struct import_entry *entries;
    ptrdiff_t entry_n;
    const struct import_entry *patient;
    struct import_tally tally[IMPORT_TALLY_MAX];
    int tally_n;
};

/* Room for as many rows as the entries can become. */
void import_room(struct import *im);
/* One entry to its rows, or counted among what has no place. */
void import_row(struct import *im, const struct import_entry *e);
/* Counts one resource that stays behind; `why` follows its type, or is NULL. */
void import_leave(struct import *im, struct str type, const char *why);

#endif
