#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *arguments, *text;
} commands[] = {
#define COMMAND(name, function, arguments, text) {#name, function, arguments, text},
#include "cli/commands.def"
#undef COMMAND
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

int cli_fail(enum err e, const char *what, const char *why_format, ...) {
    char line[8192];
    size_t n = (size_t)snprintf(line, sizeof line, "%.1024s: ", what);
    va_list args;
    va_start(args, why_format);
    vsnprintf(line + n, sizeof line - n, why_format, args);
    va_end(args);
    for (char *c = line; *c; c++) /* what was typed is quoted: it moves no cursor, ends no line */
        if ((unsigned char)*c < ' ' || *c == 0x7f) *c = ' ';
    fprintf(stderr, "cairn: %s\n", line);
    return err_meaning(e)->exit_status;
}

enum { FAULTS_TOLD = 8 };

int cli_fail_faults(enum err e, const char *what, const struct faults *faults) {
    if (!faults->n) return cli_fail(e, what, "%s", err_meaning(e)->text);
    struct buf b = buf_new(faults->arena, 512);
    for (int i = 0; i < faults->n && i < FAULTS_TOLD; i++) {
        const struct fault *f = &faults->v[i];
        buf_format(&b, "%s%.*s%s%.*s", i ? "; " : "", STR_ARG(f->field), f->field.n ? ": " : "",
                   STR_ARG(f->message));
    }
    int more = faults->n - FAULTS_TOLD + faults->dropped;
    if (more > 0) buf_format(&b, "; and %d more", more);
    return cli_fail(e, what, "%.*s", STR_ARG(buf_str(&b)));
}

static void usage(FILE *out) {
    fprintf(out, "usage: cairn COMMAND [ARGUMENT ...]\n\n");
    for (int i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-10s %-44s %s\n", commands[i].name, commands[i].arguments,
                commands[i].text);
}

int cli_version(int argc, char **argv) {
    (void)argc, (void)argv;
    printf("cairn %s\n", CAIRN_VERSION);
    return 0;
}

static int run(int argc, char **argv) {
    if (argc < 2) return cli_fail(E_INVALID, "usage", "name a command; `cairn help` lists them");
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0) {
        usage(stdout);
        return 0;
    }
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(argv[1], commands[i].name) == 0) return commands[i].run(argc - 1, argv + 1);
    return cli_fail(E_INVALID, argv[1], "no such command; `cairn help` lists them");
}

/* An answer that nobody could read is none: a write may have failed long before the last one. */
int cli_main(int argc, char **argv) {
    int status = run(argc, argv);
    bool lost = fflush(stdout) || ferror(stdout);
    return lost && status < 2 ? cli_fail(E_WORLD, "standard output", "cannot be written") : status;
}
