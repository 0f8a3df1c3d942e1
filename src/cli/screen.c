/* cairn screen FILE|-: a candidate as JSON; prints the decision as one line of JSON. Exit 1
 * when ineligible. */
#include <stdio.h>

#include "app/content.h"
#include "base/clock.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/screen_input.h"
#include "codec/json_out.h"
#include "core/screening.h"

enum { SCREEN_ARENA = 128 << 20 };

static void put_finding(struct json_out *o, const struct finding *f) {
    json_out_object(o, NULL);
    json_out_text(o, "rule", f->id);
    json_out_text(o, "severity", str_from(screening_severity(f->severity)));
    json_out_text(o, "saw", f->saw);
    json_out_text(o, "field", f->field);
    json_out_text(o, "why", f->why);
    json_out_text(o, "source", f->source);
    if (f->rule) json_out_text(o, "override", str_from(screening_override(f->rule->override)));
    json_out_end(o);
}

static struct str decision_json(struct arena *a, const struct decision *d) {
    struct buf b = buf_new(a, 4096);
    struct json_out o = json_out_new(&b);
    json_out_object(&o, NULL);
    json_out_text(&o, "decision", str_from(screening_outcome(d->outcome)));
    json_out_list(&o, "findings");
    for (int i = 0; i < d->n; i++) put_finding(&o, &d->v[i]);
    json_out_end(&o);
    json_out_end(&o);
    buf_char(&b, '\n');
    return buf_str(&b);
}

static int fail_faults(const char *file, const struct faults *f) {
    int more = f->n + f->dropped - 1;
    const struct fault *first = &f->v[0];
    const char *colon = first->field.n ? ": " : "";
    if (more > 0)
        return cli_fail(E_INVALID, file, "%.*s%s%.*s (and %d more)", STR_ARG(first->field), colon,
                        STR_ARG(first->message), more);
    return cli_fail(E_INVALID, file, "%.*s%s%.*s", STR_ARG(first->field), colon,
                    STR_ARG(first->message));
}

static int run(struct arena *a, const char *file) {
    struct content content;
    struct candidate candidate;
    struct faults faults = {.arena = a};
    struct str text;
    if (content_boot(a, NULL, &content)) return cli_fail(E_INVALID, "content", "see above");
    enum err e = file_read(a, file, SCREEN_INPUT_BYTES_MAX, &text);
    if (e == E_WORLD) return cli_fail(e, file, "cannot be read");
    if (e) return cli_fail(E_INVALID, file, "%s",
                           e == E_UNKNOWN ? "there is no such file" : err_meaning(e)->text);
    if (screen_input_read(a, text, clock_today(clock_now_ms()), &candidate, &faults))
        return fail_faults(file, &faults);
    struct decision d = screening_decide(a, content.screening, &candidate);
    struct str out = decision_json(a, &d);
    if (fwrite(out.s, 1, (size_t)out.n, stdout) != (size_t)out.n || fflush(stdout))
        return cli_fail(E_WORLD, "standard output", "cannot be written");
    return d.outcome == OUTCOME_INELIGIBLE;
}

int screen_command(int argc, char **argv) {
    struct arena arena;
    if (argc != 2) return cli_fail(E_INVALID, "screen", "usage: cairn screen FILE|-");
    arena_open(&arena, SCREEN_ARENA);
    int status = run(&arena, argv[1]);
    arena_close(&arena);
    return status;
}
