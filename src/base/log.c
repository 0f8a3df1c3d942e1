#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"

__attribute__((format(printf, 2, 0))) static void line(const char *level, const char *format,
                                                       va_list args) {
    char memory[1024], text[1024];
    struct arena a = arena_over(memory, sizeof memory);
    struct buf stamp = buf_new(&a, 32);
    clock_put_rfc3339(&stamp, clock_now_ms());
    vsnprintf(text, sizeof text, format, args);
    fprintf(stderr, "%.*s %s %s\n", STR_ARG(buf_str(&stamp)), level, text);
}

void log_error(const char *format, ...) {
    va_list args;
    va_start(args, format);
    line("error", format, args);
    va_end(args);
}
