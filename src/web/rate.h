/*
 * rate: how often one account (or one address, without a login) may ask one route: a count
 * a minute, in the memory of this process. Slots are few and shared by hash; a crowded slot
 * only ever makes the limit stricter for both.
 */
#ifndef CAIRN_RATE_H
#define CAIRN_RATE_H

#include "base/str.h"

struct rate;

struct rate *rate_open(struct arena *boot);
/* Counts one; false: past `most` in this minute. */
bool rate_take(struct rate *r, struct str who, int route, int most, int64_t now_ms);

#endif
