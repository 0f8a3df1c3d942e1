#include "net/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 511 };

/* Splits at the last colon and takes the brackets off a version 6 address. */
static bool split(struct str text, struct str *host, struct str *port) {
    ptrdiff_t colon = text.n;
    while (colon > 0 && text.s[colon - 1] != ':') colon--;
    if (colon == 0) return false;
    *host = str_slice(text, 0, colon - 1);
    *port = str_slice(text, colon, text.n);
    if (host->n >= 2 && host->s[0] == '[' && host->s[host->n - 1] == ']')
        *host = str_slice(*host, 1, host->n - 1);
    int64_t number;
    return str_to_int(*port, &number) && number >= 0 && number <= 65535;
}

static enum err bind_to(struct arena *a, const struct addrinfo *at, const char *text,
                        struct listener *out, struct str *why) {
    int on = 1;
    out->fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (out->fd >= 0) setsockopt(out->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (out->fd >= 0 && bind(out->fd, at->ai_addr, at->ai_addrlen) == 0 &&
        listen(out->fd, BACKLOG) == 0)
        return E_OK;
    int error = errno;
    if (out->fd >= 0) close(out->fd);
    *why = error == EADDRINUSE
               ? str_format(a, "%s is taken: another program listens there", text)
               : str_format(a, "cannot listen on %s: %s", text, strerror(error));
    return E_WORLD;
}

static bool is_loopback(const struct sockaddr_storage *at) {
    if (at->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)at;
        return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    }
    const struct sockaddr_in6 *v6 = (const void *)at;
    return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

static void name_bound(struct arena *a, struct listener *out) {
    struct sockaddr_storage at = {0};
    socklen_t n = sizeof at;
    char host[INET6_ADDRSTRLEN] = "", port[8] = "";
    getsockname(out->fd, (struct sockaddr *)&at, &n);
    getnameinfo((struct sockaddr *)&at, n, host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
    out->loopback = is_loopback(&at);
    out->address = str_format(a, at.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

enum err listener_open(struct arena *a, const char *text, struct listener *out, struct str *why) {
    struct str host, port;
    if (!split(str_from(text), &host, &port)) {
        *why = str_format(a, "%s is no address; write HOST:PORT, as 127.0.0.1:8080", text);
        return E_INVALID;
    }
    struct addrinfo want = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found = NULL;
    int failed = getaddrinfo(host.n ? str_z(a, host) : NULL, str_z(a, port), &want, &found);
    if (failed || !found) {
        *why = str_format(a, "%s is no address: %s", text, gai_strerror(failed));
        return E_INVALID;
    }
    enum err e = bind_to(a, found, text, out, why);
    freeaddrinfo(found);
    if (!e) name_bound(a, out);
    return e;
}
