#include "app/content_rules.h"

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
    if (!m || !c || codes_read_medicines(a, m->place, m->text, codes, faults) ||
        codes_read_conditions(a, c->place, c->text, codes, faults))
        return rules;
    for (int i = 0; i < files->n; i++) {
        const struct content_file *f = &files->v[i];
        if (str_starts(f->name, STR("screening/")) &&
            screening_read(a, f->place, f->text, rules, faults))
            continue; /* the faults are kept; the next file may have some too */
    }
    return rules;
}

void content_workup_read(struct arena *a, const struct content_files *files, struct content *out,
                         struct faults *faults) {
    const struct content_file *f = needed(files, "codes/antidepressants.txt", faults);
    if (f) out->trials = trial_rules_read(a, f->place, f->text, faults);
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
