// What page, HTML and JSON must say and must not say of every state that a gate can be in. Written down by hand and not
// computed: one row per outcome, lock, proof, policy and break-glass account, each with the whole words of its place.
#include "base/CanonicalJson.h"
#include "controllers/ReportController.h"
#include "graph/ManagementPolicies.h"
#include "report/Cases.h"
#include "report/EvidenceSample.h"
#include "report/ReportFacts.h"
#include "wire/ScratchDir.h"

#include <QCoreApplication>
#include <QDir>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>
#include <QTranslator>

#include <functional>

using namespace pimgate;
using namespace pimgate::test;

using Spoil = std::function<void(Evidence &)>;
using Locks = std::pair<const char *, const char *>;
Q_DECLARE_METATYPE(Spoil)

namespace {

/// The three places, taken apart.
class Said
{
public:
    explicit Said(const Evidence &evidence)
        : m_html(toHtml(evidence)), m_text(toCanonicalJson(evidence)), m_json(QJsonDocument::fromJson(m_text).object()),
          m_page(ReportController::factsIn(evidence))
    {
        keep();
    }

    ReportController::Fact page(const QString &what) const
    {
        for (const ReportController::Fact &fact : m_page)
            if (fact.what == what)
                return fact;
        return {PageState::Working, what, QStringLiteral("the page says nothing of it")};
    }

    /// The value beside that name in the table at the top.
    QString html(const QString &name) const
    {
        const QString from = QStringLiteral(">%1</td><td>").arg(name);
        return m_html.contains(from) ? m_html.section(from, 1, 1).section(QStringLiteral("</td>"), 0, 0)
                                     : QStringLiteral("the report says nothing of it");
    }

    QString part(const QString &heading) const
    {
        return m_html.section(QStringLiteral("<h2>%1</h2>").arg(heading), 1, 1).section(QStringLiteral("<h2"), 0, 0);
    }

    /// The first row of that part that names it, as markup.
    QString row(const QString &heading, const QString &text) const
    {
        for (const QString &one : part(heading).split(QStringLiteral("<tr>")))
            if (one.contains(text))
                return one;
        return {};
    }

    /// "facts.lockedOut.state"
    QJsonValue json(const QString &path) const
    {
        QJsonValue value = m_json;
        for (const QString &name : path.split(QLatin1Char('.')))
            value = value[name];
        return value;
    }
    /// That one of an array whose member has this value.
    QJsonObject json(const QString &path, const QString &member, const QString &value) const
    {
        for (const QJsonValue &one : json(path).toArray())
            if (one[member].toString() == value)
                return one.toObject();
        return {};
    }
    const QByteArray &text() const { return m_text; }

private:
    /// With PIMGATE_REPORTS every report of the tables stays there, for tools that we did not write.
    void keep() const
    {
        const QString folder = qEnvironmentVariable("PIMGATE_REPORTS");
        if (folder.isEmpty())
            return;
        QDir().mkpath(folder);
        QString name = QLatin1String(QTest::currentTestFunction()) + QLatin1Char(' ') + QLatin1String(QTest::currentDataTag());
        static const QRegularExpression other(QStringLiteral("[^A-Za-z0-9]+"));
        QFile file(QDir(folder).filePath(name.replace(other, QStringLiteral("-")) + QStringLiteral(".json")));
        if (file.open(QIODevice::WriteOnly))
            file.write(m_text);
    }

    QString m_html;
    QByteArray m_text;
    QJsonObject m_json;
    QList<ReportController::Fact> m_page;
};

Said saidOf(const Spoil &spoil)
{
    Evidence evidence = evidenceOf();
    spoil(evidence);
    return Said(evidence);
}

QString words(const QString &markup)
{
    return visible(markup).simplified();
}

QJsonArray names(const QList<const char *> &list)
{
    QJsonArray array;
    for (const char *name : list)
        array << QLatin1String(name);
    return array;
}

CaPolicy &policyOf(Evidence &evidence)
{
    return *evidence.now.snapshot->policy;
}

/// A condition that nobody can work out from here.
void onlyFromSomewhere(CaPolicy &policy)
{
    policy.raw.insert(QStringLiteral("conditions"),
                      QJsonObject{{QStringLiteral("locations"),
                                   QJsonObject{{QStringLiteral("includeLocations"), QJsonArray{QStringLiteral("place-1")}}}}});
}

void anotherPolicyBlocksEverybody(Evidence &evidence)
{
    CaPolicy other;
    other.displayName = QStringLiteral("Block all");
    other.state = CaPolicy::State::Enabled;
    other.includeUsers << QStringLiteral("All");
    other.includeApplications << QStringLiteral("All");
    other.builtInControls << QStringLiteral("block");
    evidence.now.snapshot->otherPolicies << other;
}

void refuseBreakGlass(Evidence &evidence)
{
    evidence.now.blueprint.policy.breakGlass.clear();
    evidence.now.blueprint.policy.breakGlassRefusal =
        Blueprint::PolicyWish::Refusal{QStringLiteral("Mira Kovac"), QStringLiteral("two owners hold the portal")};
    policyOf(evidence).excludeUsers.clear();
    evidence.arming->lines.removeLast();
}

const auto glassGroupId = QStringLiteral("66666666-0000-0000-0000-000000000001");

/// Break-glass is a group; What-If was asked about who is in it.
void breakGlassIsAGroup(Evidence &evidence, bool leftOut)
{
    const Principal group{Principal::Type::Group, glassGroupId, QStringLiteral("Break-glass people"), {}, {}};
    evidence.now.snapshot->people.insert(group.id, group);
    evidence.now.snapshot->principals.insert(QStringLiteral("group:Break-glass people"), group);
    evidence.now.blueprint.policy.breakGlass = QStringList{QStringLiteral("group:Break-glass people")};
    policyOf(evidence).excludeUsers.clear();
    if (leftOut)
        policyOf(evidence).excludeGroups << group.id;
}

void proofLine(Evidence &evidence, int index, ProofLine::State state)
{
    evidence.proof->lines[index].state = state;
    if (state == ProofLine::State::ToCome)
        evidence.proof->lines[index].label = ProofLabel::Simulated;
}

void realTenant(Evidence &evidence)
{
    const Evidence real = evidenceOf(false);
    evidence.demo = evidence.run.demo = false;
    evidence.proof = real.proof;
}

/// Every text is another one at every call.
class Babel : public QTranslator
{
public:
    bool isEmpty() const override { return false; }
    QString translate(const char *, const char *source, const char *, int) const override
    {
        return QStringLiteral("«%1» ").arg(++m_calls) + QString::fromUtf8(source);
    }

private:
    mutable int m_calls = 0;
};

} // namespace

class tst_ReportFacts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void canOpenIt_data();
    void canOpenIt();
    void lockedOut_data();
    void lockedOut();
    void nothingWasRead();
    void proof_data();
    void proof();
    void proofLines_data();
    void proofLines();
    void proofCells_data();
    void proofCells();
    void topOfTheReport_data();
    void topOfTheReport();
    void partsOfTheReport_data();
    void partsOfTheReport();
    void sheetOfACloudOfOnesOwn();
    void brand();
    void rightToLeft();
    void policy_data();
    void policy();
    void outcomes_data();
    void outcomes();
    void asPlanned_data();
    void asPlanned();
    void aStepWithoutRowsIsNotVerified();
    void canSignIn();
    void everybodyOnce();
    void detailsByKey();
    void whoCanSignIn_data();
    void whoCanSignIn();
    void breakGlass_data();
    void breakGlass();
    void whatIf_data();
    void whatIf();
    void verdicts_data();
    void verdicts();
    void noWordOfALanguageIsInTheJson();
    void oddCharacters();
};

void tst_ReportFacts::canOpenIt_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<QString>("text");
    QTest::addColumn<PageState>("state");
    QTest::addColumn<QString>("answer"); // empty: null
    QTest::addColumn<QString>("reason"); // of the verdict
    using S = PageState;
    const auto row = [](const char *name, Spoil spoil, const char *text, S state, const char *answer, const char *reason) {
        QTest::newRow(name) << spoil << QString::fromUtf8(text) << state << QString::fromLatin1(answer)
                            << QString::fromLatin1(reason);
    };
    row(
        "somebody", [](Evidence &) {}, "Ada Lindqvist can open it, without end: Lena Fischer approves, 4 hour(s).", S::Verified,
        "yes", "questionsOpen");
    row(
        "the eligible people are disabled",
        [](Evidence &e) {
            for (Principal &person : e.now.snapshot->standing.people)
                person.enabled = person.id == lena.id;
        },
        "Nobody can open the gate: Ada Lindqvist (the account is disabled); Jonas Weber (the account is disabled).", S::Differs,
        "no", "nobodyCanOpen");
    row(
        "nobody is eligible", [](Evidence &e) { e.now.snapshot->eligible.clear(); },
        "Nobody can open the gate: nobody is eligible.", S::Differs, "no", "nobodyCanOpen");
    row(
        "the accounts could not be read", [](Evidence &e) { e.now.snapshot->standing = {}; },
        "It is not known whether anybody can open the gate: Ada Lindqvist (whether the account may sign in could not be read); "
        "Jonas Weber (whether the account may sign in could not be read).",
        S::NotChecked, "notKnown", "pathNotKnown");
    row(
        "there is no group", [](Evidence &e) { e.now.snapshot->group.reset(); }, "not known", S::NotChecked, "",
        "noGroupOrPolicy");
}

