#include "fhir/import_rows.h"

#include "base/buf.h"
#include "fhir/import.h"

/* References ---------------------------------------------------------------------------------- */

/* "urn:uuid:..." and absolute addresses by fullUrl; "Type/id" by type and id; "#id" among
 * what the single Patient contains. */
static bool leads_to(struct str reference, const struct import_entry *e) {
    struct str id, type = str_cut(reference, '/', &id);
    if (e->full_url.s && str_eq(e->full_url, reference)) return true;
    if (!e->id.s) return false;
    if (id.s && str_eq(e->type, type) && str_eq(e->id, id)) return true;
    return reference.n && reference.s[0] == '#' &&
           str_eq(e->id, str_slice(reference, 1, reference.n));
}

static struct import_entry *entry_of(struct import *im, struct str reference) {
    for (ptrdiff_t i = 0; i < im->entry_n; i++)
        if (leads_to(reference, &im->entries[i])) return &im->entries[i];
    return NULL; /* it leads nowhere in this file */
}

static const struct json *contained_of(const struct json *resource, struct str reference) {
    const struct json *list = json_get(resource, "contained");
    if (!list || list->kind != JSON_LIST || !reference.n || reference.s[0] != '#') return NULL;
    for (const struct json *v = list->first; v; v = v->next)
        if (str_eq(json_text(json_get(v, "id")), str_slice(reference, 1, reference.n))) return v;
    return NULL;
}

/* The row is the patient's own; a referral that mixes two people is refused. */
static void check_subject(struct import *im, const struct json *resource, const char *name) {
    struct datatype_reader *r = &im->r;
    const struct json *subject = datatype_member(r, resource, name, JSON_OBJECT);
    struct str reference = datatype_text(r, subject, "reference");
    if (!reference.s || str_is(reference, "#")) return;
    if (leads_to(reference, im->patient)) return;
    struct str id = im->patient->id;
    struct str tail = str_format(r->arena, "/Patient/%.*s", STR_ARG(id));
    if (id.s && str_ends(reference, tail)) return;
    json_fault(r->faults, r->doc, subject, "reference",
               "\"%.*s\" leads to somebody other than this referral's patient",
               STR_ARG(str_brief(reference, 80)));
}

static struct str fits(struct import *im, const struct json *at, struct str text) {
    if (str_utf8_length(text) <= IMPORT_TEXT_MAX) return text;
    json_fault(im->r.faults, im->r.doc, at, "length", "a text of more than %d characters",
               IMPORT_TEXT_MAX);
    return str_slice(text, 0, 1);
}

/* A code that must be there and say something. */
static struct datatype_coding needed(struct import *im, const struct json *resource,
                                     const char *name, const char *preferred) {
    const struct json *concept = datatype_member(&im->r, resource, name, JSON_OBJECT);
    struct datatype_coding c = datatype_concept(&im->r, concept, preferred);
    if (!c.text.s)
        json_fault(im->r.faults, im->r.doc, concept ? concept : resource, "required",
                   "%s says neither code nor text", name);
    c.text = fits(im, concept, c.text);
    return c;
}

static bool verified(struct import *im, const struct import_entry *e) {
    struct str status = datatype_status(
        &im->r, e->resource, "verificationStatus",
        "unconfirmed provisional differential confirmed refuted entered-in-error");
    if (str_is(status, "refuted")) import_leave(im, e->type, "refuted");
    else if (str_is(status, "entered-in-error")) import_leave(im, e->type, "entered in error");
    else return true;
    return false;
}

/* Conditions ---------------------------------------------------------------------------------- */

