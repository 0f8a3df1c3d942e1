/* store: opening and closing, by the kind of URL. */
#include "store/store.h"

#include "store/driver.h"

enum err store_open(struct arena *a, struct str url, enum store_create create,
                    struct store **out, struct str *why) {
    struct str sqlite = STR("sqlite:");
    if (str_starts(url, sqlite) && url.n > sqlite.n)
        return sqlite_open(a, str_slice(url, sqlite.n, url.n), create, out, why);
    if (str_starts(url, STR("postgresql://")) || str_starts(url, STR("postgres://")))
        return postgres_open(a, url, out, why);
    *why = str_format(a, "'%.*s' is no database: sqlite:PATH or postgresql://HOST/NAME",
                      STR_ARG(url));
    return E_INVALID;
}

void store_close(struct store *s) { s->driver->close(s); }

void store_bulk(struct store *s) {
    if (s->driver->bulk) s->driver->bulk(s);
}
