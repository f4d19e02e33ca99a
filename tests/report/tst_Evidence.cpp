#include "base/CanonicalJson.h"
#include "report/EvidenceSample.h"
#include "wire/ScratchDir.h"

#include <QCryptographicHash>
#include <QFile>
#include <QGuiApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>
#include <QXmlStreamReader>

using namespace pimgate;
using namespace pimgate::test;

class tst_Evidence : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void unconfirmedUntilEveryQuestionIsAnswered();
    void reportOnlyIsNotEnforced();
    void driftIsTold();
    void notBuilt();
    void unknownIsNeverClosed();
    void aFailedProofIsNotClosed();
    void questionsWithoutAPreset();
    void jsonIsCanonical();
    void theHashSeesEveryByte();
    void notAReport();
    void whatVersionOneWroteStillVerifies();
    void aNewerVersionIsNotJudged();
    void htmlHasEveryFact();
    void htmlEscapesTheTenant();
    void htmlStandsAlone();
    void demoNeverClaimsMicrosoft();
    void realReportShowsItsRecords();
    void namesAreLeftOut();
    void pdf();
    void pdfIsWhole();
    void sheets();
    void writesByEnding();
    void samples();
};

void tst_Evidence::unconfirmedUntilEveryQuestionIsAnswered()
{
    Evidence evidence = evidenceOf();
    ReportVerdict verdict = verdictOf(evidence);
    QCOMPARE(verdict.state, ReportVerdict::State::Unconfirmed);
    QCOMPARE(verdict.sentence, QStringLiteral("The gate is closed in Entra. Ways around it are not confirmed."));
    answerAll(evidence);
    verdict = verdictOf(evidence);
    QCOMPARE(verdict.state, ReportVerdict::State::Closed);
    evidence.answers.insert(bypassQuestions(evidence).first().key, QStringLiteral("  "));
    QCOMPARE(verdictOf(evidence).state, ReportVerdict::State::Unconfirmed);
}

void tst_Evidence::reportOnlyIsNotEnforced()
{
    Evidence evidence = evidenceOf();
    answerAll(evidence);
    evidence.now.snapshot->policy->state = CaPolicy::State::ReportOnly;
    QCOMPARE(verdictOf(evidence).state, ReportVerdict::State::NotEnforced);
    QCOMPARE(verdictOf(evidence).sentence, QStringLiteral("Not enforced: the policy is still in report-only."));
    QVERIFY(toHtml(evidence).contains(QStringLiteral("Not enforced: the policy is still in report-only.")));
    evidence.now.snapshot->policy->state = CaPolicy::State::Enabled;
    evidence.now.snapshot->application->assignmentRequired = false;
    QCOMPARE(verdictOf(evidence).sentence, QStringLiteral("Not enforced: assignment is not required."));
}

void tst_Evidence::driftIsTold()
{
    Evidence evidence = evidenceOf();
    answerAll(evidence);
    evidence.now.findings << Finding{Finding::Weight::Drift, QStringLiteral("memberOutsidePim:x"),
                                     QStringLiteral("Omar Haddad is a member of the group, added outside PIM.")};
    QCOMPARE(verdictOf(evidence).state, ReportVerdict::State::Drift);
    QVERIFY(toHtml(evidence).contains(QStringLiteral("Omar Haddad is a member of the group, added outside PIM.")));
}

void tst_Evidence::notBuilt()
{
    Evidence empty;
    QCOMPARE(verdictOf(empty).state, ReportVerdict::State::NotBuilt);
    QVERIFY(!toHtml(empty).isEmpty());
    Evidence evidence = evidenceOf();
    evidence.now.snapshot->policy.reset();
    QCOMPARE(verdictOf(evidence).state, ReportVerdict::State::NotBuilt);
    Evidence half = evidenceOf();
    half.now.rows[3].done = false;
    QCOMPARE(verdictOf(half).state, ReportVerdict::State::NotBuilt);
}

void tst_Evidence::unknownIsNeverClosed()
{
    Evidence evidence = evidenceOf();
    answerAll(evidence);
    evidence.now.snapshot->unread.insert(QStringLiteral("policy"), Error{});
    QCOMPARE(verdictOf(evidence).state, ReportVerdict::State::Unconfirmed);
    QVERIFY(!verdictOf(evidence).sentence.contains(QStringLiteral("closed")));
}

