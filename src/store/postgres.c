/* postgres: the larger engine. */
#include "store/driver.h"

enum err postgres_open(struct arena *a, struct str url, struct store **out, struct str *why) {
    (void)a, (void)url, (void)out;
    *why = STR("PostgreSQL is not built in yet");
    return E_WORLD;
}
