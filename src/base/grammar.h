/*
 * grammar: the lines that one kind of content file may have, as a table, and the one reader of
 * all of them.
 *
 *     static const struct grammar_line grammar[] = {
 *         {"cards VERSION", ONCE, .slots = {WITHIN(cards, version, 1, 9999)}},
 *         {"card ID | TITLE | [EVENTS] | SOURCE", SOME, LIST(cards, v, n, CARDS_MAX),
 *          .slots = {AT(card, id), AT(card, title), AT(card, answers), AT(card, source)}},
 *         {"step TEXT", ANY, .read = read_step},
 *         {"test EVENT -> ID", SOME, ROW(asked), .slots = {AT(asked, event), AT(asked, id)},
 *          .test = test_event},
 *     };
 *
 * A form is how the line is written, and what a fault says would be right. The words before its
 * first place are the keyword; several forms may begin with one word. A word in capitals is a place
 * for a value, and has one slot, in their order: where it goes and what it may be. It takes one
 * word of the line, or, where it ends a part, the rest of that part; it is not empty, but in
 * [brackets]. `...` after it: all words up to the next that the form names; at the end of the line:
 * parts may follow, and it takes them too. All other words stand in the line as they stand in the
 * form, but that `pulse(s)` is one or many.
 *
 * A line with `read` takes l->value apart itself. `put` is shown the row when its slots are
 * filled, may finish it, and says whether it is right; a row with a list is then appended to it.
 * A fault that a function says itself is not said again. A test is kept, and its row is shown to
 * `test` once the whole is known and without fault: false, it cannot be read. Pure.
 */
#ifndef CAIRN_GRAMMAR_H
#define CAIRN_GRAMMAR_H

#include "base/lines.h"

enum { GRAMMAR_SLOTS_MAX = 10, GRAMMAR_ROW_MAX = 8192 };

enum grammar_kind { SLOT_TEXT = 1, SLOT_WHOLE, SLOT_LONG, SLOT_REAL, SLOT_TRUTH, SLOT_OWN };

typedef bool grammar_own(struct lines *l, struct str text, void *field);

struct grammar_slot {
    enum grammar_kind kind;
    ptrdiff_t at;             /* in the row */
    double least, most;       /* both 0: anything, but a whole number is not negative */
    const char *const *names; /* one of these, kept as its place among them */
    int names_n;
    grammar_own *own;
    const char *is; /* what its text is, for a fault */
};

enum grammar_times { ANY, SOME, ONCE, AT_MOST_ONCE };

struct grammar_line {
    const char *form;
    enum grammar_times times;
    struct {
        ptrdiff_t at, n, size; /* of the list, of its count; of a row */
        int most;
        bool pointer; /* the list is elsewhere, and `at` points to it */
    } list;
    ptrdiff_t row; /* bytes of what the slots fill, where it is no row of the list or longer */
    struct grammar_slot slots[GRAMMAR_SLOTS_MAX];
    void *(*at)(struct lines *l); /* what the slots fill is at hand; NULL: the line is misplaced */
    bool unique; /* the first slot, a text, is said once in the list */
    void (*read)(struct lines *l);
    bool (*put)(struct lines *l, void *row);
    bool (*test)(struct lines *l, void *row);
};

/* Slots: a field of `struct type`, by its C type; within limits; a word of a list; read by a
 * function, which is given the field, or the row. SAID must be there and is not kept. */
#define AT(type, field) {GRAMMAR_KIND(type, field), offsetof(struct type, field)}
#define WITHIN(type, field, least, most)                                                          \
    {GRAMMAR_KIND(type, field), offsetof(struct type, field), (least), (most)}
#define ONE_OF(type, field, names)                                                                \
    {GRAMMAR_KIND(type, field), offsetof(struct type, field), 0, 0, (names), COUNT(names)}
#define OWN(type, field, read, what)                                                              \
    {SLOT_OWN, offsetof(struct type, field), .own = (read), .is = (what)}
#define OWN_ROW(read, what) {SLOT_OWN, 0, .own = (read), .is = (what)}
#define SAID {SLOT_TEXT, -1}
#define GRAMMAR_KIND(type, field)                                                                 \
    _Generic(((struct type *)0)->field, struct str: SLOT_TEXT, int: SLOT_WHOLE,                   \
             unsigned: SLOT_WHOLE, int64_t: SLOT_LONG, double: SLOT_REAL, bool: SLOT_TRUTH)

/* Where rows go: a list of `struct type` and its count. ROW: what the slots fill, which `put` or
 * `test` looks at; with a list too, it begins with a row of that. Neither: what is read into. */
#define LIST(type, v, n, most)                                                                    \
    .list = {offsetof(struct type, v), offsetof(struct type, n),                                  \
             sizeof *((struct type *)0)->v, (most),                                               \
             __builtin_types_compatible_p(__typeof__(((struct type *)0)->v),                      \
                                          __typeof__(&((struct type *)0)->v[0]))}
#define ROW(type) .row = sizeof(struct type)

/* Reads to the end of l into `into`, which `read`, `put` and `test` find as l->into. */
void grammar_read(struct lines *l, const struct grammar_line *lines, int n, void *into);
#define GRAMMAR_READ(l, lines, into) grammar_read((l), (lines), COUNT(lines), (into))
/* Runs the tests that were kept, where no fault was said since l was opened. */
void grammar_test(struct lines *l);

/* A fault where they are not the same; true, so that a test can end with it. */
bool grammar_expect(struct lines *l, struct str want, struct str got);

/* Is the text of that form (without a keyword)? `slots` into `row`; says no fault. */
bool grammar_fits(struct lines *l, struct str text, const char *form,
                  const struct grammar_slot *slots, void *row);
#define GRAMMAR_FITS(l, text, form, row, ...)                                                     \
    grammar_fits((l), (text), (form), (const struct grammar_slot[]){__VA_ARGS__}, (row))

/* Appends to a list of the struct at hand, with a fault where it is full. */
#define GRAMMAR_ADD(l, list, count, row)                                                          \
    (grammar_room((l), (count), COUNT(list)) ? (void)((list)[(count)++] = (row)) : (void)0)
bool grammar_room(struct lines *l, int n, int most);

#endif
