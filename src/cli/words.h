/* words: the arguments of a command, `--name VALUE` or `--name=VALUE`, and at most one word
 * that stands alone; and the database most commands are told of. */
#ifndef CAIRN_CLI_WORDS_H
#define CAIRN_CLI_WORDS_H

#include "app/app.h"
#include "app/content.h"

struct word_option {
    const char *name;   /* db, out */
    const char **value; /* stays NULL when it is not given */
};

/* Exit status 0, or 2 after its one line. `options` ends with a row without a name;
 * `alone` NULL: no word may stand alone. */
int words_read(int argc, char **argv, const struct word_option *options, const char **alone,
               const char *usage);

enum words_db { WORDS_DB_READY, WORDS_DB_ANY, WORDS_DB_CREATE };
/* Opens what --db says. READY: and its schema is this program's. Exit status 0, or another
 * after its one line. */
int words_open(struct arena *a, const char *url, enum words_db want, struct store **s);

/* The clinic of a database, with the program's content; *store is the caller's to close. */
int words_app(struct arena *a, const char *url, struct content *content, struct app *app);

/* Prints what verification found; the exit status. */
int verify_print(enum err e, const struct verify_result *r);

#endif
