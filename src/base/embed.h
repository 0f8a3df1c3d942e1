/*
 * embed: the files that travel inside the program: content/, static/, and the browser's few
 * third-party files under static/vendor/ (present when `npm ci` ran before the build).
 * tools/embed writes the table at build time; the bytes live in read-only memory and are
 * followed by a zero byte that is not counted.
 */
#ifndef CAIRN_EMBED_H
#define CAIRN_EMBED_H

#include "base/str.h"

struct embedded {
    struct str path;  /* "content/instruments/phq9.txt", "static/app.css" */
    struct str bytes;
};

const struct embedded *embed_find(struct str path); /* NULL: none */
const struct embedded *embed_at(ptrdiff_t i);       /* sorted by path; NULL past the end */

/* Generated. */
extern const struct embedded embed_table[];
extern const ptrdiff_t embed_count;

#endif
