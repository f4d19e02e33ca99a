#include "demo/access/ConditionalAccessService.h"

#include <QHostAddress>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString kLocations = u"namedLocations"_s;
const QString kLocationsContext = u"identity/conditionalAccess/namedLocations"_s;
const QString kIpLocation = u"#microsoft.graph.ipNamedLocation"_s;
const QString kCountryLocation = u"#microsoft.graph.countryNamedLocation"_s;

/// With or without the "#", as OData takes it.
QString locationType(const QJsonObject &body)
{
    const QString type = body["@odata.type"_L1].toString();
    for (const QString &known : {kIpLocation, kCountryLocation})
        if (type == known || type == known.mid(1))
            return known;
    return {};
}

/// An address range of the family that its type names.
bool isIpRange(const QJsonValue &value)
{
    const QJsonObject range = value.toObject();
    const QString type = range["@odata.type"_L1].toString();
    const auto [network, length] = QHostAddress::parseSubnet(range["cidrAddress"_L1].toString());
    const bool slash = range["cidrAddress"_L1].toString().contains(u'/');
    if (type.endsWith("microsoft.graph.iPv4CidrRange"_L1))
        return slash && network.protocol() == QAbstractSocket::IPv4Protocol && length > 0;
    return slash && type.endsWith("microsoft.graph.iPv6CidrRange"_L1) && network.protocol() == QAbstractSocket::IPv6Protocol &&
           length > 0;
}

QString ipLocationFault(const QJsonObject &row)
{
    const QJsonArray ranges = row["ipRanges"_L1].toArray();
    if (ranges.isEmpty() || ranges.size() > 2000 || !std::all_of(ranges.begin(), ranges.end(), isIpRange))
        return u"ipRanges must hold 1 to 2000 ranges, each an iPv4CidrRange or iPv6CidrRange with its cidrAddress."_s;
    return row["isTrusted"_L1].isBool() ? QString() : u"isTrusted must be true or false."_s;
}

QString countryLocationFault(const QJsonObject &row)
{
    const QStringList countries = caList(row, u"countriesAndRegions"_s);
    const bool valid = !countries.isEmpty() && std::all_of(countries.begin(), countries.end(), [](const QString &country) {
        return country.size() == 2 && country.at(0).isUpper() && country.at(1).isUpper();
    });
    if (!valid)
        return u"countriesAndRegions must hold two-letter codes of ISO 3166-2."_s;
    const QString method = row["countryLookupMethod"_L1].toString();
    if (method != u"clientIpAddress" && method != u"authenticatorAppGps")
        return u"countryLookupMethod must be clientIpAddress or authenticatorAppGps."_s;
    return row["includeUnknownCountriesAndRegions"_L1].isBool() ? QString()
                                                                : u"includeUnknownCountriesAndRegions must be true or false."_s;
}

QString locationFault(const QJsonObject &row)
{
    const QString name = row["displayName"_L1].toString();
    if (name.trimmed().isEmpty() || name.size() > 256)
        return u"The displayName of a named location must have 1 to 256 characters."_s;
    return locationType(row) == kIpLocation ? ipLocationFault(row) : countryLocationFault(row);
}

/// A new location of the type, with what holds when nothing is said.
QJsonObject blankLocation(const QString &type)
{
    QJsonObject row{{u"@odata.type"_s, type}, {u"displayName"_s, QString()}, {u"modifiedDateTime"_s, QJsonValue::Null}};
    if (type == kIpLocation) {
        row.insert(u"isTrusted"_s, false);
        row.insert(u"ipRanges"_s, QJsonArray());
    } else {
        row.insert(u"countriesAndRegions"_s, QJsonArray());
        row.insert(u"countryLookupMethod"_s, u"clientIpAddress"_s);
        row.insert(u"includeUnknownCountriesAndRegions"_s, false);
    }
    return row;
}

