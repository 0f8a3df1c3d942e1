/*
 * screen_input: the JSON of `cairn screen` into a candidate. Strict: a field that is not
 * known, a value of the wrong type, or one that cannot be, is a fault that names the field;
 * null is the same as leaving the field out. Every field is optional. Pure.
 */
#ifndef CAIRN_CLI_SCREEN_INPUT_H
#define CAIRN_CLI_SCREEN_INPUT_H

#include "core/candidate.h"

enum { SCREEN_INPUT_BYTES_MAX = 1 << 20, SCREEN_TEXT_MAX = 400 };

/* E_SYNTAX, E_TOO_LARGE: not JSON; E_INVALID: the faults say which fields. The candidate's
 * texts live in the arena and in `text`. */
MUST enum err screen_input_read(struct arena *a, struct str text, int32_t on,
                                struct candidate *out, struct faults *faults);

#endif
