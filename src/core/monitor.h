/*
 * monitor: what a bedside monitor's codes, units and numbers mean. content/codes/monitors.txt is
 * the table, and says how it is written; here it is read, its tests are run, and one value is
 * judged by it. Pure.
 *
 *     (system, code, value, unit, flag) ──> MONITOR_TAKEN: a sign, its value in the sign's unit
 *                                      └──> why it is left out
 *
 * Nothing is guessed: a code that is not in the table, a unit that is not, or not the sign's, a
 * number past what the sensor can show: each is left out and counted. What an arterial line
 * measured is another sign than what a cuff did, and never becomes it.
 *
 * monitor_put and monitor_take_back are the form in which a message's readings are kept until a
 * person has said whose they are: a line each, `hr|68|1678374219000|1.5.1.1`; a monitor's own
 * alarm `!Yellow Alarm|SpO2 low|1357178698000|`.
 */
#ifndef CAIRN_MONITOR_H
#define CAIRN_MONITOR_H

#include "base/buf.h"
#include "base/err.h"

enum {
    MONITOR_SIGNS_MAX = 32,
    MONITOR_CODES_MAX = 256,
    MONITOR_UNITS_MAX = 16,
    MONITOR_WORDS_MAX = 32,
    MONITOR_TEXT_MAX = 200, /* of a monitor's own alarm, and of a channel */
};

enum monitor_class { MONITOR_OTHER, MONITOR_CUFF, MONITOR_ARTERIAL };

struct monitor_sign {
    struct str id, loinc, name, unit, source;
    double lowest, highest;
    enum monitor_class class;
    struct str vital; /* of vitals.def; absent: kept as a reading, no part of the chart */
    int rank;
};

struct monitor_code {
    struct str system, code;
    int sign; /* index; -1: known, and not kept */
};

struct monitor_unit {
    struct str unit, names;
    double factor, offset;
};

struct monitors {
    int version;
    struct str title, source;
    struct monitor_sign signs[MONITOR_SIGNS_MAX];
    struct monitor_code codes[MONITOR_CODES_MAX];
    struct monitor_unit units[MONITOR_UNITS_MAX];
    int signs_n, codes_n, units_n;
    struct str demo, invalid; /* words of OBX-8 */
    double sentinels[MONITOR_WORDS_MAX];
    int sentinels_n;
};

enum monitor_fate {
    MONITOR_TAKEN,
    MONITOR_EMPTY,       /* no value was sent */
    MONITOR_SENTINEL,    /* a number that stands for none */
    MONITOR_INVALID,     /* the monitor says so, or it is no number */
    MONITOR_DEMO,        /* demonstration, test or calibration */
    MONITOR_UNKNOWN,     /* a code that is not in the table, or not kept */
    MONITOR_UNIT,        /* a unit that is not known, or not this sign's */
    MONITOR_IMPLAUSIBLE, /* past what the sensor can show */
    MONITOR_FATES
};

/* One value as it was sent. unit absent: the sign's own (Mindray sends none). */
struct monitor_raw {
    struct str system, code, value, unit, flag;
};

struct monitor_reading {
    const struct monitor_sign *sign;
    double value;
    struct str text;    /* as sent, or converted with one decimal */
    struct str channel; /* which sensor: OBX-4; absent: not said */
    int64_t at_ms;
};

struct monitor_alarm {
    struct str level, text;
    int64_t at_ms;
};

/* What one message brought, whichever door it came by. */
struct monitor_message {
    struct str device;         /* as it names itself, or where it stands */
    struct str patient_number; /* absent: not said */
    struct str place;          /* its bed, in the sender's words */
    struct str digest;         /* of the whole message; absent: it says no time, and is no resend */
    int64_t at_ms;             /* when it was measured or sent */
    bool demo;                 /* training or debugging: none of it is of a patient */
    struct monitor_reading *readings;
    struct monitor_alarm *alarms;
    int readings_n, alarms_n;
    int left_out[MONITOR_FATES];
};

/* Usable only when no fault was added. */
const struct monitors *monitor_read(struct arena *a, struct str file, struct str text,
                                    struct faults *faults);
/* Fills sign, value and text of *out; channel and time are the caller's. */
enum monitor_fate monitor_judge(struct arena *a, const struct monitors *m,
                                const struct monitor_raw *raw, struct monitor_reading *out);
const char *monitor_fate_name(enum monitor_fate f);
const struct monitor_sign *monitor_sign(const struct monitors *m, struct str id);

void monitor_put(struct buf *out, const struct monitor_message *m);
/* Lines of a sign that is no longer in the table are passed over. */
void monitor_take_back(struct arena *a, const struct monitors *m, struct str lines,
                       struct monitor_message *out);

#endif
