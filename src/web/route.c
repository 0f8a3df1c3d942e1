#include "web/route.h"

/* events.def, so that a row which names no event of it does not compile. */
enum event {
    EVENT_NONE,
#define EVENT(name, text) EVENT_##name,
#include "store/events.def"
#undef EVENT
};

#define NAME_OF(x) #x
const struct route routes[] = {
#define ROUTE(method, path, handler, capability, audit, form, flags, rate)                  \
    {METHOD_##method, path, handler, NAME_OF(handler), CAP_##capability,                     \
     EVENT_##audit == EVENT_NONE ? NULL : NAME_OF(audit), FORM_##form, flags, rate},
#include "web/routes.def"
#undef ROUTE
};
const int route_count = sizeof routes / sizeof *routes;

/* How well a pattern fits: -1 not; else the number of its literal parts, so that
 * /patients/new is chosen before /patients/{id}. The parts are not decoded yet. */
static int fit(const char *pattern, struct str path, struct str parts[WEB_PATH_PARTS],
               int *parts_n) {
    struct str want = str_slice(str_from(pattern), 1, PTRDIFF_MAX);
    struct str have = str_slice(path, 1, path.n);
    int literal = 0;
    *parts_n = 0;
    while (want.s && have.s) {
        struct str w = str_cut(want, '/', &want);
        bool whole = str_ends(w, STR("*}"));
        struct str h = whole ? have : str_cut(have, '/', &have);
        if (whole) have = STR_ABSENT;
        if (w.n && w.s[0] == '{') {
            if (h.n == 0 || *parts_n == WEB_PATH_PARTS) return -1;
            parts[(*parts_n)++] = h;
        } else if (!str_eq(w, h)) {
            return -1;
        } else {
            literal++;
        }
    }
    return want.s || have.s ? -1 : literal;
}

static const struct route *best(struct arena *a, enum method method, struct str path,
                                struct str parts[WEB_PATH_PARTS], int *parts_n) {
    const struct route *found = NULL;
    int most = -1;
    for (int i = 0; i < route_count; i++) {
        struct str p[WEB_PATH_PARTS];
        int n;
        const char *pattern = routes[i].path;
        if (routes[i].method != method) continue;
        if (path.n > 1 && pattern[1] != path.s[1] && pattern[1] != '{') continue;
        int literal = fit(routes[i].path, path, p, &n);
        if (literal <= most) continue;
        most = literal;
        found = &routes[i];
        *parts_n = n;
        for (int k = 0; k < n; k++) parts[k] = p[k];
    }
    for (int k = 0; found && k < *parts_n; k++)
        if (!form_decode_segment(a, parts[k], &parts[k])) return NULL;
    return found;
}

enum err route_match(struct arena *a, struct str method, struct str path,
                     const struct route **out, struct str parts[WEB_PATH_PARTS], int *parts_n) {
    bool get = str_is(method, "GET") || str_is(method, "HEAD"), post = str_is(method, "POST");
    *out = NULL;
    if (get || post)
        *out = best(a, get ? METHOD_GET : METHOD_POST, path, parts, parts_n);
    if (*out) return E_OK;
    struct str ignored[WEB_PATH_PARTS];
    int n;
    bool other = best(a, METHOD_GET, path, ignored, &n) || best(a, METHOD_POST, path, ignored, &n);
    return other ? E_METHOD : E_UNKNOWN;
}

enum err route_of_form(struct arena *a, struct str path, const struct route **out,
                       struct str parts[WEB_PATH_PARTS], int *parts_n) {
    while (path.n > 1) {
        *out = best(a, METHOD_GET, path, parts, parts_n);
        if (*out) return E_OK;
        while (path.n > 1 && path.s[path.n - 1] != '/') path.n--;
        if (path.n > 1) path.n--;
    }
    return E_UNKNOWN;
}

static void print_flags(struct buf *out, int flags) {
    static const struct {
        int flag;
        const char *name;
    } names[] = {{CLINICAL, "CLINICAL"}, {ANON, "ANON"},     {INLINE, "INLINE"},
                 {OWN_TX, "OWN_TX"},     {UPLOAD, "UPLOAD"}, {UNSAVED, "UNSAVED"},
                 {API, "API"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (flags & names[i].flag) buf_format(out, " %s", names[i].name);
}

void route_print(struct buf *out) {
    for (int i = 0; i < route_count; i++) {
        const struct route *r = &routes[i];
        buf_format(out, "%-4s %-44s %-16s audit=%s form=%s rate=%d",
                   r->method == METHOD_GET ? "GET" : "POST", r->path,
                   capability_name(r->capability), r->audit ? r->audit : "-",
                   r->form ? form_info(r->form)->name : "-", r->rate);
        print_flags(out, r->flags);
        buf_char(out, '\n');
    }
}

void route_print_access(struct buf *out) {
    for (int i = 0; i < route_count; i++) {
        const struct route *r = &routes[i];
        buf_format(out, "%-4s %-44s", r->method == METHOD_GET ? "GET" : "POST", r->path);
        if (r->flags & ANON) buf_z(out, " anyone");
        for (int role = 0; role < ROLE_COUNT && !(r->flags & ANON); role++)
            if (access_allows((enum role)role, r->capability))
                buf_format(out, " %s", role_name((enum role)role));
        buf_char(out, '\n');
    }
}
