#include "demo/PimBench.h"

#include <QRegularExpression>
#include <QTest>

using namespace pimgate::demotest;

/// graph-contract.md 7.6, 7.8 and 9: which rules a request meets.
class tst_ContractPimEvaluation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QCOMPARE(m_bench.begin(), QString()); }

    void semantics_data();
    void semantics();

private:
    PimBench m_bench;
};

namespace {

Answer adaAsks(PimBench &b, const char *half, const char *action, const char *duration, const QJsonObject &more = why())
{
    return askPim(b.as("ada.lindqvist"), half, action, b.group, b.ada, lasting(duration), more);
}

// --- 7.6 ----------------------------------------------------------------------------------------------------------

/// The names of the rules in a refusal, in the order in which they stand there.
QStringList rulesIn(const Answer &answer)
{
    static const QRegularExpression name(QStringLiteral("\\b\\w+Rule\\b"));
    QStringList names;
    for (auto it = name.globalMatch(refusalIn(answer).message); it.hasNext();)
        names << it.next().captured();
    return names;
}

void allTogether(PimBench &b)
{
    const QStringList all{QStringLiteral("MultiFactorAuthentication"), QStringLiteral("Justification"),
                          QStringLiteral("Ticketing")};
    QCOMPARE(b.rules({{kEnablement, enabledRules(all)}}).status, 200);
    QCOMPARE(rulesIn(b.activate("ada.lindqvist", "PT9H", {})),
             (QStringList{QStringLiteral("EligibilityRule"), QStringLiteral("ExpirationRule"),
                          QStringLiteral("JustificationRule"), QStringLiteral("TicketingRule"), QStringLiteral("MfaRule")}));
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.activate("ada.lindqvist", "PT8H", both(why(), ticket()), mfaClaim()).text("status"),
             QStringLiteral("Provisioned"));
}

void durationAtTheLimit(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(rulesIn(b.activate("ada.lindqvist", "PT8H1M")), QStringList{QStringLiteral("ExpirationRule")});
    QCOMPARE(b.activate("ada.lindqvist", "PT480M").status, 201);
}

void endIsNeverMissing(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    for (const char *type : {"noExpiration", "notSpecified"})
        QCOMPARE(rulesIn(askPim(b.as("ada.lindqvist"), "assignment", "selfActivate", b.group, b.ada, until(type), why())),
                 QStringList{QStringLiteral("ExpirationRule")});
    const QJsonObject tooLate = until("afterDateTime", "endDateTime", b.later(9 * 3600));
    QCOMPARE(rulesIn(askPim(b.as("ada.lindqvist"), "assignment", "selfActivate", b.group, b.ada, tooLate, why())),
             QStringList{QStringLiteral("ExpirationRule")});
    const QJsonObject inTime = until("afterDateTime", "endDateTime", b.later(7 * 3600));
    QCOMPARE(askPim(b.as("ada.lindqvist"), "assignment", "selfActivate", b.group, b.ada, inTime, why()).status, 201);
}

void blanksAreNoJustification(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(rulesIn(b.activate("ada.lindqvist", "PT1H", why("  "))), QStringList{QStringLiteral("JustificationRule")});
}

void contextIsAnErrorOfItsOwn(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.admin().post(QStringLiteral("/identity/conditionalAccess/policies"), contextPolicy("c1", "enabled")).status, 201);
    QCOMPARE(b.rules({{kContextRule, contextRule("c1")}}).status, 200);
    QCOMPARE(rulesIn(b.activate("ada.lindqvist", "PT9H", {})),
             (QStringList{QStringLiteral("ExpirationRule"), QStringLiteral("JustificationRule")})); // first what all share
    QCOMPARE(codeOf(b.activate("ada.lindqvist")), QStringLiteral("RoleAssignmentRequestAcrsValidationFailed"));
    QCOMPARE(b.activate("ada.lindqvist", "PT1H", why(), contextClaim("c1")).text("status"), QStringLiteral("Provisioned"));
}

void contextNeedsCp1(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.admin().post(QStringLiteral("/identity/conditionalAccess/policies"), contextPolicy("c1", "enabled")).status, 201);
    QCOMPARE(b.rules({{kContextRule, contextRule("c1")}}).status, 200);
    const Answer first = b.activate("ada.lindqvist");
    const Answer stepped = b.activate("ada.lindqvist", "PT1H", why(), contextClaim("c1", {}));
    QCOMPARE(stepped.status, 400);
    QCOMPARE(stepped.message(), first.message()); // the same error, for ever
    QCOMPARE(b.activate("ada.lindqvist", "PT1H", why(), contextClaim("c2")).message(), first.message()); // another context
    QCOMPARE(b.activate("ada.lindqvist", "PT1H", why(), contextClaim("c1")).status, 201);
}

