#include "app/content.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/chart.h"
#include "app/content_rules.h"
#include "base/embed.h"
#include "base/file.h"
#include "base/lines.h"
#include "core/custody.h"
#include "core/discharge.h"
#include "core/dose.h"
#include "core/gate.h"
#include "core/instrument_read.h"
#include "core/wording.h"

static const struct str root = {"content/", 8};

static void put_file(struct content_files *files, struct content_file f) {
    for (int i = 0; i < files->n; i++)
        if (str_eq(files->v[i].name, f.name)) {
            files->v[i] = f;
            return;
        }
    if (files->n < CONTENT_FILES_MAX) files->v[files->n++] = f;
}

struct content_files content_embedded(struct arena *a) {
    struct content_files files = {.v = NEWS(a, struct content_file, CONTENT_FILES_MAX)};
    for (ptrdiff_t i = 0; i < embed_count; i++) {
        const struct embedded *e = embed_at(i);
        if (!str_starts(e->path, root) || !str_ends(e->path, STR(".txt"))) continue;
        struct str name = str_slice(e->path, root.n, e->path.n);
        put_file(&files, (struct content_file){name, e->path, e->bytes});
    }
    return files;
}

static MUST enum err take_file(struct arena *a, struct content_files *files, const char *dir,
                               const char *folder, const char *name, struct str *why) {
    struct content_file f;
    const char *path = str_z(a, str_format(a, "%s/%s/%s", dir, folder, name));
    enum err e = file_read(a, path, CONTENT_FILE_BYTES_MAX, &f.text);
    f.place = str_from(path);
    f.name = str_format(a, "%s/%s", folder, name);
    if (e) *why = str_format(a, "%s: %s", path, err_meaning(e)->text);
    else if (files->n == CONTENT_FILES_MAX)
        *why = str_format(a, "more than %d files", CONTENT_FILES_MAX), e = E_TOO_LARGE;
    else
        put_file(files, f);
    return e;
}

static int is_text(const struct dirent *d) {
    size_t n = strlen(d->d_name);
    return n > 4 && d->d_name[0] != '.' && strcmp(d->d_name + n - 4, ".txt") == 0;
}

static int is_folder(const struct dirent *d) { return d->d_name[0] != '.'; }

static MUST enum err take_folder(struct arena *a, struct content_files *files, const char *dir,
                                 const char *folder, struct str *why) {
    struct dirent **found;
    int n = scandir(str_z(a, str_format(a, "%s/%s", dir, folder)), &found, is_text, alphasort);
    if (n < 0) return errno == ENOTDIR ? E_OK : E_WORLD;
    enum err e = E_OK;
    for (int i = 0; i < n; i++) {
        if (!e) e = take_file(a, files, dir, folder, found[i]->d_name, why);
        free(found[i]);
    }
    free(found);
    return e;
}

/* The *.txt files one folder below `dir`, put over those already in `files`. */
static enum err add_folder(struct arena *a, const char *dir, struct content_files *files,
                           struct str *why) {
    struct dirent **found;
    *why = STR_ABSENT;
    int n = scandir(dir, &found, is_folder, alphasort);
    if (n < 0) {
        *why = str_format(a, "%s: %s", dir, strerror(errno));
        return errno == ENOENT || errno == ENOTDIR ? E_UNKNOWN : E_WORLD;
    }
    enum err e = E_OK;
    for (int i = 0; i < n; i++) {
        if (!e) e = take_folder(a, files, dir, found[i]->d_name, why);
        free(found[i]);
    }
    free(found);
    if (e && !why->s) *why = str_format(a, "%s: cannot be read", dir);
    return e;
}

/* What is read of one kind lies side by side; the count is known beforehand. */
static int count_in(const struct content_files *files, struct str folder) {
    int n = 0;
    for (int i = 0; i < files->n; i++) n += str_starts(files->v[i].name, folder);
    return n;
}

