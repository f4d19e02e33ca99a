#pragma once

#include "demo/DemoPeople.h"
#include "demo/DemoTenant.h"

#include <QDateTime>
#include <QTest>

#include <memory>

namespace pimgate::demotest {

using namespace Qt::Literals::StringLiterals;

inline const QString kZeros = u"00000000-0000-0000-0000-000000000000"_s;
inline const QString kNobody = u"00000000-1111-2222-3333-444444444444"_s;
inline const QString kBadRequest = u"Request_BadRequest"_s;

inline QStringList each(const QJsonArray &rows, const char *member)
{
    QStringList list;
    for (const auto &row : rows)
        list.append(row[QLatin1String(member)].toString());
    return list;
}

inline QJsonObject with(QJsonObject body, const QJsonObject &more)
{
    for (auto it = more.begin(); it != more.end(); ++it)
        body.insert(it.key(), it.value());
    return body;
}

/// A tenant for tests of its directory, and Mira, who has the minimum role set of contract 2.4 in it and is Privileged
/// Role Administrator.
class DirectoryBench : public QObject
{
protected:
    /// One tenant for all tests, as good as new each time; only a clock that was put forward cannot be put back.
    void start()
    {
        if (!m_tenant) {
            auto tenant = pimgate::demo::DemoTenant::start({});
            QVERIFY(tenant);
            m_tenant = std::move(*tenant);
            m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
        } else {
            QCOMPARE(m_admin->control("POST", u"reset"_s).status, 204);
        }
        QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    }
    void end()
    {
        if (m_clockMoved)
            m_tenant.reset();
        m_clockMoved = false;
    }
    void wait(const char *duration)
    {
        m_clockMoved = true;
        QCOMPARE(m_admin->advance(QLatin1String(duration)).status, 200);
    }
    void manners(const QJsonObject &body) const { QCOMPARE(m_admin->control("POST", u"directory"_s, body).status, 204); }

    DemoClient signedIn(const QString &upn, const QString &scopes = u".default"_s) const
    {
        DemoClient client(m_tenant->cloudFile());
        const auto problem = client.signIn(upn, {}, scopes);
        if (!problem.isEmpty())
            qWarning("%s", qPrintable(problem));
        return client;
    }
    QByteArray state() const { return m_admin->control("GET", u"state?times=0"_s).body; }

    QString groupId(const char *name) const { return idByName(u"/groups"_s, name); }
    QString spId(const char *name) const { return idByName(u"/servicePrincipals"_s, name); }
    QString reference(const QString &oid, const char *collection = "directoryObjects") const
    {
        return u"%1/v1.0/%2/%3"_s.arg(m_tenant->origin(), QLatin1String(collection), oid);
    }
    QJsonObject groupBody(const QString &name) const
    {
        return {{u"displayName"_s, name},
                {u"mailNickname"_s, QString(name).remove(u' ')},
                {u"mailEnabled"_s, false},
                {u"securityEnabled"_s, true}};
    }
    QJsonObject assignmentBody(const QString &principal, const QString &sp, const QString &role = kZeros) const
    {
        return {{u"principalId"_s, principal}, {u"resourceId"_s, sp}, {u"appRoleId"_s, role}};
    }
    /// {desk}, {ada}... by what they stand for.
    QString fill(QString text) const
    {
        if (text.contains(u"{ada}"))
            text.replace(u"{ada}"_s, idOf(*m_admin, "ada.lindqvist"));
        if (text.contains(u"{desk}"))
            text.replace(u"{desk}"_s, groupId("Service Desk"));
        if (text.contains(u"{ninja}"))
            text.replace(u"{ninja}"_s, spId("NinjaOne"));
        return text.replace(u"{origin}"_s, m_tenant->origin()).replace(u"{nobody}"_s, kNobody);
    }

    std::unique_ptr<pimgate::demo::DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin;

private:
    QString idByName(const QString &path, const char *name) const
    {
        return m_admin->get(u"%1?$filter=displayName eq '%2'"_s.arg(path, QLatin1String(name))).first()["id"_L1].toString();
    }

    bool m_clockMoved = false;
};

} // namespace pimgate::demotest
