#include "web/static.h"

#include <sodium.h>

#include "base/embed.h"
#include "web/route.h"

/* Written once at boot, before any thread reads it. */
static char version[17];

void static_open(void) {
    crypto_generichash_state state;
    unsigned char hash[16];
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (ptrdiff_t i = 0; embed_at(i); i++)
        if (str_starts(embed_at(i)->path, STR("static/")))
            crypto_generichash_update(&state, (const unsigned char *)embed_at(i)->bytes.s,
                                      (unsigned long long)embed_at(i)->bytes.n);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(version, sizeof version, hash, 8);
}

struct str static_version(void) { return str_from(version); }

static struct str type_of(struct str path) {
    static const struct {
        const char *end, *type;
    } types[] = {
        {".css", "text/css; charset=utf-8"},   {".js", "text/javascript; charset=utf-8"},
        {".svg", "image/svg+xml"},             {".png", "image/png"},
        {".woff2", "font/woff2"},              {".json", "application/json"},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_ends(path, str_from(types[i].end))) return str_from(types[i].type);
    return STR("application/octet-stream");
}

enum err page_static(struct request *rq) {
    struct str path = str_format(rq->arena, "static/%.*s", STR_ARG(rq->path[0]));
    const struct embedded *file = embed_find(path);
    if (!file) return E_UNKNOWN;
    bool pinned = str_eq(rq->http->query, str_format(rq->arena, "v=%s", version));
    rq->answer->content_type = type_of(path);
    rq->answer->constant = file->bytes;
    http_answer_header(rq->http, rq->answer, "Cache-Control",
                       pinned ? STR("public, max-age=31536000, immutable")
                              : STR("public, max-age=300"));
    if (str_is(path, "static/worker.js")) /* answers for pages, which stand above it */
        http_answer_header(rq->http, rq->answer, "Service-Worker-Allowed", STR("/patient/"));
    return E_OK;
}
