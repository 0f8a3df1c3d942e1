#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char *test_file(void) {
    const char *path = getenv("CAIRN_TEST_CLOCK");
    return path && *path ? path : NULL;
}

bool clock_is_test(void) { return test_file() != NULL; }

static int64_t test_ahead_ms(void) {
    const char *path = test_file();
    FILE *f = path ? fopen(path, "r") : NULL;
    long long ahead = 0;
    if (!f) return 0;
    if (fscanf(f, "%lld", &ahead) != 1) ahead = 0;
    fclose(f);
    return ahead;
}

int64_t clock_now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000 + test_ahead_ms();
}

int64_t clock_monotonic_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

struct civil clock_civil(int64_t at_ms) {
    time_t seconds = (time_t)(at_ms / 1000 - (at_ms % 1000 < 0));
    struct tm tm;
    localtime_r(&seconds, &tm);
    return (struct civil){
        .days = date_to_days((struct date){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday}),
        .hour = tm.tm_hour,
        .minute = tm.tm_min,
        .second = tm.tm_sec,
        .offset_min = (int)(tm.tm_gmtoff / 60)};
}

int64_t clock_instant(int32_t days, int hour, int minute) {
    struct date d = date_from_days(days);
    struct tm tm = {.tm_year = d.year - 1900, .tm_mon = d.month - 1, .tm_mday = d.day,
                    .tm_hour = hour, .tm_min = minute, .tm_isdst = -1};
    time_t seconds = mktime(&tm);
    struct tm before;
    time_t earlier = seconds - 3600;
    localtime_r(&earlier, &before);
    bool repeated = before.tm_hour == hour && before.tm_min == minute && before.tm_mday == d.day;
    return (int64_t)(repeated ? earlier : seconds) * 1000;
}

int32_t clock_today(int64_t now_ms) { return clock_civil(now_ms).days; }

struct str clock_date_text(struct arena *a, int64_t at_ms) {
    return date_text(a, clock_today(at_ms));
}

static bool two_digits(struct str text, ptrdiff_t at, int below, int *out) {
    int64_t v;
    if (text.n < at + 2 || !str_to_int(str_slice(text, at, at + 2), &v)) return false;
    *out = (int)v;
    return v >= 0 && v < below;
}

bool clock_parse_local(struct str text, int64_t *at_ms) {
    int32_t days;
    int hour, minute;
    if (text.n != 16 || text.s[10] != 'T' || text.s[13] != ':') return false;
    if (!date_parse(str_slice(text, 0, 10), &days)) return false;
    if (!two_digits(text, 11, 24, &hour) || !two_digits(text, 14, 60, &minute)) return false;
    *at_ms = clock_instant(days, hour, minute);
    return true;
}

/* The zone at the end of an RFC 3339 text, in minutes east. */
static bool zone_of(struct str text, int *east_min) {
    int hour, minute;
    *east_min = 0;
    if (text.n == 1 && text.s[0] == 'Z') return true;
    if (text.n != 6 || (text.s[0] != '+' && text.s[0] != '-') || text.s[3] != ':') return false;
    if (!two_digits(text, 1, 15, &hour) || !two_digits(text, 4, 60, &minute)) return false;
    *east_min = (hour * 60 + minute) * (text.s[0] == '-' ? -1 : 1);
    return true;
}

bool clock_parse_rfc3339(struct str text, int64_t *at_ms) {
    int32_t days;
    int hour, minute, second, east_min;
    if (!date_parse(str_slice(text, 0, 10), &days)) return false;
    if (text.n == 10) {
        *at_ms = clock_instant(days, 0, 0);
        return true;
    }
    if (text.n < 20 || text.s[10] != 'T' || text.s[13] != ':' || text.s[16] != ':') return false;
    if (!two_digits(text, 11, 24, &hour) || !two_digits(text, 14, 60, &minute) ||
        !two_digits(text, 17, 61, &second))
        return false;
    ptrdiff_t i = 19;
    int64_t fraction_ms = 0, scale = 100;
    if (text.s[i] == '.')
        for (i++; i < text.n && text.s[i] >= '0' && text.s[i] <= '9'; i++, scale /= 10)
            fraction_ms += (text.s[i] - '0') * scale;
    if (!zone_of(str_slice(text, i, text.n), &east_min)) return false;
    *at_ms = days * DAY_MS + hour * HOUR_MS + (minute - east_min) * MINUTE_MS + second * 1000 +
             fraction_ms;
    return true;
}

static void put_hour_minute(struct buf *b, struct civil c) {
    buf_int_pad(b, c.hour, 2);
    buf_char(b, ':');
    buf_int_pad(b, c.minute, 2);
}

void clock_put_time(struct buf *b, int64_t at_ms) { put_hour_minute(b, clock_civil(at_ms)); }

struct str clock_time_text(struct arena *a, int64_t at_ms) {
    struct buf b = buf_new(a, 8);
    if (!at_ms) return STR_ABSENT;
    clock_put_time(&b, at_ms);
    return buf_str(&b);
}

void clock_put_datetime(struct buf *b, int64_t at_ms) {
    struct civil c = clock_civil(at_ms);
    date_put_words(b, c.days);
    buf_char(b, ' ');
    put_hour_minute(b, c);
}

void clock_put_local(struct buf *b, int64_t at_ms) {
    struct civil c = clock_civil(at_ms);
    date_put_iso(b, c.days);
    buf_char(b, 'T');
    put_hour_minute(b, c);
}

void clock_put_rfc3339(struct buf *b, int64_t at_ms) {
    int64_t day = at_ms / DAY_MS - (at_ms % DAY_MS < 0), ms = at_ms - day * DAY_MS;
    date_put_iso(b, (int32_t)day);
    buf_char(b, 'T');
    buf_int_pad(b, ms / HOUR_MS, 2);
    buf_char(b, ':');
    buf_int_pad(b, ms / MINUTE_MS % 60, 2);
    buf_char(b, ':');
    buf_int_pad(b, ms / 1000 % 60, 2);
    buf_char(b, '.');
    buf_int_pad(b, ms % 1000, 3);
    buf_char(b, 'Z');
}