static void read_instruments(struct arena *a, const struct content_files *files,
                             struct content *out, struct faults *faults) {
    struct str folder = STR("instruments/");
    const struct instrument **v =
        NEWS(a, const struct instrument *, count_in(files, folder));
    out->own = (struct instruments){.v = v};
    for (int i = 0; i < files->n; i++) {
        if (!str_starts(files->v[i].name, folder)) continue;
        const struct instrument *in =
            instrument_read(a, files->v[i].place, files->v[i].text, faults);
        if (in) v[out->own.n++] = in;
    }
}

const struct instrument *content_worded(const struct content *c, struct str id,
                                        struct str language) {
    const struct instrument *best = NULL;
    for (int i = 0; i < c->worded.n; i++) {
        const struct instrument *in = c->worded.v[i];
        if (str_eq(in->id, id) && str_eq(in->language, language) &&
            (!best || in->wording > best->wording))
            best = in;
    }
    return best;
}

static const struct instrument *read_wording(struct arena *a, const struct content_file *f,
                                             const struct content *c, struct faults *faults) {
    const struct wording *w = wording_read(a, f->place, f->text, faults);
    const struct instrument *in = w ? instrument_find(c->own, w->id) : NULL;
    if (w && !in)
        fault_add(faults, f->place, "unknown", "there is no instrument '%.*s'", STR_ARG(w->id));
    return in ? wording_bind(a, in, w, f->place, faults) : NULL;
}

/* The clinic's own words of an instrument take the place of ours, in the language of ours; in
 * another they stand beside it. */
static void read_wordings(struct arena *a, const struct content_files *files,
                          struct content *out, struct faults *faults) {
    struct str folder = STR("wordings/");
    const struct instrument **worded = NEWS(a, const struct instrument *, count_in(files, folder));
    const struct instrument **used = NEWS(a, const struct instrument *, out->own.n);
    out->worded.v = worded;
    for (int i = 0; i < files->n; i++) {
        if (!str_starts(files->v[i].name, folder)) continue;
        const struct instrument *in = read_wording(a, &files->v[i], out, faults);
        if (in) worded[out->worded.n++] = in;
    }
    for (int i = 0; i < out->own.n; i++) {
        const struct instrument *own = out->own.v[i];
        used[i] = content_worded(out, own->id, own->language);
        if (!used[i] || used[i]->version != own->version) used[i] = own;
    }
    out->instruments = (struct instruments){used, out->own.n};
}

/* A fault at a line of a file that has been read already. */
static struct str line_of(struct faults *faults, const struct content_file *f, int line) {
    return str_format(faults->arena, "%.*s:%d", STR_ARG(f->place), line);
}

static void check_step(const struct content *c, const struct content_file *f,
                       const struct protocol_step *s, struct faults *faults) {
    struct str rest = s->instruments;
    enum role role;
    if (!role_parse(s->role, &role))
        fault_add(faults, line_of(faults, f, s->line), "unknown", "no role is called '%.*s'",
                  STR_ARG(s->role));
    struct str indication;
    for (struct str id = word_next(&rest); id.s; id = word_next(&rest))
        if (!instrument_find(c->instruments, str_cut(id, '@', &indication)))
            fault_add(faults, line_of(faults, f, s->line), "unknown",
                      "%s %d asks for '%.*s', no instrument here", protocol_type_name(s->type),
                      s->nth, STR_ARG(id));
}

static void check_protocol(const struct content *c, const struct content_file *f,
                           const struct protocol *p, struct faults *faults) {
    struct dose_order order;
    const char *why;
    for (int i = 0; i < p->n; i++) check_step(c, f, &p->steps[i], faults);
    struct str routes = p->routes;
    for (struct str w = word_next(&routes); w.s; w = word_next(&routes))
        if (!dose_drug(w).s)
            fault_add(faults, f->place, "unknown", "no route is called '%.*s'", STR_ARG(w));
    for (int i = 0; i < p->planned_n; i++)
        if (!dose_order_read(p->planned[i].order, &order, &why))
            fault_add(faults, f->place, "syntax", "planned dose '%.*s': %s",
                      STR_ARG(p->planned[i].order), why);
    if (content_protocol(c, p->id))
        fault_add(faults, f->place, "unique", "another file is protocol '%.*s' already",
                  STR_ARG(p->id));
}