void contextFallsBackToMfa(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.rules({{kContextRule, contextRule("c1")}}).status, 200);
    QCOMPARE(rulesIn(b.activate("ada.lindqvist")), QStringList{QStringLiteral("MfaRule")}); // no policy targets it
    QCOMPARE(b.activate("ada.lindqvist", "PT1H", why(), mfaClaim()).status, 201);
}

void contextFallsBackNotWhereAPolicyIsOff(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.rules({{kContextRule, contextRule("c1")}}).status, 200);
    QCOMPARE(b.admin().post(QStringLiteral("/identity/conditionalAccess/policies"), contextPolicy("c1", "disabled")).status, 201);
    QCOMPARE(codeOf(b.activate("ada.lindqvist", "PT1H", why(), mfaClaim())),
             QStringLiteral("RoleAssignmentRequestAcrsValidationFailed"));
}

void approvalIsNoError(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.needsApproval({approvingUser(b.lena)}).status, 200);
    const Answer asked = b.activate("ada.lindqvist");
    QCOMPARE(asked.status, 201);
    QCOMPARE(asked.text("status"), QStringLiteral("PendingApproval"));
    QCOMPARE(
        rulesIn(b.activate("jonas.weber", "PT9H", {})), // approval does not hide the other rules
        (QStringList{QStringLiteral("EligibilityRule"), QStringLiteral("ExpirationRule"), QStringLiteral("JustificationRule")}));
}

void administratorsAreJudged(PimBench &b)
{
    QCOMPARE(rulesIn(b.makeEligible(b.ada, "P366D")), QStringList{QStringLiteral("ExpirationRule")});
    QCOMPARE(rulesIn(b.ask("eligibility", "adminAssign", b.ada, until("noExpiration"), why())),
             QStringList{QStringLiteral("ExpirationRule")});
    QCOMPARE(b.ask("eligibility", "adminAssign", b.ada, lasting("P365D")).status, 201); // no justification asked for
    QCOMPARE(rulesIn(b.ask("assignment", "adminAssign", b.jonas, lasting("P181D"))),
             (QStringList{QStringLiteral("ExpirationRule"), QStringLiteral("JustificationRule")}));
    QCOMPARE(b.ask("assignment", "adminAssign", b.jonas, lasting("P180D"), why()).status, 201);
    QCOMPARE(rulesIn(b.ask("assignment", "adminUpdate", b.jonas, lasting("P181D"), why())),
             QStringList{QStringLiteral("ExpirationRule")});
}

void validationOnly(PimBench &b)
{
    const QJsonObject only{{QStringLiteral("isValidationOnly"), true}};
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.assign(b.jonas).status, 201);
    b.advance("PT5M");
    const QByteArray before = b.state();
    const Answer checked = b.activate("ada.lindqvist", "PT1H", both(why(), only));
    QCOMPARE(checked.status, 201);
    QVERIFY(checked.json()[QLatin1String("isValidationOnly")].toBool());
    QCOMPARE(rulesIn(b.activate("ada.lindqvist", "PT9H", only)),
             (QStringList{QStringLiteral("ExpirationRule"), QStringLiteral("JustificationRule")}));
    QCOMPARE(b.makeEligible(b.lena, "P1D", only).status, 201);
    QCOMPARE(b.ask("eligibility", "adminUpdate", b.ada, lasting("P1D"), only).status, 201);
    QCOMPARE(b.ask("eligibility", "adminRemove", b.ada, {}, only).status, 201);
    QCOMPARE(b.ask("assignment", "adminRemove", b.jonas, {}, only).status, 201);
    QCOMPARE(adaAsks(b, "eligibility", "selfExtend", "P100D", both(why(), only)).status, 201);
    QCOMPARE(b.state(), before);
}

const Sentence kSentences[] = {
    {"7.6: rules are checked together", allTogether},
    {"7.6: duration against maximumDuration", durationAtTheLimit},
    {"7.6: missing end", endIsNeverMissing},
    {"7.6: blanks are no justification", blanksAreNoJustification},
    {"7.6: authentication context is a separate error", contextIsAnErrorOfItsOwn},
    {"7.8: acrs only with cp1, else the same error again", contextNeedsCp1},
    {"9: no policy targets the context: MFA", contextFallsBackToMfa},
    {"9: the fallback does not apply when the policy is disabled", contextFallsBackNotWhereAPolicyIsOff},
    {"7.6: approval turns into PendingApproval", approvalIsNoError},
    {"7.6: administrators' requests", administratorsAreJudged},
    {"7.1: isValidationOnly", validationOnly},
};

} // namespace

void tst_ContractPimEvaluation::semantics_data()
{
    addSentences(kSentences);
}

void tst_ContractPimEvaluation::semantics()
{
    QFETCH(int, row);
    kSentences[row].act(m_bench);
}

QTEST_GUILESS_MAIN(tst_ContractPimEvaluation)
#include "tst_ContractPimEvaluation.moc"
