/*
 * alarms: how an alarm calls and how it goes on, by the rows of content/monitoring/alarms.txt.
 *
 *     alarms 1
 *     level LEVEL | PRIORITY | N pulses every N s | WHO N, WHO N | N min | SOURCE
 *     wait KIND | LEVEL after N s|min, ... | SOURCE
 *     act ID | ROUTES | LEVEL | KINDS | SENTENCE | SOURCE
 *     reason ID | TEXT
 *     test told LEVEL MIN -> WHO            test wait KIND SECONDS -> LEVEL
 *     test act ROUTE LEVEL KIND -> ID       test silence LEVEL MIN -> yes|no
 *
 * WHO: monitor (always, at once), prescriber, everyone. What has been told stays told: nothing
 * here goes back when the clock does. Pure.
 */
#ifndef CAIRN_ALARMS_H
#define CAIRN_ALARMS_H

#include "core/vitals.h"

enum { ALARMS_WAITS_MAX = 8, ALARMS_ACTS_MAX = 16, ALARMS_REASONS_MAX = 16 };

enum alarms_told { TOLD_MONITOR, TOLD_PRESCRIBER, TOLD_EVERYONE, TOLD_COUNT };

#define ALARMS_NEVER INT64_MAX

struct alarms_level {
    struct str priority, source; /* low, medium, high */
    int pulses, every_s;         /* the sound */
    int64_t told_after_ms[TOLD_COUNT];
    int64_t silence_ms; /* at most, at a time */
};

struct alarms_wait {
    struct str kind, source;
    int64_t after_ms[VITALS_LEVELS]; /* ALARMS_NEVER: not at this level */
};

struct alarms_act {
    struct str id, routes, kinds, text, source;
    enum vitals_level level; /* at least */
};

struct alarms_reason {
    struct str id, text;
};

struct alarms_rules {
    int version;
    struct str title, source;
    struct alarms_level levels[VITALS_LEVELS]; /* FINE: none */
    struct alarms_wait waits[ALARMS_WAITS_MAX];
    struct alarms_act acts[ALARMS_ACTS_MAX];
    struct alarms_reason reasons[ALARMS_REASONS_MAX];
    int waits_n, acts_n, reasons_n;
};

/* Usable only when no fault was added. */
const struct alarms_rules *alarms_read(struct arena *a, struct str file, struct str text,
                                       struct faults *faults);

bool alarms_level_parse(struct str word, enum vitals_level *out);
const char *alarms_told_name(enum alarms_told t); /* monitor prescriber everyone */
/* An alarm nobody has acknowledged for so long: who knows of it, `already` or more. */
enum alarms_told alarms_told(const struct alarms_rules *r, enum vitals_level level,
                             int64_t waited_ms, enum alarms_told already);
/* Something has been missing for so long. FINE: it may be. A kind without a row: never. */
enum vitals_level alarms_wait(const struct alarms_rules *r, struct str kind, int64_t gone_ms);
/* The next instant after now at which that level changes; INT64_MAX: it does not. */
int64_t alarms_wait_next(const struct alarms_rules *r, struct str kind, int64_t since_ms,
                         int64_t now_ms);
struct str alarms_wait_source(const struct alarms_rules *r, struct str kind);
/* NULL: nothing is asked for. */
const struct alarms_act *alarms_act(const struct alarms_rules *r, struct str route,
                                    enum vitals_level level, struct str kind);
const struct alarms_reason *alarms_reason(const struct alarms_rules *r, struct str id);
/* Is it silent now? A silence that ends further ahead than one may last was given by another
 * clock, and does not count. */
bool alarms_silent(const struct alarms_rules *r, enum vitals_level level, int64_t until_ms,
                   int64_t now_ms);

#endif
