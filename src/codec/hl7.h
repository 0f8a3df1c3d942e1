/*
 * hl7: HL7 version 2 messages in their encoding rules 7 (ER7), as bedside monitors send them,
 * and the acknowledgement that goes back. Pure.
 *
 *     MSH|^~\&|VSP^0800...^EUI-64|...        the separators stand in the message itself
 *     OBX|1|NM|150456^...^MDC|1.22.1.2|97|...
 *          field ─┘  └ component (^), repetition (~), subcomponent (&)
 *
 * A message is kept as its segments' text; a part is looked up where it is asked for, and its
 * escapes (\F\ \S\ \T\ \R\ \E\ \.br\ \Xhh\) are undone then. The text is made UTF-8 at the door:
 * MSH-18 says 8859/1, UNICODE UTF-8, ASCII or nothing. A byte that is not of the character set
 * becomes U+FFFD, for a name spelt wrongly must not cost a heart rate; a set that we do not have
 * is refused, unless all is ASCII. Segments end with CR; LF and CR LF are read as well.
 *
 * Sources: HL7 v2.6 chapter 2 (encoding, acknowledgement, tables 0003, 0008, 0155, 0357).
 */
#ifndef CAIRN_HL7_H
#define CAIRN_HL7_H

#include "base/buf.h"
#include "base/err.h"

enum {
    HL7_SEGMENTS_MAX = 4096, /* a monitor's message has 5 to 60 */
};

struct hl7_segment {
    struct str id, text; /* text: the whole of it, with the id */
};

struct hl7_message {
    struct arena *arena;
    char field, component, repetition, escape, sub;
    struct hl7_segment *v;
    int n;
};

/* Why a message is refused: a row of HL7 table 0357, and a sentence. */
struct hl7_refusal {
    int code; /* 100 segment, 101 required, 102 type, 103 table, 200-203 unsupported, 207 inside */
    struct str why;
};

/* Where in a segment: HL7's own numbers, from 1; repetition from 0; sub 0: all of them. */
struct hl7_at {
    int field, component, repetition, sub;
};

/* E_SYNTAX, E_TOO_LARGE: *refusal says why. */
MUST enum err hl7_parse(struct arena *a, struct str bytes, struct hl7_message *out,
                        struct hl7_refusal *refusal);
const struct hl7_segment *hl7_segment(const struct hl7_message *m, const char *id, int nth);
/* A whole field as it was sent, with its separators; absent when empty or not there. */
struct str hl7_field(const struct hl7_message *m, const struct hl7_segment *s, int field);
/* One part, its escapes undone; absent when empty, or HL7's null (two quotation marks). */
struct str hl7_get(const struct hl7_message *m, const struct hl7_segment *s, struct hl7_at at);
int hl7_repetitions(const struct hl7_message *m, const struct hl7_segment *s, int field);

/* YYYYMMDDHHMM[SS[.S[S[S[S]]]]][+-ZZZZ]. Coarser than a minute, all zeros, or no time of the
 * calendar: false. */
struct hl7_time {
    int32_t days;
    int hour, minute, second, ms;
    bool zoned;
    int offset_min; /* east of UTC */
};
bool hl7_time_parse(struct str text, struct hl7_time *out);

/* What an acknowledgement answers; all of it from the MSH of what came, as far as it could be
 * read. `reply_id` is the answer's own MSH-10, `now` its time, UTC, YYYYMMDDHHMMSS+0000. */
struct hl7_header {
    struct str sender, sender_facility, receiver, receiver_facility; /* as sent */
    struct str type, event, control_id, processing, version, accept_ack, application_ack;
    struct str time; /* MSH-7 */
};
struct hl7_header hl7_header_of(const struct hl7_message *m);
/* As much of a header as stands in bytes that are no message; false: none. */
bool hl7_header_guess(struct arena *a, struct str bytes, struct hl7_header *out);
/* `code`: AA AE AR CA CE CR. refusal NULL: accepted. */
void hl7_ack(struct buf *out, const struct hl7_header *to, const char *code,
             const struct hl7_refusal *refusal, struct str reply_id, struct str now);

#endif
