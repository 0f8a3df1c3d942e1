/*
 * init: a clinic and its first administrator.
 *
 *     cairn init --db URL [--name "Stone Path"] [--zone America/Denver]
 *                [--login admin] [--display "Ada Admin"] [--password -]
 *
 * The administrator's first password is made and printed once, and must be changed at the
 * first login; with `--password -` it is the first line of standard input and stays.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/people.h"
#include "cli/cli.h"
#include "cli/words.h"

struct init {
    const char *url, *name, *zone, *login, *display, *password;
    struct person_new person;
};

static int check_zone(const char *zone) {
    char path[512];
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone);
    bool plain = zone[0] && zone[0] != '/' && !strstr(zone, "..");
    if (plain && access(path, R_OK) == 0) return 0;
    return cli_fail(E_INVALID, "--zone", "%s is no time zone; write it as America/Denver", zone);
}

static int read_password(struct arena *a, const char *from, struct str *out) {
    char line[1024];
    if (!from) return 0;
    if (strcmp(from, "-") != 0)
        return cli_fail(E_INVALID, "--password", "a password is no word of a command; write "
                                                 "`--password -` and give it on standard input");
    if (!fgets(line, sizeof line, stdin))
        return cli_fail(E_INVALID, "--password", "standard input is empty");
    line[strcspn(line, "\r\n")] = 0;
    *out = str_copy(a, str_from(line));
    return 0;
}

static int make_admin(struct arena *a, struct store *store, const struct init *init,
                      struct str clinic_id) {
    struct app app;
    struct str why, id, password;
    struct faults faults = {.arena = a};
    enum err e = app_open(&app, a, store, NULL, &why);
    if (e) return cli_fail(e, "database", "%.*s", STR_ARG(why));
    struct actor actor = {.clinic_id = clinic_id, .door = STR("cli")};
    e = people_create(&app, a, actor, &init->person, &faults, &id, &password);
    if (faults.n)
        return cli_fail(e, str_z(a, faults.v[0].field), "%.*s", STR_ARG(faults.v[0].message));
    if (e) return cli_fail(e, "administrator", "%s", err_meaning(e)->text);
    printf("clinic %s\n", init->name);
    if (init->person.password.s)
        printf("login admin %s, with the password that was given\n", init->login);
    else
        printf("login admin %s %.*s\n"
               "This password is shown once; it is changed at the first login.\n",
               init->login, STR_ARG(password));
    return 0;
}

/* What is wrong with the account is said before there is a clinic to hold it. */
static int check_admin(struct arena *a, const struct init *init) {
    struct app app = {.passwords = NULL, .clinic_name = str_from(init->name)};
    struct faults faults = {.arena = a};
    people_check(&app, a, &init->person, &faults);
    if (!faults.n) return 0;
    return cli_fail(E_INVALID, str_z(a, faults.v[0].field), "%.*s",
                    STR_ARG(faults.v[0].message));
}

static int make(struct arena *a, struct store *store, const struct init *init) {
    struct str why = STR_ABSENT, clinic_id;
    int applied;
    enum err e = store_migrate(store, a, &applied, &why);
    if (e) return cli_fail(e, "database", "%.*s", STR_ARG(why));
    e = app_make_clinic(store, a, str_from(init->name), str_from(init->zone), &clinic_id);
    if (e == E_CONFLICT) return cli_fail(E_INVALID, init->url, "it holds a clinic already");
    if (e) return cli_fail(e, "database", "%s", err_meaning(e)->text);
    return make_admin(a, store, init, clinic_id);
}

int init_command(int argc, char **argv) {
    struct init init = {.name = NULL};
    const struct word_option options[] = {
        {"db", &init.url},           {"name", &init.name},         {"zone", &init.zone},
        {"login", &init.login},      {"display", &init.display},   {"password", &init.password},
        {NULL, NULL}};
    int status = words_read(argc, argv, options, NULL,
                            "init --db URL [--name NAME] [--zone ZONE] [--login NAME] "
                            "[--display NAME] [--password -]");
    if (status) return status;
    struct arena a;
    arena_open(&a, 64 << 20);
    if (!init.name) init.name = "The clinic";
    if (!init.zone) init.zone = "Etc/UTC";
    if (!init.login) init.login = "admin";
    if (!init.display) init.display = "Administrator";
    init.person = (struct person_new){.login_name = str_from(init.login),
                                      .display_name = str_from(init.display),
                                      .role = ROLE_admin};
    status = check_zone(init.zone);
    if (!status) status = read_password(&a, init.password, &init.person.password);
    if (!status) status = check_admin(&a, &init);
    if (status) return status;
    struct store *store;
    status = words_open(&a, init.url, WORDS_DB_CREATE, &store);
    if (status) return status;
    status = make(&a, store, &init);
    store_close(store);
    return status;
}