/// The right people can open it: said of somebody by name, or not at all; and nothing else is called closed.
void tst_ReportFacts::canOpenIt()
{
    QFETCH(Spoil, spoil);
    QFETCH(QString, text);
    QFETCH(PageState, state);
    QFETCH(QString, answer);
    QFETCH(QString, reason);
    Evidence evidence = evidenceOf();
    spoil(evidence);
    const Said said(evidence);
    QCOMPARE(said.page(QStringLiteral("Can open it")).found,
             answer == QLatin1String("yes") ? QStringLiteral("Ada Lindqvist, without end") : text);
    QCOMPARE(said.page(QStringLiteral("Can open it")).state, state);
    QCOMPARE(words(said.html(QStringLiteral("Can open it"))), text);
    QCOMPARE(said.json(QStringLiteral("facts.openable.answer")).toString(), answer);
    QVERIFY(said.json(QStringLiteral("verdict.reasons")).toArray().contains(reason));
    const QJsonArray people = said.json(QStringLiteral("facts.openable.people")).toArray();
    const bool named = std::any_of(people.begin(), people.end(),
                                   [](const QJsonValue &one) { return one[QLatin1String("answer")] == QLatin1String("yes"); });
    QCOMPARE(named, answer == QLatin1String("yes"));
    // With every question answered nothing but a path lets it read "closed".
    for (const Preset::Question &question : bypassQuestions(evidence))
        evidence.answers.insert(question.key, QStringLiteral("closed"));
    QCOMPARE(verdictOf(evidence).state == ReportVerdict::State::Closed, answer == QLatin1String("yes"));
}

void tst_ReportFacts::lockedOut_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<QString>("text");
    QTest::addColumn<PageState>("page");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QJsonArray>("who");
    const auto row = [](const char *tag, const Spoil &spoil, const char *text, PageState page, const char *name,
                        const QList<const char *> &who) {
        QTest::newRow(tag) << spoil << QString::fromUtf8(text) << page << QString::fromUtf8(name) << names(who);
    };
    using S = PageState;
    const char *const nobody = "nobody: break-glass not blocked by the policy";
    row("spared", [](Evidence &) {}, nobody, S::Verified, "nobodyBreakGlassSpared", {});
    row("spared, names left out", [](Evidence &e) { e.leaveOutNames = true; }, nobody, S::Verified, "nobodyBreakGlassSpared", {});
    row("spared, report-only", [](Evidence &e) { policyOf(e).state = CaPolicy::State::ReportOnly; }, nobody, S::Verified,
        "nobodyBreakGlassSpared", {});
    row("spared, as a group", [](Evidence &e) { breakGlassIsAGroup(e, true); }, nobody, S::Verified, "nobodyBreakGlassSpared",
        {});

    row("blocked", [](Evidence &e) { policyOf(e).excludeUsers.clear(); }, "break-glass blocked: Break-glass 1", S::Differs,
        "breakGlassBlocked", {"Break-glass 1"});
    row("blocked, never asked",
        [](Evidence &e) {
            policyOf(e).excludeUsers.clear();
            e.arming.reset();
        },
        "break-glass blocked: Break-glass 1", S::Differs, "breakGlassBlocked", {"Break-glass 1"});
    row("blocked, as a group", [](Evidence &e) { breakGlassIsAGroup(e, false); }, "break-glass blocked: Break-glass people",
        S::Differs, "breakGlassBlocked", {"Break-glass people"});
    row("blocked by somebody else's policy",
        [](Evidence &e) {
            anotherPolicyBlocksEverybody(e);
            e.now.snapshot->policy.reset();
        },
        "break-glass blocked: Break-glass 1", S::Differs, "breakGlassBlocked", {"Break-glass 1"});
    row("the group is not left out", [](Evidence &e) { policyOf(e).excludeGroups.clear(); },
        "blocked in spite of an activation: Ada Lindqvist, Jonas Weber", S::Differs, "somebodyBlocked",
        {"Ada Lindqvist", "Jonas Weber"});
    row("the group is not left out, and somebody is active",
        [](Evidence &e) {
            e.now.snapshot->members << ada;
            policyOf(e).excludeGroups.clear();
        },
        "blocked in spite of an activation: Ada Lindqvist, Jonas Weber", S::Differs, "somebodyBlocked",
        {"Ada Lindqvist", "Jonas Weber"});
    row("the group is not left out, and break-glass refused",
        [](Evidence &e) {
            refuseBreakGlass(e);
            policyOf(e).excludeGroups.clear();
        },
        "blocked in spite of an activation: Ada Lindqvist, Jonas Weber", S::Differs, "somebodyBlocked",
        {"Ada Lindqvist", "Jonas Weber"});

    row("What-If blocks it, the locks do not",
        [](Evidence &e) {
            e.arming->lines[1].blocked = true;
            e.arming->problem = QStringLiteral("The policy would block the break-glass account Break-glass 1.");
        },
        "blocked, as What-If says: Break-glass 1", S::Differs, "whatIfBlocks", {"Break-glass 1"});
    row("What-If blocks it, and nobody wrote the problem down", [](Evidence &e) { e.arming->lines[1].blocked = true; },
        "blocked, as What-If says: Break-glass 1", S::Differs, "whatIfBlocks", {"Break-glass 1"});
    row("What-If blocks somebody active, and break-glass is refused",
        [](Evidence &e) {
            refuseBreakGlass(e);
            e.arming->lines << ArmingEvidence::Line{ada.displayName, ada.id, ArmingRole::Active, false, true, {}};
        },
        "blocked, as What-If says: Ada Lindqvist", S::Differs, "whatIfBlocks", {"Ada Lindqvist"});
    row("What-If lets somebody in", [](Evidence &e) { e.arming->lines[0].blocked = false; },
        "What-If says the policy would not block Jonas Weber", S::Differs, "whatIfDiffers", {"Jonas Weber"});
    row("What-If is incomplete",
        [](Evidence &e) { e.arming->problem = QStringLiteral("There is no ordinary person to ask What-If about."); },
        "There is no ordinary person to ask What-If about.", S::NotChecked, "whatIfIncomplete", {});
    row("What-If was asked about others", [](Evidence &e) { e.arming->lines.removeLast(); },
        "What-If was not asked about Break-glass 1", S::NotChecked, "whatIfIncomplete", {"Break-glass 1"});
    row("What-If was asked about another one",
        [](Evidence &e) { e.arming->lines[1].userId = QStringLiteral("11111111-0000-0000-0000-000000000009"); },
        "What-If was not asked about Break-glass 1", S::NotChecked, "whatIfIncomplete", {"Break-glass 1"});
    row("What-If was asked about nobody of the group",
        [](Evidence &e) {
            breakGlassIsAGroup(e, true);
            e.arming->lines.removeLast();
        },
        "What-If was not asked about Break-glass people", S::NotChecked, "whatIfIncomplete", {"Break-glass people"});
    row("asked about it as an eligible person", [](Evidence &e) { e.arming->lines[1].role = ArmingRole::Active; },
        "What-If was not asked about Break-glass 1", S::NotChecked, "whatIfIncomplete", {"Break-glass 1"});
    row("never asked", [](Evidence &e) { e.arming.reset(); }, "What-If was not asked", S::NotChecked, "notAsked", {});

    row("refused on record, What-If complete", refuseBreakGlass,
        "no break-glass account, as Mira Kovac decided: two owners hold the portal", S::NeedsAttention, "breakGlassRefused", {});
    row("refused on record, never asked",
        [](Evidence &e) {
            refuseBreakGlass(e);
            e.arming.reset();
        },
        "no break-glass account, as Mira Kovac decided: two owners hold the portal", S::NeedsAttention, "breakGlassRefused", {});
    row("not named",
        [](Evidence &e) {
            refuseBreakGlass(e);
            e.now.blueprint.policy.breakGlassRefusal.reset();
        },
        "no break-glass account is named", S::NeedsAttention, "noBreakGlassNamed", {});
    row("named, and the tenant has no such account", [](Evidence &e) { e.now.snapshot->principals.remove(glass.userName); },
        "not known: break-glass.1@contoso.demo", S::NotChecked, "notKnown", {"break-glass.1@contoso.demo"});

    row("no policy", [](Evidence &e) { e.now.snapshot->policy.reset(); }, "nobody: there is no policy", S::ToDo, "noPolicy", {});
    for (const auto &[tag, state] : {std::pair{"report-only, and would block", CaPolicy::State::ReportOnly},
                                     std::pair{"off, and would block", CaPolicy::State::Disabled}})
        row(tag,
            [state = state](Evidence &e) {
                policyOf(e).state = state;
                policyOf(e).excludeUsers.clear();
            },
            "blocked as soon as the policy is on: Break-glass 1", S::Differs, "wouldBlock", {"Break-glass 1"});
    row("off, and would block whoever activates",
        [](Evidence &e) {
            policyOf(e).state = CaPolicy::State::Disabled;
            policyOf(e).excludeGroups.clear();
        },
        "blocked as soon as the policy is on: Ada Lindqvist, Jonas Weber", S::Differs, "wouldBlock",
        {"Ada Lindqvist", "Jonas Weber"});
    row("off, and would block break-glass that is eligible, too",
        [](Evidence &e) {
            policyOf(e).state = CaPolicy::State::Disabled;
            policyOf(e).excludeUsers.clear();
            policyOf(e).excludeGroups.clear();
            e.now.snapshot->eligible[0].principalId = glass.id;
        },
        "blocked as soon as the policy is on: Break-glass 1, Jonas Weber", S::Differs, "wouldBlock",
        {"Break-glass 1", "Jonas Weber"});
    for (const char *part : {"policy", "policies", "conditionalAccess"})
        row(part, [part](Evidence &e) { e.now.snapshot->unread.insert(QLatin1String(part), Error{}); }, "not known",
            S::NotChecked, "notKnown", {});
    row("the policy's state is not known", [](Evidence &e) { policyOf(e).state = CaPolicy::State::Unknown; }, "not known",
        S::NotChecked, "notKnown", {});
    row("the policy cannot be worked out",
        [](Evidence &e) {
            policyOf(e).excludeUsers.clear();
            onlyFromSomewhere(policyOf(e));
        },
        "not known: Break-glass 1", S::NotChecked, "notKnown", {"Break-glass 1"});
    row("report-only, and cannot be worked out",
        [](Evidence &e) {
            policyOf(e).state = CaPolicy::State::ReportOnly;
            policyOf(e).excludeUsers.clear();
            onlyFromSomewhere(policyOf(e));
        },
        "not known: Break-glass 1", S::NotChecked, "notKnown", {"Break-glass 1"});
    row("no application", [](Evidence &e) { e.now.snapshot->application.reset(); }, "not known", S::NotChecked, "notKnown", {});
}

