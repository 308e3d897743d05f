/* libjaxl: calling campaigns on the Jaxl cloud-telephony platform.
 *
 * The contract of every function here:
 *  - what can fail returns int: 0 (JAXL_OK) or a negative enum jaxl_code; details go to the
 * optional trailing struct jaxl_error, which may be NULL;
 *  - handles are opaque, made by jaxl_x_new and ended by jaxl_x_free(&x), which takes NULL and
 * clears the pointer;
 *  - what is returned const is borrowed until the owner's next call; _take hands ownership over;
 *  - the library never prints, exits or changes process-wide state. */
#ifndef JAXL_H
#define JAXL_H

#include <jaxl/accounts.h>
#include <jaxl/answer.h>
#include <jaxl/area.h>
#include <jaxl/audio.h>
#include <jaxl/book.h>
#include <jaxl/buf.h>
#include <jaxl/calendar.h>
#include <jaxl/calls.h>
#include <jaxl/campaign.h>
#include <jaxl/campaigns.h>
#include <jaxl/clock.h>
#include <jaxl/control.h>
#include <jaxl/currency.h>
#include <jaxl/dialer.h>
#include <jaxl/endpoint.h>
#include <jaxl/error.h>
#include <jaxl/event.h>
#include <jaxl/fernet.h>
#include <jaxl/fetch.h>
#include <jaxl/filter.h>
#include <jaxl/flow.h>
#include <jaxl/follow.h>
#include <jaxl/holidays.h>
#include <jaxl/ivr.h>
#include <jaxl/ivrs.h>
#include <jaxl/json.h>
#include <jaxl/live.h>
#include <jaxl/log.h>
#include <jaxl/money.h>
#include <jaxl/nearest.h>
#include <jaxl/number.h>
#include <jaxl/payments.h>
#include <jaxl/phone.h>
#include <jaxl/phones.h>
#include <jaxl/reconcile.h>
#include <jaxl/record.h>
#include <jaxl/report.h>
#include <jaxl/secret.h>
#include <jaxl/sentence.h>
#include <jaxl/session.h>
#include <jaxl/setup.h>
#include <jaxl/span.h>
#include <jaxl/statement.h>
#include <jaxl/template.h>
#include <jaxl/uuid.h>
#include <jaxl/webhook.h>
#include <jaxl/window.h>
#include <jaxl/zone.h>

#endif
