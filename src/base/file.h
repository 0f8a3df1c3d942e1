/* file: whole files in and out. */
#ifndef CAIRN_FILE_H
#define CAIRN_FILE_H

#include "base/err.h"

/* The whole file, at most `max` bytes (E_TOO_LARGE past it); "-" is standard input.
 * E_UNKNOWN: no such file; E_WORLD: it cannot be read. */
MUST enum err file_read(struct arena *a, const char *path, ptrdiff_t max, struct str *out);
/* Write beside the path, fsync, rename over it: the old file or the new one, never half. */
MUST enum err file_replace(const char *path, struct str content);

#endif
