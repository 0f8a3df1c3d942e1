/*
 * clock: the time of the world. Instants are UTC milliseconds since 1970 (`at_ms`).
 * The clinic's civil time is that of the process's zone (TZ, set at start from the
 * setting `clinic_zone`).
 *
 * CAIRN_TEST_CLOCK=FILE makes the clock run ahead by the number of milliseconds that FILE
 * holds, read again at each call: scenarios walk six months in seconds. The web shell shows
 * a banner while it is set, and `serve` refuses it unless CAIRN_TEST=1.
 */
#ifndef CAIRN_CLOCK_H
#define CAIRN_CLOCK_H

#include "base/date.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

struct civil {
    int32_t days;             /* the date, as in date.h */
    int hour, minute, second; /* local */
    int offset_min;           /* east of UTC */
};

int64_t clock_now_ms(void);
int64_t clock_monotonic_ns(void);
bool clock_is_test(void);
struct civil clock_civil(int64_t at_ms);
/* The instant of a local time; in the hour that DST repeats, the first; in the hour that it
 * skips, the instant after the skip. */
int64_t clock_instant(int32_t days, int hour, int minute);
int32_t clock_today(int64_t now_ms);
struct str clock_date_text(struct arena *a, int64_t at_ms); /* YYYY-MM-DD, local */

/* "YYYY-MM-DDTHH:MM" as a browser's datetime-local field gives it, local. */
bool clock_parse_local(struct str text, int64_t *at_ms);
/* RFC 3339 with zone, as FHIR writes an instant or a dateTime (a bare date: local midnight). */
bool clock_parse_rfc3339(struct str text, int64_t *at_ms);
void clock_put_time(struct buf *b, int64_t at_ms);     /* 14:05 */
struct str clock_time_text(struct arena *a, int64_t at_ms); /* the same; absent for 0, no time */
void clock_put_datetime(struct buf *b, int64_t at_ms); /* Tue 4 Mar 2027 14:05 */
void clock_put_rfc3339(struct buf *b, int64_t at_ms);  /* UTC, ...Z with milliseconds */
void clock_put_local(struct buf *b, int64_t at_ms);    /* YYYY-MM-DDTHH:MM */

#endif
