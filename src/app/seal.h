/*
 * seal: BLAKE2b-256 over fields, each with its length, as 64 hexadecimal digits. A signed
 * document keeps the seal of what was signed; a later change of any field breaks it.
 */
#ifndef CAIRN_SEAL_H
#define CAIRN_SEAL_H

#include "base/str.h"

struct str seal_of(struct arena *a, const struct str *fields, int n);

#define SEAL(a, ...)                                                   \
    seal_of((a), (struct str[]){__VA_ARGS__},                          \
            (int)(sizeof((struct str[]){__VA_ARGS__}) / sizeof(struct str)))

#endif
