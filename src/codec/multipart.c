#include "codec/multipart.h"

bool multipart_is(struct str content_type) {
    struct str rest;
    return str_eq_fold(str_trim(str_cut(content_type, ';', &rest)), STR("multipart/form-data"));
}

/* The value of `name` among `; name=value` parameters; quotes taken off, absent if missing. */
static struct str parameter(struct str text, struct str name) {
    while (text.n > 0) {
        text = str_trim(text);
        ptrdiff_t equals = str_find(text, STR("="));
        if (equals < 0) return STR_ABSENT;
        struct str key = str_trim(str_slice(text, 0, equals)), value;
        text = str_slice(text, equals + 1, text.n);
        if (text.n && text.s[0] == '"') {
            text = str_slice(text, 1, text.n);
            value = str_cut(text, '"', &text);
            if (!text.s) return STR_ABSENT; /* the quote is never closed */
            struct str skipped = str_cut(text, ';', &text);
            if (str_trim(skipped).n) return STR_ABSENT;
        } else {
            value = str_trim(str_cut(text, ';', &text));
        }
        if (str_eq_fold(key, name)) return value;
    }
    return STR_ABSENT;
}

static bool boundary_of(struct str content_type, struct str *boundary) {
    struct str rest;
    str_cut(content_type, ';', &rest);
    *boundary = parameter(rest, STR("boundary"));
    for (ptrdiff_t i = 0; i < boundary->n; i++)
        if (boundary->s[i] < 0x20 || boundary->s[i] == 0x7F) return false;
    return boundary->n > 0 && boundary->n <= MULTIPART_BOUNDARY_MAX;
}

/* One line of a part's head. False: it is not one, or it says something twice. */
static bool head_line(struct str line, struct part *part) {
    struct str value, name = str_cut(line, ':', &value);
    if (!value.s || name.n == 0) return false;
    if (str_eq_fold(name, STR("content-type"))) {
        if (part->content_type.s) return false;
        part->content_type = str_trim(value);
    }
    if (!str_eq_fold(name, STR("content-disposition"))) return true;
    struct str rest, kind = str_trim(str_cut(value, ';', &rest));
    if (part->name.s || !str_eq_fold(kind, STR("form-data"))) return false;
    part->name = parameter(rest, STR("name"));
    part->filename = parameter(rest, STR("filename"));
    return part->name.n > 0 && str_utf8_ok(part->name) && str_utf8_ok(part->filename);
}

/* Reads one part; *rest is left behind the boundary that ends it. */
static const char *read_part(struct str *rest, struct str delimiter, struct part *part) {
    ptrdiff_t end = str_find(str_slice(*rest, 0, MULTIPART_HEAD_MAX), STR("\r\n\r\n"));
    if (end < 0) return "A part of the upload has no end to its head.";
    for (struct str head = str_slice(*rest, 0, end + 2); head.n > 0;) {
        ptrdiff_t line = str_find(head, STR("\r\n"));
        if (!head_line(str_slice(head, 0, line), part))
            return "A part of the upload has a head that cannot be read.";
        head = str_slice(head, line + 2, head.n);
    }
    if (!part->name.s) return "A part of the upload has no name.";
    *rest = str_slice(*rest, end + 4, rest->n);
    ptrdiff_t size = str_find(*rest, delimiter);
    if (size < 0) return "A part of the upload is cut off.";
    part->bytes = str_slice(*rest, 0, size);
    *rest = str_slice(*rest, size + delimiter.n, rest->n);
    return NULL;
}

enum err multipart_parse(struct arena *a, struct str content_type, struct str body,
                         struct parts *out, const char **why) {
    struct str boundary;
    *out = (struct parts){.v = NEWS(a, struct part, MULTIPART_PARTS_MAX)};
    *why = "The upload names no boundary.";
    if (!multipart_is(content_type) || !boundary_of(content_type, &boundary)) return E_SYNTAX;
    struct str delimiter = str_format(a, "\r\n--%.*s", STR_ARG(boundary));
    struct str first = str_slice(delimiter, 2, delimiter.n);
    *why = "The upload does not begin with its boundary.";
    if (!str_starts(body, first)) return E_SYNTAX;
    struct str rest = str_slice(body, first.n, body.n);
    while (!str_starts(rest, STR("--"))) {
        *why = "A boundary of the upload is not followed by a line end.";
        if (!str_starts(rest, STR("\r\n"))) return E_SYNTAX;
        rest = str_slice(rest, 2, rest.n);
        *why = "The upload has more than 64 parts.";
        if (out->n == MULTIPART_PARTS_MAX) return E_TOO_LARGE;
        *why = read_part(&rest, delimiter, &out->v[out->n]);
        if (*why) return E_SYNTAX;
        out->n++;
    }
    return E_OK;
}
