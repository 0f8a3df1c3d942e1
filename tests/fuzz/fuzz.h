/*
 * A fuzz target is one file fuzz_NAME.c with the function libFuzzer calls and a few seeds.
 * Under -Dfuzz=true it is hunted by libFuzzer; in every other build slice.c calls the same
 * function with the seeds and some thousand deterministic mutations of them, as a unit test.
 * A target ends the process (CHECK) where a promise is broken.
 */
#ifndef CAIRN_FUZZ_H
#define CAIRN_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

extern const char *const fuzz_name;
extern const char *const fuzz_seeds[]; /* ends with NULL */

#endif