void tst_Evidence::aFailedProofIsNotClosed()
{
    Evidence evidence = evidenceOf();
    answerAll(evidence);
    evidence.proof->state = ProofResult::State::Failed;
    QCOMPARE(verdictOf(evidence).state, ReportVerdict::State::Unconfirmed);
    evidence.proof.reset();
    QVERIFY(verdictOf(evidence).detail.contains(QStringLiteral("not played")));
}

void tst_Evidence::questionsWithoutAPreset()
{
    Evidence evidence = evidenceOf();
    evidence.now.blueprint.application.preset.clear();
    evidence.now.snapshot->application->displayName = QStringLiteral("Nobody knows this one");
    QVERIFY(!bypassQuestions(evidence).isEmpty());
    QCOMPARE(verdictOf(evidence).state, ReportVerdict::State::Unconfirmed);
}

void tst_Evidence::jsonIsCanonical()
{
    const QByteArray json = toCanonicalJson(evidenceOf());
    QCOMPARE(toCanonicalJson(evidenceOf()), json);
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    QCOMPARE(canonicalJson(object).value_or(QByteArray()), json);
    QCOMPARE(object.value(QLatin1String("version")).toInt(), 2);
    QJsonObject hashed = object;
    hashed.remove(QLatin1String("hash"));
    const QByteArray hash =
        QCryptographicHash::hash(canonicalJson(hashed).value_or(QByteArray()), QCryptographicHash::Sha256).toHex();
    QCOMPARE(object.value(QLatin1String("hash")).toString().toLatin1(), hash);
    QCOMPARE(object.value(QLatin1String("hash")).toString().size(), 64);
    QCOMPARE(object.value(QLatin1String("demo")).toBool(), true);
    QCOMPARE(object.value(QLatin1String("changes")).toArray().size(), 8);
    QCOMPARE(object.value(QLatin1String("proof"))[QLatin1String("lines")].toArray().size(), 5);
    const auto checked = checkReport(json);
    QVERIFY(checked && *checked);
    const auto withLineBreak = checkReport(json + '\n');
    QVERIFY(withLineBreak && *withLineBreak);
}

void tst_Evidence::theHashSeesEveryByte()
{
    const QByteArray json = toCanonicalJson(evidenceOf());
    for (qsizetype i = 0; i < json.size(); i += 7) {
        QByteArray changed = json;
        changed[i] = changed[i] == 'x' ? 'y' : 'x';
        const auto checked = checkReport(changed);
        QVERIFY2(!checked || !*checked, qPrintable(QString::number(i)));
    }
    QByteArray spaced = json;
    spaced.insert(1, ' ');
    QVERIFY(!checkReport(spaced).value_or(false));
    QByteArray doubled = json;
    doubled.insert(1, "\"demo\":true,");
    QVERIFY(!checkReport(doubled).value_or(false));
}

void tst_Evidence::notAReport()
{
    for (const QByteArray &text : {QByteArray(), QByteArray("hello"), QByteArray("[]"), QByteArray("{}"),
                                   QByteArray("{\"hash\":\"0\"}"), QByteArray("{\"format\":\"pimgate-report\"}")}) {
        const auto checked = checkReport(text);
        QVERIFY2(!checked, text.constData());
        QCOMPARE(checked.error().kind, Error::Kind::Input);
    }
}

