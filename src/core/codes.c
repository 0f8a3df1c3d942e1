#include "core/codes.h"

#include <string.h>

#include "base/buf.h"
#include "base/grammar.h"

/*
 * Medicines are found by one walk over the words of the text: each word is looked up by hash
 * among the first words of all names, and a name of several words must then follow. So a text
 * costs its own length, however many names there are.
 */

enum { BUCKETS = 2048, WORD_MAX = 40 };

static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 32) : c; }

static uint32_t hash(const char *s, ptrdiff_t n) {
    uint32_t h = 2166136261u; /* FNV-1a */
    for (ptrdiff_t i = 0; i < n; i++) h = (h ^ (unsigned char)s[i]) * 16777619u;
    return h % BUCKETS;
}

/* The next word of letters and digits from *at on, lower case, in `word`; its length, 0 at the
 * end. Bytes past ASCII count as letters, so that a name is not cut in two by an accent. */
static int next_word(struct str text, ptrdiff_t *at, char word[WORD_MAX]) {
    int n = 0;
    while (*at < text.n && !letter(lower(text.s[*at])) && (unsigned char)text.s[*at] < 128) ++*at;
    while (*at < text.n) {
        char c = lower(text.s[*at]);
        if (!letter(c) && (unsigned char)c < 128) break;
        if (n < WORD_MAX) word[n++] = c;
        ++*at;
    }
    return n;
}

static struct str plain_words(struct arena *a, struct str text) {
    struct buf b = buf_new(a, text.n + 1);
    char word[WORD_MAX];
    ptrdiff_t at = 0;
    int n;
    while ((n = next_word(text, &at, word)) > 0) {
        if (b.n) buf_char(&b, ' ');
        buf_bytes(&b, word, n);
    }
    return buf_str(&b);
}

static bool has_word(struct str text, struct str wanted) {
    char word[WORD_MAX];
    ptrdiff_t at = 0;
    int n;
    while ((n = next_word(text, &at, word)) > 0)
        if (str_eq((struct str){word, n}, wanted)) return true;
    return false;
}

/* Do the words of `name` after its first follow in the text from `at` on? */
static bool rest_follows(const struct code_name *name, ptrdiff_t first, struct str text,
                         ptrdiff_t at) {
    struct str rest = str_slice(name->words, first, name->words.n), wanted;
    char word[WORD_MAX];
    while ((wanted = word_next(&rest)).s) {
        int n = next_word(text, &at, word);
        if (!str_eq((struct str){word, n}, wanted)) return false;
    }
    return true;
}

static bool name_here(const struct code_name *name, struct str word, struct str text,
                      ptrdiff_t at) {
    if (name->words.n < word.n || memcmp(name->words.s, word.s, (size_t)word.n) != 0) return false;
    if (name->words.n > word.n && name->words.s[word.n] != ' ') return false;
    if (name->needs.s && !has_word(text, name->needs)) return false;
    return name->words.n == word.n || rest_follows(name, word.n, text, at);
}

/* The classes of all names in the text; `wanted` ends the walk at the first name of that class,
 * left in *found. */
static uint64_t walk(const struct code_table *t, struct str text, uint64_t wanted,
                     const struct code_name **found) {
    uint64_t classes = 0;
    char word[WORD_MAX];
    ptrdiff_t at = 0;
    int n;
    if (!t->buckets) return 0;
    while ((n = next_word(text, &at, word)) > 0) {
        for (int32_t i = t->buckets[hash(word, n)]; i; i = t->names[i - 1].next) {
            const struct code_name *name = &t->names[i - 1];
            if (!name_here(name, (struct str){word, n}, text, at)) continue;
            classes |= name->classes;
            if (name->classes & wanted) {
                *found = name;
                return classes;
            }
        }
    }
    return classes;
}

uint64_t codes_of_medicine(const struct codes *c, struct str text) {
    const struct code_name *found;
    return walk(&c->medicines, text, 0, &found);
}

struct str codes_ingredient(const struct codes *c, struct str text, int class_index) {
    const struct code_name *found = NULL;
    walk(&c->medicines, text, UINT64_C(1) << class_index, &found);
    return found ? found->shown : STR_ABSENT;
}

/* ---- conditions ---- */

enum { ICD_MAX = 8 };

