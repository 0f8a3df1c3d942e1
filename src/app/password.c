#include "app/password.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "base/embed.h"
#include "base/buf.h"

enum { IN_FLIGHT_MAX = 2, OPS = 2, MEMORY_BYTES = 19 << 20 };

struct passwords {
    pthread_mutex_t lock;
    pthread_cond_t free;
    int in_flight;
    struct str blocked; /* the list's file: one a line, lower case */
};

static void enter(struct passwords *p) {
    pthread_mutex_lock(&p->lock);
    while (p->in_flight == IN_FLIGHT_MAX) pthread_cond_wait(&p->free, &p->lock);
    p->in_flight++;
    pthread_mutex_unlock(&p->lock);
}

static void leave(struct passwords *p) {
    pthread_mutex_lock(&p->lock);
    p->in_flight--;
    pthread_cond_signal(&p->free);
    pthread_mutex_unlock(&p->lock);
}

struct passwords *passwords_open(struct arena *boot) {
    CHECK(sodium_init() >= 0, "libsodium can be used");
    struct passwords *p = NEW(boot, struct passwords);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->free, NULL);
    const struct embedded *list = embed_find(STR("content/codes/passwords.txt"));
    CHECK(list, "the list of common passwords is in the program");
    p->blocked = list->bytes;
    return p;
}

struct str password_hash(struct passwords *p, struct arena *a, struct str password) {
    char *text = NEWS(a, char, crypto_pwhash_STRBYTES);
    enter(p);
    int failed = crypto_pwhash_str_alg(text, password.s ? password.s : "",
                                       (unsigned long long)password.n, OPS, MEMORY_BYTES,
                                       crypto_pwhash_ALG_ARGON2ID13);
    leave(p);
    CHECK(!failed, "there is memory for a password's hash");
    return str_from(text);
}

/* A hash that no password has: the parameters of ours, with salt and tag of zeros. */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

bool password_matches(struct passwords *p, struct str hash, struct str password) {
    char text[crypto_pwhash_STRBYTES] = {0};
    struct str against = hash.s ? hash : str_from(nobody);
    if (against.n >= (ptrdiff_t)sizeof text || password.n > PASSWORD_MAX * 4) return false;
    memcpy(text, against.s, (size_t)against.n);
    enter(p);
    int failed = crypto_pwhash_str_verify(text, password.s ? password.s : "",
                                          (unsigned long long)password.n);
    leave(p);
    return !failed && hash.s;
}

/* Letters and digits only, lower case: "Correct-Horse 7" and "correcthorse7" are one. */
static struct str bare(struct arena *a, struct str text) {
    char *p = NEWS(a, char, text.n + 1);
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.s[i];
        if (c >= 'A' && c <= 'Z') c += 32;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80) p[n++] = (char)c;
    }
    return (struct str){p, n};
}

static bool listed(struct str list, struct arena scratch, struct str password) {
    struct str plain = bare(&scratch, password);
    for (struct str rest = list; rest.s;) {
        struct str line = str_trim(str_cut(rest, '\n', &rest));
        struct arena inner = scratch;
        if (line.n && line.s[0] != '#' && str_eq(bare(&inner, line), plain)) return true;
    }
    return false;
}

/* One thing over and over, or a run: aaaa..., 123123..., abcdefgh... */
static bool repeats(struct str text) {
    for (ptrdiff_t period = 1; period <= 4 && period * 3 <= text.n; period++) {
        ptrdiff_t i = period;
        while (i < text.n && text.s[i] == text.s[i - period]) i++;
        if (i == text.n) return true;
    }
    ptrdiff_t steps = 0;
    for (ptrdiff_t i = 1; i < text.n; i++) {
        int step = (unsigned char)text.s[i] - (unsigned char)text.s[i - 1];
        steps += step == 1 || step == -1 || step == 0 || step == -9;
    }
    return text.n > 1 && steps >= text.n - 2;
}

/* What is left once the word is taken out everywhere is too short to be a secret. */
static bool made_of(struct arena scratch, struct str password, struct str word) {
    struct str plain = bare(&scratch, password), part = bare(&scratch, word);
    if (part.n < 4) return false;
    ptrdiff_t left = plain.n;
    for (ptrdiff_t at; (at = str_find(plain, part)) >= 0; left -= part.n)
        plain = str_slice(plain, at + part.n, plain.n);
    return left < 8 && left < bare(&scratch, password).n;
}

/* Words that half of all guesses are built on. */
static bool made_of_common(struct arena scratch, struct str password) {
    static const char *const common[] = {"password", "passw0rd", "123456",  "qwerty", "letmein",
                                         "welcome",  "admin",    "iloveyou", "clinic", "ketamine",
                                         "cairn"};
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (made_of(scratch, password, str_from(common[i]))) return true;
    return false;
}

void password_check(const struct passwords *p, struct str password, const struct str *about,
                    int about_n, struct str field, struct faults *faults) {
    ptrdiff_t length = str_utf8_length(password);
    if (!str_utf8_ok(password))
        fault_add(faults, field, "encoding", "A password is text; this is not UTF-8.");
    else if (length < PASSWORD_MIN)
        fault_add(faults, field, "length",
                  "A password has at least %d characters; this has %td. Four or five words make "
                  "a good one.", PASSWORD_MIN, length);
    else if (length > PASSWORD_MAX)
        fault_add(faults, field, "length", "A password has at most %d characters.", PASSWORD_MAX);
    else if (repeats(password) || listed(p->blocked, *faults->arena, password) ||
             made_of_common(*faults->arena, password))
        fault_add(faults, field, "common",
                  "This is among the first that an attacker tries. Choose words of your own.");
    else
        for (int i = 0; i < about_n; i++)
            if (made_of(*faults->arena, password, about[i])) {
                fault_add(faults, field, "common",
                          "This is made of a name that others know. Choose words of your own.");
                return;
            }
}

static const char *const words[] = {
    "amber",  "anchor", "apple",  "autumn", "barley", "basin",  "beacon", "birch",  "bridge",
    "candle", "canyon", "cedar",  "cherry", "cinder", "clover", "copper", "coral",  "cotton",
    "cradle", "delta",  "ember",  "falcon", "fennel", "flint",  "forest", "garden", "ginger",
    "glacier","granite","harbor", "hazel",  "heron",  "indigo", "island", "ivory",  "jasper",
    "juniper","lantern","larch",  "lemon",  "lichen", "linen",  "maple",  "marble", "meadow",
    "mellow", "mirror", "moss",   "nectar", "oasis",  "olive",  "orchid", "otter",  "pebble",
    "pepper", "pine",   "plum",   "prairie","quartz", "raven",  "river",  "saffron","silver",
    "spruce", "summit", "sunset", "tallow", "thistle","timber", "tulip",  "valley", "velvet",
    "violet", "walnut", "willow", "winter", "wren",   "yarrow", "zephyr", "zinnia",
};

struct str password_make(struct arena *a) {
    struct buf b = buf_new(a, 96);
    for (int i = 0; i < 6; i++) {
        buf_z(&b, words[randombytes_uniform(sizeof words / sizeof *words)]);
        buf_char(&b, '-');
    }
    buf_int_pad(&b, randombytes_uniform(10000), 4);
    return buf_str(&b);
}