/// A file that the program wrote before there was a version 2.
void tst_Evidence::whatVersionOneWroteStillVerifies()
{
    QFile file(QStringLiteral(PIMGATE_SOURCE_DIR "/tests/report/data/report-version-1.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray json = file.readAll();
    QVERIFY(checkReport(json).value_or(false));
    for (qsizetype i = 0; i < json.size(); i += 97) {
        QByteArray changed = json;
        changed[i] = changed[i] == 'x' ? 'y' : 'x';
        QVERIFY2(!checkReport(changed).value_or(false), qPrintable(QString::number(i)));
    }
    // Its form is Qt's own, which writes some numbers as nobody else does.
    const QByteArray rest = R"({"format":"pimgate-report","small":1e-07,"version":1})";
    const QByteArray hash = QCryptographicHash::hash(rest, QCryptographicHash::Sha256).toHex();
    QByteArray old = rest;
    old.replace("\"small\"", "\"hash\":\"" + hash + "\",\"small\"");
    QVERIFY(checkReport(old).value_or(false));
    // And it is not to be had by saying a lower number.
    QByteArray lowered = toCanonicalJson(evidenceOf());
    lowered.replace("\"version\":2", "\"version\":1");
    QVERIFY(!checkReport(lowered).value_or(false));
}

void tst_Evidence::aNewerVersionIsNotJudged()
{
    QByteArray newer = toCanonicalJson(evidenceOf());
    newer.replace("\"version\":2", "\"version\":3");
    const auto checked = checkReport(newer);
    QVERIFY(!checked);
    QCOMPARE(checked.error().kind, Error::Kind::Input);
    QVERIFY(checked.error().message.contains(QStringLiteral("newer")));
}

void tst_Evidence::htmlHasEveryFact()
{
    Evidence evidence = evidenceOf();
    evidence.answers.insert(QStringLiteral("emergencyAdmin"), QStringLiteral("Held by the owner, sealed"));
    const QString html = toHtml(evidence);
    const QString text = visible(html);
    for (const Change &change : rows()) {
        QVERIFY2(text.contains(change.sentence.toHtmlEscaped()), qPrintable(change.sentence));
        QVERIFY(text.contains(change.before) && text.contains(change.after));
    }
    for (const char *fact :
         {"The gate is closed in Entra. Ways around it are not confirmed.", "Longest activation", "8 hours", "4 hours",
          "Break-glass 1: not blocked by the policy; not assigned: intended", "(AADSTS50105)", "record record-0",
          "Held by the owner, sealed", "Not answered", "7c1ea94f", "Mira Kovac", "2026-05-12 14:52:00", "To open NinjaOne",
          "When somebody asks you to approve for NinjaOne", "PIM keeps managing the group until the group is deleted.",
          "(source: preset)", "once active", "Lena Fischer"})
        QVERIFY2(text.contains(QLatin1String(fact)), fact);
    const QString hash = QJsonDocument::fromJson(toCanonicalJson(evidence)).object().value(QLatin1String("hash")).toString();
    QVERIFY(html.contains(hash));
}

void tst_Evidence::htmlEscapesTheTenant()
{
    const QString evil = QStringLiteral("<script>alert('%1 %2 & \"')</script>");
    Evidence evidence = evidenceOf();
    evidence.run.tenantName = evil;
    evidence.run.operatorName = evil;
    evidence.now.snapshot->organization.displayName = evil;
    evidence.now.snapshot->application->displayName = evil;
    evidence.now.snapshot->group->displayName = evil;
    evidence.now.snapshot->policy->displayName = evil;
    for (Principal &person : evidence.now.snapshot->people)
        person.displayName = evil;
    for (Principal &person : evidence.now.snapshot->principals)
        person.displayName = evil;
    evidence.now.findings << Finding{Finding::Weight::Note, QStringLiteral("x"), evil};
    for (ChangeRecord &record : evidence.changes) {
        record.change.what = record.change.before = record.change.after = record.change.sentence = record.change.undo =
            record.note = evil;
        record.change.details << ChangeDetail{evil, evil, evil, false};
    }
    evidence.proof = played(*evidence.now.snapshot, true);
    evidence.proof->how = ProofResult::How::Error;
    evidence.proof->said = evil;
    for (ProofLine &line : evidence.proof->lines) {
        line.happening = ProofLine::Happening::Error;
        line.said = line.recordId = evil;
    }
    evidence.arming->problem = evil;
    evidence.arming->lines.first().who = evil;
    evidence.answers.insert(QStringLiteral("emergencyAdmin"), evil);
    const QString html = toHtml(evidence);
    QVERIFY(!html.contains(QStringLiteral("<script"), Qt::CaseInsensitive));
    QVERIFY(html.contains(QStringLiteral("&lt;script&gt;")));
    // An attribute must not end early either.
    const QRegularExpressionMatch label = QRegularExpression(QStringLiteral("aria-label=\"([^\"]*)\">")).match(html);
    QVERIFY(label.hasMatch());
    QVERIFY(toPdf(evidence));
}

void tst_Evidence::htmlStandsAlone()
{
    const QString html = toHtml(evidenceOf());
    for (const char *outside : {"src=", "href=", "url(", "@import", "<script", "<link", "<iframe", "onload", "javascript:"})
        QVERIFY2(!html.contains(QLatin1String(outside), Qt::CaseInsensitive), outside);
    const qsizetype from = html.indexOf(QStringLiteral("<svg"));
    const QString svg = html.mid(from, html.indexOf(QStringLiteral("</svg>")) + 6 - from);
    QXmlStreamReader reader(svg);
    while (!reader.atEnd())
        reader.readNext();
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    // Every list and table is closed.
    for (const char *tag : {"table", "tr", "td", "ul", "ol", "li", "main", "figure", "p", "span"})
        QCOMPARE(html.count(QRegularExpression(QStringLiteral("<%1[ >]").arg(QLatin1String(tag)))),
                 html.count(QStringLiteral("</%1>").arg(QLatin1String(tag))));
}

void tst_Evidence::demoNeverClaimsMicrosoft()
{
    Evidence evidence = evidenceOf(true);
    // Even a line that carries a wrong label.
    evidence.proof->lines.first().label = ProofLabel::Observed;
    const QString html = toHtml(evidence);
    const QByteArray json = toCanonicalJson(evidence);
    for (const char *claim : {"Observed", "Evaluated by Microsoft", "observed", "evaluatedByMicrosoft"}) {
        QVERIFY2(!visible(html).contains(QLatin1String(claim)), claim);
        QVERIFY2(!json.contains(claim), claim);
    }
    QVERIFY(json.contains("\"label\":\"playedInDemo\""));
    QVERIFY(html.contains(QStringLiteral("Played in the demo tenant")));
    QVERIFY(html.contains(QStringLiteral("<b>DEMO</b>")));
    QVERIFY(html.contains(QStringLiteral("<title>Demo: ")));
}

void tst_Evidence::realReportShowsItsRecords()
{
    const QString html = toHtml(evidenceOf(false));
    QVERIFY(html.contains(QStringLiteral("Observed in this tenant")));
    QVERIFY(html.contains(QStringLiteral("Evaluated by Microsoft")));
    QVERIFY(!visible(html).contains(QStringLiteral("DEMO")));
    QVERIFY(!visible(html).contains(QStringLiteral("Played in the demo tenant")));
}

void tst_Evidence::namesAreLeftOut()
{
    Evidence evidence = evidenceOf();
    evidence.leaveOutNames = true;
    evidence.run.result = QJsonObject{{QStringLiteral("by"), QStringLiteral("somebody.else@contoso.demo")}};
    const QString html = toHtml(evidence);
    const QString json = QString::fromUtf8(toCanonicalJson(evidence));
    for (const QString &text : {html, json}) {
        for (const Principal &person : {ada, jonas, lena, glass, svc})
            for (const QString &name : {person.displayName, person.userName, person.id})
                QVERIFY2(!text.contains(name, Qt::CaseInsensitive), qPrintable(name));
        QVERIFY(!text.contains(QStringLiteral("Mira Kovac")));
        QVERIFY(!text.contains(QStringLiteral("somebody.else")));
        QVERIFY(text.contains(QStringLiteral("person 1")));
        QVERIFY(text.contains(QStringLiteral("PIM-NinjaOne-Admins")));
    }
    QCOMPARE(verdictOf(withoutNames(evidence)).sentence, verdictOf(evidence).sentence);
    QVERIFY(*checkReport(toCanonicalJson(evidence)));
    QVERIFY(html.contains(QStringLiteral("not blocked by the policy; not assigned: intended")));
}

void tst_Evidence::pdf()
{
    const auto made = toPdf(evidenceOf());
    QVERIFY2(made, made ? "" : qPrintable(made.error().text()));
    QVERIFY(made->startsWith("%PDF"));
    QVERIFY(made->count("/Type /Page\n") >= 2 || made->count("/Type /Page ") >= 2);
}

/// Everything that the HTML says stands in the PDF too, down to the last line.
void tst_Evidence::pdfIsWhole()
{
    const QString reader = QStandardPaths::findExecutable(QStringLiteral("pdftotext"));
    if (reader.isEmpty())
        QSKIP("pdftotext is not installed");
    for (int extra : {0, 3, 6, 9, 12, 15}) {
        Evidence evidence = evidenceOf();
        for (int i = 0; i < extra; ++i) // pages break elsewhere
            evidence.changes << evidence.changes.at(i % 8);
        test::ScratchDir folder;
        QVERIFY(writeReport(evidence, folder.filePath(QStringLiteral("r.pdf"))));
        QProcess process;
        process.start(reader, {folder.filePath(QStringLiteral("r.pdf")), QStringLiteral("-")});
        QVERIFY(process.waitForFinished());
        const QString read = QString::fromUtf8(process.readAllStandardOutput());
        const QString text = read.simplified();
        for (const char *fact : {"What was, what changed", "What the tenant shows now", "What was proven", "Ways around the gate",
                                 "What cannot be undone", "To open NinjaOne", "an open session may go on",
                                 "Who can approve: Lena Fischer", "carries the hash"})
            QVERIFY2(text.contains(QLatin1String(fact)), fact);
        // Every page is marked, in its band and across.
        const QStringList pages = read.split(QLatin1Char('\f'), Qt::SkipEmptyParts);
        QCOMPARE(pages.size(), text.count(QRegularExpression(QStringLiteral("Page \\d+ of \\d+"))));
        for (const QString &page : pages) // a reader may draw its words apart
            for (const char *word : {"DEMO", "Everything", "invented."})
                QVERIFY2(page.contains(QLatin1String(word)), qPrintable(page));
        QVERIFY(text.count(QStringLiteral("Everything here is invented.")) >= 4);
    }
}

void tst_Evidence::sheets()
{
    const Evidence evidence = evidenceOf();
    Cloud cloud;
    cloud.portal = QUrl(QStringLiteral("https://entra.microsoft.com"));
    const QString member = memberSheet(evidence.now.blueprint, *evidence.now.snapshot, cloud);
    QVERIFY(member.startsWith(QStringLiteral("To open NinjaOne")));
    for (const char *fact : {"https://entra.microsoft.com", "PIM-NinjaOne-Admins", "4 hours", "multifactor authentication",
                             "a reason", "Lena Fischer"})
        QVERIFY2(member.contains(QLatin1String(fact)), fact);
    QVERIFY(!member.contains(QStringLiteral("ticket number")));
    QVERIFY(approverSheet(evidence.now.blueprint, *evidence.now.snapshot, cloud).contains(QStringLiteral("24 hours")));
    Blueprint noApproval = evidence.now.blueprint;
    noApproval.activation.approvers.clear();
    Snapshot alone = *evidence.now.snapshot;
    alone.rules->rules.insert(Rules::Approval, Rules::approval({}, false));
    QVERIFY(!memberSheet(noApproval, alone, cloud).contains(QStringLiteral("approves")));
}

void tst_Evidence::writesByEnding()
{
    test::ScratchDir folder;
    const Evidence evidence = evidenceOf();
    for (const char *name : {"r.html", "r.PDF", "r.json"})
        QVERIFY(writeReport(evidence, folder.filePath(QLatin1String(name))));
    QFile json(folder.filePath(QStringLiteral("r.json")));
    QVERIFY(json.open(QIODevice::ReadOnly));
    QVERIFY(*checkReport(json.readAll()));
    const auto refused = writeReport(evidence, folder.filePath(QStringLiteral("r.docx")));
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Input);
    const auto nowhere = writeReport(evidence, folder.filePath(QStringLiteral("no/such/folder/r.html")));
    QVERIFY(!nowhere);
    QCOMPARE(nowhere.error().kind, Error::Kind::Storage);
}

/// Kept for the eye when somebody asks for them: PIMGATE_SAMPLES=DIR.
void tst_Evidence::samples()
{
    const QString folder = qEnvironmentVariable("PIMGATE_SAMPLES");
    if (folder.isEmpty())
        QSKIP("PIMGATE_SAMPLES names no folder");
    for (const char *ending : {"html", "pdf", "json"}) {
        QVERIFY(writeReport(evidenceOf(true), folder + QStringLiteral("/demo.") + QLatin1String(ending)));
        QVERIFY(writeReport(evidenceOf(false), folder + QStringLiteral("/real.") + QLatin1String(ending)));
    }
}

QTEST_MAIN(tst_Evidence)
#include "tst_Evidence.moc"
