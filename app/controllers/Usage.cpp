#include "controllers/Usage.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QSet>

namespace pimgate {

struct UsageText
{
    Q_DECLARE_TR_FUNCTIONS(Usage)
};

QDateTime Usage::lastOf(const QString &userId) const
{
    QDateTime last;
    for (const SignInRecord &record : signIns)
        if (record.userId == userId && record.errorCode == 0 && (!last.isValid() || record.at > last))
            last = record.at;
    return last;
}

QList<Principal> Usage::people() const
{
    QList<Principal> all;
    QSet<QString> seen;
    for (const SignInRecord &record : signIns) {
        if (record.errorCode != 0 || record.userId.isEmpty() || seen.contains(record.userId))
            continue;
        seen.insert(record.userId);
        Principal person;
        person.type = Principal::Type::User;
        person.id = record.userId;
        person.displayName = record.userDisplayName.isEmpty() ? record.userName : record.userDisplayName;
        person.userName = record.userName;
        person.guest = guests.contains(record.userId) || record.userName.contains(QLatin1String("#EXT#"), Qt::CaseInsensitive);
        all << person;
    }
    return all;
}

int Usage::admitted() const
{
    return int(std::count_if(signIns.begin(), signIns.end(), [](const SignInRecord &r) { return r.errorCode == 0; }));
}

QString ago(const QDateTime &at, const QDateTime &now)
{
    using T = UsageText;
    const qint64 minutes = std::max<qint64>(0, at.secsTo(now) / 60);
    if (minutes < 60)
        return T::tr("%n min ago", nullptr, int(minutes));
    const qint64 days = at.toLocalTime().date().daysTo(now.toLocalTime().date());
    if (days <= 0)
        return T::tr("today");
    if (days == 1)
        return T::tr("yesterday");
    return T::tr("%n day(s) ago", nullptr, int(days));
}

bool looksLikeService(const QString &name)
{
    static const QRegularExpression pattern(QStringLiteral("(^|[^a-z])(svc|service|sync|api|bot|automation|noreply)([^a-z]|$)"),
                                            QRegularExpression::CaseInsensitiveOption);
    return pattern.match(name.section(QLatin1Char('@'), 0, 0)).hasMatch();
}

} // namespace pimgate
