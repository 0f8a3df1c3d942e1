/*
 * embed: files -> one C file whose table the program carries.
 *
 *     embed OUT.c OUT.d NAME=PATH...
 *
 * PATH is a folder (taken whole, dot files passed over) or a file; NAME is what it is called
 * inside the program. A PATH that does not exist is left out with a message: node_modules is
 * there only after `npm ci`. The bytes are not printed as C: the assembler takes them with
 * .incbin, so that a megabyte costs milliseconds. OUT.d tells ninja which files and folders
 * to watch; a new file in a folder touches the folder.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILES_MAX = 4096, WATCHED_MAX = 8192, DEPTH_MAX = 12 };

struct item {
    char *name, *path;
    long long size;
};

static struct item items[FILES_MAX];
static int item_count;
static char *watched[WATCHED_MAX];
static int watched_count;

static _Noreturn void fail(const char *what, const char *why) {
    fprintf(stderr, "embed: %s: %s\n", what, why);
    exit(1);
}

static char *joined(const char *a, const char *b) {
    char *s = NULL;
    if (asprintf(&s, "%s/%s", a, b) < 0) fail(a, "out of memory");
    return s;
}

/* Neither the C text nor the depfile then needs any quoting. */
static void check_plain(const char *path) {
    for (const char *p = path; *p; p++)
        if (*p <= ' ' || strchr("\"\\$#:%", *p))
            fail(path, "a character that a build cannot carry");
}

static void watch(const char *path) {
    if (watched_count == WATCHED_MAX) fail(path, "too many files");
    check_plain(path);
    watched[watched_count++] = strdup(path);
}

static void take(const char *name, const char *path, int depth);

static void take_folder(const char *name, const char *path, int depth) {
    if (depth == DEPTH_MAX) fail(path, "folders too deep");
    DIR *folder = opendir(path);
    if (!folder) fail(path, strerror(errno));
    for (struct dirent *e; (e = readdir(folder));) {
        if (e->d_name[0] == '.') continue;
        char *inner_name = joined(name, e->d_name), *inner_path = joined(path, e->d_name);
        take(inner_name, inner_path, depth + 1);
        free(inner_name);
        free(inner_path);
    }
    closedir(folder);
}

static void watch_parent(const char *path) {
    char *parent = strdup(path);
    struct stat st;
    do {
        char *slash = strrchr(parent, '/');
        if (!slash || slash == parent) break;
        *slash = 0;
    } while (stat(parent, &st) != 0);
    watch(parent);
    free(parent);
}

static void take(const char *name, const char *path, int depth) {
    struct stat st;
    if (stat(path, &st) != 0) {
        fprintf(stderr, "embed: %s is not there and is left out\n", path);
        watch_parent(path);
        return;
    }
    watch(path);
    if (S_ISDIR(st.st_mode)) {
        take_folder(name, path, depth);
        return;
    }
    if (item_count == FILES_MAX) fail(path, "too many files");
    check_plain(name);
    items[item_count++] = (struct item){strdup(name), strdup(path), (long long)st.st_size};
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct item *)a)->name, ((const struct item *)b)->name);
}

static void write_table(const char *out) {
    FILE *f = fopen(out, "w");
    if (!f) fail(out, strerror(errno));
    fprintf(f, "/* Made by tools/embed. */\n#include \"base/embed.h\"\n\n");
    for (int i = 0; i < item_count; i++)
        fprintf(f,
                "__asm__(\".pushsection .rodata\\n.balign 16\\n.globl embed_bytes_%d\\n\"\n"
                "        \".hidden embed_bytes_%d\\nembed_bytes_%d:\\n\"\n"
                "        \".incbin \\\"%s\\\"\\n.byte 0\\n.popsection\\n\");\n"
                "extern const char embed_bytes_%d[] __attribute__((visibility(\"hidden\")));\n",
                i, i, i, items[i].path, i);
    fprintf(f, "\nconst struct embedded embed_table[] = {\n");
    for (int i = 0; i < item_count; i++)
        fprintf(f, "    {{\"%s\", %zu}, {embed_bytes_%d, %lld}},\n", items[i].name,
                strlen(items[i].name), i, items[i].size);
    fprintf(f, "    {{\"\", 0}, {\"\", 0}},\n};\nconst ptrdiff_t embed_count = %d;\n", item_count);
    if (fclose(f) != 0) fail(out, strerror(errno));
}

static void write_depfile(const char *depfile, const char *out) {
    FILE *f = fopen(depfile, "w");
    if (!f) fail(depfile, strerror(errno));
    fprintf(f, "%s:", out);
    for (int i = 0; i < watched_count; i++) fprintf(f, " \\\n  %s", watched[i]);
    fprintf(f, "\n");
    if (fclose(f) != 0) fail(depfile, strerror(errno));
}

int main(int argc, char **argv) {
    if (argc < 4) fail("usage", "embed OUT.c OUT.d NAME=PATH...");
    for (int i = 3; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        if (!equals) fail(argv[i], "expected NAME=PATH");
        *equals = 0;
        take(argv[i], equals + 1, 0);
    }
    qsort(items, (size_t)item_count, sizeof items[0], by_name);
    for (int i = 1; i < item_count; i++)
        if (!strcmp(items[i - 1].name, items[i].name)) fail(items[i].name, "named twice");
    write_table(argv[1]);
    write_depfile(argv[2], argv[1]);
    return 0;
}
