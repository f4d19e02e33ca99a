#include "demo/odata/Router.h"
#include "fuzz/FuzzTargets.h"

#include <QJsonArray>
#include <QJsonObject>

namespace pimgate::fuzz {

using namespace pimgate::demo;
using namespace Qt::Literals::StringLiterals;

void filter(const std::uint8_t *data, std::size_t size)
{
    static const QJsonObject row{
        {u"id"_s, u"5a1c0000-0000-5000-8000-000000000001"_s},
        {u"displayName"_s, u"O'Neil & Sons"_s},
        {u"userPrincipalName"_s, u"ada.lindqvist@contoso.demo"_s},
        {u"accountEnabled"_s, true},
        {u"createdDateTime"_s, u"2026-03-01T09:30:00Z"_s},
        {u"mail"_s, QJsonValue()},
        {u"count"_s, 7},
        {u"groupTypes"_s, QJsonArray{u"Unified"_s}},
        {u"assignedLicenses"_s, QJsonArray{QJsonObject{{u"skuId"_s, u"84a661c4-e949-4bd2-a560-ed7766fcaf2b"_s}}}},
        {u"scheduleInfo"_s, QJsonObject{{u"expiration"_s, QJsonObject{{u"type"_s, u"afterDuration"_s}}}}},
    };
    const auto text = QString::fromUtf8(bytes(data, size));
    const auto once = filterMatches(text, row);
    demand(filterMatches(text, row) == once, "the same answer twice");
    (void)requiredValue(text, u"displayName"_s);
}

} // namespace pimgate::fuzz