static int plain_code(struct str code, char out[ICD_MAX]) {
    int n = 0;
    for (ptrdiff_t i = 0; i < code.n; i++)
        if (code.s[i] != '.' && n < ICD_MAX) out[n++] = upper(code.s[i]);
    return n;
}

static bool begins(struct str pattern, const char *code, int n) {
    if (pattern.n > n) return false;
    for (ptrdiff_t i = 0; i < pattern.n; i++)
        if (pattern.s[i] != '?' && pattern.s[i] != code[i]) return false;
    return true;
}

bool codes_icd10_ok(struct str code) {
    if (code.n < 3 || code.n > 8) return false;
    char plain[ICD_MAX];
    int n = plain_code(code, plain);
    if (n < 3 || n > 7 || plain[0] < 'A' || plain[0] > 'Z') return false;
    if (plain[1] < '0' || plain[1] > '9') return false;
    for (int i = 2; i < n; i++)
        if (!letter(lower(plain[i]))) return false;
    return n == 3 ? code.n == 3 : code.n == n || (code.n == n + 1 && code.s[3] == '.');
}

uint64_t codes_of_icd10(const struct codes *c, struct str code) {
    char plain[ICD_MAX];
    uint64_t classes = 0;
    int n = plain_code(code, plain);
    if (n == 0 || plain[0] < 'A' || plain[0] > 'Z' || !c->icd10.buckets) return 0;
    for (int32_t i = c->icd10.buckets[(unsigned char)plain[0]]; i; i = c->icd10.names[i - 1].next)
        if (begins(c->icd10.names[i - 1].words, plain, n)) classes |= c->icd10.names[i - 1].classes;
    return classes;
}

uint64_t codes_of_snomed(const struct codes *c, struct str code) {
    uint64_t classes = 0;
    if (!c->snomed.buckets) return 0;
    for (int32_t i = c->snomed.buckets[hash(code.s, code.n)]; i; i = c->snomed.names[i - 1].next)
        if (str_eq(c->snomed.names[i - 1].words, code)) classes |= c->snomed.names[i - 1].classes;
    return classes;
}

int codes_class(const struct code_table *t, struct str id) {
    for (int i = 0; i < t->class_count; i++)
        if (str_eq(t->classes[i].id, id)) return i;
    return -1;
}

/* ---- reading ---- */

static uint64_t class_bit(struct lines *l, const struct code_table *t, struct str id) {
    int i = codes_class(t, id);
    if (i >= 0) return UINT64_C(1) << i;
    lines_fault(l, "unknown", "there is no class `%.*s` above", STR_ARG(id));
    return 0;
}

static void add_name(struct lines *l, struct code_table *t, struct code_name name,
                     uint32_t bucket) {
    if (!grammar_room(l, t->name_count, CODE_NAMES_MAX)) return;
    name.next = t->buckets[bucket];
    t->names[t->name_count++] = name;
    t->buckets[bucket] = t->name_count;
}

static void add_medicine_name(struct lines *l, struct code_table *t, struct str words,
                              struct code_name like) {
    struct str rest;
    like.words = plain_words(l->arena, words);
    struct str first = str_cut(like.words, ' ', &rest);
    if (like.words.n == 0) lines_fault(l, "required", "a name is empty");
    else add_name(l, t, like, hash(first.s, first.n));
}

/* INGREDIENT : CLASS[/WORD] ... | BRAND | BRAND ... */
static void read_medicine(struct lines *l) {
    struct code_table *t = &((struct codes *)l->into)->medicines;
    struct str parts = l->value, classes, word;
    struct str ingredient = str_trim(str_cut(part_next(&parts), ':', &classes));
    int first = t->name_count;
    while ((word = word_next(&classes)).s) {
        struct code_name name = {.shown = ingredient};
        struct str id = str_cut(word, '/', &name.needs), brands = parts, brand;
        if (!(name.classes = class_bit(l, t, id))) return;
        add_medicine_name(l, t, ingredient, name);
        while ((brand = part_next(&brands)).s) add_medicine_name(l, t, brand, name);
    }
    if (t->name_count == first)
        lines_fault(l, "syntax", "write `medicine INGREDIENT : CLASS ... | BRAND ...`");
}

static struct str icd_pattern(struct arena *a, struct str code) {
    struct buf b = buf_new(a, code.n + 1);
    for (ptrdiff_t i = 0; i < code.n; i++)
        if (code.s[i] != '.') buf_char(&b, upper(code.s[i]));
    return buf_str(&b);
}

