#include "base/date.h"

/* Days before 1 March of year y, counted from 0000-03-01: leap days fall at a year's end. */
int32_t date_to_days(struct date d) {
    int y = d.year - (d.month <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

struct date date_from_days(int32_t days) {
    int32_t z = days + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = z - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    int month = mp + (mp < 10 ? 3 : -9);
    return (struct date){yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1};
}

bool date_parse(struct str text, int32_t *days) {
    int64_t y, m, d;
    if (text.n != 10 || text.s[4] != '-' || text.s[7] != '-') return false;
    if (!str_to_int(str_slice(text, 0, 4), &y) || !str_to_int(str_slice(text, 5, 7), &m) ||
        !str_to_int(str_slice(text, 8, 10), &d))
        return false;
    if (y < 1800 || y > 2999 || m < 1 || m > 12 || d < 1 || d > 31) return false;
    struct date given = {(int)y, (int)m, (int)d};
    struct date back = date_from_days(date_to_days(given));
    if (back.month != given.month || back.day != given.day) return false;
    *days = date_to_days(given);
    return true;
}

int32_t date_add_months(int32_t days, int months) {
    struct date d = date_from_days(days);
    int count = d.year * 12 + d.month - 1 + months;
    struct date first = {count / 12, count % 12 + 1, 1};
    struct date next = {(count + 1) / 12, (count + 1) % 12 + 1, 1};
    int length = date_to_days(next) - date_to_days(first);
    return date_to_days(first) + (d.day < length ? d.day : length) - 1;
}

int date_age_years(int32_t born, int32_t on) {
    struct date b = date_from_days(born), o = date_from_days(on);
    return o.year - b.year - (o.month < b.month || (o.month == b.month && o.day < b.day));
}

int date_weekday(int32_t days) { return (int)(((int64_t)days + 3) % 7 + 7) % 7; }

void date_put_iso(struct buf *b, int32_t days) {
    struct date d = date_from_days(days);
    buf_int_pad(b, d.year, 4);
    buf_char(b, '-');
    buf_int_pad(b, d.month, 2);
    buf_char(b, '-');
    buf_int_pad(b, d.day, 2);
}

void date_put_words(struct buf *b, int32_t days) {
    static const char *const weekday[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const month[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct date d = date_from_days(days);
    buf_z(b, weekday[date_weekday(days)]);
    buf_char(b, ' ');
    buf_int(b, d.day);
    buf_char(b, ' ');
    buf_z(b, month[d.month - 1]);
    buf_char(b, ' ');
    buf_int(b, d.year);
}

struct str date_text(struct arena *a, int32_t days) {
    struct buf b = buf_new(a, 10);
    date_put_iso(&b, days);
    return buf_str(&b);
}
