/* words: small helpers over the words that rows keep: `item=value` pairs and lists. */
#ifndef CAIRN_APP_WORDS_H
#define CAIRN_APP_WORDS_H

#include "base/buf.h"

/* Is `word` one of a NULL-terminated list? */
bool word_in(struct str word, const char *const *list);

/* The value of `item` in "a=1 b=2"; absent when it is not named. Values hold no spaces. */
struct str pair_value(struct str pairs, struct str item);
/* Append " item=value", or nothing when the value is absent or empty. */
void pair_put(struct buf *pairs, struct str item, struct str value);

#endif
