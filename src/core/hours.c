#include "core/hours.h"

#include "base/lines.h"

int weekday_read(struct str word) {
    static const char *const names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    return str_index(word, names, HOURS_DAYS);
}

int minute_read(struct str word) {
    int64_t hour, minute;
    struct str rest, head = str_cut(word, ':', &rest);
    if (head.n != 2 || rest.n != 2 || !str_to_int(head, &hour) || !str_to_int(rest, &minute))
        return -1;
    int at = (int)(hour * 60 + minute);
    return hour < 0 || minute < 0 || minute > 59 || at > DAY_MINUTES ? -1 : at;
}

/* "Mon-Fri 08:00-18:00" */
static bool read_part(struct str part, struct hours *h) {
    struct str last, to, rest = part;
    struct str days = word_next(&rest), times = word_next(&rest);
    if (!times.s || word_next(&rest).s) return false;
    int first = weekday_read(str_cut(days, '-', &last));
    int end = last.s ? weekday_read(last) : first;
    int opens = minute_read(str_cut(times, '-', &to)), closes = to.s ? minute_read(to) : -1;
    if (first < 0 || end < first || opens < 0 || closes <= opens) return false;
    for (int d = first; d <= end; d++) {
        if (h->day[d].to) return false;
        h->day[d].from = opens;
        h->day[d].to = closes;
    }
    return true;
}

bool hours_read(struct str text, struct hours *out) {
    *out = (struct hours){0};
    if (str_trim(text).n == 0) return false;
    while (text.s)
        if (!read_part(str_trim(str_cut(text, ',', &text)), out)) return false;
    return true;
}

int civil_cmp(struct civil_minute a, struct civil_minute b) {
    if (a.days != b.days) return a.days < b.days ? -1 : 1;
    return (a.minute > b.minute) - (a.minute < b.minute);
}

struct civil_minute civil_add(struct civil_minute at, int minutes) {
    at.minute += minutes;
    at.days += at.minute / DAY_MINUTES;
    at.minute %= DAY_MINUTES;
    return at;
}

bool hours_open(const struct hours *h, struct civil_minute at) {
    int d = date_weekday(at.days);
    return at.minute >= h->day[d].from && at.minute < h->day[d].to;
}

bool hours_closes(const struct hours *h, int32_t days, struct civil_minute *out) {
    int d = date_weekday(days);
    *out = civil_add((struct civil_minute){days, h->day[d].to}, 0); /* 24:00 is the next day */
    return h->day[d].to > h->day[d].from;
}

struct civil_minute hours_next(const struct hours *h, struct civil_minute at) {
    for (int32_t day = at.days; day <= at.days + HOURS_DAYS; day++) {
        int d = date_weekday(day);
        struct civil_minute opens = {day, h->day[d].from};
        if (h->day[d].to > h->day[d].from && civil_cmp(opens, at) > 0) return opens;
    }
    return at;
}
