#include "core/ruling.h"

#include "base/lines.h"

static const char *const names[RULING_OUTCOMES] = {"pass", "caution", "hold", "missing"};

const char *ruling_name(enum ruling_outcome o) { return names[o]; }

void ruling_add(struct rulings *all, struct ruling r) {
    CHECK(all->n < RULINGS_MAX, "content has more rows than a decision holds");
    all->v[all->n++] = r;
}

enum ruling_outcome ruling_overall(const struct rulings *all) {
    enum ruling_outcome worst = all->n ? RULING_PASS : RULING_HOLD;
    for (int i = 0; i < all->n; i++) {
        enum ruling_outcome o = all->v[i].outcome == RULING_MISSING ? RULING_HOLD
                                                                     : all->v[i].outcome;
        if (o > worst) worst = o;
    }
    return worst;
}

const struct ruling *ruling_of(const struct rulings *all, const char *item) {
    for (int i = 0; i < all->n; i++)
        if (str_is(all->v[i].item, item)) return &all->v[i];
    return NULL;
}

struct str ruling_source_words(struct arena *a, struct str source) {
    struct str rest = source;
    struct str tag = str_trim(str_cut(word_next(&rest), ',', &rest));
    if (str_starts(tag, STR("DESIGN"))) return STR("clinic rule, design default");
    if (str_starts(tag, STR("GUIDE"))) return STR("programme guide");
    if (str_starts(tag, STR("GK"))) return STR("general knowledge, not verified");
    return str_format(a, "source %.*s", STR_ARG(source));
}

static void member(struct buf *b, const char *before, struct str value) {
    buf_z(b, before);
    buf_json(b, value);
}

void ruling_json(struct buf *b, const struct rulings *all) {
    buf_format(b, "{\"overall\":\"%s\",\"rulings\":[", names[ruling_overall(all)]);
    for (int i = 0; i < all->n; i++) {
        const struct ruling *r = &all->v[i];
        member(b, i ? ",{\"item\":" : "{\"item\":", r->item);
        buf_format(b, ",\"outcome\":\"%s\"", names[r->outcome]);
        member(b, ",\"saw\":", r->saw);
        member(b, ",\"limit\":", r->limit);
        member(b, ",\"source\":", r->source);
        member(b, ",\"text\":", r->text);
        buf_char(b, '}');
    }
    buf_z(b, "]}");
}
