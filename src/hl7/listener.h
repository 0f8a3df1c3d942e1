/*
 * listener: the door for monitors. The blocks that a feed hands over become messages, messages
 * readings, readings rows; a sender hears "accepted" after the commit that keeps them, and not
 * before.
 *
 *     blocks of one batch ── hl7_parse, oru_read ── one transaction: device_take each ── answers
 *                                 └── refused: AE or AR with the reason, and counted
 *
 * Where the transaction fails as a whole, each message gets one of its own, so that one that
 * cannot be stored keeps no other from it.
 *
 * Answers are as HL7 v2 chapter 2 has it. Without MSH-15 and MSH-16: AA, AE, AR. With either
 * (enhanced mode): CA, CE, CR as MSH-15 asks, then AA, AE, AR as MSH-16 asks.
 */
#ifndef CAIRN_LISTENER_H
#define CAIRN_LISTENER_H

#include "app/app.h"
#include "net/feed.h"

struct hl7_listener;

struct hl7_listener *listener_new(struct arena *boot, struct app *app);
struct feed_app listener_feed(struct hl7_listener *l);
/* Is `peer` one of "192.168.20.0/24 10.0.0.7 fd00::/8"? An empty list: this machine only. */
bool listener_admits(struct str list, struct str peer);

#endif
