#include "fhir/datatype.h"

#include "base/buf.h"
#include "base/clock.h"

enum { YEAR_FIRST = 1800 };

const struct json *datatype_member(struct datatype_reader *r, const struct json *object,
                                   const char *name, enum json_kind kind) {
    const struct json *v = json_get(object, name);
    if (!v || v->kind == kind) return v;
    json_fault(r->faults, r->doc, v, "type", "%s stands where %s should be",
               json_kind_words(v->kind), json_kind_words(kind));
    return NULL;
}

struct str datatype_text(struct datatype_reader *r, const struct json *object, const char *name) {
    const struct json *v = datatype_member(r, object, name, JSON_TEXT);
    struct str text = str_trim(json_text(v));
    if (v && text.n == 0) {
        json_fault(r->faults, r->doc, v, "required", "the text is empty");
        return STR_ABSENT;
    }
    return text;
}

static bool among(struct str word, const char *words) {
    struct str rest = str_from(words);
    while (rest.s)
        if (str_eq(str_cut(rest, ' ', &rest), word)) return true;
    return false;
}

struct str datatype_code(struct datatype_reader *r, const struct json *object, const char *name,
                         const char *allowed) {
    struct str code = datatype_text(r, object, name);
    if (!code.s || among(code, allowed)) return code;
    json_fault(r->faults, r->doc, json_get(object, name), "unknown",
               "\"%.*s\" is none of: %s", STR_ARG(str_brief(code, 40)), allowed);
    return STR_ABSENT;
}

/* Codes ----------------------------------------------------------------------------------- */

static struct str short_system(struct str uri) {
    static const struct {
        const char *uri, *word;
    } systems[] = {
        {"http://snomed.info/sct", "snomed"},
        {"http://hl7.org/fhir/sid/icd-10-cm", "icd10cm"},
        {"http://hl7.org/fhir/sid/icd-10", "icd10"},
        {"urn:oid:2.16.840.1.113883.6.90", "icd10cm"},
        {"http://loinc.org", "loinc"},
        {"http://www.nlm.nih.gov/research/umls/rxnorm", "rxnorm"},
        {"http://hl7.org/fhir/sid/ndc", "ndc"},
    };
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
        if (str_is(uri, systems[i].uri)) return str_from(systems[i].word);
    return uri;
}

static struct datatype_coding coding_of(struct datatype_reader *r, const struct json *coding) {
    struct datatype_coding c = {.system = short_system(datatype_text(r, coding, "system")),
                                .code = datatype_text(r, coding, "code"),
                                .display = datatype_text(r, coding, "display")};
    return c;
}

/* How early `system` stands among the preferred; past them all where it does not. */
static int rank_of(struct str system, const char *preferred) {
    struct str rest = str_from(preferred);
    int rank = 0;
    for (; rest.s; rank++)
        if (str_eq(str_cut(rest, ' ', &rest), system)) return rank;
    return rank;
}

struct datatype_coding datatype_concept(struct datatype_reader *r, const struct json *concept,
                                        const char *preferred) {
    struct datatype_coding best = {0};
    int best_rank = -1;
    const struct json *list = datatype_member(r, concept, "coding", JSON_LIST);
    for (const struct json *v = list ? list->first : NULL; v; v = v->next) {
        struct datatype_coding c = coding_of(r, v);
        int rank = c.code.s ? rank_of(c.system, preferred) : 1000;
        if (best_rank >= 0 && rank >= best_rank) continue;
        best = c;
        best_rank = rank;
    }
    best.text = datatype_text(r, concept, "text");
    if (!best.text.s) best.text = best.display;
    if (!best.text.s) best.text = best.code;
    return best;
}

struct str datatype_status(struct datatype_reader *r, const struct json *object, const char *name,
                           const char *allowed) {
    const struct json *concept = datatype_member(r, object, name, JSON_OBJECT);
    const struct json *list = datatype_member(r, concept, "coding", JSON_LIST);
    return datatype_code(r, json_at(list, 0), "code", allowed);
}

/* Times ------------------------------------------------------------------------------------ */

static bool partial_date(struct arena *a, struct str text, int64_t *at_ms) {
    int32_t days;
    const char *rest = text.n == 4 ? "-01-01" : text.n == 7 ? "-01" : NULL;
    if (!rest || !date_parse(str_format(a, "%.*s%s", STR_ARG(text), rest), &days)) return false;
    *at_ms = clock_instant(days, 0, 0);
    return true;
}

struct datatype_when datatype_when(struct datatype_reader *r, const struct json *object,
                                   const char *name) {
    struct datatype_when w = {.as_given = datatype_text(r, object, name)};
    if (!w.as_given.s) return w;
    const struct json *v = json_get(object, name);
    if (clock_parse_rfc3339(w.as_given, &w.at_ms)) {
        w.date = str_slice(w.as_given, 0, 10);
    } else if (!partial_date(r->arena, w.as_given, &w.at_ms)) {
        json_fault(r->faults, r->doc, v, "date",
                   "\"%.*s\" is no date or time from %d on; 2024-03-01 or 2024-03-01T09:30:00Z is",
                   STR_ARG(str_brief(w.as_given, 40)), YEAR_FIRST);
        return w;
    }
    if (w.at_ms > r->now_ms + DAY_MS) { /* a day: a sender's zone may be ahead of ours */
        json_fault(r->faults, r->doc, v, "range", "%.*s lies in the future",
                   STR_ARG(str_brief(w.as_given, 40)));
        return w;
    }
    w.is = true;
    return w;
}

