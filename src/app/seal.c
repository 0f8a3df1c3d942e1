#include "app/seal.h"

#include <sodium.h>

enum { SEAL_BYTES = 32 };

struct str seal_of(struct arena *a, const struct str *fields, int n) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, SEAL_BYTES);
    for (int i = 0; i < n; i++) {
        /* -1 for an absent text, so that absent and empty do not seal alike */
        int64_t length = fields[i].s ? fields[i].n : -1;
        unsigned char prefix[8];
        for (int k = 0; k < 8; k++) prefix[k] = (unsigned char)((uint64_t)length >> (8 * k));
        crypto_generichash_update(&state, prefix, sizeof prefix);
        if (length > 0)
            crypto_generichash_update(&state, (const unsigned char *)fields[i].s,
                                      (size_t)length);
    }
    unsigned char hash[SEAL_BYTES];
    crypto_generichash_final(&state, hash, SEAL_BYTES);
    char *text = NEWS(a, char, SEAL_BYTES * 2 + 1);
    sodium_bin2hex(text, SEAL_BYTES * 2 + 1, hash, SEAL_BYTES);
    return (struct str){text, SEAL_BYTES * 2};
}
