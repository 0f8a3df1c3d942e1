/* check: what its two files share. check.c has the rules; check_c.c reads C. */
#ifndef CAIRN_CHECK_H
#define CAIRN_CHECK_H

#include "base/err.h"

struct source {
    struct str path, text, code; /* code: text with comments, literals and macros blanked */
    struct str layer;            /* `core` of src/core/dose.c; empty outside src */
};

/* One finding: `path:line: rule: why`. */
__attribute__((format(printf, 3, 4))) void finding(const struct source *s, ptrdiff_t at,
                                                   const char *format, ...);
bool under(const struct source *s, const char *folder);
bool in_list(const char *const *list, size_t n, struct str word);
#define IN(list, word) in_list((list), sizeof (list) / sizeof *(list), (word))

/* One past the comment, literal or preprocessor line that begins at i; i where none does. */
ptrdiff_t blank_end(struct str t, ptrdiff_t i, bool line_start);
struct str blanked(struct arena *a, struct str t);
bool word_char(char c);
/* Where `word` stands as a whole word at or after `from`; -1: nowhere. */
ptrdiff_t word_at(struct str code, const char *word, ptrdiff_t from);
/* C of src and tools, tables (.def) apart: they are data. */
bool is_own_c(const struct source *s);
/* Lines that hold more than a comment. */
long code_lines(const struct source *s);
long lines_of(struct str text);

void file_size_rule(const struct source *s);
void width_rule(const struct source *s);
void functions_rule(const struct source *s);

#endif
