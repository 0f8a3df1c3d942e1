#include "core/codes.h"

#include <string.h>

#include "base/buf.h"

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

struct codes_reader {
    struct lines l;
    struct arena *a;
    struct codes *codes;
    struct code_table *classes_of;
    int tests, sources;
};

static void blank_table(struct arena *a, struct code_table *t) {
    if (!t->classes) t->classes = NEWS(a, struct code_class, CODE_CLASSES_MAX);
    t->names = NEWS(a, struct code_name, CODE_NAMES_MAX);
    t->buckets = NEWS(a, int32_t, BUCKETS);
}

static void read_class(struct codes_reader *r) {
    struct str rest = r->l.value, id = word_next(&rest);
    struct code_table *t = r->classes_of;
    if (t->class_count == CODE_CLASSES_MAX) {
        lines_fault(&r->l, "too-many", "more than %d classes", CODE_CLASSES_MAX);
    } else if (id.n == 0 || rest.n == 0) {
        lines_fault(&r->l, "syntax", "write `class ID TITLE`");
    } else if (codes_class(t, id) >= 0) {
        lines_fault(&r->l, "twice", "class `%.*s` stands above", STR_ARG(id));
    } else {
        t->classes[t->class_count++] = (struct code_class){id, rest};
    }
}

static uint64_t class_bit(struct codes_reader *r, struct str id) {
    int i = codes_class(r->classes_of, id);
    if (i >= 0) return UINT64_C(1) << i;
    lines_fault(&r->l, "unknown", "there is no class `%.*s` above", STR_ARG(id));
    return 0;
}

static void add_name(struct codes_reader *r, struct code_table *t, struct code_name name,
                     uint32_t bucket) {
    if (t->name_count == CODE_NAMES_MAX) {
        lines_fault(&r->l, "too-many", "more than %d names", CODE_NAMES_MAX);
        return;
    }
    name.next = t->buckets[bucket];
    t->names[t->name_count++] = name;
    t->buckets[bucket] = t->name_count;
}

static void add_medicine_name(struct codes_reader *r, struct str words, struct code_name like) {
    struct str rest;
    like.words = plain_words(r->a, words);
    struct str first = str_cut(like.words, ' ', &rest);
    if (like.words.n == 0) lines_fault(&r->l, "required", "a name is empty");
    else add_name(r, &r->codes->medicines, like, hash(first.s, first.n));
}

/* INGREDIENT : CLASS[/WORD] ... | BRAND | BRAND ... */
static void read_medicine(struct codes_reader *r) {
    struct str parts = r->l.value, classes, word;
    struct str ingredient = str_trim(str_cut(part_next(&parts), ':', &classes));
    struct str brand[64];
    int brands = 0, first = r->codes->medicines.name_count;
    while ((word = part_next(&parts)).s && brands < 64) brand[brands++] = word;
    while ((word = word_next(&classes)).s) {
        struct code_name name = {.shown = ingredient};
        struct str id = str_cut(word, '/', &name.needs);
        if (!(name.classes = class_bit(r, id))) return;
        add_medicine_name(r, ingredient, name);
        for (int i = 0; i < brands; i++) add_medicine_name(r, brand[i], name);
    }
    if (r->codes->medicines.name_count == first)
        lines_fault(&r->l, "syntax", "write `medicine INGREDIENT : CLASS ... | BRAND ...`");
}

static struct str icd_pattern(struct arena *a, struct str code) {
    struct buf b = buf_new(a, code.n + 1);
    for (ptrdiff_t i = 0; i < code.n; i++)
        if (code.s[i] != '.') buf_char(&b, upper(code.s[i]));
    return buf_str(&b);
}

