#include "app/library.h"

#include "base/embed.h"
#include "core/instrument_read.h"

static bool is_content(const struct embedded *e, struct str folder) {
    return str_starts(e->path, folder) && str_ends(e->path, STR(".txt"));
}

enum err library_instruments(struct arena *a, struct instruments *out, struct faults *faults) {
    struct str folder = STR("content/instruments/");
    int n = 0;
    for (ptrdiff_t i = 0; i < embed_count; i++) n += is_content(embed_at(i), folder);
    const struct instrument **v = NEWS(a, const struct instrument *, n);
    *out = (struct instruments){.v = v};
    for (ptrdiff_t i = 0; i < embed_count; i++) {
        const struct embedded *e = embed_at(i);
        if (!is_content(e, folder)) continue;
        const struct instrument *in = instrument_read(a, e->path, e->bytes, faults);
        if (in) v[out->n++] = in;
    }
    return faults_err(faults);
}
