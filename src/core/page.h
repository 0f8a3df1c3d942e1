/*
 * page: something that a patient reads, as content/education/ holds it.
 *
 *     page     after 1
 *     language en
 *     title    After your session
 *     when     handout                   before, day, handout, window: where it is shown
 *     source   GUIDE; CLINICAL 4.6
 *     grade    8                         the most years of school it may ask for
 *     heading  Going home
 *     text     One paragraph.
 *     point    One line of a list.
 *     test     says 24 hours             the page holds this phrase
 *
 * Each page names the crisis line 988, and is refused when it does not, or when it reads
 * harder than its grade. The grade is that of Kincaid: 0.39 words a sentence + 11.8 syllables
 * a word - 15.59 (GK), with syllables counted as groups of vowels. Pure.
 */
#ifndef CAIRN_PAGE_H
#define CAIRN_PAGE_H

#include "base/buf.h"
#include "base/err.h"

enum { PAGE_PARTS_MAX = 60 };

enum page_part_kind { PAGE_HEADING, PAGE_TEXT, PAGE_POINT };

struct page_part {
    enum page_part_kind kind;
    struct str text;
};

struct page {
    struct str id, language, title, when, source;
    int version, grade;
    struct page_part parts[PAGE_PARTS_MAX];
    int parts_n;
};

/* Usable only when no fault was added. */
const struct page *page_read(struct arena *a, struct str file, struct str text,
                             struct faults *faults);
/* Years of school that a text asks for; of a text without a word: 0. */
double page_grade(struct str text);

#endif
