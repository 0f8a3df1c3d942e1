#include "base/embed.h"

const struct embedded *embed_find(struct str path) {
    ptrdiff_t low = 0, high = embed_count;
    while (low < high) {
        ptrdiff_t middle = low + (high - low) / 2;
        int order = str_cmp(path, embed_table[middle].path);
        if (order == 0) return &embed_table[middle];
        if (order < 0) high = middle;
        else low = middle + 1;
    }
    return NULL;
}

const struct embedded *embed_at(ptrdiff_t i) {
    return i >= 0 && i < embed_count ? &embed_table[i] : NULL;
}