/// The row with what was sent; the member that the type does not have goes to `unknown`.
QJsonObject changedLocation(QJsonObject row, const QJsonObject &sent, QString *unknown)
{
    static const QStringList readOnly{u"id"_s, u"createdDateTime"_s, u"modifiedDateTime"_s, u"deletedDateTime"_s};
    for (auto it = sent.begin(); it != sent.end(); ++it) {
        if (it.key().contains(u'@') || readOnly.contains(it.key()))
            continue;
        if (!row.contains(it.key()))
            *unknown = it.key();
        row.insert(it.key(), it.value());
    }
    return row;
}

std::optional<Response> refusedLocation(const Store &store, const Request &request, const QJsonObject &row,
                                        const QString &unknown)
{
    if (locationType(request.body).isEmpty() || locationType(request.body) != row["@odata.type"_L1].toString())
        return caBadRequest(store, u"A named location needs the @odata.type %1 or %2; it cannot be changed."_s.arg(
                                       kIpLocation, kCountryLocation));
    if (!unknown.isEmpty())
        return caBadRequest(store, u"Invalid property '%1' in the request body."_s.arg(unknown));
    if (const QString fault = locationFault(row); !fault.isEmpty())
        return caBadRequest(store, fault);
    return {};
}

Response createLocation(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, false))
        return *denied;
    QString unknown;
    QJsonObject row = changedLocation(blankLocation(locationType(request.body)), request.body, &unknown);
    if (auto refused = refusedLocation(store, request, row, unknown))
        return *refused;
    row.insert(u"id"_s, store.newId(u"namedLocation"_s, row["displayName"_L1].toString()));
    row.insert(u"createdDateTime"_s, store.nowText());
    row.insert(u"modifiedDateTime"_s, store.nowText());
    store.put(kLocations, row);
    caAudit(store, request, u"Add named location"_s, u"Add"_s, u"NamedLocation"_s, {}, row);
    return caCreated(request, row, kLocationsContext);
}

Response changeLocation(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, false))
        return *denied;
    const QJsonObject *found = store.find(kLocations, request.param(u"id"_s));
    if (!found)
        return caMissing(u"named location"_s, request.param(u"id"_s));
    const QJsonObject before = *found;
    QString unknown;
    QJsonObject row = changedLocation(before, request.body, &unknown);
    if (auto refused = refusedLocation(store, request, row, unknown))
        return *refused;
    row.insert(u"modifiedDateTime"_s, store.nowText());
    store.put(kLocations, row);
    caAudit(store, request, u"Update named location"_s, u"Update"_s, u"NamedLocation"_s, before, row);
    return Response::noContent();
}

Response deleteLocation(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, false))
        return *denied;
    const QJsonObject *found = store.find(kLocations, request.param(u"id"_s));
    if (!found)
        return caMissing(u"named location"_s, request.param(u"id"_s));
    const QJsonObject row = *found;
    const QString id = row["id"_L1].toString();
    const QString user = caUser(store, u"locations"_s, {u"includeLocations"_s, u"excludeLocations"_s}, id);
    if (!user.isEmpty())
        return caBadRequest(store, u"The named location is used by the policy '%1' and cannot be deleted."_s.arg(user));
    if (row["isTrusted"_L1].toBool())
        return caBadRequest(store, u"A trusted named location cannot be deleted. Set isTrusted to false first."_s);
    store.remove(kLocations, id);
    caAudit(store, request, u"Delete named location"_s, u"Delete"_s, u"NamedLocation"_s, row, {});
    return Response::noContent();
}

} // namespace

void addNamedLocationRoutes(Router &router)
{
    const QString all = kCaBase + u"namedLocations"_s, one = all + u"/{id}"_s;
    router.add("GET", all, [](Store &store, const Request &request) {
        if (auto denied = caMayRead(store, request))
            return *denied;
        return collection(request, store.rows(kLocations), kLocationsContext);
    });
    router.add("GET", one, [](Store &store, const Request &request) {
        if (auto denied = caMayRead(store, request))
            return *denied;
        const QJsonObject *row = store.find(kLocations, request.param(u"id"_s));
        return row ? entity(request, *row, kLocationsContext) : caMissing(u"named location"_s, request.param(u"id"_s));
    });
    router.add("POST", all, createLocation);
    router.add("PATCH", one, changeLocation);
    router.add("DELETE", one, deleteLocation);
}

} // namespace pimgate::demo
