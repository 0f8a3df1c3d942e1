/* truth: prints what docs/pharmacokinetics.md holds between its marks. */
#include <stdio.h>

#include "base/embed.h"
#include "pk/pk.h"

int main(void) {
    static const char *const paths[] = {"content/pk/kap1.txt", "content/pk/perez-ruixo.txt"};
    struct arena a;
    arena_open(&a, (ptrdiff_t)64 << 20);
    for (int i = 0; i < 2; i++) {
        struct faults f = {.arena = &a};
        const struct pk_model *m;
        const struct embedded *e = embed_find(str_from(paths[i]));
        struct buf b = buf_new(&a, 1 << 16);
        if (!e || pk_model_parse(&a, e->path, e->bytes, &f, &m)) {
            for (int k = 0; k < f.n; k++)
                fprintf(stderr, "%.*s: %.*s\n", STR_ARG(f.v[k].field), STR_ARG(f.v[k].message));
            return 1;
        }
        pk_published_table(&b, a, m);
        printf("%s%.*s", i ? "\n" : "", (int)b.n, b.p);
    }
    return 0;
}
