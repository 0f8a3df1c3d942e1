/*
 * access: roles.def x capabilities.def, the one place where it is decided who may do what.
 * A route names a capability; whether a role has it is answered here and nowhere else.
 * The whole matrix is printed by `cairn selftest --print access` and kept as a golden file,
 * so that a change that widens access shows in the diff.
 */
#ifndef CAIRN_ACCESS_H
#define CAIRN_ACCESS_H

#include "base/buf.h"

enum role {
#define ROLE(name, NAME, text) ROLE_##name,
#include "app/roles.def"
#undef ROLE
    ROLE_COUNT
};

enum capability {
#define CAPABILITY(name, text, roles) CAP_##name,
#include "app/capabilities.def"
#undef CAPABILITY
    CAP_COUNT
};

bool access_allows(enum role role, enum capability capability);
bool role_parse(struct str name, enum role *out);
const char *role_name(enum role role);
const char *role_text(enum role role);
const char *capability_name(enum capability capability);
/* capability x role, one line each. */
void access_print(struct buf *out);

#endif
