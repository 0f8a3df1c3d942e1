/*
 * lines: the form that every content file has, so that a physician can review it in a diff.
 *
 *     # a comment; blank lines are passed over
 *     keyword value value ...
 *       a line that begins with white space continues the line before it
 *
 * A value that holds several things separates them with `|`. Faults are (file:line, code,
 * why); a reader collects all of them before the content is refused. Pure.
 */
#ifndef CAIRN_LINES_H
#define CAIRN_LINES_H

#include "base/err.h"

struct lines {
    struct arena *arena;
    struct str file, rest;
    int number;          /* of the line at hand, from 1 */
    struct str keyword;  /* its first word */
    struct str value;    /* what follows it, trimmed, continuations joined by one space */
    struct faults *faults;
    int faults_before;   /* how many there were when it was opened */
    void *into;          /* what the file is read into (grammar.h) */
    struct lines_test {  /* what the file tests itself by, kept until the whole is known */
        const struct grammar_line *line;
        struct str file, text;
        int number;
    } *tests;
    int tests_n, tests_room;
};

struct lines lines_open(struct arena *a, struct str file, struct str text, struct faults *faults);
bool lines_next(struct lines *l); /* false: the end */
/* A fault at the line at hand: field is "file:line". */
__attribute__((format(printf, 3, 4))) void lines_fault(struct lines *l, const char *code,
                                                       const char *format, ...);

/* Takes the next word (no white space) off *rest; absent at the end. */
struct str word_next(struct str *rest);
/* Is `wanted` one of the words? */
bool word_among(struct str words, struct str wanted);
/* Takes the text before the next `|` off *rest, trimmed; absent at the end. */
struct str part_next(struct str *rest);

#endif
