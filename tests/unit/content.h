/* A content file as it is embedded in the program; the test fails where it is not. */
#ifndef CAIRN_TEST_CONTENT_H
#define CAIRN_TEST_CONTENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/embed.h"

static inline struct str content(const char *path) {
    const struct embedded *e = embed_find(str_from(path));
    assert_non_null(e);
    return e->bytes;
}

#endif
