/* listen: a listening socket from an address as an operator writes it. */
#ifndef CAIRN_LISTEN_H
#define CAIRN_LISTEN_H

#include "base/err.h"

struct listener {
    int fd;
    bool loopback;      /* only this machine can reach it */
    struct str address; /* as bound, "127.0.0.1:8080" or "[::1]:8080" */
};

/* "HOST:PORT", "[V6]:PORT", ":PORT" (every address). Port 0: the system chooses.
 * E_INVALID: not an address; E_WORLD: taken, not allowed, not of this machine. */
MUST enum err listener_open(struct arena *a, const char *text, struct listener *out,
                            struct str *why);

#endif
