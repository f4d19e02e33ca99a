#pragma once

#include "gate/GateBench.h"
#include "gate/steps/ToCome.h"

namespace pimgate::test {

/// What a person was shown of the requests before a run, held against the record of what the tenant received.
class ShownRequests
{
public:
    ShownRequests(const GateBench &bench, const Plan &plan, const QList<Change> &rows)
        : m_bench(bench), m_before(bench.exchanges("?api=graph").size())
    {
        for (const Change &row : rows)
            m_shown << bench.runner->requests(plan, row);
    }

    /// Empty when the run has sent exactly that, the places filled with what came to be; else the lines of one side only.
    QByteArray differFromSent(const QString &runId) const
    {
        const QList<QJsonObject> exchanges = m_bench.exchanges("?api=graph").mid(m_before);
        const auto record = QCoro::waitFor(m_bench.history->run(runId));
        if (!record)
            return record.error().text().toUtf8();
        const QHash<ToCome, QString> came{{ToCome::Run, runId},
                                          {ToCome::Group, record->ids.groupId},
                                          {ToCome::PimRules, rulesBeforeTheWrite(exchanges)},
                                          {ToCome::Policy, record->ids.policyId}};
        QStringList shown, sent;
        for (const GraphRequest &request : m_shown) {
            QString text = line(QString::fromLatin1(request.method), QLatin1String("/v1.0") + request.path, request.body);
            for (auto it = came.cbegin(); it != came.cend(); ++it)
                text.replace(placeOf(it.key()), *it);
            shown << text;
        }
        for (const QJsonObject &one : exchanges)
            if (const Call call = callOf(one); !isRead(call.method, call.path, call.body))
                sent << line(call.method, call.path, call.body.toObject());
        shown.sort();
        sent.sort();
        return shown == sent ? QByteArray() : difference(shown.join(QLatin1Char('\n')), sent.join(QLatin1Char('\n'))) + ' ';
    }

private:
    static Call callOf(const QJsonObject &exchange)
    {
        return {{},
                exchange[QLatin1String("method")].toString(),
                exchange[QLatin1String("path")].toString(),
                exchange[QLatin1String("requestBody")],
                exchange[QLatin1String("status")].toInt()};
    }

    static QString line(const QString &method, const QString &path, const QJsonObject &body)
    {
        return method + QLatin1Char(' ') + path + QLatin1Char(' ') +
               QString::fromUtf8(QJsonDocument(body).toJson(QJsonDocument::Compact));
    }

    /// The policy id that PIM last told of the members before the rules were written to it.
    static QString rulesBeforeTheWrite(const QList<QJsonObject> &exchanges)
    {
        QString last;
        for (const QJsonObject &one : exchanges) {
            const Call call = callOf(one);
            if (GateBench::kindOf(call) == QLatin1String("rules"))
                break;
            const QJsonArray told = one[QLatin1String("responseBody")][QLatin1String("value")].toArray();
            for (const auto &assignment : told)
                if (assignment[QLatin1String("roleDefinitionId")] == QLatin1String("member"))
                    last = assignment[QLatin1String("policyId")].toString();
        }
        return last;
    }

    const GateBench &m_bench;
    qsizetype m_before;
    QList<GraphRequest> m_shown;
};

} // namespace pimgate::test

/// Nothing else was sent than what was shown.
#define SENT_AS_SHOWN(shown, run)                                                                                                \
    do {                                                                                                                         \
        const QByteArray differ = (shown).differFromSent(run);                                                                   \
        QVERIFY2(differ.isEmpty(), differ.constData());                                                                          \
    } while (false)
