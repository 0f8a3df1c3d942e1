/*
 * house: a clinic of a bench's own, its server as a child process, and a client of it.
 *
 *     house_open ── house_patient ... ── house_serve ── house_ask ... ── house_close
 *
 * The clinic is a fresh SQLite file in a folder of its own, or the empty database of CAIRN_TEST_PG
 * (tests/with-postgres), with accounts whose sessions are
 * made without a password's hash (argon2id is no part of these claims). A bench that cannot
 * set itself up ends the process with a sentence: there is no figure to be had.
 */
#ifndef CAIRN_BENCH_HOUSE_H
#define CAIRN_BENCH_HOUSE_H

#include <sys/types.h>

#include "base/buf.h"
#include "store/store.h"

struct house_login {
    struct str token, csrf;
};

struct house {
    struct arena arena;
    char folder[40];
    const char *url;      /* sqlite:FOLDER/clinic.db, or of PostgreSQL */
    struct store *store;  /* open until the server starts */
    struct str clinic_id;
    struct house_login *logins;
    int login_n;
    pid_t server;
    struct str address;   /* 127.0.0.1:PORT of the server */
};

/* The folder alone: for benches whose clinic another command makes. */
void house_folder(struct house *h);
/* A clinic with `logins` accounts, prescribers, each logged in. */
void house_open(struct house *h, int logins);
/* A patient with so many vital signs, a minute apart, the last an hour ago; the id. */
struct str house_patient(struct house *h, int entries);
/* `program serve` of the clinic; preload: a library for LD_PRELOAD, or NULL. */
void house_serve(struct house *h, const char *program, const char *preload);
/* Ends the server, removes the folder. */
void house_close(struct house *h);

/* The child `program ARG...` with its output in a pipe. `args` ends with NULL. */
pid_t house_run(const char *program, const char *const *args, const char *preload, int *out);
/* The address of a line `ready http://ADDRESS` read from a child. */
struct str house_ready(struct arena *a, int out);

/* A keep-alive connection and the answer that was last read from it. */
struct house_line {
    int fd;
    char *bytes;
    ptrdiff_t cap, n;   /* n: of the whole answer */
    ptrdiff_t body;     /* where its body begins */
    int status;
};
struct house_line house_connect(struct house *h, ptrdiff_t cap);
/* Sends one request and waits for the whole answer. */
void house_ask(struct house_line *line, struct str request);
struct str house_get(struct arena *a, const struct house_login *l, struct str path);
struct str house_post(struct arena *a, const struct house_login *l, struct str path,
                      const char *fields);

/* Of a running process: processor time of all its threads, and resident memory. */
double house_processor_us(pid_t pid);
int64_t house_resident_kib(pid_t pid);
/* The part of the machine's processor time that went to other programs since the last call:
 * 0 when nobody else asked for it. `ours_us`: what this bench and its server used. */
double house_others(double ours_us);

/* The value below which `share` (0..1) of the n values lie; sorts them. */
double house_quantile(double *v, ptrdiff_t n, double share);

#endif