static void take_condition(struct import *im, const struct import_entry *e) {
    struct datatype_reader *r = &im->r;
    if (!verified(im, e)) return;
    check_subject(im, e->resource, "subject");
    struct datatype_coding c = needed(im, e->resource, "code", "snomed icd10cm icd10");
    struct str status = datatype_status(r, e->resource, "clinicalStatus",
                                        "active recurrence relapse inactive remission resolved");
    struct datatype_when onset = datatype_when(r, e->resource, "onsetDateTime");
    struct datatype_when end = datatype_when(r, e->resource, "abatementDateTime");
    bool past = str_is(status, "inactive") || str_is(status, "remission") ||
                str_is(status, "resolved") || (!status.s && end.is);
    if (onset.is && !onset.date.s) /* a year or month is no day: it is said in words */
        c.text = str_format(r->arena, "%.*s (since %.*s)", STR_ARG(c.text),
                            STR_ARG(onset.as_given));
    im->in->conditions[im->in->condition_n++] = (struct intake_condition){
        .code_system = c.code.s ? c.system : STR_ABSENT, .code = c.code, .display = c.text,
        .status = past ? STR("history") : STR("active"), .onset_date = onset.date};
    im->in->taken++;
}

/* Medicines ----------------------------------------------------------------------------------- */

static const char medicine_systems[] = "rxnorm ndc snomed";

static struct datatype_coding medicine_of(struct import *im, const struct json *resource) {
    struct datatype_reader *r = &im->r;
    const struct json *pointer = datatype_member(r, resource, "medicationReference", JSON_OBJECT);
    if (!pointer) return needed(im, resource, "medicationCodeableConcept", medicine_systems);
    struct str reference = datatype_text(r, pointer, "reference");
    const struct json *medication = contained_of(resource, reference);
    struct import_entry *found = medication ? NULL : entry_of(im, reference);
    if (found && str_is(found->type, "Medication")) {
        found->used = true;
        medication = found->resource;
    }
    if (medication) return needed(im, medication, "code", medicine_systems);
    struct datatype_coding c = {.text = datatype_text(r, pointer, "display")};
    if (!c.text.s)
        json_fault(r->faults, r->doc, pointer, "reference",
                   "\"%.*s\" leads to no medicine in this file",
                   STR_ARG(str_brief(reference, 80)));
    return c;
}

static void take_medicine(struct import *im, const struct import_entry *e, bool stopped,
                          const char *dosage, struct datatype_when start) {
    struct datatype_reader *r = &im->r;
    check_subject(im, e->resource, "subject");
    struct datatype_coding c = medicine_of(im, e->resource);
    const struct json *list = datatype_member(r, e->resource, dosage, JSON_LIST);
    im->in->medications[im->in->medication_n++] = (struct intake_medication){
        .code_system = c.code.s ? c.system : STR_ABSENT, .code = c.code, .display = c.text,
        .dosage = fits(im, list, datatype_dosage(r, list)),
        .status = stopped ? STR("stopped") : STR("active"), .start_date = start.date};
    im->in->taken++;
}

static void take_request(struct import *im, const struct import_entry *e) {
    struct datatype_reader *r = &im->r;
    struct str status = datatype_code(
        r, e->resource, "status",
        "active on-hold cancelled completed entered-in-error stopped draft unknown");
    struct str intent = datatype_code(r, e->resource, "intent",
                                      "proposal plan order original-order reflex-order "
                                      "filler-order instance-order option");
    bool stopped = str_is(status, "cancelled") || str_is(status, "completed") ||
                   str_is(status, "stopped");
    if (str_is(status, "entered-in-error")) import_leave(im, e->type, "entered in error");
    else if (str_is(status, "draft") || str_is(intent, "proposal") || str_is(intent, "plan") ||
             str_is(intent, "option"))
        import_leave(im, e->type, "only planned");
    else
        take_medicine(im, e, stopped, "dosageInstruction",
                      datatype_when(r, e->resource, "authoredOn"));
}

