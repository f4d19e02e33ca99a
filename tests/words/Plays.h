#pragma once

#include "widgets/RowTable.h"
#include "words/Play.h"

namespace pimgate::test {

/// The enums behind the pages.
inline void addVerdicts(Played &played, const Controllers &controllers)
{
    const auto add = [&played](const char *name, std::initializer_list<int> numbers) {
        for (const int number : numbers)
            played.numbers << std::pair(QString::fromLatin1(name), number);
    };
    for (const PageId page : {PageId::Welcome, PageId::Readiness, PageId::Group, PageId::Sso, PageId::Pim,
                              PageId::ConditionalAccess, PageId::Proof, PageId::Report})
        add("page", {int(page), int(controllers.workspace.state(page))});
    for (const MatrixRow &row : controllers.conditionalAccess.matrix())
        add("matrix", {int(row.kind), int(row.now), int(row.whenOn), int(row.afterItEnds)});
    for (const auto &condition : controllers.conditionalAccess.conditions())
        add("condition", {int(condition.state), int(condition.label)});
    for (const SsoController::Today &line : controllers.sso.today())
        add("today", {int(line.kind), int(line.afterwards), int(line.decision)});
    for (const ProofLine &line : controllers.proof.lines())
        add("proof", {int(line.state), int(line.label), int(line.agrees)});
    add("verdict", {int(controllers.report.verdict().state)});
    for (const auto &fact : controllers.report.facts())
        add("fact", {int(fact.state)});
    const Workspace::RightNow now = controllers.workspace.rightNow();
    add("right now", {int(now.assignment), int(now.policy)});
}

/// Icon, colours and chip of every cell of every table, without its words.
inline QJsonObject drawn(const QWidget &window)
{
    QJsonObject tables;
    for (const RowTable *table : window.findChildren<RowTable *>()) {
        QStringList rows;
        for (const Row &row : table->rowModel().rows()) {
            QStringList cells{QString::number(row.state ? int(*row.state) : -1), QString::number(int(row.soft))};
            for (const Cell &cell : row.cells)
                cells << QStringLiteral("%1 %2 %3 %4 %5")
                             .arg(cell.icon)
                             .arg(int(cell.tone))
                             .arg(int(cell.iconTone))
                             .arg(cell.chip ? int(*cell.chip) : -1)
                             .arg(int(cell.strong));
            rows << cells.join(QLatin1Char('|'));
        }
        tables.insert(table->objectName() + QLatin1Char(' ') + QString::number(tables.size()), QJsonArray::fromStringList(rows));
    }
    return tables;
}

/// The wizard through its whole gate, as `pimgate tour` operates it. Empty numbers: it did not come to its end.
inline Played playTour()
{
    Played played;
    Stage stage(200);
    if (!stage.stands())
        return played;
    TourOptions options;
    options.outDir = stage.path("tour");
    const QJsonObject cloud = stage.cloud();
    Tour tour(options, [cloud]() -> Result<QJsonObject> { return cloud; });
    int status = -1;
    QEventLoop loop;
    launch(&tour, tour.play(), [&](int ended) {
        status = ended;
        loop.quit();
    });
    if (status < 0)
        loop.exec();
    played.numbers << std::pair(QStringLiteral("tour"), status);
    for (QWidget *window : QApplication::topLevelWidgets())
        if (auto *wizard = qobject_cast<Wizard *>(window)) {
            addVerdicts(played, wizard->controllers());
            played.documents << std::pair(QStringLiteral("tables of the pages"), QJsonValue(drawn(*wizard)));
        }
    played.documents << std::pair(QStringLiteral("tenant after the tour"), QJsonValue(tables(stage.state())));
    const QDir out(options.outDir);
    for (const char *name : {"report.json", "blueprint.json"})
        played.documents << std::pair(
            QLatin1String(name) + QStringLiteral(" of the tour"),
            QJsonValue(QJsonDocument::fromJson(stage.fileNamed(out.filePath(QLatin1String(name)))).object()));
    return played;
}

/// A gate's life on the command line, with the answers "no" and "not possible" on the way.
inline Played playCommands()
{
    Played played;
    Stage stage(600);
    if (!stage.stands())
        return played;
    const auto say = [&](const QStringList &words) {
        const Stage::Ended ended = stage.command(words + QStringList{QStringLiteral("--json")});
        const QString name = words.first() + QLatin1Char(' ') + QString::number(played.documents.size());
        played.numbers << std::pair(name, ended.status);
        played.documents << std::pair(name, QJsonValue(ended.json()));
        return ended.json();
    };
    const auto tenant = [&](const char *when) {
        played.documents << std::pair(QStringLiteral("tenant, ") + QLatin1String(when), QJsonValue(tables(stage.state())));
    };
    const auto one = [](const char *word) { return QString::fromLatin1(word); };
    const QJsonObject policy{{one("breakGlass"), QJsonArray{stage.account("breakGlass")}}, {one("state"), one("enabled")}};
    const QJsonObject wish{
        {one("application"), QJsonObject{{one("displayName"), one("NinjaOne")}}},
        {one("pim"), QJsonObject{{one("eligible"), QJsonArray{QJsonObject{{one("principal"), stage.firstOf("eligible")}}}},
                                 {one("activation"), QJsonObject{{one("approvers"), QJsonArray{stage.firstOf("approvers")}}}}}},
        {one("conditionalAccess"), policy}};
    const QString blueprint = stage.write("blueprint.json", wish);
    QJsonObject wrong = wish;
    wrong.insert(one("application"), QJsonObject{{one("displayName"), one("There is no such application")}});
    const QString nobodys = stage.write("wrong.json", wrong);
    const QString person = stage.firstOf("eligible");

    say({one("readiness"), blueprint});
    say({one("plan"), nobodys});
    say({one("plan"), blueprint});
    say({one("verify"), blueprint});
    say({one("test"), blueprint, one("--user"), person});
    const QString run = say({one("apply"), blueprint, one("--yes")})[QLatin1String("run")].toString();
    tenant("applied");
    say({one("plan"), blueprint});
    say({one("verify"), blueprint});
    say({one("test"), blueprint, one("--user"), person, one("--approver"), person}); // nobody may approve for themself
    say({one("test"), blueprint, one("--user"), person});
    tenant("proven");
    say({one("history")});
    say({one("history"), run});
    for (const char *name : {"report.json", "report.html", "report.pdf"}) {
        say({one("report"), run, one("--out"), stage.path(name)});
        const QByteArray written = stage.fileNamed(stage.path(name));
        if (QByteArray(name).endsWith("json"))
            played.documents << std::pair(one(name), QJsonValue(QJsonDocument::fromJson(written).object()));
        else if (QByteArray(name).endsWith("html"))
            played.texts << std::pair(one(name), QString::fromUtf8(written));
    }
    stage.control("POST", one("clock"), R"({"advance":"PT8H"})");
    say({one("undo"), run, one("--yes")});
    tenant("taken back");
    say({one("resume"), run});
    say({one("report"), run, one("--out"), stage.path("afterwards.json")});
    played.documents << std::pair(one("afterwards.json"),
                                  QJsonValue(QJsonDocument::fromJson(stage.fileNamed(stage.path("afterwards.json"))).object()));
    say({one("apply"), blueprint, one("--yes")});
    stage.control("POST", one("clock"), R"({"advance":"PT8H"})");
    say({one("remove"), blueprint, one("--yes")});
    say({one("remove"), blueprint, one("--yes")});
    tenant("removed");
    return played;
}

} // namespace pimgate::test
