/* postgres_live: hears what other servers of the database committed. Private to src/store. */
#ifndef CAIRN_POSTGRES_LIVE_H
#define CAIRN_POSTGRES_LIVE_H

#include <libpq-fe.h>

#include "store/driver.h"

struct postgres_live;
/* postgres.c: as every connection is made. PQstatus says how it went; NULL: no memory. */
PGconn *postgres_connect(const char *url);
MUST enum err postgres_live_open(struct store *s, struct arena *boot, const char *url,
                                 struct postgres_live **out);
void postgres_live_close(struct postgres_live *l);

#endif
