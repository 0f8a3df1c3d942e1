/* words: times as people say them. static/countdown.js has the same rules. */
#ifndef CAIRN_WEB_WORDS_H
#define CAIRN_WEB_WORDS_H

#include "base/buf.h"

/* "in 26 h", "now", "3 days late". */
struct str words_until(struct arena *a, int64_t at_ms, int64_t now_ms);
/* "42 min", "5 h", "3 days". */
struct str words_amount(struct arena *a, int64_t length_ms);
/* Time passed since: minutes up to the third hour, "72 min", then as above. */
struct str words_since(struct arena *a, int64_t at_ms, int64_t now_ms);

#endif