void tst_ReportFacts::lockedOut()
{
    QFETCH(Spoil, spoil);
    QFETCH(QString, text);
    QFETCH(PageState, page);
    QFETCH(QString, name);
    QFETCH(QJsonArray, who);
    const Said said = saidOf(spoil);
    QCOMPARE(said.page(QStringLiteral("Locked out")).found, text);
    QCOMPARE(said.page(QStringLiteral("Locked out")).state, page);
    QCOMPARE(said.html(QStringLiteral("Locked out")), text);
    QCOMPARE(said.json(QStringLiteral("facts.lockedOut.state")).toString(), name);
    QCOMPARE(said.json(QStringLiteral("facts.lockedOut.who")).toArray(), who);
    if (name != QLatin1String("nobodyBreakGlassSpared")) {
        QVERIFY(!said.text().contains("nobodyBreakGlassSpared"));
        QVERIFY(page != PageState::Verified);
    }
    // A problem is told in a language.
    QVERIFY(!said.text().contains("There is no ordinary person"));
    QVERIFY(!said.text().contains("The policy would block"));
}

void tst_ReportFacts::nothingWasRead()
{
    Evidence evidence = evidenceOf();
    evidence.now = Plan();
    const Said said(evidence);
    QVERIFY(ReportController::factsIn(evidence).isEmpty());
    QCOMPARE(said.html(QStringLiteral("Locked out")), QStringLiteral("not known"));
    QCOMPARE(said.html(QStringLiteral("Policy")), QStringLiteral("could not be read"));
    QCOMPARE(said.html(QStringLiteral("Can sign in now")), QStringLiteral("not known"));
    QCOMPARE(said.json(QStringLiteral("facts.lockedOut.state")).toString(), QStringLiteral("notKnown"));
    QCOMPARE(said.json(QStringLiteral("facts.policy.state")).toString(), QStringLiteral("notRead"));
    QVERIFY(said.json(QStringLiteral("facts.canSignIn")).isNull());
    QVERIFY(words(said.part(QStringLiteral("What the tenant shows now"))).contains(QStringLiteral("Nothing was read.")));
}

void tst_ReportFacts::proof_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<QString>("text");
    QTest::addColumn<PageState>("page");
    QTest::addColumn<QJsonObject>("json");
    QTest::addColumn<QJsonArray>("reasons");
    const auto row = [](const char *tag, const Spoil &spoil, const char *text, PageState page, const char *state, int passed,
                        int of, int shown, const QList<const char *> &reasons) {
        QTest::newRow(tag) << spoil << QString::fromUtf8(text) << page
                           << QJsonObject{{QStringLiteral("state"), QLatin1String(state)},
                                          {QStringLiteral("passed"), passed},
                                          {QStringLiteral("of"), of},
                                          {QStringLiteral("shown"), shown}}
                           << names(reasons);
    };
    using S = PageState;
    using L = ProofLine::State;
    using R = ProofResult::State;
    row("none", [](Evidence &e) { e.proof.reset(); }, "not played", S::ToDo, "notPlayed", 0, 0, 0,
        {"questionsOpen", "proofNotPlayed"});
    row("passed", [](Evidence &) {}, "5 of 5 moments, 5 played in the demo tenant", S::Verified, "passed", 5, 5, 5,
        {"questionsOpen"});
    row("one skipped", [](Evidence &e) { proofLine(e, 2, L::Skipped); }, "4 of 4 moments, 4 played in the demo tenant",
        S::Verified, "passed", 4, 4, 4, {"questionsOpen"});
    row("failed",
        [](Evidence &e) {
            e.proof->state = R::Failed;
            proofLine(e, 3, L::Failed);
            proofLine(e, 4, L::ToCome);
        },
        "failed: 3 of 5 moments, 3 played in the demo tenant", S::Failed, "failed", 3, 5, 3, {"proofFailed"});
    row("failed after a skipped one",
        [](Evidence &e) {
            e.proof->state = R::Failed;
            proofLine(e, 2, L::Skipped);
            proofLine(e, 4, L::Failed);
        },
        "failed: 3 of 4 moments, 3 played in the demo tenant", S::Failed, "failed", 3, 4, 3, {"proofFailed"});
    row("failed, as its last word says", [](Evidence &e) { e.proof->state = R::Failed; },
        "failed: 5 of 5 moments, 5 played in the demo tenant", S::Failed, "failed", 5, 5, 5, {"proofFailed"});
    row("passed, and a line failed", [](Evidence &e) { proofLine(e, 4, L::Failed); },
        "failed: 4 of 5 moments, 4 played in the demo tenant", S::Failed, "failed", 4, 5, 4, {"proofFailed"});
    row("pending",
        [](Evidence &e) {
            e.proof->state = R::Pending;
            proofLine(e, 2, L::Working);
            proofLine(e, 3, L::ToCome);
            proofLine(e, 4, L::ToCome);
        },
        "waits: 2 of 5 moments, 2 played in the demo tenant", S::NeedsAttention, "waits", 2, 5, 2,
        {"questionsOpen", "proofWaits"});
    row("passed, and a line is still to come", [](Evidence &e) { proofLine(e, 4, L::ToCome); },
        "waits: 4 of 5 moments, 4 played in the demo tenant", S::NeedsAttention, "waits", 4, 5, 4,
        {"questionsOpen", "proofWaits"});
    row("pending, and every line passed", [](Evidence &e) { e.proof->state = R::Pending; },
        "waits: 5 of 5 moments, 5 played in the demo tenant", S::NeedsAttention, "waits", 5, 5, 5,
        {"questionsOpen", "proofWaits"});
    row("no line at all", [](Evidence &e) { e.proof->lines.clear(); }, "waits: 0 of 0 moments, 0 played in the demo tenant",
        S::NeedsAttention, "waits", 0, 0, 0, {"questionsOpen", "proofWaits"});
    row("a line disagrees", [](Evidence &e) { e.proof->lines[3].agrees = false; },
        "does not fit what the locks say: 4 of 5 moments, 4 played in the demo tenant", S::Failed, "disagrees", 4, 5, 4,
        {"proofFailed"});
    row("passed, one only simulated", [](Evidence &e) { e.proof->lines[0].label = ProofLabel::Simulated; },
        "5 of 5 moments, 4 played in the demo tenant", S::Verified, "passed", 5, 5, 4, {"questionsOpen"});
    row("observed", realTenant, "5 of 5 moments, 5 observed in this tenant", S::Verified, "passed", 5, 5, 5, {"questionsOpen"});
    row("What-If and a play observe nothing",
        [](Evidence &e) {
            realTenant(e);
            e.proof->lines[0].label = ProofLabel::EvaluatedByMicrosoft;
            e.proof->lines[1].label = ProofLabel::PlayedInDemo;
            e.proof->lines[2].label = ProofLabel::Simulated;
        },
        "5 of 5 moments, 2 observed in this tenant", S::Verified, "passed", 5, 5, 2, {"questionsOpen"});
}

void tst_ReportFacts::proof()
{
    QFETCH(Spoil, spoil);
    QFETCH(QString, text);
    QFETCH(PageState, page);
    QFETCH(QJsonObject, json);
    QFETCH(QJsonArray, reasons);
    const Said said = saidOf(spoil);
    QCOMPARE(said.page(QStringLiteral("Proof")).found, text);
    QCOMPARE(said.page(QStringLiteral("Proof")).state, page);
    QCOMPARE(said.html(QStringLiteral("Proof")), text);
    QCOMPARE(said.json(QStringLiteral("facts.proof")).toObject(), json);
    QCOMPARE(said.json(QStringLiteral("verdict.reasons")).toArray(), reasons);
}

void tst_ReportFacts::proofLines_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<QString>("mark");
    QTest::addColumn<QString>("label");
    QTest::addColumn<QString>("state");
    QTest::addColumn<QString>("labelName");
    const auto row = [](const char *tag, const Spoil &spoil, const char *mark, const char *label, const char *state,
                        const char *labelName) {
        QTest::newRow(tag) << spoil << QString::fromUtf8(mark) << QString::fromUtf8(label) << QString::fromUtf8(state)
                           << QString::fromUtf8(labelName);
    };
    using L = ProofLine::State;
    const auto line3 = [](L state) -> Spoil { return [state](Evidence &e) { proofLine(e, 3, state); }; };
    const auto labelled = [](bool demo, ProofLabel label) -> Spoil {
        return [demo, label](Evidence &e) {
            if (!demo)
                realTenant(e);
            e.proof->lines[3].label = label;
        };
    };
    const char *const played = "Played in the demo tenant";
    row("passed", line3(L::Passed), "ok", played, "passed", "playedInDemo");
    row(
        "passed, and disagrees", [](Evidence &e) { e.proof->lines[3].agrees = false; }, "bad", played, "passed", "playedInDemo");
    row("failed", line3(L::Failed), "bad", played, "failed", "playedInDemo");
    row("working", line3(L::Working), "warn", played, "working", "playedInDemo");
    row("to come", line3(L::ToCome), "", "Simulated", "toCome", "simulated");
    row("skipped", line3(L::Skipped), "", played, "skipped", "playedInDemo");
    row("a demo observes nothing", labelled(true, ProofLabel::Observed), "ok", played, "passed", "playedInDemo");
    row("a demo is not Microsoft", labelled(true, ProofLabel::EvaluatedByMicrosoft), "ok", played, "passed", "playedInDemo");
    row("observed", labelled(false, ProofLabel::Observed), "ok", "Observed in this tenant", "passed", "observed");
    row("What-If", labelled(false, ProofLabel::EvaluatedByMicrosoft), "ok", "Evaluated by Microsoft", "passed",
        "evaluatedByMicrosoft");
    row("played proves nothing elsewhere", labelled(false, ProofLabel::PlayedInDemo), "ok", "Simulated", "passed", "simulated");
}