/* Quantities ------------------------------------------------------------------------------- */

static struct str unit_of(struct datatype_reader *r, const struct json *quantity) {
    struct str system = datatype_text(r, quantity, "system");
    struct str code = datatype_text(r, quantity, "code");
    struct str unit = datatype_text(r, quantity, "unit");
    return code.s && (!unit.s || str_is(system, "http://unitsofmeasure.org")) ? code : unit;
}

struct datatype_quantity datatype_quantity(struct datatype_reader *r, const struct json *quantity) {
    struct datatype_quantity q = {0};
    const struct json *value = datatype_member(r, quantity, "value", JSON_NUMBER);
    struct str comparator = datatype_code(r, quantity, "comparator", "< <= >= >");
    q.unit = unit_of(r, quantity);
    if (!value) return q;
    if (!json_real(value, &q.value)) {
        json_fault(r->faults, r->doc, value, "range", "%.*s is past every number we hold",
                   STR_ARG(value->text));
        return q;
    }
    q.is = true;
    q.is_number = !comparator.s; /* "<5" is not 5 */
    q.text = comparator.s ? str_format(r->arena, "%.*s%.*s", STR_ARG(comparator),
                                       STR_ARG(value->text))
                          : value->text;
    return q;
}

/* Names, addresses, dosages ------------------------------------------------------------------ */

static void put_apart(struct buf *b, const char *apart, struct str text) {
    if (!text.n) return;
    if (b->n) buf_z(b, apart);
    buf_put(b, text);
}

static void put_list(struct datatype_reader *r, struct buf *b, const char *apart,
                     const struct json *list) {
    for (const struct json *v = list ? list->first : NULL; v; v = v->next) {
        if (v->kind == JSON_TEXT) put_apart(b, apart, str_trim(v->text));
        else if (v->kind != JSON_NULL)
            json_fault(r->faults, r->doc, v, "type", "%s stands where a text should be",
                       json_kind_words(v->kind));
    }
}

static struct str joined(const struct buf *b) { return b->n ? buf_str(b) : STR_ABSENT; }

struct str datatype_words(struct datatype_reader *r, const struct json *list) {
    struct buf b = buf_new(r->arena, 32);
    put_list(r, &b, " ", list);
    return joined(&b);
}

struct str datatype_name(struct datatype_reader *r, const struct json *name) {
    struct str text = datatype_text(r, name, "text");
    if (text.s) return text;
    struct buf b = buf_new(r->arena, 64);
    put_list(r, &b, " ", datatype_member(r, name, "given", JSON_LIST));
    put_apart(&b, " ", datatype_text(r, name, "family"));
    return joined(&b);
}

struct str datatype_address(struct datatype_reader *r, const struct json *address) {
    struct str text = datatype_text(r, address, "text");
    if (text.s) return text;
    struct buf b = buf_new(r->arena, 96);
    put_list(r, &b, ", ", datatype_member(r, address, "line", JSON_LIST));
    put_apart(&b, ", ", datatype_text(r, address, "city"));
    put_apart(&b, ", ", datatype_text(r, address, "state"));
    put_apart(&b, " ", datatype_text(r, address, "postalCode"));
    put_apart(&b, ", ", datatype_text(r, address, "country"));
    return joined(&b);
}

static void put_dose(struct datatype_reader *r, struct buf *b, const struct json *dosage) {
    const struct json *list = datatype_member(r, dosage, "doseAndRate", JSON_LIST);
    const struct json *quantity = json_get(json_at(list, 0), "doseQuantity");
    struct datatype_quantity q = datatype_quantity(r, quantity);
    put_apart(b, " ", q.text);
    if (q.is) put_apart(b, " ", q.unit);
}

static void put_timing(struct datatype_reader *r, struct buf *b, const struct json *dosage) {
    const struct json *timing = datatype_member(r, dosage, "timing", JSON_OBJECT);
    const struct json *repeat = datatype_member(r, timing, "repeat", JSON_OBJECT);
    const struct json *frequency = datatype_member(r, repeat, "frequency", JSON_NUMBER);
    const struct json *period = datatype_member(r, repeat, "period", JSON_NUMBER);
    struct str unit = datatype_code(r, repeat, "periodUnit", "s min h d wk mo a");
    if (!frequency || !period || !unit.s) return;
    struct str times = frequency->text;
    put_apart(b, ", ", str_is(times, "1") ? STR("once") : str_format(r->arena, "%.*s times",
                                                                     STR_ARG(times)));
    buf_format(b, " every %.*s %.*s", STR_ARG(period->text), STR_ARG(unit));
}

struct str datatype_dosage(struct datatype_reader *r, const struct json *list) {
    const struct json *dosage = json_at(list, 0);
    struct str text = datatype_text(r, dosage, "text");
    bool as_needed;
    if (text.s) return text;
    struct buf b = buf_new(r->arena, 64);
    put_dose(r, &b, dosage);
    put_timing(r, &b, dosage);
    if (json_truth(json_get(dosage, "asNeededBoolean"), &as_needed) && as_needed)
        put_apart(&b, ", ", STR("as needed"));
    return joined(&b);
}
