/*
 * hours: when the clinic is open, as its setting says: "Mon-Fri 08:00-18:00, Sat 09:00-13:00".
 * Local civil time: a day is days since 1970 (base/date.h), a minute is of that day. Pure.
 */
#ifndef CAIRN_HOURS_H
#define CAIRN_HOURS_H

#include "base/date.h"

enum { HOURS_DAYS = 7, DAY_MINUTES = 24 * 60 };

struct hours {
    struct {
        int from, to; /* minutes of the day; from == to: closed */
    } day[HOURS_DAYS]; /* 0 Monday */
};

struct civil_minute {
    int32_t days;
    int minute;
};

/* false: not of that form, or a day named twice, or open nowhere. */
bool hours_read(struct str text, struct hours *out);
bool hours_open(const struct hours *h, struct civil_minute at);
/* The closing of that day; false: it is closed all day. */
bool hours_closes(const struct hours *h, int32_t days, struct civil_minute *out);
/* The first opening after that minute. */
struct civil_minute hours_next(const struct hours *h, struct civil_minute at);
struct civil_minute civil_add(struct civil_minute at, int minutes);
int civil_cmp(struct civil_minute a, struct civil_minute b);
/* "Mon" .. "Sun"; -1: none. */
int weekday_read(struct str word);
/* "08:30" into minutes of the day, to 24:00; -1: none. */
int minute_read(struct str word);

#endif