static void read_protocols(struct arena *a, const struct content_files *files,
                           struct content *out, struct faults *faults) {
    struct str folder = STR("protocols/");
    struct protocol *v = NEWS(a, struct protocol, count_in(files, folder));
    out->protocols = v;
    for (int i = 0; i < files->n; i++) {
        const struct content_file *f = &files->v[i];
        if (!str_starts(f->name, folder)) continue;
        int before = faults->n + faults->dropped;
        struct protocol p = protocol_read(a, f->place, f->text, faults);
        if (faults->n + faults->dropped > before) continue;
        check_protocol(out, f, &p, faults);
        v[out->protocols_n++] = p;
    }
}

static const struct content_file *file_of(const struct content_files *files, const char *name) {
    for (int i = 0; i < files->n; i++)
        if (str_is(files->v[i].name, name)) return &files->v[i];
    return NULL;
}


static const struct content_file *needed_file(const struct content_files *files, const char *name,
                                              struct faults *faults) {
    const struct content_file *f = file_of(files, name);
    if (!f) fault_add(faults, str_from(name), "required", "there is no such file");
    return f;
}

/* One table of criteria, by its file's name; what computes with it checks that it is whole. */
static const struct criteria *read_criteria(struct arena *a, const struct content_files *files,
                                            const char *name,
                                            void (*check)(const struct criteria *, struct str,
                                                          struct faults *),
                                            struct faults *faults) {
    const struct content_file *f = needed_file(files, name, faults);
    if (!f) return NULL;
    int before = faults->n + faults->dropped;
    const struct criteria *c = criteria_read(a, f->place, f->text, faults);
    if (check && faults->n + faults->dropped == before) check(c, f->place, faults);
    return c;
}

/* Of several files of one document the English is the document, else the first; the others are
 * its translations. Two files of one document in one language are a fault. */
static void sort_consents(const struct consent_doc *v, int n, struct consent_doc *first,
                          struct consent_doc *rest, struct content *out) {
    for (int i = 0; i < n; i++) {
        bool chosen = true;
        for (int k = 0; k < n; k++) {
            if (k == i || !str_eq(v[k].id, v[i].id)) continue;
            bool english = str_is(v[k].language, "en");
            if (english || (k < i && !str_is(v[i].language, "en"))) chosen = false;
        }
        if (chosen) first[out->consents_n++] = v[i];
        else rest[out->translations_n++] = v[i];
    }
    out->consents = first;
    out->translations = rest;
}

static void read_consents(struct arena *a, const struct content_files *files,
                          struct content *out, struct faults *faults) {
    struct str folder = STR("consents/");
    int count = count_in(files, folder), n = 0;
    struct consent_doc *v = NEWS(a, struct consent_doc, count);
    for (int i = 0; i < files->n; i++) {
        const struct content_file *f = &files->v[i];
        if (!str_starts(f->name, folder)) continue;
        v[n] = consent_doc_read(a, f->place, f->text, faults);
        for (int k = 0; k < n; k++)
            if (str_eq(v[k].id, v[n].id) && str_eq(v[k].language, v[n].language))
                fault_add(faults, f->place, "unique", "another file is '%.*s' in '%.*s' already",
                          STR_ARG(v[n].id), STR_ARG(v[n].language));
        n++;
    }
    sort_consents(v, n, NEWS(a, struct consent_doc, count), NEWS(a, struct consent_doc, count),
                  out);
}

static void read_pages(struct arena *a, const struct content_files *files, struct content *out,
                       struct faults *faults) {
    struct str folder = STR("education/");
    const struct page **v = NEWS(a, const struct page *, count_in(files, folder));
    out->pages = v;
    for (int i = 0; i < files->n; i++)
        if (str_starts(files->v[i].name, folder))
            v[out->pages_n++] = page_read(a, files->v[i].place, files->v[i].text, faults);
}

