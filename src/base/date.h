/*
 * date: civil dates as days since 1970-01-01, in the proleptic Gregorian calendar. Pure.
 * Text is `YYYY-MM-DD`, from 1800-01-01 to 2999-12-31; anything else is refused.
 */
#ifndef CAIRN_DATE_H
#define CAIRN_DATE_H

#include "base/buf.h"

struct date {
    int year, month, day;
};

enum { DATE_NONE = INT32_MIN };

int32_t date_to_days(struct date d);
struct date date_from_days(int32_t days);
bool date_parse(struct str text, int32_t *days); /* false: not a date of the calendar */
struct str date_text(struct arena *a, int32_t days);
int32_t date_add_months(int32_t days, int months); /* 31 Jan + 1 month is 28 or 29 Feb */
int date_age_years(int32_t born, int32_t on);
int date_weekday(int32_t days); /* 0 Monday .. 6 Sunday */
void date_put_iso(struct buf *b, int32_t days);
void date_put_words(struct buf *b, int32_t days); /* Tue 4 Mar 2027 */

#endif
