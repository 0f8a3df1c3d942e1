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
    va_list args;
    va_start(args, why_format);
    fprintf(stderr, "cairn: %s: ", what);
    vfprintf(stderr, why_format, args);
    fputc('\n', stderr);
    va_end(args);
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

int cli_main(int argc, char **argv) {
    if (argc < 2) return cli_fail(E_INVALID, "usage", "name a command; `cairn help` lists them");
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0) {
        usage(stdout);
        return 0;
    }
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(argv[1], commands[i].name) == 0) return commands[i].run(argc - 1, argv + 1);
    return cli_fail(E_INVALID, argv[1], "no such command; `cairn help` lists them");
}
