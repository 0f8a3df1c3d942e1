/* second: the second person of an act, who signs with their own name and password. */
#ifndef CAIRN_SECOND_H
#define CAIRN_SECOND_H

#include "web/web.h"

/* Not inside a transaction: a password's hash takes its time. E_INVALID with a fault at
 * checker_name or checker_password: no such pair, or not one who may. Whether one person twice
 * would do is the rule's of the act. */
MUST enum err second_person(struct request *rq, struct str name, struct str password,
                            enum capability may, struct str *id);

#endif
