#include "app/words.h"

bool word_in(struct str word, const char *const *list) {
    for (; *list; list++)
        if (str_is(word, *list)) return true;
    return false;
}

struct str pair_value(struct str pairs, struct str item) {
    while (pairs.s && pairs.n > 0) {
        struct str value, pair = str_cut(pairs, ' ', &pairs);
        struct str name = str_cut(pair, '=', &value);
        if (str_eq(name, item)) return value;
    }
    return STR_ABSENT;
}

void pair_put(struct buf *pairs, struct str item, struct str value) {
    if (value.n == 0) return;
    if (pairs->n) buf_char(pairs, ' ');
    buf_put(pairs, item);
    buf_char(pairs, '=');
    buf_put(pairs, value);
}
