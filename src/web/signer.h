/* signer: who signs an act by a password: the account at the page once more, a second person.
 * Neither is asked inside a transaction: a password's hash takes its time. */
#ifndef CAIRN_SIGNER_H
#define CAIRN_SIGNER_H

#include "web/web.h"

/* The account's own password once more (21 CFR 11.200). E_INVALID with a fault at password. */
MUST enum err signer_again(struct request *rq, struct str password);

/* E_INVALID with a fault at checker_name or checker_password: no such pair, or not one who may.
 * Whether one person twice would do is the rule's of the act. */
MUST enum err signer_second(struct request *rq, struct str name, struct str password,
                            enum capability may, struct str *id);

#endif
