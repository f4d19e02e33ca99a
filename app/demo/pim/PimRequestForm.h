#pragma once

#include "demo/odata/Router.h"
#include "demo/pim/PimSchedules.h"

namespace pimgate::demo::pim {

Response invalidRequest();
Response alreadyExists();
Response doesNotExist();
Response tooShort();
Response alreadyPending();
Response rulesFailed(const Store &store, const QStringList &rules);

/// A body, read and put into the service's own letter case.
struct Draft
{
    QString action, access, groupId, principalId, justification;
    QJsonObject scheduleInfo, ticket;
    bool validationOnly = false;
};

/// Nothing for a body the service does not understand.
std::optional<Draft> readDraft(const QJsonObject &body, const Half &half);
QJsonObject requestRow(Store &store, const Request &request, const Half &half, const Draft &draft);
Response answered(const Store &store, const Request &request, const Half &half, const QJsonObject &row);

/// Justification, ticket and MFA as an Enablement rule asks for them.
QStringList enablementFailures(const QJsonObject &rule, const Draft &draft, const Caller &caller);
/// What an administrator's rules say against a span: expiration, and for assignments what must be given with them.
QStringList adminFailures(const Store &store, const Half &half, const Draft &draft, const ScheduleSpan &span,
                          const Caller &caller);
/// Somebody waits for a decision about the same thing.
bool isPending(const Store &store, const Half &half, const Draft &draft);
/// Too young to be taken back.
bool isYoung(const Store &store, const QJsonObject &schedule);
/// The outcome of adminRemove and selfDeactivate: a request of status Revoked without schedule.
/// @param span "permanent" or "timebound": how long it was to last
Response revoked(Store &store, const Request &request, const Half &half, const Draft &draft, const QString &span);

} // namespace pimgate::demo::pim
