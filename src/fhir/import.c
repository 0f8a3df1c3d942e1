#include "fhir/import.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "fhir/demographics.h"
#include "fhir/import_rows.h"

/* Entries ----------------------------------------------------------------------------------- */

static bool type_name(struct str s) {
    if (s.n < 2 || s.n > 40 || s.s[0] < 'A' || s.s[0] > 'Z') return false;
    for (ptrdiff_t i = 1; i < s.n; i++)
        if (!((s.s[i] | 32) >= 'a' && (s.s[i] | 32) <= 'z')) return false;
    return true;
}

static void add_entry(struct import *im, const struct json *resource, struct str full_url) {
    struct datatype_reader *r = &im->r;
    struct str type = datatype_text(r, resource, "resourceType");
    if (!type_name(type)) {
        const struct json *v = json_get(resource, "resourceType");
        json_fault(r->faults, r->doc, v ? v : resource, "structure",
                   "a resource needs a resourceType, as \"Condition\"");
        return;
    }
    im->entries[im->entry_n++] = (struct import_entry){
        .resource = resource, .type = type, .full_url = full_url,
        .id = datatype_text(r, resource, "id")};
}

static void read_entry(struct import *im, const struct json *entry) {
    struct datatype_reader *r = &im->r;
    if (entry->kind != JSON_OBJECT) {
        json_fault(r->faults, r->doc, entry, "type", "%s stands where an object should be",
                   json_kind_words(entry->kind));
        return;
    }
    const struct json *request = datatype_member(r, entry, "request", JSON_OBJECT);
    const struct json *resource = datatype_member(r, entry, "resource", JSON_OBJECT);
    datatype_code(r, request, "method", "POST PUT");
    if (resource) add_entry(im, resource, datatype_text(r, entry, "fullUrl"));
    else if (!json_get(entry, "resource"))
        json_fault(r->faults, r->doc, entry, "required", "this entry has no resource");
}

static void read_bundle(struct import *im, const struct json *bundle) {
    struct datatype_reader *r = &im->r;
    const struct json *list = datatype_member(r, bundle, "entry", JSON_LIST);
    struct str type = datatype_code(r, bundle, "type",
                                    "transaction collection searchset batch document");
    if (!type.s && !json_get(bundle, "type"))
        json_fault(r->faults, r->doc, bundle, "required", "a Bundle needs a type");
    if (list && list->n > IMPORT_ENTRIES_MAX) {
        json_fault(r->faults, r->doc, list, "length", "more than %d entries", IMPORT_ENTRIES_MAX);
        return;
    }
    im->entries = NEWS(r->arena, struct import_entry, list ? list->n : 0);
    for (const struct json *v = list ? list->first : NULL; v; v = v->next) read_entry(im, v);
}

static void read_single(struct import *im, const struct json *patient) {
    struct datatype_reader *r = &im->r;
    const struct json *list = datatype_member(r, patient, "contained", JSON_LIST);
    im->entries = NEWS(r->arena, struct import_entry, (list ? list->n : 0) + 1);
    add_entry(im, patient, STR_ABSENT);
    for (const struct json *v = list ? list->first : NULL; v; v = v->next) {
        if (v->kind == JSON_OBJECT) add_entry(im, v, STR_ABSENT);
        else json_fault(r->faults, r->doc, v, "type", "%s stands where an object should be",
                        json_kind_words(v->kind));
    }
}

static void find_patient(struct import *im) {
    struct datatype_reader *r = &im->r;
    const struct json *root = r->doc->root;
    for (ptrdiff_t i = 0; i < im->entry_n; i++) {
        if (!str_is(im->entries[i].type, "Patient")) continue;
        if (im->patient) {
            json_fault(r->faults, r->doc, im->entries[i].resource, "structure",
                       "a second Patient; a referral is about one");
            return;
        }
        im->patient = &im->entries[i];
    }
    if (!im->patient) json_fault(r->faults, r->doc, root, "required", "there is no Patient");
    else if (json_get(im->patient->resource, "modifierExtension"))
        json_fault(r->faults, r->doc, im->patient->resource, "not-supported",
                   "the Patient carries a modifierExtension, which may change what it means");
}

/* The referrer -------------------------------------------------------------------------------- */

enum { REFERRER_NAMES = 4 }; /* of each kind; a long chart names everyone it ever met */

