/*
 * mllp: the minimal lower layer protocol, by which HL7 messages stand in a stream of bytes.
 * Pure: it is handed bytes as they arrive and says what they are.
 *
 *     <VT> message <FS> <CR>      0x0B ... 0x1C 0x0D
 *
 * The stream may be cut anywhere and several blocks may come at once. What stands between
 * blocks is counted and passed over (a CR or LF there is none of it). A block that begins
 * before the one before it ended leaves that one unended: it is handed out as such, and the new
 * one is read. FS alone ends a block, for some devices leave the CR out. A block that does not
 * fit into the room is too large, and nothing after it can be trusted: the caller closes.
 *
 * Source: HL7 v2.6 chapter 2 and its transport specification MLLP, release 1.
 */
#ifndef CAIRN_MLLP_H
#define CAIRN_MLLP_H

#include "base/buf.h"

enum mllp_event {
    MLLP_MORE,      /* nothing whole: give it bytes */
    MLLP_BLOCK,     /* a message */
    MLLP_UNENDED,   /* bytes of a message that another one cut off */
    MLLP_TOO_LARGE, /* what came of it, up to the room */
};

struct mllp {
    char *p;             /* the caller's room */
    ptrdiff_t cap;
    ptrdiff_t from, n;   /* what has come and is not handed out: p[from..n) */
    ptrdiff_t seen;      /* of it, searched already */
    int64_t garbage;     /* bytes passed over since the beginning */
    bool inside;         /* a block has begun */
};

struct mllp mllp_over(char *room, ptrdiff_t cap);
/* Where the next bytes go, and how many fit; moves what is left to the front. */
char *mllp_room(struct mllp *m, ptrdiff_t *fits);
void mllp_came(struct mllp *m, ptrdiff_t n);
/* *block lies in the room and holds until mllp_room is called. */
enum mllp_event mllp_next(struct mllp *m, struct str *block);
/* Has something begun that is not ended? */
bool mllp_half(const struct mllp *m);
void mllp_put(struct buf *out, struct str message);

#endif
