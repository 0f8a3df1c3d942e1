#include "cli/words.h"

#include <string.h>

#include "cli/cli.h"

/* How many of argv[i ..] the option takes: 0, it is another one. */
static int option_at(int argc, char **argv, int i, const struct word_option *o) {
    size_t n = strlen(o->name);
    const char *word = argv[i] + 2;
    if (strncmp(word, o->name, n) != 0 || *o->value) return 0;
    if (word[n] == '=') {
        *o->value = word + n + 1;
        return 1;
    }
    if (word[n] != 0 || i + 1 == argc) return 0;
    *o->value = argv[i + 1];
    return 2;
}

static int any_option_at(int argc, char **argv, int i, const struct word_option *options) {
    if (strncmp(argv[i], "--", 2) != 0) return 0;
    for (const struct word_option *o = options; o->name; o++) {
        int taken = option_at(argc, argv, i, o);
        if (taken) return taken;
    }
    return 0;
}

int words_read(int argc, char **argv, const struct word_option *options, const char **alone,
               const char *usage) {
    for (int i = 1; i < argc;) {
        int taken = any_option_at(argc, argv, i, options);
        if (!taken && alone && !*alone && argv[i][0] != '-') {
            *alone = argv[i];
            taken = 1;
        }
        if (!taken) return cli_fail(E_INVALID, argv[i], "not understood: %s", usage);
        i += taken;
    }
    return 0;
}

int words_open(struct arena *a, const char *url, enum words_db want, struct store **s) {
    struct str why = STR_ABSENT;
    if (!url)
        return cli_fail(E_INVALID, "--db", "say which: --db sqlite:PATH or postgresql://HOST/NAME");
    enum store_create create = want == WORDS_DB_CREATE ? STORE_CREATE : STORE_EXISTING;
    enum err e = store_open(a, str_from(url), create, s, &why);
    if (e != E_OK) return cli_fail(e, "database", "%.*s", STR_ARG(why));
    if (want == WORDS_DB_READY) e = store_ready(*s, a, &why);
    if (e == E_OK) return 0;
    store_close(*s);
    return cli_fail(e, "database", "%.*s", STR_ARG(why));
}

int words_app(struct arena *a, const char *url, struct content *content, struct app *app) {
    struct store *store;
    struct str why = STR_ABSENT;
    int status = words_open(a, url, WORDS_DB_READY, &store);
    if (status) return status;
    enum err e = content_boot(a, NULL, content);
    if (!e) e = app_open(app, a, store, content, &why);
    if (!e) return 0;
    store_close(store);
    return cli_fail(e, "database", "%.*s",
                    STR_ARG(why.n ? why : str_from(err_meaning(e)->text)));
}
