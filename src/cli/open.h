/* open: the store and its clinic, for commands that take --db URL. */
#ifndef CAIRN_CLI_OPEN_H
#define CAIRN_CLI_OPEN_H

#include "store/sql.h"

/* 0, or the exit status after one line on standard error: no database, an older or newer
 * one, no clinic in it. With several clinics, CAIRN_CLINIC names one. */
MUST int open_clinic(struct arena *a, const char *url, struct store **store, struct str *clinic_id);

#endif
