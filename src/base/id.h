/* id: UUIDv7 (RFC 9562) as lower-case text: 48 bits of milliseconds, then random bits, so
 * that keys made later sort later; those that one thread makes in one millisecond, too. */
#ifndef CAIRN_ID_H
#define CAIRN_ID_H

#include "base/str.h"

enum { ID_LENGTH = 36 };

struct str id_new(struct arena *a, int64_t at_ms);
bool id_ok(struct str text); /* any UUID in lower-case text */
/* `n` random bytes of the system's generator as 2n hexadecimal digits. */
struct str id_token(struct arena *a, int n);
/* A version 7 id whose random bits come from the caller: synthetic data is deterministic. */
struct str id_from(struct arena *a, int64_t at_ms, const unsigned char random[10]);

#endif