static void take_statement(struct import *im, const struct import_entry *e) {
    struct datatype_reader *r = &im->r;
    struct str status = datatype_code(
        r, e->resource, "status",
        "active completed entered-in-error intended stopped on-hold unknown not-taken");
    bool stopped = str_is(status, "completed") || str_is(status, "stopped") ||
                   str_is(status, "not-taken");
    const struct json *period = datatype_member(r, e->resource, "effectivePeriod", JSON_OBJECT);
    struct datatype_when start = period ? datatype_when(r, period, "start")
                                        : datatype_when(r, e->resource, "effectiveDateTime");
    if (str_is(status, "entered-in-error")) import_leave(im, e->type, "entered in error");
    else if (str_is(status, "intended")) import_leave(im, e->type, "only planned");
    else take_medicine(im, e, stopped, "dosage", start);
}

/* Allergies ----------------------------------------------------------------------------------- */

static void take_allergy(struct import *im, const struct import_entry *e) {
    struct datatype_reader *r = &im->r;
    if (!verified(im, e)) return;
    check_subject(im, e->resource, "patient");
    struct datatype_coding c = needed(im, e->resource, "code", "rxnorm snomed");
    struct str status = datatype_status(r, e->resource, "clinicalStatus",
                                        "active inactive resolved");
    struct str criticality = datatype_code(r, e->resource, "criticality",
                                           "low high unable-to-assess");
    bool past = str_is(status, "inactive") || str_is(status, "resolved");
    im->in->allergies[im->in->allergy_n++] = (struct intake_allergy){
        .code_system = c.code.s ? c.system : STR_ABSENT, .code = c.code, .display = c.text,
        .criticality = str_is(criticality, "unable-to-assess") ? STR_ABSENT : criticality,
        .status = past ? STR("resolved") : STR("active")};
    im->in->taken++;
}

/* Observations -------------------------------------------------------------------------------- */

static struct datatype_when effective(struct datatype_reader *r, const struct json *o) {
    if (json_get(o, "effectiveDateTime")) return datatype_when(r, o, "effectiveDateTime");
    if (json_get(o, "effectiveInstant")) return datatype_when(r, o, "effectiveInstant");
    const struct json *period = datatype_member(r, o, "effectivePeriod", JSON_OBJECT);
    if (period) return datatype_when(r, period, "start");
    return datatype_when(r, o, "issued");
}

/* The value of an Observation or of a component: false where it has none that we hold. */
static bool value_of(struct datatype_reader *r, const struct json *o,
                     struct intake_observation *out) {
    const struct json *v;
    bool truth;
    if ((v = datatype_member(r, o, "valueQuantity", JSON_OBJECT))) {
        struct datatype_quantity q = datatype_quantity(r, v);
        out->is_number = q.is_number;
        out->value = q.value;
        out->value_text = q.text;
        out->unit = q.unit;
    } else if ((v = datatype_member(r, o, "valueInteger", JSON_NUMBER))) {
        out->is_number = json_real(v, &out->value);
        out->value_text = v->text;
    } else if ((v = datatype_member(r, o, "valueCodeableConcept", JSON_OBJECT))) {
        out->value_text = datatype_concept(r, v, "loinc snomed").text;
    } else if (json_get(o, "valueString")) {
        out->value_text = datatype_text(r, o, "valueString");
    } else if ((v = json_get(o, "valueBoolean")) && json_truth(v, &truth)) {
        out->value_text = truth ? STR("yes") : STR("no");
    }
    return out->value_text.s != NULL;
}

/* 1: a row; 0: no value; -1: no LOINC code. */
static int take_value(struct import *im, const struct json *o, int64_t at_ms) {
    struct datatype_reader *r = &im->r;
    struct intake_observation row = {.field = STR("value"), .at_ms = at_ms};
    struct datatype_coding c = needed(im, o, "code", "loinc");
    if (!value_of(r, o, &row)) return 0;
    if (!str_is(c.system, "loinc")) return -1;
    row.code = c.code;
    row.display = c.text;
    row.value_text = fits(im, o, row.value_text);
    intake_metric(r->arena, &row);
    struct faults ours = {.arena = r->arena};
    intake_check_observation(&row, &ours);
    if (ours.n)
        json_fault(r->faults, r->doc, o, "range", "%.*s", STR_ARG(ours.v[0].message));
    im->in->observations[im->in->observation_n++] = row;
    return 1;
}

