/*
 * stream: what changed, to everybody who looks, as server-sent events.
 *
 *     stream_publish ──> pending ──flush──> ring of the last events ──> a cursor a client
 *     (any thread)       (one of a kind)    (numbered, written once)    (epoll thread)
 *
 * An event is a topic and an id; it says that something changed and never what, so that it
 * holds nothing of a patient and the client asks for what it may see. The same topic and id,
 * said twice before a flush, are one event: the first leaves at once, and in a storm a flush
 * is STREAM_FLUSH_MS after the one before.
 *
 * Nothing is queued for a client: it has a place in the ring. One that fell STREAM_LAG_MAX
 * behind is cut off. It comes again with the last id that it saw (`Last-Event-ID`), and is
 * told what it missed, or `resync` where the ring does not hold that any more: then it looks
 * at everything once. A stream ends after STREAM_LIFE_MS, and when its login does: whoever
 * comes again is asked again who they are.
 *
 *     id: EPOCH-7                              event: beat        every STREAM_BEAT_MS; data
 *     data: {"topic":"dosing","id":"0190.."}   event: hello       is the server's time in ms
 *                                              event: resync      look at everything
 */
#ifndef CAIRN_STREAM_H
#define CAIRN_STREAM_H

#include "net/http.h"

enum {
    STREAM_CLIENTS_MAX = 256, /* a quarter of the connections; past it E_TOO_MANY */
    STREAM_RING = 4096,       /* at a thousand events a second, four seconds away are mended */
    STREAM_LAG_MAX = 2048,    /* events; half of the ring, so that it can still come again */
    STREAM_PENDING_MAX = 256, /* different ones between two flushes; past it one resync */
    STREAM_FLUSH_MS = 25,
    STREAM_BEAT_MS = 3000,    /* a client that hears nothing for three of them is not live */
    STREAM_LIFE_MS = 60000,
    STREAM_TOPIC_MAX = 16, STREAM_ID_MAX = 40, STREAM_KEY_MAX = 40,
};

struct stream_hub;

/* With its thread. `now` is the server's clock, said in hello and beat. */
struct stream_hub *stream_open(struct arena *boot, int64_t (*now)(void));
/* Ends every stream; none begins after it. */
void stream_close(struct stream_hub *h);

/* topic and id: letters, digits, '-' and '_'; anything else is a fault of the program. */
void stream_publish(struct stream_hub *h, struct str topic, struct str id);
/* Whoever looks is told to look at everything. */
void stream_resync(struct stream_hub *h);
/* Ends the streams of a key: a login that is over. */
void stream_end(struct stream_hub *h, struct str key);

/* Makes the answer a stream. key: whose it is (an account's id); last: Last-Event-ID, may be
 * absent; ends_ms: when the login lapses, by the server's clock. E_TOO_MANY; E_WORLD: closing. */
MUST enum err stream_join(struct stream_hub *h, struct str key, struct str last, int64_t ends_ms,
                          struct http_answer *out);

struct stream_stats {
    int64_t clients, events, merged, cut;
};
struct stream_stats stream_stats_of(struct stream_hub *h);

#endif
