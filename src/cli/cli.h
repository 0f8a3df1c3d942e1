/*
 * cli: the door from a shell. Each command is one row of commands.def and one function in
 * src/cli/. Exit status: 0 done; 1 the thing asked about is not so; 2 bad usage or input,
 * with one line `cairn: what: why` on standard error and nothing changed; 3 the world failed.
 */
#ifndef CAIRN_CLI_H
#define CAIRN_CLI_H

#include "base/err.h"

int cli_main(int argc, char **argv);

/* One line `cairn: what: why` on standard error; the answer is the exit status of `e`. */
__attribute__((format(printf, 3, 4))) int cli_fail(enum err e, const char *what,
                                                   const char *why_format, ...);

/* The same with the faults of an input in one line, `field: why; field: why`; without any, what
 * `e` means. */
int cli_fail_faults(enum err e, const char *what, const struct faults *faults);

#define COMMAND(name, function, arguments, text) int function(int argc, char **argv);
#include "cli/commands.def"
#undef COMMAND

#endif
