#include "app/access.h"

/* capabilities.def speaks of roles in capitals, joined by `|`. */
enum {
#define ROLE(name, NAME, text) NAME = 1 << ROLE_##name,
#include "app/roles.def"
#undef ROLE
    ALL = (1 << ROLE_COUNT) - 1,
    STAFF = ALL & ~PATIENT,
};

static const struct {
    const char *name, *text;
} roles[] = {
#define ROLE(name, NAME, text) {#name, text},
#include "app/roles.def"
#undef ROLE
};

static const struct {
    const char *name, *text;
    int roles;
} capabilities[] = {
#define CAPABILITY(name, text, roles) {#name, text, roles},
#include "app/capabilities.def"
#undef CAPABILITY
};

bool access_allows(enum role role, enum capability capability) {
    return capabilities[capability].roles >> role & 1;
}

bool role_parse(struct str name, enum role *out) {
    for (int i = 0; i < ROLE_COUNT; i++)
        if (str_is(name, roles[i].name)) {
            *out = (enum role)i;
            return true;
        }
    return false;
}

const char *role_name(enum role role) { return roles[role].name; }
const char *role_text(enum role role) { return roles[role].text; }
const char *capability_name(enum capability c) { return capabilities[c].name; }

void access_print(struct buf *out) {
    for (int c = 0; c < CAP_COUNT; c++) {
        buf_format(out, "%-16s", capabilities[c].name);
        for (int r = 0; r < ROLE_COUNT; r++)
            if (access_allows((enum role)r, (enum capability)c))
                buf_format(out, " %s", roles[r].name);
        buf_char(out, '\n');
    }
}
