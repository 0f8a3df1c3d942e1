#include "web/words.h"

#include <stdlib.h>

#include "base/clock.h"

struct str words_amount(struct arena *a, int64_t length_ms) {
    if (length_ms < HOUR_MS) return str_format(a, "%d min", (int)(length_ms / MINUTE_MS));
    if (length_ms < 2 * DAY_MS) return str_format(a, "%d h", (int)(length_ms / HOUR_MS));
    return str_format(a, "%d days", (int)(length_ms / DAY_MS));
}

struct str words_until(struct arena *a, int64_t at_ms, int64_t now_ms) {
    int64_t apart = at_ms > now_ms ? at_ms - now_ms : now_ms - at_ms;
    if (apart < MINUTE_MS) return STR("now");
    /* What was set for 24 h a moment ago is due in 24 h, not in 23. */
    if (at_ms > now_ms && apart >= HOUR_MS) apart += MINUTE_MS - 1;
    struct str amount = words_amount(a, apart);
    if (at_ms > now_ms) return str_format(a, "in %.*s", STR_ARG(amount));
    return str_format(a, "%.*s late", STR_ARG(amount));
}

struct str words_since(struct arena *a, int64_t at_ms, int64_t now_ms) {
    int64_t passed = now_ms > at_ms ? now_ms - at_ms : 0;
    if (passed >= 3 * HOUR_MS) return words_amount(a, passed);
    return str_format(a, "%d min", (int)(passed / MINUTE_MS));
}
