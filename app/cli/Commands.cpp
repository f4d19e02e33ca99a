#include "cli/Commands.h"

#include "cli/Words.h"

namespace pimgate {

QList<Command> commandTable()
{
    const QString blueprint = QStringLiteral("BLUEPRINT");
    const QString run = QStringLiteral("RUN");
    const QCommandLineOption yes(QStringLiteral("yes"), Cli::tr("Do not ask."));
    const QCommandLineOption noWait(QStringLiteral("no-wait"),
                                    Cli::tr("Do not wait for Microsoft's five-minute floor; name what stays."));
    const QCommandLineOption changedToo(QStringLiteral("changed-too"),
                                        Cli::tr("Also take back what somebody has changed since."));
    const auto option = [](const char *name, const QString &what, const char *value = "", const char *otherwise = "") {
        return QCommandLineOption(QLatin1String(name), what, QLatin1String(value), QLatin1String(otherwise));
    };
    return {
        {QStringLiteral("readiness"),
         QStringLiteral("[BLUEPRINT]"),
         Cli::tr("The checks before step 1; reads only."),
         0,
         1,
         {},
         readinessCommand},
        {QStringLiteral("plan"), blueprint, Cli::tr("The rows that would change; reads only."), 1, 1, {}, planCommand},
        {QStringLiteral("apply"),
         blueprint,
         Cli::tr("Plan, confirm, change, verify; prints the run's id."),
         1,
         1,
         {yes},
         applyCommand},
        {QStringLiteral("verify"),
         blueprint,
         Cli::tr("Is the tenant as planned, and is it enforced? Reads only."),
         1,
         1,
         {option("report-only-ok", Cli::tr("A policy in report-only is as planned."))},
         verifyCommand},
        {QStringLiteral("test"),
         blueprint,
         Cli::tr("The proof: blocked, requested, approved, active, ended."),
         1,
         1,
         {option("user", Cli::tr("The eligible person who activates."), "UPN"),
          option("approver", Cli::tr("Who approves; the first named approver unless told."), "UPN"),
          option("justification", Cli::tr("The reason given with the request."), "TEXT"),
          option("ticket", Cli::tr("The ticket given with the request."), "NUMBER"),
          option("duration", Cli::tr("How long to activate, such as PT30M."), "DURATION")},
         testCommand},
        {QStringLiteral("undo"),
         run,
         Cli::tr("Takes back what a run did, closing acts first."),
         1,
         1,
         {noWait, changedToo, yes},
         undoCommand},
        {QStringLiteral("resume"), run, Cli::tr("Goes on with a run that was stopped."), 1, 1, {}, resumeCommand},
        {QStringLiteral("remove"),
         blueprint,
         Cli::tr("Takes the gate down from what the tenant shows, closing acts first."),
         1,
         1,
         {noWait, changedToo, yes},
         removeCommand},
        {QStringLiteral("history"),
         QStringLiteral("[RUN]"),
         Cli::tr("What runs did on this computer."),
         0,
         1,
         {},
         historyCommand},
        {QStringLiteral("report"),
         run,
         Cli::tr("Writes the evidence of a run; reads only."),
         1,
         1,
         {option("out", Cli::tr("Where to: FILE.html, FILE.pdf or FILE.json."), "FILE"),
          option("leave-out-names", Cli::tr("Put roles in place of people's names."))},
         reportCommand},
        {QStringLiteral("verify-report"),
         QStringLiteral("FILE.json"),
         Cli::tr("Does the hash of a report fit its content?"),
         1,
         1,
         {},
         verifyReportCommand},
        {QStringLiteral("sign-in"),
         {},
         Cli::tr("Signs in with the browser and keeps the sign-in in the keychain."),
         0,
         0,
         {option("device-code", Cli::tr("A code to enter on any device, instead of a browser here."))},
         signInCommand},
        {QStringLiteral("sign-out"),
         QStringLiteral("[UPN]"),
         Cli::tr("Forgets the sign-ins of this cloud and tenant."),
         0,
         1,
         {},
         signOutCommand},
        {QStringLiteral("accounts"), {}, Cli::tr("The sign-ins kept in the keychain."), 0, 0, {}, accountsCommand},
        {QStringLiteral("demo-tenant"),
         {},
         Cli::tr("Serves an imitation of Microsoft Graph and sign-in on this computer."),
         0,
         0,
         {option("listen", Cli::tr("Address and port."), "ADDRESS:PORT", "127.0.0.1:0"),
          option("tls", Cli::tr("Serve https with an authority of its own.")),
          option("latency", Cli::tr("Milliseconds before every answer."), "MS", "0"),
          option("time-scale", Cli::tr("How many times as fast its clock runs."), "N", "1"),
          option("users", Cli::tr("Number of people."), "N"), option("apps", Cli::tr("Number of applications."), "N"),
          option("seed", Cli::tr("Seed of every id and name."), "N"),
          option("control-key", Cli::tr("Key of the control plane."), "KEY"),
          option("until-eof", Cli::tr("End with the end of input too."))},
         nullptr},
    };
}

Command windowCommand(const QString &name)
{
    const QCommandLineOption changedToo(QStringLiteral("changed-too"),
                                        Cli::tr("Also take back what somebody has changed since."));
    const auto option = [](const char *key, const QString &what, const char *value = "") {
        return QCommandLineOption(QLatin1String(key), what, QLatin1String(value));
    };
    const QCommandLineOption demo = option("demo", Cli::tr("Work in the embedded demo tenant."));
    if (name.isEmpty())
        return {{}, {}, Cli::tr("The wizard."), 0, 0, {demo}, nullptr};
    return {QStringLiteral("tour"),
            {},
            Cli::tr("Walks the whole wizard through the demo tenant by itself; a picture of every page and the report."),
            0,
            0,
            {demo, option("out", Cli::tr("Folder for pictures and report."), "DIR"), option("dark", Cli::tr("Dark colours.")),
             option("size", Cli::tr("Size of the window, such as 1180x820."), "WxH"),
             option("scale", Cli::tr("Scale of everything, such as 1.5."), "F")},
            nullptr};
}

std::optional<Command> commandNamed(const QString &name)
{
    for (const Command &command : commandTable())
        if (command.name == name)
            return command;
    return std::nullopt;
}

} // namespace pimgate