void tst_ReportFacts::proofLines()
{
    QFETCH(Spoil, spoil);
    QFETCH(QString, mark);
    QFETCH(QString, label);
    QFETCH(QString, state);
    QFETCH(QString, labelName);
    const Said said = saidOf(spoil);
    const QString row = said.row(QStringLiteral("What was proven"), QStringLiteral("let in by both locks"));
    QVERIFY(!row.isEmpty());
    for (const char *one : {"ok", "bad", "warn"})
        QCOMPARE(row.contains(QStringLiteral("<span class=\"%1\">let in by both locks").arg(QLatin1String(one))),
                 mark == QLatin1String(one));
    QVERIFY2(words(row).endsWith(label), qPrintable(words(row)));
    const QHash<QString, QString> chips{{QStringLiteral("simulated"), QStringLiteral("chip")},
                                        {QStringLiteral("playedInDemo"), QStringLiteral("chip played")},
                                        {QStringLiteral("observed"), QStringLiteral("chip observed")},
                                        {QStringLiteral("evaluatedByMicrosoft"), QStringLiteral("chip evaluated")}};
    QVERIFY2(row.contains(QStringLiteral("<span class=\"%1\">%2<").arg(chips.value(labelName), label)), qPrintable(row));
    const QJsonValue line = said.json(QStringLiteral("proof.lines")).toArray().at(3);
    QCOMPARE(line[QLatin1String("state")].toString(), state);
    QCOMPARE(line[QLatin1String("label")].toString(), labelName);
    QCOMPARE(line[QLatin1String("agrees")].toBool(), !QByteArray(QTest::currentDataTag()).endsWith("disagrees"));
}

void tst_ReportFacts::proofCells_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *tag, const Spoil &spoil, const char *text) {
        QTest::newRow(tag) << spoil << QString::fromUtf8(text);
    };
    const auto first = [](ProofLine::State state, int code, bool record) -> Spoil {
        return [=](Evidence &e) {
            ProofLine &line = e.proof->lines[0];
            line.state = state;
            line.errorCode = code;
            if (!record)
                line.recordId.clear();
        };
    };
    using L = ProofLine::State;
    row("passed", first(L::Passed, 50105, true),
        "2026-05-12 14:52:00 Ada Lindqvist Opens NinjaOne The gate is shut for Ada Lindqvist: stopped at both locks. blocked "
        "blocked: not assigned (AADSTS50105) record record-0 Played in the demo tenant");
    row("passed, without number and record", first(L::Passed, 0, false),
        "2026-05-12 14:52:00 Ada Lindqvist Opens NinjaOne The gate is shut for Ada Lindqvist: stopped at both locks. blocked "
        "blocked: not assigned Played in the demo tenant");
    row("failed", first(L::Failed, 53003, true),
        "2026-05-12 14:52:00 Ada Lindqvist Opens NinjaOne The gate is shut for Ada Lindqvist: stopped at both locks. blocked "
        "blocked: not assigned (AADSTS53003) record record-0 Played in the demo tenant");
    row("working", first(L::Working, 50105, false),
        "2026-05-12 14:52:00 Ada Lindqvist Opens NinjaOne The gate is shut for Ada Lindqvist: stopped at both locks. blocked "
        "blocked: not assigned Played in the demo tenant");
    row(
        "working, with nothing to say yet",
        [first](Evidence &e) {
            first(L::Working, 0, false)(e);
            e.proof->lines[0].happening = ProofLine::Happening::Nothing;
        },
        "2026-05-12 14:52:00 Ada Lindqvist Opens NinjaOne The gate is shut for Ada Lindqvist: stopped at both locks. blocked "
        "waits Played in the demo tenant");
    row("to come", first(L::ToCome, 50105, false),
        "– Ada Lindqvist Opens NinjaOne The gate is shut for Ada Lindqvist: stopped at both locks. blocked "
        "blocked: not assigned Played in the demo tenant");
    row("skipped", first(L::Skipped, 0, false),
        "2026-05-12 14:52:00 Ada Lindqvist Opens NinjaOne blocked blocked: not assigned Played in the demo tenant");
}

void tst_ReportFacts::proofCells()
{
    QFETCH(Spoil, spoil);
    QFETCH(QString, text);
    QCOMPARE(words(saidOf(spoil).row(QStringLiteral("What was proven"), QStringLiteral("<td>Opens NinjaOne<"))), text);
}

void tst_ReportFacts::topOfTheReport_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    const auto row = [](const char *tag, const Spoil &spoil, const char *name, const char *value) {
        QTest::newRow(tag) << spoil << QString::fromUtf8(name) << QString::fromUtf8(value);
    };
    const auto nothing = [](Evidence &) {};
    row("tenant", nothing, "Tenant", "Contoso (demo) (55555555-0000-0000-0000-000000000001)");
    row(
        "tenant without an id", [](Evidence &e) { e.run.tenantId.clear(); }, "Tenant", "Contoso (demo)");
    row("group", nothing, "Group under PIM", "PIM-NinjaOne-Admins");
    row(
        "no group", [](Evidence &e) { e.now.snapshot->group.reset(); }, "Group under PIM", "none");
    row("run", nothing, "Run", "7c1ea94f, 2026-05-12 13:52:00 to 2026-05-12 14:42:00 UTC");
    row(
        "run that has not ended", [](Evidence &e) { e.run.ended = QDateTime(); }, "Run",
        "7c1ea94f, 2026-05-12 13:52:00 to – UTC");
    row(
        "no run", [](Evidence &e) { e.run.id.clear(); }, "Run", "the report says nothing of it");
}

void tst_ReportFacts::topOfTheReport()
{
    QFETCH(Spoil, spoil);
    QFETCH(QString, name);
    QFETCH(QString, value);
    QCOMPARE(saidOf(spoil).html(name), value);
}

