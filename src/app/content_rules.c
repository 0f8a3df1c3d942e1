#include "app/content_rules.h"

#include "base/lines.h"
#include "core/screening_read.h"
#include "core/workup.h"

static const struct content_file *needed(const struct content_files *files, const char *name,
                                         struct faults *faults) {
    for (int i = 0; i < files->n; i++)
        if (str_is(files->v[i].name, name)) return &files->v[i];
    fault_add(faults, str_from(name), "required", "there is no such file");
    return NULL;
}

const struct screening_rules *content_rules_read(struct arena *a, const struct content_files *files,
                                           struct faults *faults) {
    struct codes *codes = NEW(a, struct codes);
    struct screening_rules *rules = NEW(a, struct screening_rules);
    *rules = screening_new(a, codes);
    const struct content_file *m = needed(files, "codes/medicines.txt", faults);
    const struct content_file *c = needed(files, "codes/conditions.txt", faults);
    if (!m || !c) return rules;
    /* Faults are kept, and may be of another file: the codes are there for what stands on them. */
    if (codes_read_medicines(a, m->place, m->text, codes, faults)) {}
    if (codes_read_conditions(a, c->place, c->text, codes, faults)) {}
    for (int i = 0; i < files->n; i++) {
        const struct content_file *f = &files->v[i];
        if (str_starts(f->name, STR("screening/")) &&
            screening_read(a, f->place, f->text, rules, faults))
            continue; /* the faults are kept; the next file may have some too */
    }
    return rules;
}

/* CODE TITLE; `test CODE TITLE`: it stands above. */
static void read_icd10cm(struct arena *a, const struct content_file *f, struct content *out,
                         struct faults *faults) {
    struct lines l = lines_open(a, f->place, f->text, faults);
    struct code_class *v = NEWS(a, struct code_class, f->text.n / 6 + 1);
    for (out->icd10cm = v; lines_next(&l);) {
        bool test = str_is(l.keyword, "test");
        struct str title = l.value, code = test ? word_next(&title) : l.keyword;
        const struct code_class *there = test ? content_condition(out, code) : NULL;
        if (str_is(l.keyword, "source")) continue;
        if (test ? !there || !str_eq(there->title, title) : !codes_icd10_ok(code))
            lines_fault(&l, "code", "%.*s is no code, or not so", STR_ARG(code));
        else if (!test) v[out->icd10cm_n++] = (struct code_class){code, title};
    }
}

const struct code_class *content_condition(const struct content *c, struct str code) {
    return STR_FIND(c->icd10cm, c->icd10cm_n, id, code);
}

void content_workup_read(struct arena *a, const struct content_files *files, struct content *out,
                         struct faults *faults) {
    const struct content_file *f = needed(files, "codes/antidepressants.txt", faults);
    if (f) out->trials = trial_rules_read(a, f->place, f->text, faults);
    f = needed(files, "codes/icd10cm.txt", faults);
    if (f) read_icd10cm(a, f, out, faults);
    f = needed(files, "workup/workup.txt", faults);
    if (!f) return;
    out->workup = workup_read(a, f->place, f->text, out->screening->codes, faults);
    for (int i = 0; i < out->workup->n; i++) {
        const struct workup_item *item = &out->workup->v[i];
        if (item->measure.n && !instrument_find(out->instruments, item->measure))
            fault_add(faults, f->place, "unknown", "%.*s: no instrument is called '%.*s'",
                      STR_ARG(item->id), STR_ARG(item->measure));
    }
}
