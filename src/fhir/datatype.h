/*
 * datatype: the data types of FHIR R4 as values, read from JSON (https://hl7.org/fhir/R4/
 * datatypes.html). Each reader says what is wrong as a fault with its place, and goes on, so
 * that one look shows all that is wrong with a file. A missing element is an absent text.
 */
#ifndef CAIRN_FHIR_DATATYPE_H
#define CAIRN_FHIR_DATATYPE_H

#include "codec/json.h"

struct datatype_reader {
    struct arena *arena;
    struct json_doc *doc;
    struct faults *faults;
    int64_t now_ms;
};

/* A member of `object` of one kind; another kind is a fault and gives NULL. */
const struct json *datatype_member(struct datatype_reader *r, const struct json *object,
                                   const char *name, enum json_kind kind);
/* Trimmed; an empty text is a fault, as in FHIR. */
struct str datatype_text(struct datatype_reader *r, const struct json *object, const char *name);
/* A text of a fixed set (`allowed`: words separated by spaces). */
struct str datatype_code(struct datatype_reader *r, const struct json *object, const char *name,
                         const char *allowed);

struct datatype_coding {
    struct str system, code, display; /* system: our short word, snomed or rxnorm */
    struct str text;                  /* what a person reads */
};
/* The best coding of a CodeableConcept: the first whose system is in `preferred` (in that
 * order), else the first with a code. */
struct datatype_coding datatype_concept(struct datatype_reader *r, const struct json *concept,
                                        const char *preferred);
/* The code of the first coding, whatever its system: clinicalStatus and its like. */
struct str datatype_status(struct datatype_reader *r, const struct json *object, const char *name,
                           const char *allowed);

/* A dateTime of any precision. date: YYYY-MM-DD, absent where the day is not given; year:
 * what there is ("2015", "2015-03"). Years before 1800 and the future are faults. */
struct datatype_when {
    bool is;
    struct str date, as_given;
    int64_t at_ms; /* the instant, or the first one of the day, month or year */
};
struct datatype_when datatype_when(struct datatype_reader *r, const struct json *object,
                                   const char *name);

struct datatype_quantity {
    bool is, is_number;
    double value;
    struct str text, unit; /* text: "<5" where a comparator stands */
};
struct datatype_quantity datatype_quantity(struct datatype_reader *r, const struct json *quantity);

/* The texts of a list, joined by spaces; absent where there is none. */
struct str datatype_words(struct datatype_reader *r, const struct json *list);
/* "Samuel Predovic", from a HumanName. */
struct str datatype_name(struct datatype_reader *r, const struct json *name);
/* "849 Koch Crossroad, Boston, Massachusetts 02108, US" */
struct str datatype_address(struct datatype_reader *r, const struct json *address);
/* "1 every 6 h, as needed", from the first Dosage of a list. */
struct str datatype_dosage(struct datatype_reader *r, const struct json *list);

#endif