static void put_referrer(struct import *im, struct buf *b, const char *type) {
    int named = 0;
    for (ptrdiff_t i = 0; i < im->entry_n; i++) {
        const struct import_entry *e = &im->entries[i];
        if (!str_is(e->type, type)) continue;
        const struct json *name = json_get(e->resource, "name");
        struct str text = name && name->kind == JSON_LIST
                              ? datatype_name(&im->r, json_at(name, 0))
                              : datatype_text(&im->r, e->resource, "name");
        text = str_trim(text);
        if (str_ends(text, STR(" -"))) text = str_slice(text, 0, text.n - 2);
        im->in->taken++;
        if (!text.n || named++ >= REFERRER_NAMES) continue;
        if (b->n) buf_z(b, named > 1 ? ", " : "; ");
        buf_put(b, text);
    }
}

static void read_referrer(struct import *im) {
    struct buf b = buf_new(im->r.arena, 64);
    put_referrer(im, &b, "Practitioner");
    put_referrer(im, &b, "Organization");
    if (b.n) im->in->referrer = buf_str(&b);
}

/* What has no place --------------------------------------------------------------------------- */

void import_leave(struct import *im, struct str type, const char *why) {
    struct str what = why ? str_format(im->r.arena, "%.*s %s", STR_ARG(type), why) : type;
    for (int i = 0; i < im->tally_n; i++) {
        if (!str_eq(im->tally[i].what, what)) continue;
        im->tally[i].n++;
        return;
    }
    if (im->tally_n == IMPORT_TALLY_MAX) {
        im->tally[IMPORT_TALLY_MAX - 1].what = STR("other types");
        im->tally[IMPORT_TALLY_MAX - 1].n++;
        return;
    }
    im->tally[im->tally_n++] = (struct import_tally){what, 1};
}

static int by_name(const void *a, const void *b) {
    return str_cmp(((const struct import_tally *)a)->what, ((const struct import_tally *)b)->what);
}

static void write_left_out(struct import *im) {
    struct buf b = buf_new(im->r.arena, 128);
    qsort(im->tally, (size_t)im->tally_n, sizeof *im->tally, by_name);
    for (int i = 0; i < im->tally_n; i++) {
        if (b.n) buf_z(&b, ", ");
        buf_put(&b, im->tally[i].what);
        buf_char(&b, ' ');
        buf_int(&b, im->tally[i].n);
    }
    if (b.n) im->in->left_out = buf_str(&b);
}

static void read_rows(struct import *im) {
    for (ptrdiff_t i = 0; i < im->entry_n; i++) {
        const struct import_entry *e = &im->entries[i];
        if (e == im->patient || str_is(e->type, "Practitioner") || str_is(e->type, "Organization"))
            continue;
        import_row(im, e);
    }
    for (ptrdiff_t i = 0; i < im->entry_n; i++) {
        const struct import_entry *e = &im->entries[i];
        if (!str_is(e->type, "Medication")) continue;
        if (e->used) im->in->taken++;
        else import_leave(im, e->type, NULL);
    }
}

static void read_root(struct import *im, const struct json *root) {
    struct datatype_reader *r = &im->r;
    struct str type = json_text(json_get(root, "resourceType"));
    if (str_is(type, "Bundle")) read_bundle(im, root);
    else if (str_is(type, "Patient")) read_single(im, root);
    else {
        const struct json *at = json_get(root, "resourceType");
        json_fault(r->faults, r->doc, at ? at : root, "structure",
                   "this is %s%.*s; a referral is a FHIR R4 Bundle or Patient",
                   type.s ? "a FHIR " : "no FHIR resource", STR_ARG(str_brief(type, 40)));
    }
}

enum err import_read(struct arena *a, struct str bytes, int64_t now_ms, struct intake *out,
                     struct faults *faults) {
    struct json_doc doc;
    *out = (struct intake){0};
    if (bytes.n > IMPORT_BYTES_MAX) {
        fault_add(faults, STR(""), "length", "a referral of more than %d MiB",
                  IMPORT_BYTES_MAX >> 20);
        return E_TOO_LARGE;
    }
    TRY(json_parse(a, bytes, &doc, faults));
    struct import *im = NEW(a, struct import);
    *im = (struct import){.r = {a, &doc, faults, now_ms}, .in = out};
    read_root(im, doc.root);
    TRY(faults_err(faults));
    find_patient(im);
    TRY(faults_err(faults));
    demographics_read(&im->r, im->patient->resource, clock_today(now_ms), out);
    out->taken = 1;
    import_room(im);
    read_referrer(im);
    read_rows(im);
    write_left_out(im);
    return faults_err(faults);
}
