/* What the paths of campaigns share. */
#ifndef SANDBOX_CAMPAIGN_ROUTES_H
#define SANDBOX_CAMPAIGN_ROUTES_H

#include "sandbox/request.h"

void campaign_upload(struct world *w, struct request *r);
/* A currency, by its number or code, and the signed total that proves its recharges; or a refusal.
 */
bool campaign_funds(struct world *w, struct request *r, const char *currency, const char *recharge,
                    uint8_t *out);

#endif