static void read_codes(struct codes_reader *r) {
    bool icd = str_is(r->l.keyword, "icd10");
    struct str rest = r->l.value, code;
    uint64_t bit = class_bit(r, word_next(&rest));
    if (!bit) return;
    while ((code = word_next(&rest)).s) {
        struct str words = icd ? icd_pattern(r->a, code) : code;
        struct code_name name = {.words = words, .shown = code, .classes = bit};
        bool ok = icd ? words.n >= 2 && words.n <= 7 && words.s[0] >= 'A' && words.s[0] <= 'Z'
                      : words.n >= 6 && words.n <= 18;
        if (!ok) lines_fault(&r->l, "code", "`%.*s` is not a code", STR_ARG(code));
        else if (icd) add_name(r, &r->codes->icd10, name, (uint32_t)words.s[0]);
        else add_name(r, &r->codes->snomed, name, hash(words.s, words.n));
    }
}

/* TEXT -> CLASS ... | - */
static void read_test(struct codes_reader *r, uint64_t (*of)(struct codes_reader *, struct str)) {
    ptrdiff_t arrow = str_find(r->l.value, STR(" -> "));
    uint64_t wanted = 0;
    struct str word;
    r->tests++;
    if (arrow < 0) {
        lines_fault(&r->l, "syntax", "write `test TEXT -> CLASS ...`, or `-` for none");
        return;
    }
    struct str rest = str_slice(r->l.value, arrow + 4, r->l.value.n);
    while ((word = word_next(&rest)).s)
        if (!str_is(word, "-")) wanted |= class_bit(r, word);
    uint64_t got = of(r, str_trim(str_slice(r->l.value, 0, arrow)));
    for (int i = 0; i < r->classes_of->class_count; i++) {
        if (((wanted ^ got) >> i & 1) == 0) continue;
        lines_fault(&r->l, "test", "`%.*s` is %sfound", STR_ARG(r->classes_of->classes[i].id),
                    got >> i & 1 ? "" : "not ");
    }
}

static uint64_t of_medicine(struct codes_reader *r, struct str text) {
    return codes_of_medicine(r->codes, text);
}

static uint64_t of_condition(struct codes_reader *r, struct str text) {
    bool number = text.n > 0 && text.s[0] >= '0' && text.s[0] <= '9';
    return number ? codes_of_snomed(r->codes, text) : codes_of_icd10(r->codes, text);
}

static MUST enum err finish(struct codes_reader *r) {
    if (!r->tests) fault_add(r->l.faults, r->l.file, "required", "the file has no `test`");
    if (!r->sources) fault_add(r->l.faults, r->l.file, "required", "the file has no `source`");
    return faults_err(r->l.faults);
}

enum err codes_read_medicines(struct arena *a, struct str file, struct str text, struct codes *out,
                              struct faults *faults) {
    struct codes_reader r = {.l = lines_open(a, file, text, faults), .a = a, .codes = out,
                             .classes_of = &out->medicines};
    blank_table(a, &out->medicines);
    while (lines_next(&r.l)) {
        if (str_is(r.l.keyword, "source")) r.sources++;
        else if (str_is(r.l.keyword, "class")) read_class(&r);
        else if (str_is(r.l.keyword, "medicine")) read_medicine(&r);
        else if (str_is(r.l.keyword, "test")) read_test(&r, of_medicine);
        else lines_fault(&r.l, "unknown", "no keyword `%.*s`", STR_ARG(r.l.keyword));
    }
    return finish(&r);
}

enum err codes_read_conditions(struct arena *a, struct str file, struct str text,
                               struct codes *out, struct faults *faults) {
    struct codes_reader r = {.l = lines_open(a, file, text, faults), .a = a, .codes = out,
                             .classes_of = &out->icd10};
    blank_table(a, &out->icd10);
    blank_table(a, &out->snomed);
    while (lines_next(&r.l)) {
        if (str_is(r.l.keyword, "source")) r.sources++;
        else if (str_is(r.l.keyword, "class")) read_class(&r);
        else if (str_is(r.l.keyword, "icd10") || str_is(r.l.keyword, "snomed")) read_codes(&r);
        else if (str_is(r.l.keyword, "test")) read_test(&r, of_condition);
        else lines_fault(&r.l, "unknown", "no keyword `%.*s`", STR_ARG(r.l.keyword));
    }
    return finish(&r);
}
