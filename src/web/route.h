/*
 * route: routes.def as a table, and the match. What must not be forgotten (who may, what is
 * written down, which fields, how often) is a column.
 */
#ifndef CAIRN_ROUTE_H
#define CAIRN_ROUTE_H

#include "web/web.h"

enum method { METHOD_GET, METHOD_POST };

enum route_flag {
    CLINICAL = 1, /* {id} is a patient; never stored by a browser or a proxy */
    ANON = 2,     /* without a login */
    INLINE = 4,   /* answered on the network's thread: no database, no waiting */
    OWN_TX = 8,   /* the handler begins its own transactions */
    UPLOAD = 16,  /* a body of 4 MiB */
    UNSAVED = 32, /* a POST that may write no journal entry: a draft, a reading that waits */
    API = 64,     /* for programs: the body is JSON, refusals are problem details (RFC 9457) */
};

struct route {
    enum method method;
    const char *path;
    enum err (*handler)(struct request *rq);
    const char *handler_name;
    enum capability capability;
    const char *audit; /* of events.def; NULL: none */
    enum form_id form;
    int flags;
    int rate;          /* requests a minute of one account, or one address without a login */
};

extern const struct route routes[];
extern const int route_count;

/* E_UNKNOWN: no such page; E_METHOD: it has no such method. `path` is percent-encoded. */
MUST enum err route_match(struct arena *a, struct str method, struct str path,
                          const struct route **out, struct str parts[WEB_PATH_PARTS],
                          int *parts_n);
/* The GET row whose page shows the form that posts to `path`: the same path, or above. */
MUST enum err route_of_form(struct arena *a, struct str path, const struct route **out,
                            struct str parts[WEB_PATH_PARTS], int *parts_n);
/* The table, and with it role x route: the golden files. */
void route_print(struct buf *out);
void route_print_access(struct buf *out);

#define ROUTE(method, path, handler, capability, audit, form, flags, rate) \
    enum err handler(struct request *rq);
#include "web/routes.def"
#undef ROUTE

#endif
