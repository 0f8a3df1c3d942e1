/* cairn score INSTRUMENT ANSWER...: answers in item order as the person gave them, `-` for a
 * missing one; prints the score as one line of JSON. */
#include <stdio.h>

#include "app/content.h"
#include "cli/cli.h"
#include "core/score.h"

enum { SCORE_ARENA = 64 << 20 };

static void put_value(struct buf *b, struct score_value v) {
    if (v.known) score_put(b, v.value);
    else buf_z(b, "null");
}

static void put_subscales(struct buf *b, const struct score *s) {
    const char *separator = "";
    buf_z(b, ",\"subscales\":{");
    for (int i = 0; i < s->of->score_count; i++) {
        if (i == s->of->total || s->of->scores[i].internal) continue;
        buf_z(b, separator);
        buf_json(b, s->of->scores[i].name);
        buf_char(b, ':');
        put_value(b, s->scores[i]);
        separator = ",";
    }
    buf_char(b, '}');
}

static struct str score_json(struct arena *a, const struct score *s) {
    struct buf b = buf_new(a, 512);
    buf_z(&b, "{\"instrument\":");
    buf_json(&b, s->of->id);
    buf_z(&b, ",\"version\":");
    buf_int(&b, s->of->version);
    buf_z(&b, ",\"total\":");
    put_value(&b, s->total);
    buf_z(&b, ",\"band\":");
    buf_json(&b, s->band);
    put_subscales(&b, s);
    buf_z(&b, ",\"alerts\":[");
    for (int i = 0; i < s->alert_count; i++) {
        if (i) buf_char(&b, ',');
        buf_json(&b, s->alerts[i]->text);
    }
    buf_z(&b, "],\"missing\":");
    buf_int(&b, s->missing);
    if (s->not_assessed) {
        buf_z(&b, ",\"notAssessed\":");
        buf_int(&b, s->not_assessed);
    }
    buf_z(&b, s->complete ? ",\"complete\":true}\n" : ",\"complete\":false}\n");
    return buf_str(&b);
}

static struct str join(struct arena *a, int n, char **words) {
    struct buf b = buf_new(a, 256);
    for (int i = 0; i < n; i++) {
        buf_z(&b, words[i]);
        buf_char(&b, ' ');
    }
    return buf_str(&b);
}

static int run(struct arena *a, int argc, char **argv) {
    struct content content;
    struct faults faults = {.arena = a};
    int answers[ITEMS_MAX];
    if (content_boot(a, NULL, &content)) return cli_fail(E_INVALID, "content", "see above");
    struct str id = str_lower(a, str_from(argv[1]));
    const struct instrument *in = instrument_find(content.instruments, id);
    if (!in) return cli_fail(E_INVALID, argv[1], "no such instrument");
    enum err e = score_read_answers(in, join(a, argc - 2, argv + 2), answers, &faults);
    if (e) return cli_fail_faults(e, argv[1], &faults);
    struct score s = score_compute(in, answers);
    struct str out = score_json(a, &s);
    fwrite(out.s, 1, (size_t)out.n, stdout);
    return 0;
}

int score_command(int argc, char **argv) {
    struct arena arena;
    if (argc < 2) return cli_fail(E_INVALID, "score", "usage: cairn score INSTRUMENT ANSWER...");
    arena_open(&arena, SCORE_ARENA);
    int status = run(&arena, argc, argv);
    arena_close(&arena);
    return status;
}
