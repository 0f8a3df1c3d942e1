#include "fhir/demographics.h"

#include <string.h>

#include "base/buf.h"

static const char name_uses[] = "usual official temp nickname anonymous old maiden";

/* The element of `list` whose `use` stands earliest in `wanted`; NULL: none does. */
static const struct json *of_use(struct datatype_reader *r, const struct json *list,
                                 const char *wanted, const char *allowed) {
    struct str rest = str_from(wanted);
    while (rest.s) {
        struct str use = str_cut(rest, ' ', &rest);
        for (const struct json *v = list ? list->first : NULL; v; v = v->next) {
            struct str has = datatype_code(r, v, "use", allowed);
            if (str_eq(has, use) || (!has.s && str_is(use, "none"))) return v;
        }
    }
    return NULL;
}

/* A name given as one text: its last word is the family name. */
static void split_name(struct intake *out, struct str text) {
    ptrdiff_t cut = text.n;
    while (cut > 0 && text.s[cut - 1] != ' ') cut--;
    out->family_name = str_slice(text, cut, text.n);
    out->given_name = str_trim(str_slice(text, 0, cut));
}

static void read_names(struct datatype_reader *r, const struct json *patient, struct intake *out) {
    const struct json *list = datatype_member(r, patient, "name", JSON_LIST);
    const struct json *name = of_use(r, list, "official usual none temp", name_uses);
    const struct json *nickname = of_use(r, list, "nickname", name_uses);
    out->family_name = datatype_text(r, name, "family");
    if (!out->family_name.s) {
        split_name(out, datatype_text(r, name, "text"));
    } else {
        out->given_name = datatype_words(r, datatype_member(r, name, "given", JSON_LIST));
    }
    if (!out->given_name.s) out->given_name = STR(""); /* some people have one name */
    const struct json *called = json_at(datatype_member(r, nickname, "given", JSON_LIST), 0);
    out->preferred_name = called ? str_trim(json_text(called)) : datatype_text(r, nickname, "text");
}

static struct str contact(struct datatype_reader *r, const struct json *list, const char *system,
                          const char *uses) {
    struct str rest = str_from(uses);
    while (rest.s) {
        struct str use = str_cut(rest, ' ', &rest);
        for (const struct json *v = list ? list->first : NULL; v; v = v->next) {
            struct str has = datatype_code(r, v, "use", "home work temp old mobile");
            struct str is = datatype_code(r, v, "system", "phone fax email pager url sms other");
            if (str_is(is, system) && (str_eq(has, use) || (!has.s && str_is(use, "none"))))
                return datatype_text(r, v, "value");
        }
    }
    return STR_ABSENT;
}

static void read_contact(struct datatype_reader *r, const struct json *patient,
                         struct intake *out) {
    const struct json *telecom = datatype_member(r, patient, "telecom", JSON_LIST);
    const struct json *addresses = datatype_member(r, patient, "address", JSON_LIST);
    out->phone = contact(r, telecom, "phone", "mobile home none work temp");
    out->email = contact(r, telecom, "email", "home none mobile work temp");
    out->address = datatype_address(r, of_use(r, addresses, "home none temp work billing",
                                              "home work temp old billing"));
}

static void read_emergency(struct datatype_reader *r, const struct json *patient,
                           struct intake *out) {
    const struct json *who = json_at(datatype_member(r, patient, "contact", JSON_LIST), 0);
    struct str name = datatype_name(r, datatype_member(r, who, "name", JSON_OBJECT));
    struct str phone = contact(r, datatype_member(r, who, "telecom", JSON_LIST), "phone",
                               "mobile home none work temp");
    if (!name.s && !phone.s) return;
    out->emergency_contact = str_format(r->arena, "%.*s%s%.*s", STR_ARG(name),
                                        name.s && phone.s ? ", " : "", STR_ARG(phone));
}

/* The medical record number at the sender (v2-0203 MR), else its first identifier, else the
 * resource's own id. Numbers of the state (SS, DL, PPN) are not taken. */
static void read_identifier(struct datatype_reader *r, const struct json *patient,
                            struct intake *out) {
    const struct json *list = datatype_member(r, patient, "identifier", JSON_LIST);
    for (const struct json *v = list ? list->first : NULL; v; v = v->next) {
        const struct json *type = datatype_member(r, v, "type", JSON_OBJECT);
        struct datatype_coding coding = datatype_concept(r, type, "");
        struct str value = datatype_text(r, v, "value");
        bool record_number = str_is(coding.code, "MR");
        if (record_number || (!type && !out->source_id.s)) out->source_id = value;
        if (record_number) return;
    }
    if (!out->source_id.s) out->source_id = datatype_text(r, patient, "id");
}

static void check_alive(struct datatype_reader *r, const struct json *patient) {
    bool dead = false;
    const struct json *v = json_get(patient, "deceasedBoolean");
    if (v && !json_truth(v, &dead))
        json_fault(r->faults, r->doc, v, "type", "%s stands where true or false should be",
                   json_kind_words(v->kind));
    const struct json *when = json_get(patient, "deceasedDateTime");
    if (when) v = when;
    if (dead || when)
        json_fault(r->faults, r->doc, v, "business-rule",
                   "this patient is recorded as dead");
}

/* What intake_check says of a field of ours, said of the element it came from. */
static void told_of_element(struct datatype_reader *r, const struct json *patient,
                            const struct faults *ours) {
    static const char *const elements[][2] = {
        {"birth_date", "birthDate"}, {"sex", "gender"},       {"phone", "telecom"},
        {"email", "telecom"},        {"address", "address"},  {"family_name", "name"},
        {"given_name", "name"},      {"preferred_name", "name"}, {"emergency_contact", "contact"},
    };
    for (int i = 0; i < ours->n; i++) {
        const struct json *at = NULL;
        for (size_t k = 0; k < sizeof elements / sizeof *elements; k++)
            if (str_is(ours->v[i].field, elements[k][0])) at = json_get(patient, elements[k][1]);
        json_fault(r->faults, r->doc, at ? at : patient, str_z(r->arena, ours->v[i].code), "%.*s",
                   STR_ARG(ours->v[i].message));
    }
}

void demographics_read(struct datatype_reader *r, const struct json *patient, int32_t today,
                       struct intake *out) {
    struct faults ours = {.arena = r->arena};
    int before = r->faults->n;
    read_names(r, patient, out);
    read_contact(r, patient, out);
    read_emergency(r, patient, out);
    read_identifier(r, patient, out);
    check_alive(r, patient);
    out->birth_date = datatype_text(r, patient, "birthDate");
    out->sex = datatype_code(r, patient, "gender", "male female other unknown");
    if (!out->sex.s) out->sex = STR("unknown");
    if (r->faults->n > before) return; /* a wrong type would be told twice */
    intake_check_person(out, today, &ours);
    told_of_element(r, patient, &ours);
}