static const struct session_rules *read_session(struct arena *a,
                                                const struct content_files *files,
                                                struct faults *faults) {
    const struct content_file *f = needed_file(files, "monitoring/session.txt", faults);
    return f ? vitals_read(a, f->place, f->text, faults) : NULL;
}

/* What stands in the chart is a row of vitals.def. */
static const struct monitors *read_monitors(struct arena *a, const struct content_files *files,
                                            struct faults *faults) {
    const struct content_file *f = needed_file(files, "codes/monitors.txt", faults);
    if (!f) return NULL;
    const struct monitors *m = monitor_read(a, f->place, f->text, faults);
    for (int i = 0; i < m->signs_n; i++) {
        bool known = !m->signs[i].vital.s;
        for (int k = 0; k < VITAL_COUNT; k++)
            known |= str_is(m->signs[i].vital, vital_meanings[k].name);
        if (!known)
            fault_add(faults, f->place, "unknown", "sign %.*s: no vital sign is called '%.*s'",
                      STR_ARG(m->signs[i].id), STR_ARG(m->signs[i].vital));
    }
    return m;
}

/* A scale that a session asks for is an instrument here. */
static void check_scales(const struct content *c, struct faults *faults) {
    for (int i = 0; c->session && i < c->session->scales_n; i++)
        if (!instrument_find(c->instruments, c->session->scales[i].signs))
            fault_add(faults, STR("monitoring/session.txt"), "unknown",
                      "a scale asks for '%.*s', no instrument here",
                      STR_ARG(c->session->scales[i].signs));
}

static const struct alarms_rules *read_alarms(struct arena *a, const struct content_files *files,
                                              struct faults *faults) {
    const struct content_file *f = needed_file(files, "monitoring/alarms.txt", faults);
    return f ? alarms_read(a, f->place, f->text, faults) : NULL;
}

/* What may be missing for so long is a sign of the session, or one of what Cairn looks for. */
static void check_waits(const struct content *c, struct faults *faults) {
    for (int i = 0; c->session && c->alarms && i < c->alarms->waits_n; i++) {
        struct str kind = c->alarms->waits[i].kind;
        if (!word_among(STR("checkpoint presence signal"), kind) &&
            !vitals_sign(c->session, kind))
            fault_add(faults, STR("monitoring/alarms.txt"), "unknown",
                      "a wait speaks of '%.*s', no sign of monitoring/session.txt", STR_ARG(kind));
    }
}

static const struct adverse_rules *read_adverse(struct arena *a,
                                                const struct content_files *files,
                                                struct faults *faults) {
    const struct content_file *f = needed_file(files, "safety/adverse-events.txt", faults);
    return f ? adverse_read(a, f->place, f->text, faults) : NULL;
}

static const struct risk_rules *read_risk(struct arena *a, const struct content_files *files,
                                          struct faults *faults) {
    struct risk_reader *r = risk_reader_new(a, faults);
    enum role role;
    for (int i = 0; i < files->n; i++)
        if (str_starts(files->v[i].name, STR("risk/")))
            risk_read(r, files->v[i].place, files->v[i].text);
    const struct risk_rules *rules = risk_reader_end(r);
    for (int i = 0; i < rules->chain_n; i++)
        if (!role_parse(rules->chain[i], &role))
            fault_add(faults, STR("risk/"), "unknown", "no role is called '%.*s'",
                      STR_ARG(rules->chain[i]));
    return rules;
}

/* A model that reads well is also made to reproduce its own tests. */
static void read_models(struct arena *a, const struct content_files *files,
                        struct content *out, struct faults *faults) {
    struct str folder = STR("pk/");
    out->models = NEWS(a, const struct pk_model *, count_in(files, folder));
    for (int i = 0; i < files->n; i++) {
        const struct content_file *f = &files->v[i];
        const struct pk_model *m;
        if (!str_starts(f->name, folder)) continue;
        int before = faults->n + faults->dropped;
        bool bad = pk_model_parse(a, f->place, f->text, faults, &m) &&
                   faults->n + faults->dropped > before;
        if (bad || (pk_model_check(*a, m, faults) && faults->n + faults->dropped > before))
            continue;
        if (content_pk_model(out, m->name))
            fault_add(faults, f->place, "unique", "another file is model '%.*s' already",
                      STR_ARG(m->name));
        out->models[out->models_n++] = m;
    }
    if (!faults->n && !content_pk_model(out, STR("kap1")))
        fault_add(faults, folder, "required", "no file is `model kap1`, which pages compute by");
}