void tst_ReportFacts::partsOfTheReport_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<QString>("part");
    QTest::addColumn<QString>("says");
    QTest::addColumn<QString>("never");
    const auto row = [](const char *tag, const Spoil &spoil, const char *part, const char *says, const char *never) {
        QTest::newRow(tag) << spoil << QString::fromUtf8(part) << QString::fromUtf8(says) << QString::fromUtf8(never);
    };
    const auto nothing = [](Evidence &) {};
    const auto application = [](const char *preset, const char *name) -> Spoil {
        return [=](Evidence &e) {
            e.now.blueprint.application.preset = QLatin1String(preset);
            e.now.snapshot->application->displayName = QLatin1String(name);
        };
    };
    const auto ruled = [](bool untouched, bool approval = false) -> Spoil {
        return [=](Evidence &e) {
            ManagementPolicy policy;
            policy.untouched = untouched;
            if (approval)
                policy.rules.insert(Rules::Approval, Rules::approval({lena}, true));
            e.now.snapshot->rules = policy;
        };
    };

    const char *const proven = "What was proven";
    row(
        "nothing was proven",
        [](Evidence &e) {
            e.proof.reset();
            e.arming.reset();
        },
        proven, "Nothing yet: the test of the activation was not played.", "worked out by the program");
    row(
        "only played", [](Evidence &e) { e.arming.reset(); }, proven, "One eligible person walks through the gate",
        "Before the policy was switched on");
    row(
        "only asked What-If", [](Evidence &e) { e.proof.reset(); }, proven, "The test of the activation was not played.",
        "One eligible person walks through the gate");
    row(
        "What-If about nobody", [](Evidence &e) { e.arming->lines.clear(); }, proven, "One eligible person walks",
        "Before the policy was switched on");
    row("What-If about somebody", nothing, proven, "Before the policy was switched on: What-If, 2026-05-12 14:32:00 UTC",
        "There is no ordinary person");
    row(
        "What-If with a problem",
        [](Evidence &e) { e.arming->problem = QStringLiteral("There is no ordinary person to ask What-If about."); }, proven,
        "Played in the demo tenant There is no ordinary person to ask What-If about.", "not played");
    row(
        "how a proof goes on", [](Evidence &e) { e.proof->how = ProofResult::How::NotTheGate; }, proven,
        "This is not the gate: mend it first.", "not played");
    row("a proof that needs nothing", nothing, proven, "Played in the demo tenant Before the policy", "mend it first");
    row("legend", nothing, proven, "really done over HTTP", "a record of this tenant");
    row("legend of a real tenant", realTenant, proven, "a record of this tenant, with its id", "really done over HTTP");

    row(
        "nobody to tell of", [](Evidence &e) { e.now.snapshot->application.reset(); }, "Who can sign in", "", "Simulated");

    const char *const changed = "What was, what changed";
    row(
        "nothing changed", [](Evidence &e) { e.changes.clear(); }, changed, "This run changed nothing.", "Every change");
    row("finished", nothing, changed, "2026-05-12 14:02:25 Group", "This run changed nothing.");
    row(
        "never finished", [](Evidence &e) { e.changes[0].finished = QDateTime(); }, changed, "2026-05-12 14:02:20 Group",
        "2026-05-12 14:02:25");
    row(
        "of the details those that change",
        [](Evidence &e) {
            e.changes[2].change.details << ChangeDetail{QStringLiteral("Multifactor"), {}, {}, true, QStringLiteral("mfa")};
        },
        changed, "Approval no Lena Fischer", "Multifactor");

    const char *const shows = "What the tenant shows now";
    row(
        "worth knowing",
        [](Evidence &e) {
            e.now.findings << Finding{Finding::Weight::Note, QStringLiteral("members:1"), QStringLiteral("A sentence."), {}};
        },
        shows, "Worth knowing A sentence.", "Nothing was read.");
    row("nothing worth knowing", nothing, shows, "Read again at 2026-05-12 14:52:00 UTC for this report.", "Worth knowing");
    row(
        "nothing but worth knowing",
        [](Evidence &e) {
            e.now.rows.clear();
            e.now.findings << Finding{Finding::Weight::Note, QStringLiteral("members:1"), QStringLiteral("A sentence."), {}};
        },
        shows, "Worth knowing A sentence.", "Read");

    const char *const around = "Ways around the gate";
    row("ways of the preset", nothing, around, "source: ninjaone.com/docs: SAML and SCIM, read 20", "Local passwords beside");
    row("ways of any application", application("", "Nobody knows this one"), around, "Local passwords beside single sign-on",
        "source:");

    const char *const undo = "What cannot be undone";
    const char *const keeps = "PIM keeps managing PIM-NinjaOne-Admins until";
    row("PIM has rules for the group", ruled(false), undo, keeps, "Group:");
    row("PIM does not manage the group", ruled(true), undo, "Everything else can be taken back", keeps);
    row(
        "PIM was not read", [](Evidence &e) { e.now.snapshot->rules.reset(); }, undo,
        "Activation rules: PIM keeps managing the group until the group is deleted.", keeps);
    row(
        "rules of no group",
        [ruled](Evidence &e) {
            ruled(false)(e);
            e.now.snapshot->group.reset();
        },
        undo, "Everything else", "shows in PIM within 24 hours");
    row(
        "what could not be undone, and was", [](Evidence &e) { e.changes[2].outcome = ChangeOutcome::Undone; }, undo,
        "Everything else", "Activation rules:");

    const char *const goesOn = "What goes on after the end of an activation";
    row("session of the preset", application("ninjaone", "Nobody knows this one"), goesOn,
        "The length of a NinjaOne session is not verified", "is not known here");
    row("session by the preset's name", application("", "Kaseya One"), goesOn, "The length of a KaseyaOne session was not found",
        "is not known here");
    row("session by the blueprint, whatever its name", application("ninjaone", "Kaseya One"), goesOn,
        "The length of a NinjaOne session is not verified", "KaseyaOne");
    row("session of any application", application("", "Nobody knows this one"), goesOn,
        "How long a session of Nobody knows this one lasts is not known here.", "(source: preset)");
    row(
        "sheet of a national cloud",
        [](Evidence &e) {
            e.demo = e.run.demo = false;
            e.run.cloud = QStringLiteral("usgov");
        },
        goesOn, "Sign in at https://entra.microsoft.us and go to", "Microsoft Entra admin center");
    row("approval as the blueprint has it", nothing, goesOn, "When somebody asks you to approve", "Nobody needs to approve");
    row(
        "approval by the rules",
        [ruled](Evidence &e) {
            ruled(false, true)(e);
            e.now.blueprint.activation.approvers.clear();
        },
        goesOn, "When somebody asks you to approve", "Nobody needs to approve");
    row("no approval by the rules", ruled(false), goesOn, "To open NinjaOne", "approve");
}

/// The whole words of one part, from its heading to the next one's or to the end.
void tst_ReportFacts::partsOfTheReport()
{
    QFETCH(Spoil, spoil);
    QFETCH(QString, part);
    QFETCH(QString, says);
    QFETCH(QString, never);
    Evidence evidence = evidenceOf();
    spoil(evidence);
    const QString html = toHtml(evidence);
    const QString from = html.mid(std::max<qsizetype>(0, html.indexOf(QStringLiteral("<h2>%1</h2>").arg(part))));
    const QString text = words(from.section(QStringLiteral("<h2>"), 1, 1));
    QVERIFY2(text.contains(says), qPrintable(text));
    QVERIFY2(!text.contains(never), qPrintable(text));
}

/// Its name is no file to be read.
void tst_ReportFacts::sheetOfACloudOfOnesOwn()
{
    ScratchDir folder;
    QFile file(folder.filePath(QStringLiteral("own.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"name":"own","login":"https://login.microsoftonline.com","graph":"https://graph.microsoft.com",
                   "portal":"https://entra.contoso.test","clientId":"","tenant":"common"})");
    file.close();
    QCOMPARE(Cloud::named(file.fileName()).value_or(Cloud()).portal, QUrl(QStringLiteral("https://entra.contoso.test")));
    Evidence evidence = evidenceOf(false);
    evidence.run.cloud = file.fileName();
    QVERIFY(toHtml(evidence).contains(QStringLiteral("Sign in at the Microsoft Entra admin center and go to")));
}

void tst_ReportFacts::brand()
{
    for (const bool demo : {true, false}) {
        const QString brand = demo ? QStringLiteral("PIM Gate report · DEMO") : QStringLiteral("PIM Gate report");
        QVERIFY(toHtml(evidenceOf(demo)).contains(QStringLiteral("<p class=\"brand\">%1</p>").arg(brand)));
    }
}

/// The drawing reads from where the language begins.
void tst_ReportFacts::rightToLeft()
{
    const QLocale before;
    for (const auto &[language, direction] : {std::pair{QLocale::Hebrew, "rtl"}, std::pair{QLocale::English, "ltr"}}) {
        QLocale::setDefault(QLocale(language));
        const QString html = toHtml(evidenceOf());
        QLocale::setDefault(before);
        QVERIFY(html.contains(QStringLiteral(" dir=\"%1\">").arg(QLatin1String(direction))));
        QVERIFY(html.contains(QStringLiteral(" direction=\"%1\" ").arg(QLatin1String(direction))));
    }
}

void tst_ReportFacts::policy_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<QString>("page");
    QTest::addColumn<PageState>("state");
    QTest::addColumn<QString>("html");
    QTest::addColumn<QString>("name");
    const auto row = [](const char *tag, const Spoil &spoil, const char *page, PageState state, const char *html,
                        const char *name) {
        QTest::newRow(tag) << spoil << QString::fromUtf8(page) << state << QString::fromUtf8(html) << QString::fromUtf8(name);
    };
    const auto in = [](CaPolicy::State state) -> Spoil { return [state](Evidence &e) { policyOf(e).state = state; }; };
    row("on", in(CaPolicy::State::Enabled), "on", PageState::Verified, "PIM only: NinjaOne: on", "on");
    row("report-only", in(CaPolicy::State::ReportOnly), "report-only: not enforced", PageState::NeedsAttention,
        "PIM only: NinjaOne: report-only", "reportOnly");
    row("off", in(CaPolicy::State::Disabled), "off: not enforced", PageState::NeedsAttention, "PIM only: NinjaOne: off", "off");
    row("unknown", in(CaPolicy::State::Unknown), "its state is not known", PageState::NotChecked, "PIM only: NinjaOne: not known",
        "notKnown");
    row(
        "none", [](Evidence &e) { e.now.snapshot->policy.reset(); }, "none", PageState::NeedsAttention, "none", "none");
    for (const char *part : {"policy", "policies", "conditionalAccess"})
        row(
            part, [part](Evidence &e) { e.now.snapshot->unread.insert(QLatin1String(part), Error{}); }, "could not be read",
            PageState::NotChecked, "could not be read", "notRead");
    row(
        "none, and unread",
        [](Evidence &e) {
            e.now.snapshot->policy.reset();
            e.now.snapshot->unread.insert(QStringLiteral("policies"), Error{});
        },
        "could not be read", PageState::NotChecked, "could not be read", "notRead");
}

void tst_ReportFacts::policy()
{
    QFETCH(Spoil, spoil);
    QFETCH(QString, page);
    QFETCH(PageState, state);
    QFETCH(QString, html);
    QFETCH(QString, name);
    const Said said = saidOf(spoil);
    QCOMPARE(said.page(QStringLiteral("Policy")).found, page);
    QCOMPARE(said.page(QStringLiteral("Policy")).state, state);
    QCOMPARE(said.html(QStringLiteral("Policy")), html);
    QCOMPARE(said.json(QStringLiteral("facts.policy.state")).toString(), name);
}

void tst_ReportFacts::outcomes_data()
{
    QTest::addColumn<QString>("outcome");
    QTest::addColumn<QString>("cell");
    QTest::addColumn<QString>("name");
    const auto row = [](const char *outcome, const char *cell, const char *name) {
        QTest::newRow(name) << QString::fromUtf8(outcome) << QString::fromUtf8(cell) << QString::fromUtf8(name);
    };
    row("done", "<td><span class=\"ok\">made and read back</span>", "done");
    row("already", "<td><span class=\"ok\">was so already</span>", "already");
    row("failed", "<td><span class=\"bad\">failed</span>", "failed");
    row("differs", "<td><span class=\"bad\">accepted, never shown</span>", "differs");
    row("undone", "<td>taken back", "undone");
    row("", "<td><span class=\"warn\">sent or not: unknown</span>", "unknown");
}

