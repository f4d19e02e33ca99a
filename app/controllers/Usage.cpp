#include "controllers/Usage.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace pimgate {

struct UsageText
{
    Q_DECLARE_TR_FUNCTIONS(Usage)
};

Usage::Usage(QString appId, const QList<SignInRecord> &records, std::optional<Error> error)
    : m_appId(std::move(appId)), m_error(std::move(error))
{
    for (const SignInRecord &record : records) {
        if (record.errorCode != 0 || record.userId.isEmpty())
            continue;
        ++m_admitted;
        if (const auto known = m_place.constFind(record.userId); known != m_place.constEnd()) {
            QDateTime &last = m_people[*known].last;
            last = std::max(last, record.at);
            continue;
        }
        User user;
        user.last = record.at;
        user.who.type = Principal::Type::User;
        user.who.id = record.userId;
        user.who.displayName = record.userDisplayName.isEmpty() ? record.userName : record.userDisplayName;
        user.who.userName = record.userName;
        user.who.guest = record.userName.contains(QLatin1String("#EXT#"), Qt::CaseInsensitive);
        user.service = looksLikeService(user.who.userName) || looksLikeService(user.who.displayName);
        m_place.insert(record.userId, m_people.size());
        m_people << user;
    }
}

void Usage::learn(const QHash<QString, Principal> &people)
{
    for (User &user : m_people)
        if (people.value(user.who.id).guest)
            user.who.guest = true;
}

QDateTime Usage::lastOf(const QString &userId) const
{
    const auto known = m_place.constFind(userId);
    return known == m_place.constEnd() ? QDateTime() : m_people.at(*known).last;
}

QString ago(const QDateTime &at, const QDateTime &now)
{
    const qint64 minutes = std::max<qint64>(0, at.secsTo(now) / 60);
    if (minutes < 60)
        return UsageText::tr("%n min ago", nullptr, int(minutes));
    const qint64 days = at.toLocalTime().date().daysTo(now.toLocalTime().date());
    if (days <= 0)
        return UsageText::tr("today");
    if (days == 1)
        return UsageText::tr("yesterday");
    return UsageText::tr("%n day(s) ago", nullptr, int(days));
}

bool looksLikeService(const QString &name)
{
    static const QRegularExpression pattern(QStringLiteral("(^|[^a-z])(svc|service|sync|api|bot|automation|noreply)([^a-z]|$)"),
                                            QRegularExpression::CaseInsensitiveOption);
    return pattern.match(name.section(QLatin1Char('@'), 0, 0)).hasMatch();
}

} // namespace pimgate
