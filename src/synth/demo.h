/*
 * demo: a clinic to look at: some forty synthetic lives spread over every phase around the
 * present minute (demo_stories.def), and one account a role (demo_people.def).
 */
#ifndef CAIRN_SYNTH_DEMO_H
#define CAIRN_SYNTH_DEMO_H

#include "app/app.h"

struct demo_person {
    const char *role, *login_name, *display_name, *credentials, *password;
};

/* Row by row; NULL past the last. */
const struct demo_person *demo_person_at(int i);

/* Fills an empty clinic. E_INVALID: *why is a sentence. */
MUST enum err demo_make(struct app *app, struct arena *a, int64_t now_ms, struct str *why);

#endif