void tst_ReportFacts::outcomes()
{
    QFETCH(QString, outcome);
    QFETCH(QString, cell);
    QFETCH(QString, name);
    Evidence evidence = evidenceOf();
    evidence.changes[4].outcome = fromName<ChangeOutcome>(outcome).value();
    evidence.changes[4].note = QStringLiteral("Microsoft said so.");
    const Said said(evidence);
    const QString row =
        said.row(QStringLiteral("What was, what changed"), QStringLiteral("The policy is created in report-only"));
    QVERIFY2(row.contains(cell), qPrintable(row));
    for (const char *other :
         {"made and read back", "was so already", ">failed", "accepted, never shown", "taken back", "sent or not"})
        if (!cell.contains(QLatin1String(other)))
            QVERIFY2(!row.contains(QLatin1String(other)), other);
    QVERIFY(row.contains(QStringLiteral("Microsoft said so.")));
    QCOMPARE(
        said.json(QStringLiteral("changes"), QStringLiteral("key"), QStringLiteral("policy")).value(QLatin1String("outcome")),
        QJsonValue(name));
    QVERIFY(!said.text().contains("Microsoft said so."));
}

void tst_ReportFacts::asPlanned_data()
{
    QTest::addColumn<QList<int>>("open");
    QTest::addColumn<QString>("html");
    QTest::addColumn<QString>("page");
    QTest::addColumn<PageState>("state");
    QTest::newRow("all of it") << QList<int>{} << QStringLiteral("8 of 8 settings") << QStringLiteral("4 of 4 verified")
                               << PageState::Verified;
    QTest::newRow("one differs") << QList<int>{5} << QStringLiteral("7 of 8 settings") << QStringLiteral("3 of 4 verified")
                                 << PageState::NeedsAttention;
    QTest::newRow("two of one step") << QList<int>{4, 7} << QStringLiteral("6 of 8 settings") << QStringLiteral("3 of 4 verified")
                                     << PageState::NeedsAttention;
    QTest::newRow("one of every step") << QList<int>{0, 1, 2, 4} << QStringLiteral("4 of 8 settings")
                                       << QStringLiteral("0 of 4 verified") << PageState::NeedsAttention;
    QTest::newRow("nothing") << QList<int>{0, 1, 2, 3, 4, 5, 6, 7} << QStringLiteral("0 of 8 settings")
                             << QStringLiteral("0 of 4 verified") << PageState::NeedsAttention;
}

void tst_ReportFacts::asPlanned()
{
    QFETCH(QList<int>, open);
    QFETCH(QString, html);
    QFETCH(QString, page);
    QFETCH(PageState, state);
    Evidence evidence = evidenceOf();
    for (const int index : open)
        evidence.now.rows[index].done = false;
    const Said said(evidence);
    QVERIFY2(said.html(QStringLiteral("As planned")).startsWith(html + QLatin1Char(',')),
             qPrintable(said.html(QStringLiteral("As planned"))));
    QVERIFY2(said.page(QStringLiteral("Steps")).found.startsWith(page), qPrintable(said.page(QStringLiteral("Steps")).found));
    QCOMPARE(said.page(QStringLiteral("Steps")).state, state);
    QCOMPARE(said.json(QStringLiteral("facts.asPlanned.done")).toInt(), 8 - int(open.size()));
    QCOMPARE(said.json(QStringLiteral("facts.asPlanned.of")).toInt(), 8);
    const QStringList shown = said.part(QStringLiteral("What the tenant shows now")).split(QStringLiteral("<tr>")).mid(2);
    QCOMPARE(shown.size(), 8);
    for (int i = 0; i < 8; ++i) {
        const Change &row = evidence.now.rows.at(i);
        const bool differs = open.contains(i);
        const QString cell =
            differs ? QStringLiteral("<span class=\"bad\">%1</span><br><span class=\"hint\">differs</span>").arg(row.before)
                    : QStringLiteral("<span class=\"ok\">as asked</span>");
        QVERIFY2(shown.at(i).contains(cell), qPrintable(shown.at(i)));
        QCOMPARE(shown.at(i).contains(QStringLiteral("as asked")), !differs);
        const QJsonObject json = said.json(QStringLiteral("now.rows"), QStringLiteral("key"), row.key.toString());
        QCOMPARE(json.value(QLatin1String("asAsked")), QJsonValue(!differs));
    }
}

void tst_ReportFacts::aStepWithoutRowsIsNotVerified()
{
    const Said said = saidOf([](Evidence &e) { e.now.rows.removeFirst(); });
    QVERIFY(said.page(QStringLiteral("Steps")).found.startsWith(QStringLiteral("3 of 4 verified")));
    QCOMPARE(said.page(QStringLiteral("Steps")).state, PageState::NeedsAttention);
}

void tst_ReportFacts::canSignIn()
{
    const Said nobody = saidOf([](Evidence &) {});
    QCOMPARE(nobody.html(QStringLiteral("Can sign in now")), QStringLiteral("nobody until they activate"));
    QCOMPARE(nobody.json(QStringLiteral("facts.canSignIn")), QJsonValue(0));
    const Said two = saidOf([](Evidence &e) { e.now.snapshot->members << ada << lena; });
    QCOMPARE(two.html(QStringLiteral("Can sign in now")), QStringLiteral("2 person(s)"));
    QCOMPARE(two.json(QStringLiteral("facts.canSignIn")), QJsonValue(2));
    const Said unread = saidOf([](Evidence &e) { e.now.snapshot->unread.insert(QStringLiteral("members"), Error{}); });
    QCOMPARE(unread.html(QStringLiteral("Can sign in now")), QStringLiteral("not known"));
    QVERIFY(unread.json(QStringLiteral("facts.canSignIn")).isNull());
}

void tst_ReportFacts::everybodyOnce()
{
    const Said said = saidOf([](Evidence &e) {
        Snapshot &snapshot = *e.now.snapshot;
        snapshot.eligible << snapshot.eligible.first();
        snapshot.members << ada << lena;
        for (const Principal &person : {ada, lena}) {
            AppAssignment direct;
            direct.principalId = person.id;
            direct.principalType = Principal::Type::User;
            snapshot.assignments << direct;
        }
    });
    QStringList cases;
    for (const QJsonValue &one : said.json(QStringLiteral("whoCanSignIn")).toArray())
        cases << one[QLatin1String("kind")].toString() + QLatin1Char(' ') + one[QLatin1String("who")].toString();
    const QStringList once{QStringLiteral("everyone "),
                           QStringLiteral("active Ada Lindqvist"),
                           QStringLiteral("eligible Jonas Weber"),
                           QStringLiteral("onceActive Jonas Weber"),
                           QStringLiteral("breakGlass Break-glass 1"),
                           QStringLiteral("member Lena Fischer")};
    QCOMPARE(cases, once);
}

void tst_ReportFacts::detailsByKey()
{
    const Said said = saidOf([](Evidence &e) {
        e.now.rows[2].details = {ChangeDetail{QStringLiteral("Multifactor"), {}, {}, true, QStringLiteral("mfa")},
                                 ChangeDetail{QStringLiteral("Of an earlier run"), {}, {}, false, {}}};
    });
    const QJsonObject rules = said.json(QStringLiteral("now.rows"), QStringLiteral("key"), QStringLiteral("rules"));
    const QJsonArray mfa{QJsonObject{{QStringLiteral("key"), QStringLiteral("mfa")}, {QStringLiteral("same"), true}}};
    QCOMPARE(rules.value(QLatin1String("details")).toArray(), mfa);
    QVERIFY(!said.text().contains("Multifactor"));
}

