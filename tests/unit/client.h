/* client: raw bytes to a server on this machine and what it answers, for tests of the doors. */
#ifndef CAIRN_TEST_CLIENT_H
#define CAIRN_TEST_CLIENT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"

struct reply {
    int status; /* 0: closed without an answer */
    struct str head, body, whole;
};

static inline int client_connect(struct str address) {
    struct str port = STR_ABSENT, host = str_cut(address, ':', &port);
    (void)host;
    int64_t number = 0;
    CHECK(str_to_int(port, &number), "the server's address has a port");
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)number),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {.tv_sec = 20};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static inline void client_send(int fd, struct str bytes) {
    while (bytes.n > 0) {
        ssize_t n = send(fd, bytes.s, (size_t)bytes.n, MSG_NOSIGNAL);
        if (n <= 0) return;
        bytes = str_slice(bytes, n, bytes.n);
    }
}

static inline struct reply client_parse(struct str whole) {
    struct reply r = {.whole = whole};
    int64_t status = 0;
    ptrdiff_t end = str_find(whole, STR("\r\n\r\n"));
    if (end < 0 || !str_to_int(str_slice(whole, 9, 12), &status)) return r;
    r.status = (int)status;
    r.head = str_slice(whole, 0, end + 2);
    r.body = str_slice(whole, end + 4, whole.n);
    return r;
}

/* Reads until the server closes. */
static inline struct reply client_read(struct arena *a, int fd) {
    struct buf b = buf_new(a, 4096);
    char chunk[4096];
    for (ssize_t n; (n = recv(fd, chunk, sizeof chunk, 0)) > 0;) buf_bytes(&b, chunk, n);
    close(fd);
    return client_parse(buf_str(&b));
}

static inline struct reply client_exchange(struct arena *a, struct str address, struct str bytes) {
    int fd = client_connect(address);
    if (fd < 0) return (struct reply){0};
    client_send(fd, bytes);
    return client_read(a, fd);
}

/* The value of an answer's header; absent when there is none. */
static inline struct str reply_header(struct reply r, const char *name) {
    struct str rest = r.head;
    while (rest.s && rest.n) {
        struct str value = STR_ABSENT, line = str_cut(rest, '\n', &rest);
        struct str key = str_cut(str_trim(line), ':', &value);
        if (value.s && str_eq_fold(key, str_from(name))) return str_trim(value);
    }
    return STR_ABSENT;
}

#endif