static void take_observation(struct import *im, const struct import_entry *e) {
    struct datatype_reader *r = &im->r;
    struct str status = datatype_code(r, e->resource, "status",
                                      "registered preliminary final amended corrected cancelled "
                                      "entered-in-error unknown");
    if (str_is(status, "entered-in-error") || str_is(status, "cancelled")) {
        import_leave(im, e->type, "entered in error");
        return;
    }
    check_subject(im, e->resource, "subject");
    struct datatype_when when = effective(r, e->resource);
    const struct json *parts = datatype_member(r, e->resource, "component", JSON_LIST);
    int rows = 0, uncoded = 0;
    if (!when.is) {
        import_leave(im, e->type, "without a time");
        return;
    }
    int whole = take_value(im, e->resource, when.at_ms);
    rows += whole > 0, uncoded += whole < 0;
    for (const struct json *v = parts ? parts->first : NULL; v; v = v->next) {
        int part = take_value(im, v, when.at_ms);
        rows += part > 0, uncoded += part < 0;
    }
    if (rows) im->in->taken++;
    else import_leave(im, e->type, uncoded ? "without a LOINC code" : "without a value");
}

/* The referral itself -------------------------------------------------------------------------- */

static void take_service(struct import *im, const struct import_entry *e) {
    struct datatype_reader *r = &im->r;
    if (im->in->reason.s) {
        import_leave(im, e->type, NULL);
        return;
    }
    check_subject(im, e->resource, "subject");
    const struct json *reasons = datatype_member(r, e->resource, "reasonCode", JSON_LIST);
    struct datatype_coding why = datatype_concept(r, json_at(reasons, 0), "snomed icd10cm");
    if (!why.text.s)
        why = datatype_concept(r, datatype_member(r, e->resource, "code", JSON_OBJECT), "snomed");
    im->in->reason = fits(im, e->resource, why.text);
    if (im->in->reason.s) im->in->taken++;
    else import_leave(im, e->type, "without a reason");
}

/* Which type becomes what ----------------------------------------------------------------- */

static const struct {
    const char *type;
    void (*take)(struct import *im, const struct import_entry *e);
} takers[] = {
    {"Condition", take_condition},         {"MedicationRequest", take_request},
    {"MedicationStatement", take_statement}, {"AllergyIntolerance", take_allergy},
    {"Observation", take_observation},     {"ServiceRequest", take_service},
};

enum { TAKERS = sizeof takers / sizeof *takers };

void import_row(struct import *im, const struct import_entry *e) {
    for (int i = 0; i < TAKERS; i++) {
        if (!str_is(e->type, takers[i].type)) continue;
        if (json_get(e->resource, "modifierExtension"))
            import_leave(im, e->type, "with a modifier");
        else
            takers[i].take(im, e);
        return;
    }
    if (!str_is(e->type, "Medication")) import_leave(im, e->type, NULL);
}

void import_room(struct import *im) {
    ptrdiff_t values = 0;
    struct arena *a = im->r.arena;
    for (ptrdiff_t i = 0; i < im->entry_n; i++) {
        const struct json *parts = json_get(im->entries[i].resource, "component");
        values += 1 + (parts && parts->kind == JSON_LIST ? parts->n : 0);
    }
    im->in->conditions = NEWS(a, struct intake_condition, im->entry_n);
    im->in->medications = NEWS(a, struct intake_medication, im->entry_n);
    im->in->allergies = NEWS(a, struct intake_allergy, im->entry_n);
    im->in->observations = NEWS(a, struct intake_observation, values);
}
