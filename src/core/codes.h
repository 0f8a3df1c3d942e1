/*
 * codes: what a medicine's name and a condition's code mean to the rules. Two content files,
 * read into classes (64 of each at most, so that a set of them is one word of bits).
 *
 *     medicines                                  conditions
 *     source TEXT                                source TEXT
 *     class benzodiazepine benzodiazepine        class seizure seizure disorder
 *     medicine clonazepam : benzodiazepine       icd10 seizure G40 R56.9
 *       | Klonopin | Rivotril                    snomed seizure 84757009 128613002
 *     medicine fluticasone : nasal_steroid/nasal
 *     test Clonazepam [Klonopin] -> benzodiazepine
 *                                                test G40.909 -> seizure
 *
 * A medicine is found by its ingredient or a brand wherever the name stands in the text, as
 * whole words, whatever the case and the strengths around it; a brand that combines several
 * ingredients is listed under each. CLASS/WORD holds only where the text has that word too.
 * A code of ICD-10-CM is found by its beginning; `?` stands for any one character. Dots do not
 * count. SNOMED CT codes are whole. Nothing here is a terminology: it is what the rules look at.
 */
#ifndef CAIRN_CODES_H
#define CAIRN_CODES_H

#include "base/err.h"
#include "base/lines.h"

enum { CODE_CLASSES_MAX = 64, CODE_NAMES_MAX = 2048 };

struct code_class {
    struct str id, title;
};

struct code_name {     /* a medicine's name, or a code */
    struct str words;  /* lower case, single spaces; a code: upper case without dots */
    struct str needs;  /* this word must stand in the text as well; absent: none */
    struct str shown;  /* the ingredient */
    uint64_t classes;
    int32_t next;      /* in its bucket, from 1; 0: the last */
};

struct code_table {
    int class_count, name_count;
    struct code_class *classes;
    struct code_name *names;
    int32_t *buckets; /* by the first word (a medicine) or the whole (SNOMED) or letter (ICD) */
};

struct codes {
    struct code_table medicines;
    struct code_table icd10, snomed; /* share their classes */
};

/* Read a content file of medicines or of conditions into `codes` and run its tests. */
MUST enum err codes_read_medicines(struct arena *a, struct str file, struct str text,
                                   struct codes *out, struct faults *faults);
MUST enum err codes_read_conditions(struct arena *a, struct str file, struct str text,
                                    struct codes *out, struct faults *faults);
/* Index of a class; -1: none. */
int codes_class(const struct code_table *t, struct str id);

/* The classes of a medicine as somebody wrote it; 0: none that a rule looks at. */
uint64_t codes_of_medicine(const struct codes *c, struct str text);
/* The ingredient that put the text into this class; absent: it is not in it. */
struct str codes_ingredient(const struct codes *c, struct str text, int class_index);
uint64_t codes_of_icd10(const struct codes *c, struct str code);
uint64_t codes_of_snomed(const struct codes *c, struct str code);
/* A letter, a digit, a digit or letter, then at most four more: the form of ICD-10-CM. */
bool codes_icd10_ok(struct str code);

#endif