void tst_ReportFacts::whoCanSignIn_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<QString>("who");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("locks");
    QTest::addColumn<bool>("letIn");
    const auto row = [](const char *tag, const Spoil &spoil, const char *who, const char *kind, const char *text,
                        const char *locks, bool letIn) {
        QTest::newRow(tag) << spoil << QString::fromUtf8(who) << QString::fromUtf8(kind) << QString::fromUtf8(text)
                           << QString::fromUtf8(locks) << letIn;
    };
    const auto notRequired = [](Evidence &e) { e.now.snapshot->application->assignmentRequired = false; };
    const auto unread = [](const char *part) -> Spoil {
        return [part](Evidence &e) { e.now.snapshot->unread.insert(QLatin1String(part), Error{}); };
    };
    const auto both = [](const Spoil &first, const Spoil &second) -> Spoil {
        return [first, second](Evidence &e) {
            first(e);
            second(e);
        };
    };
    const auto in = [](CaPolicy::State state) -> Spoil { return [state](Evidence &e) { policyOf(e).state = state; }; };
    const auto aboutNobody = [](Evidence &e) { policyOf(e).includeUsers.clear(); };
    const auto nothing = [](Evidence &) {};

    const char *const every = "<td>Everyone<";
    row("everyone: shut, shut", nothing, every, "everyone",
        "Everyone not activated Shut: not assigned Shut: blocked by PIM only: NinjaOne blocked", "shut shut", false);
    row("everyone: off, shut", notRequired, every, "everyone",
        "Everyone not activated Off: not required Shut: blocked by PIM only: NinjaOne blocked", "off shut", false);
    row("everyone: unknown, shut", unread("application"), every, "everyone",
        "Everyone not activated Not checked: the application could not be read Shut: blocked by PIM only: NinjaOne blocked",
        "unknown shut", false);
    row("everyone: shut, open", aboutNobody, every, "everyone",
        "Everyone not activated Shut: not assigned Open: the policy is not about this person blocked", "shut open", false);
    row("everyone: off, open", both(notRequired, aboutNobody), every, "everyone",
        "Everyone not activated Off: not required Open: the policy is not about this person let in", "off open", true);
    row("everyone: shut, report-only", in(CaPolicy::State::ReportOnly), every, "everyone",
        "Everyone not activated Shut: not assigned Report-only: would block blocked", "shut reportOnly", false);
    row("everyone: off, report-only", both(notRequired, in(CaPolicy::State::ReportOnly)), every, "everyone",
        "Everyone not activated Off: not required Report-only: would block let in not enforced", "off reportOnly", true);
    row("everyone: off, off", both(notRequired, in(CaPolicy::State::Disabled)), every, "everyone",
        "Everyone not activated Off: not required Off: the policy is off let in not enforced", "off off", true);
    row("everyone: shut, unknown", unread("policy"), every, "everyone",
        "Everyone not activated Shut: not assigned Not checked: Conditional Access could not be read blocked", "shut unknown",
        false);
    row("everyone: off, unknown", both(notRequired, unread("policy")), every, "everyone",
        "Everyone not activated Off: not required Not checked: Conditional Access could not be read not checked", "off unknown",
        false);
    row("everyone: off, state unknown", both(notRequired, in(CaPolicy::State::Unknown)), every, "everyone",
        "Everyone not activated Off: not required Not checked: the policy's state is not known not checked", "off unknown",
        false);
    row("everyone: unknown, open", both(unread("application"), aboutNobody), every, "everyone",
        "Everyone not activated Not checked: the application could not be read Open: the policy is not about this person not "
        "checked",
        "unknown open", false);
    row("everyone: unknown, unknown", both(unread("application"), unread("policy")), every, "everyone",
        "Everyone not activated Not checked: the application could not be read Not checked: Conditional Access could not be "
        "read not checked",
        "unknown unknown", false);

    const char *const bg = "Break-glass 1";
    const auto assigned = [](Evidence &e) {
        AppAssignment direct;
        direct.principalId = glass.id;
        direct.principalType = Principal::Type::User;
        direct.principalName = glass.displayName;
        e.now.snapshot->assignments << direct;
    };
    const auto notLeftOut = [](Evidence &e) { policyOf(e).excludeUsers.clear(); };
    row("break-glass: shut, open", nothing, bg, "breakGlass",
        "Break-glass 1 break-glass Shut: not assigned Open: excluded from the policy blocked", "shut open", false);
    row("break-glass: open, open", assigned, bg, "breakGlass",
        "Break-glass 1 break-glass Open: assigned directly Open: excluded from the policy let in", "open open", true);
    row("break-glass: open, shut", both(assigned, notLeftOut), bg, "breakGlass",
        "Break-glass 1 break-glass Open: assigned directly Shut: blocked by PIM only: NinjaOne blocked", "open shut", false);
    row("break-glass: open, unknown", both(assigned, unread("policy")), bg, "breakGlass",
        "Break-glass 1 break-glass Open: assigned directly Not checked: Conditional Access could not be read not checked",
        "open unknown", false);
    row("break-glass: open, report-only", both(assigned, in(CaPolicy::State::ReportOnly)), bg, "breakGlass",
        "Break-glass 1 break-glass Open: assigned directly Report-only: would let through let in not enforced", "open reportOnly",
        true);
    row("break-glass: off, off", both(notRequired, in(CaPolicy::State::Disabled)), bg, "breakGlass",
        "Break-glass 1 break-glass Off: not required Off: the policy is off let in not enforced", "off off", true);

    row("eligible", nothing, "eligible, not active", "eligible",
        "Ada Lindqvist eligible, not active Shut: not assigned Shut: blocked by PIM only: NinjaOne blocked", "shut shut", false);
    row("once active", nothing, "once active", "onceActive",
        "Ada Lindqvist once active Open: the group is assigned Open: the group is excluded let in", "open open", true);
    row(
        "active now", [](Evidence &e) { e.now.snapshot->members << ada; }, "eligible, active now", "active",
        "Ada Lindqvist eligible, active now Open: the group is assigned Open: the group is excluded let in", "open open", true);
    row(
        "a member", [](Evidence &e) { e.now.snapshot->members << lena; }, "active member", "member",
        "Lena Fischer active member Open: the group is assigned Open: the group is excluded let in", "open open", true);
    row(
        "assigned directly",
        [](Evidence &e) {
            AppAssignment direct;
            direct.principalId = lena.id;
            direct.principalType = Principal::Type::User;
            e.now.snapshot->assignments << direct;
        },
        "<span class=\"hint\">assigned directly", "direct",
        "Lena Fischer assigned directly Open: assigned directly Shut: blocked by PIM only: NinjaOne blocked", "open shut", false);
    row(
        "an eligible group",
        [](Evidence &e) {
            const Principal group{Principal::Type::Group, glassGroupId, QStringLiteral("Night shift"), {}, {}};
            e.now.snapshot->people.insert(group.id, group);
            e.now.snapshot->eligible[0].principalId = group.id;
        },
        "Night shift", "eligible",
        "Night shift a member of this group, eligible, not active Shut: not assigned Shut: blocked by PIM only: NinjaOne blocked",
        "shut shut", false);
}

void tst_ReportFacts::whoCanSignIn()
{
    QFETCH(Spoil, spoil);
    QFETCH(QString, who);
    QFETCH(QString, kind);
    QFETCH(QString, text);
    QFETCH(QString, locks);
    QFETCH(bool, letIn);
    const Said said = saidOf(spoil);
    const QString row = said.row(QStringLiteral("Who can sign in"), who);
    QCOMPARE(words(row).remove(QStringLiteral(" Break-glass accounts")), text);
    QCOMPARE(row.contains(QStringLiteral("class=\"warn\"")), text.endsWith(QLatin1String("not checked")));
    const QJsonObject json = said.json(QStringLiteral("whoCanSignIn"), QStringLiteral("kind"), kind);
    const QJsonObject verdict = json.value(QLatin1String("verdict")).toObject();
    QCOMPARE(verdict.value(QLatin1String("assignment")).toString() + QLatin1Char(' ') +
                 verdict.value(QLatin1String("policy")).toString(),
             locks);
    QCOMPARE(verdict.value(QLatin1String("letIn")).toBool(), letIn);
}

void tst_ReportFacts::breakGlass_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<QString>("line");
    const auto row = [](const char *tag, const Spoil &spoil, const char *line) {
        QTest::newRow(tag) << spoil << QString::fromUtf8(line);
    };
    row(
        "spared", [](Evidence &) {}, "Break-glass 1: not blocked by the policy; not assigned: intended");
    row(
        "assigned",
        [](Evidence &e) {
            AppAssignment direct;
            direct.principalId = glass.id;
            direct.principalType = Principal::Type::User;
            e.now.snapshot->assignments << direct;
        },
        "Break-glass 1: not blocked by the policy; assigned: a standing path into the application");
    row(
        "not required", [](Evidence &e) { e.now.snapshot->application->assignmentRequired = false; },
        "Break-glass 1: not blocked by the policy; assignment is not required");
    row(
        "application unread", [](Evidence &e) { e.now.snapshot->unread.insert(QStringLiteral("application"), Error{}); },
        "Break-glass 1: not blocked by the policy; assignment not checked");
    row(
        "blocked", [](Evidence &e) { policyOf(e).excludeUsers.clear(); },
        "Break-glass 1: blocked by PIM only: NinjaOne: this is wrong; not assigned: intended");
    row("blocked by somebody else's policy", anotherPolicyBlocksEverybody,
        "Break-glass 1: blocked by Block all: this is wrong; not assigned: intended");
    row(
        "report-only", [](Evidence &e) { policyOf(e).state = CaPolicy::State::ReportOnly; },
        "Break-glass 1: not blocked by the policy; not assigned: intended");
    row(
        "off", [](Evidence &e) { policyOf(e).state = CaPolicy::State::Disabled; },
        "Break-glass 1: not blocked by the policy; not assigned: intended");
    row(
        "unread", [](Evidence &e) { e.now.snapshot->unread.insert(QStringLiteral("policy"), Error{}); },
        "Break-glass 1: not checked: Conditional Access could not be read; not assigned: intended");
    row("refused", refuseBreakGlass,
        "No break-glass account is left out of the policy, as Mira Kovac decided: two owners hold the portal");
    row(
        "not named", [](Evidence &e) { e.now.blueprint.policy.breakGlass.clear(); }, "No break-glass account is named.");
    row(
        "refused once, and named since",
        [](Evidence &e) {
            e.now.blueprint.policy.breakGlassRefusal = Blueprint::PolicyWish::Refusal{ada.displayName, {}};
        },
        "Break-glass 1: not blocked by the policy; not assigned: intended");
    row(
        "named, and not there", [](Evidence &e) { e.now.snapshot->principals.remove(glass.userName); },
        "break-glass.1@contoso.demo: not checked.");
}

void tst_ReportFacts::breakGlass()
{
    QFETCH(Spoil, spoil);
    QFETCH(QString, line);
    const Said said = saidOf(spoil);
    const QStringList lines = said.part(QStringLiteral("Break-glass accounts")).split(QStringLiteral("<li>"));
    QCOMPARE(lines.size(), 3);
    QCOMPARE(words(lines.at(1)), line);
}