static void read_codes(struct lines *l) {
    struct codes *codes = l->into;
    bool icd = str_is(l->keyword, "icd10");
    struct str rest = l->value, code;
    uint64_t bit = class_bit(l, &codes->icd10, word_next(&rest));
    while (bit && (code = word_next(&rest)).s) {
        struct str words = icd ? icd_pattern(l->arena, code) : code;
        struct code_name name = {.words = words, .shown = code, .classes = bit};
        bool ok = icd ? words.n >= 2 && words.n <= 7 && words.s[0] >= 'A' && words.s[0] <= 'Z'
                      : words.n >= 6 && words.n <= 18;
        if (!ok) lines_fault(l, "code", "`%.*s` is not a code", STR_ARG(code));
        else if (icd) add_name(l, &codes->icd10, name, (uint32_t)words.s[0]);
        else add_name(l, &codes->snomed, name, hash(words.s, words.n));
    }
}

/* TEXT -> CLASS ... | - */
struct asked {
    struct str text, classes;
};

static bool expect(struct lines *l, const struct code_table *t, struct str classes, uint64_t got) {
    uint64_t wanted = 0;
    struct str word;
    while ((word = word_next(&classes)).s)
        if (!str_is(word, "-")) wanted |= class_bit(l, t, word);
    for (int i = 0; i < t->class_count; i++) {
        if (((wanted ^ got) >> i & 1) == 0) continue;
        lines_fault(l, "test", "`%.*s` is %sfound", STR_ARG(t->classes[i].id),
                    got >> i & 1 ? "" : "not ");
    }
    return true;
}

static bool test_medicine(struct lines *l, void *row) {
    const struct asked *t = row;
    const struct codes *codes = l->into;
    return expect(l, &codes->medicines, t->classes, codes_of_medicine(codes, t->text));
}

static bool test_condition(struct lines *l, void *row) {
    const struct asked *t = row;
    const struct codes *codes = l->into;
    bool number = t->text.s[0] >= '0' && t->text.s[0] <= '9';
    return expect(l, &codes->icd10, t->classes,
                  number ? codes_of_snomed(codes, t->text) : codes_of_icd10(codes, t->text));
}

#define SOURCE {"source TEXT", SOME, .slots = {SAID}}
#define CLASS(table)                                                                              \
    {"class ID TITLE", ANY, LIST(codes, table.classes, table.class_count, CODE_CLASSES_MAX),      \
     .unique = true, .slots = {AT(code_class, id), AT(code_class, title)}}
#define TEST(function)                                                                            \
    {"test TEXT ... -> CLASSES", SOME, ROW(asked), .test = (function),                            \
     .slots = {AT(asked, text), AT(asked, classes)}}

static const struct grammar_line medicines[] = {
    SOURCE,
    CLASS(medicines),
    {"medicine INGREDIENT : CLASS ... | BRAND ...", ANY, .read = read_medicine},
    TEST(test_medicine),
};

static const struct grammar_line conditions[] = {
    SOURCE,
    CLASS(icd10),
    {"icd10 CLASS CODE ...", ANY, .read = read_codes},
    {"snomed CLASS CODE ...", ANY, .read = read_codes},
    TEST(test_condition),
};

static void blank_table(struct arena *a, struct code_table *t) {
    if (!t->classes) t->classes = NEWS(a, struct code_class, CODE_CLASSES_MAX);
    t->names = NEWS(a, struct code_name, CODE_NAMES_MAX);
    t->buckets = NEWS(a, int32_t, BUCKETS);
}

enum err codes_read_medicines(struct arena *a, struct str file, struct str text, struct codes *out,
                              struct faults *faults) {
    struct lines l = lines_open(a, file, text, faults);
    blank_table(a, &out->medicines);
    GRAMMAR_READ(&l, medicines, out);
    grammar_test(&l);
    return faults_err(faults);
}

enum err codes_read_conditions(struct arena *a, struct str file, struct str text,
                               struct codes *out, struct faults *faults) {
    struct lines l = lines_open(a, file, text, faults);
    blank_table(a, &out->icd10);
    blank_table(a, &out->snomed);
    GRAMMAR_READ(&l, conditions, out);
    grammar_test(&l);
    return faults_err(faults);
}