enum err content_read(struct arena *a, const struct content_files *files, struct content *out,
                      struct faults *faults) {
    *out = (struct content){0};
    read_instruments(a, files, out, faults);
    read_wordings(a, files, out, faults);
    read_protocols(a, files, out, faults);
    out->gate = read_criteria(a, files, "monitoring/gate.txt", gate_check, faults);
    out->guardrails =
        read_criteria(a, files, "monitoring/guardrails.txt", dose_check, faults);
    out->discharge =
        read_criteria(a, files, "monitoring/discharge.txt", discharge_check, faults);
    out->room = read_criteria(a, files, "monitoring/room.txt", NULL, faults);
    out->custody = read_criteria(a, files, "monitoring/custody.txt", custody_check, faults);
    read_consents(a, files, out, faults);
    read_pages(a, files, out, faults);
    out->session = read_session(a, files, faults);
    out->monitors = read_monitors(a, files, faults);
    check_scales(out, faults);
    const struct content_file *cards = needed_file(files, "emergency/cards.txt", faults);
    if (cards) out->cards = cards_read(a, cards->place, cards->text, faults);
    out->alarms = read_alarms(a, files, faults);
    check_waits(out, faults);
    out->adverse = read_adverse(a, files, faults);
    out->risk = read_risk(a, files, faults);
    out->screening = content_rules_read(a, files, faults);
    content_workup_read(a, files, out, faults);
    const struct content_file *rems = needed_file(files, "rems/monitoring.txt", faults);
    if (rems)
        out->rems = rems_read(a, rems->place, rems->text, out->screening->codes, faults);
    read_models(a, files, out, faults);
    return faults_err(faults);
}

enum err content_boot(struct arena *a, const char *dir, struct content *out) {
    struct faults faults = {.arena = a};
    struct content_files files = content_embedded(a);
    struct str why;
    enum err e = dir ? add_folder(a, dir, &files, &why) : E_OK;
    if (e) {
        fprintf(stderr, "cairn: %.*s\n", STR_ARG(why));
        return e;
    }
    e = content_read(a, &files, out, &faults);
    for (int i = 0; i < faults.n; i++)
        fprintf(stderr, "%.*s: %.*s\n", STR_ARG(faults.v[i].field), STR_ARG(faults.v[i].message));
    if (faults.dropped) fprintf(stderr, "and %d more\n", faults.dropped);
    return e;
}

const struct protocol *content_protocol(const struct content *c, struct str id) {
    return STR_FIND(c->protocols, c->protocols_n, id, id);
}

const struct consent_doc *content_consent(const struct content *c, struct str id) {
    return STR_FIND(c->consents, c->consents_n, id, id);
}

const struct consent_doc *content_consent_in(const struct content *c, struct str id,
                                             struct str language) {
    const struct consent_doc *first = content_consent(c, id);
    if (!first || str_eq(first->language, language)) return first;
    for (int i = 0; i < c->translations_n; i++) {
        const struct consent_doc *d = &c->translations[i];
        if (str_eq(d->id, id) && str_eq(d->language, language) && d->version == first->version)
            return d;
    }
    return NULL;
}

const struct page *content_page(const struct content *c, struct str id) {
    for (int i = 0; i < c->pages_n; i++)
        if (str_eq(c->pages[i]->id, id)) return c->pages[i];
    return NULL;
}

const struct pk_model *content_pk_model(const struct content *c, struct str name) {
    for (int i = 0; i < c->models_n; i++)
        if (str_eq(c->models[i]->name, name)) return c->models[i];
    return NULL;
}
