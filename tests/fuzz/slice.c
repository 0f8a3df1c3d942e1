/* The deterministic slice of a fuzz target: every seed, every truncation of it, and
 * mutations drawn from a fixed sequence. Prints one case as cmocka would. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "fuzz.h"

enum { MUTATIONS = 4000, TRUNCATIONS = 600 };

static uint64_t state = 0x9E3779B97F4A7C15u;

static uint64_t draw(uint64_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

/* Overwrite, delete, repeat: a few of them, at drawn places. */
static size_t mutate(uint8_t *p, size_t n) {
    static const char telling[] = "{}[]\",:\\0-9.eEu\x80\xC3\xED\xFF\n \t=<>|#&%";
    for (uint64_t times = 1 + draw(4); times && n > 2; times--) {
        size_t at = draw(n), length = 1 + draw(n - at < 16 ? n - at : 16);
        switch (draw(4)) {
        case 0: p[at] = (uint8_t)draw(256); break;
        case 1: p[at] = (uint8_t)telling[draw(sizeof telling - 1)]; break;
        case 2:
            memmove(p + at, p + at + length, n - at - length);
            n -= length;
            break;
        default:
            memmove(p + at + length, p + at, n - at);
            n += length;
        }
    }
    return n;
}

/* fuzz_NAME --seeds DIR: the seeds as files, for libFuzzer to start from. */
static int write_seeds(const char *folder) {
    for (int i = 0; fuzz_seeds[i]; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/seed-%d", folder, i);
        FILE *f = fopen(path, "w");
        if (!f || fputs(fuzz_seeds[i], f) < 0 || fclose(f)) return 1;
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "--seeds") == 0) return write_seeds(argv[2]);
    struct arena arena;
    arena_open(&arena, 16 << 20);
    for (const char *const *seed = fuzz_seeds; *seed; seed++) {
        size_t n = strlen(*seed);
        uint8_t *copy = NEWS(&arena, uint8_t, (ptrdiff_t)n + 64);
        LLVMFuzzerTestOneInput((const uint8_t *)*seed, n);
        for (size_t i = 0; i < TRUNCATIONS; i++)
            LLVMFuzzerTestOneInput((const uint8_t *)*seed, n * i / TRUNCATIONS);
        for (int i = 0; i < MUTATIONS; i++) {
            memcpy(copy, *seed, n);
            LLVMFuzzerTestOneInput(copy, mutate(copy, n));
        }
    }
    printf("[       OK ] %s\n", fuzz_name);
    return 0;
}
