/* A new SQLite store in a folder of its own, for a test that is about one use case and not about
 * the engines (store_fixture.h is for those). */
#ifndef CAIRN_SCRATCH_STORE_H
#define CAIRN_SCRATCH_STORE_H

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/store.h"

struct scratch_store {
    char folder[32];
    struct store *store;
};

static inline bool scratch_open(struct scratch_store *s, struct arena *boot) {
    struct str why;
    int applied;
    *s = (struct scratch_store){.folder = "/tmp/cairn-test-XXXXXX"};
    if (!mkdtemp(s->folder)) return false;
    struct str url = str_format(boot, "sqlite:%s/cairn.db", s->folder);
    return !store_open(boot, url, STORE_CREATE, &s->store, &why) &&
           !store_migrate(s->store, boot, &applied, &why);
}

static inline void scratch_close(struct scratch_store *s, struct arena *boot) {
    static const char *const files[] = {"cairn.db", "cairn.db-wal", "cairn.db-shm"};
    store_close(s->store);
    for (int i = 0; i < 3; i++) unlink(str_format(boot, "%s/%s", s->folder, files[i]).s);
    rmdir(s->folder);
}

#endif