void tst_ReportFacts::whatIf_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<QString>("who");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("mark");
    const auto row = [](const char *tag, const Spoil &spoil, const char *who, const char *text, const char *mark) {
        QTest::newRow(tag) << spoil << QString::fromUtf8(who) << QString::fromUtf8(text) << QString::fromUtf8(mark);
    };
    const auto as = [](ArmingRole role, bool expect, bool blocked) -> Spoil {
        return [role, expect, blocked](Evidence &e) {
            e.arming->lines = {ArmingEvidence::Line{lena.displayName, lena.id, role, expect, blocked, {}}};
        };
    };
    const char *const who = "Lena Fischer";
    row("ordinary, blocked", as(ArmingRole::Ordinary, true, true), who,
        "Lena Fischer not eligible blocked by the policy blocked by the policy Played in the demo tenant", "ok");
    row("ordinary, not blocked", as(ArmingRole::Ordinary, true, false), who,
        "Lena Fischer not eligible blocked by the policy not blocked Played in the demo tenant", "bad");
    row("eligible, blocked", as(ArmingRole::Eligible, true, true), who,
        "Lena Fischer eligible, not active blocked by the policy blocked by the policy Played in the demo tenant", "ok");
    row("eligible, not blocked", as(ArmingRole::Eligible, true, false), who,
        "Lena Fischer eligible, not active blocked by the policy not blocked Played in the demo tenant", "bad");
    row("break-glass, not blocked", as(ArmingRole::BreakGlass, false, false), who,
        "Lena Fischer break-glass not blocked not blocked Played in the demo tenant", "ok");
    row("break-glass, blocked", as(ArmingRole::BreakGlass, false, true), who,
        "Lena Fischer break-glass not blocked blocked by the policy Played in the demo tenant", "bad");
    row("active, not blocked", as(ArmingRole::Active, false, false), who,
        "Lena Fischer active not blocked not blocked Played in the demo tenant", "ok");
    row("active, blocked", as(ArmingRole::Active, false, true), who,
        "Lena Fischer active not blocked blocked by the policy Played in the demo tenant", "bad");
}

void tst_ReportFacts::whatIf()
{
    QFETCH(Spoil, spoil);
    QFETCH(QString, who);
    QFETCH(QString, text);
    QFETCH(QString, mark);
    const Said said = saidOf(spoil);
    const QString table = said.part(QStringLiteral("What was proven")).section(QStringLiteral("Before the policy"), 1, 1);
    QString row;
    for (const QString &one : table.split(QStringLiteral("<tr>")))
        if (one.contains(who))
            row = one;
    QCOMPARE(words(row), text);
    QVERIFY(row.contains(QStringLiteral("<span class=\"%1\">").arg(mark)));
    QVERIFY(!row.contains(mark == QLatin1String("ok") ? QStringLiteral("class=\"bad\"") : QStringLiteral("class=\"ok\"")));
}

void tst_ReportFacts::verdicts_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QJsonArray>("reasons");
    const auto row = [](const char *tag, const Spoil &spoil, const char *sentence, const char *name,
                        const QList<const char *> &reasons) {
        QTest::newRow(tag) << spoil << QString::fromUtf8(sentence) << QString::fromUtf8(name) << names(reasons);
    };
    const auto in = [](CaPolicy::State state) -> Spoil { return [state](Evidence &e) { policyOf(e).state = state; }; };
    const auto finding = [](Finding::Weight weight) -> Spoil {
        return [weight](Evidence &e) {
            answerAll(e);
            e.now.findings << Finding{weight, QStringLiteral("key:%1").arg(int(weight)), QStringLiteral("A sentence."), {}};
        };
    };
    row("nothing read", [](Evidence &e) { e.now = Plan(); }, "The gate is not built.", "notBuilt", {"nothingRead"});
    row("not known", [](Evidence &e) { e.now.snapshot->unread.insert(QStringLiteral("policy"), Error{}); },
        "Everyone who is not activated is stopped at assignment.", "unconfirmed", {"lockNotKnown"});
    row("the application is not known",
        [](Evidence &e) { e.now.snapshot->unread.insert(QStringLiteral("application"), Error{}); },
        "Everyone is stopped at Conditional Access.", "unconfirmed", {"lockNotKnown"});
    row("not required, and not asked",
        [](Evidence &e) {
            e.now.snapshot->application->assignmentRequired = false;
            e.now.blueprint.assignment.required = false;
        },
        "The gate is closed in Entra. Ways around it are not confirmed.", "unconfirmed", {"questionsOpen"});
    row("no group", [](Evidence &e) { e.now.snapshot->group.reset(); }, "The gate is not built.", "notBuilt",
        {"noGroupOrPolicy"});
    row("no policy", [](Evidence &e) { e.now.snapshot->policy.reset(); }, "The gate is not built.", "notBuilt",
        {"noGroupOrPolicy"});
    row("report-only", in(CaPolicy::State::ReportOnly), "Not enforced: the policy is still in report-only.", "notEnforced",
        {"policyReportOnly"});
    row("off", in(CaPolicy::State::Disabled), "Not enforced: the policy is off.", "notEnforced", {"policyOff"});
    row("about nobody", [](Evidence &e) { policyOf(e).includeUsers.clear(); },
        "Not enforced: the policy is not about this person.", "notEnforced", {"policyLetsThrough"});
    row("not required", [](Evidence &e) { e.now.snapshot->application->assignmentRequired = false; },
        "Not enforced: assignment is not required.", "notEnforced", {"assignmentNotRequired"});
    row("differs", finding(Finding::Weight::Drift), "The tenant is no longer as planned: 1 difference(s).", "drift",
        {"differences"});
    row("half built", [](Evidence &e) { e.now.rows[3].done = false; }, "The gate is not built.", "notBuilt", {"changesMissing"});
    row("failed", [](Evidence &e) { e.proof->state = ProofResult::State::Failed; },
        "The gate is closed in Entra. The test of the activation failed.", "unconfirmed", {"proofFailed"});
    row("disagrees",
        [](Evidence &e) {
            answerAll(e);
            e.proof->lines[3].agrees = false;
        },
        "The gate is closed in Entra. The test of the activation failed.", "unconfirmed", {"proofFailed"});
    row("unanswered", [](Evidence &) {}, "The gate is closed in Entra. Ways around it are not confirmed.", "unconfirmed",
        {"questionsOpen"});
    row("not played",
        [](Evidence &e) {
            answerAll(e);
            e.proof.reset();
        },
        "The gate is closed.", "closed", {"proofNotPlayed"});
    row("not checked", finding(Finding::Weight::NotChecked), "The gate is closed.", "closed", {"partsNotChecked"});
    row("a note", finding(Finding::Weight::Note), "The gate is closed.", "closed", {});
    row("closed", [](Evidence &e) { answerAll(e); }, "The gate is closed.", "closed", {});
}

void tst_ReportFacts::verdicts()
{
    QFETCH(Spoil, spoil);
    QFETCH(QString, sentence);
    QFETCH(QString, name);
    QFETCH(QJsonArray, reasons);
    Evidence evidence = evidenceOf();
    spoil(evidence);
    const Said said(evidence);
    QCOMPARE(verdictOf(evidence).sentence, sentence);
    const QString top = toHtml(evidence).section(QStringLiteral("<h2"), 0, 0), detail = verdictOf(evidence).detail;
    QVERIFY(top.contains(QStringLiteral("\">%1</p>").arg(sentence.toHtmlEscaped())));
    QCOMPARE(top.contains(QStringLiteral("<p class=\"detail\">%1</p>").arg(detail.toHtmlEscaped())), !detail.isEmpty());
    QCOMPARE(top.count(QStringLiteral("class=\"detail\"")), detail.isEmpty() ? 0 : 1);
    QCOMPARE(said.json(QStringLiteral("verdict.state")).toString(), name);
    QCOMPARE(said.json(QStringLiteral("verdict.reasons")).toArray(), reasons);
    QVERIFY(!said.text().contains("A sentence."));
}

/// Two people's reports of one thing are the same, whatever language they read.
void tst_ReportFacts::noWordOfALanguageIsInTheJson()
{
    for (const bool leaveOut : {false, true}) {
        Evidence evidence = evidenceOf();
        evidence.leaveOutNames = leaveOut;
        evidence.now.findings << Finding{Finding::Weight::Note, QStringLiteral("members:1"), QStringLiteral("A sentence."), {}};
        refuseBreakGlass(evidence);
        const QByteArray json = toCanonicalJson(evidence);
        Babel babel;
        QVERIFY(QCoreApplication::installTranslator(&babel));
        const QByteArray again = toCanonicalJson(evidence);
        const QString html = toHtml(evidence);
        const bool fits = checkReport(again).value_or(false);
        QCoreApplication::removeTranslator(&babel);
        QCOMPARE(again, json);
        QVERIFY(fits);
        QVERIFY(!again.contains("\xc2\xab"));
        QVERIFY(html.contains(QStringLiteral("«")));
        // The page of that language names the same file.
        QVERIFY(html.contains(QJsonDocument::fromJson(json)[QLatin1String("hash")].toString()));
        QVERIFY(!html.contains(QStringLiteral("nobody: break-glass")));
    }
}

/// What a tenant or an operator may write, to its last control character.
void tst_ReportFacts::oddCharacters()
{
    QString odd = QString::fromUtf8("\"\\/ <b> \t\r\n\b\f \x01\x1f\x7f ü € 😀 \u2028 \ufb33");
    odd += QChar(0xD83D); // half of something
    Evidence evidence = evidenceOf();
    evidence.run.operatorName = odd;
    evidence.now.snapshot->application->displayName = odd;
    answerAll(evidence);
    evidence.answers.insert(bypassQuestions(evidence).first().key, odd);
    evidence.changes[0].change.wanted = QJsonObject{{odd, odd}, {QStringLiteral("number"), 1e-7}, {QStringLiteral("€"), -0.0}};
    const Said said(evidence);
    QVERIFY(checkReport(said.text()).value_or(false));
    QCOMPARE(said.json(QStringLiteral("application")).toString(), odd.chopped(1) + QChar(QChar::ReplacementCharacter));
    QVERIFY(said.text().contains(R"("number":1e-7)"));
}

QTEST_MAIN(tst_ReportFacts)
#include "tst_ReportFacts.moc"
