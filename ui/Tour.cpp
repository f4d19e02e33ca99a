#include "Tour.h"

#include "pages/ReportPage.h"
#include "widgets/PeopleList.h"
#include "widgets/TimeLine.h"
#include "widgets/WaitRow.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QCompleter>
#include <QCoroTimer>
#include <QDir>
#include <QKeyEvent>
#include <QLineEdit>

#include <cstdio>

namespace pimgate {
namespace tour {

constexpr qint64 patience = 20'000; // ms of this computer's time, whatever the tenant's clock does
constexpr std::chrono::milliseconds pause(10);

void key(QWidget *widget, int code, const QString &text = {})
{
    for (const QEvent::Type type : {QEvent::KeyPress, QEvent::KeyRelease}) {
        QKeyEvent event(type, code, Qt::NoModifier, text);
        QApplication::sendEvent(widget, &event);
    }
}

void typeInto(QLineEdit *field, const QString &text)
{
    field->setFocus();
    field->selectAll();
    for (const QChar letter : text)
        key(field, letter.toUpper().unicode(), letter);
}

bool usable(const QWidget *widget)
{
    return widget && widget->isVisible() && widget->isEnabled();
}

} // namespace tour

Tour::Tour(const TourOptions &options, const WelcomeController::DemoCloud &demoCloud)
    : m_options(options), m_services(m_data.path()), m_wizard(m_services, demoCloud, true)
{
    m_wizard.resize(options.size);
    m_wizard.show();
    m_wizard.activateWindow();
    lookAround();
    codeSignIn(demoCloud);
    signIn();
    group();
    sso();
    pim();
    conditionalAccess();
    proof();
    report();
}

template <class W>
W *Tour::find(const QString &name) const
{
    return m_wizard.currentPage()->findChild<W *>(name);
}

void Tour::add(const QString &what, const std::function<bool()> &comesTrue)
{
    m_acts << Act{what, comesTrue};
}

void Tour::go(PageId page)
{
    add(tr("the page opens"), [this, page] { return m_wizard.open(page); });
}

void Tour::press(const QString &name)
{
    add(tr("%1 can be pressed").arg(name), [this, name] {
        auto *button = find<QAbstractButton>(name);
        if (!tour::usable(button))
            return false;
        button->click();
        return true;
    });
}

/// A check box or radio button is on afterwards.
void Tour::check(const QString &name)
{
    add(tr("%1 can be chosen").arg(name), [this, name] {
        auto *button = find<QAbstractButton>(name);
        if (!tour::usable(button))
            return false;
        if (!button->isChecked())
            button->click();
        return button->isChecked();
    });
}

void Tour::type(const QString &name, const QString &text)
{
    add(tr("%1 takes text").arg(name), [this, name, text] {
        auto *field = find<QLineEdit>(name);
        if (!tour::usable(field))
            return false;
        tour::typeInto(field, text);
        return true;
    });
}

/// Types some letters of a name, waits for the tenant's answer and takes it from the list below the field.
void Tour::person(const QString &list, const QString &name)
{
    add(tr("%1 takes a name").arg(list), [this, list, name] {
        auto *people = find<PeopleList>(list);
        if (!people || !tour::usable(people->field()))
            return false;
        m_wizard.activateWindow(); // the list of names before was a window of its own
        tour::typeInto(people->field(), name);
        return true;
    });
    add(tr("%1 is found").arg(name), [this, list, name, asked = std::make_shared<int>(0)] {
        QLineEdit *field = find<PeopleList>(list)->field();
        QCompleter *completer = field->completer();
        if (++*asked % 150 == 0 && !completer->popup()->isVisible()) { // the window was not active when the answer came
            m_wizard.activateWindow();
            tour::typeInto(field, name);
        }
        const QModelIndex first = completer->completionModel()->index(0, 0);
        if (!completer->popup()->isVisible() || !first.data().toString().contains(name))
            return false;
        completer->popup()->setCurrentIndex(first);
        tour::key(completer->popup(), Qt::Key_Return);
        return true;
    });
    add(tr("%1 stands in the list").arg(name), [this, list, name] {
        const QList<PersonRow> people = find<PeopleList>(list)->people();
        return std::any_of(people.begin(), people.end(), [&](const PersonRow &one) { return one.name.contains(name); });
    });
}

void Tour::settle()
{
    add(tr("the tenant is read"), [this] {
        const Workspace &workspace = m_wizard.controllers().workspace;
        return workspace.signedIn() && !workspace.stale() && !workspace.reading() && !workspace.writing();
    });
}

void Tour::picture(const QString &page, const QString &state)
{
    add(tr("the picture is saved"), [this, page, state] { return snap(page, state); });
}

/// Every page before anybody signed in.
void Tour::lookAround()
{
    const std::pair<PageId, QString> pages[] = {
        {PageId::Welcome, QStringLiteral("welcome")}, {PageId::Readiness, QStringLiteral("readiness")},
        {PageId::Group, QStringLiteral("group")},     {PageId::Sso, QStringLiteral("sso")},
        {PageId::Pim, QStringLiteral("pim")},         {PageId::ConditionalAccess, QStringLiteral("conditional-access")},
        {PageId::Proof, QStringLiteral("proof")},     {PageId::Report, QStringLiteral("report")}};
    for (const auto &[id, name] : pages) {
        if (!m_wizard.page(id))
            continue;
        go(id);
        picture(name, QStringLiteral("empty"));
    }
}

/// A customer's tenant, and the code in place of the browser: the demo tenant stands in for the customer's.
void Tour::codeSignIn(const WelcomeController::DemoCloud &demoCloud)
{
    go(PageId::Welcome);
    check(QStringLiteral("welcome.customer"));
    picture(QStringLiteral("welcome"), QStringLiteral("customer"));
    add(tr("the tenant can be named"), [this, demoCloud] {
        const auto described = demoCloud();
        const auto cloud = described ? Cloud::fromJson(*described) : Result<Cloud>(failure(described.error()));
        if (cloud)
            m_wizard.startAt(*cloud, {});
        return cloud.has_value();
    });
    press(QStringLiteral("welcome.useCode"));
    add(tr("a code is shown"), [this] { return m_wizard.controllers().welcome.deviceCode().has_value(); });
    picture(QStringLiteral("welcome"), QStringLiteral("code"));
    add(tr("the wait can be cancelled"), [this] {
        auto *wait = find<WaitRow>(QStringLiteral("welcome.codeWait"));
        if (!tour::usable(wait))
            return false;
        wait->findChild<QAbstractButton *>()->click();
        return true;
    });
    add(tr("the wait ends"), [this] { return m_wizard.controllers().welcome.state() == WelcomeController::State::Idle; });
    check(QStringLiteral("welcome.demo"));
}

void Tour::signIn()
{
    go(PageId::Welcome);
    add(tr("the administrator's button can be pressed"), [this] {
        const auto buttons = m_wizard.currentPage()->findChildren<QAbstractButton *>();
        for (QAbstractButton *button : buttons)
            if (button->objectName().startsWith(QLatin1String("welcome.person.")) && tour::usable(button)) {
                button->click(); // the first one
                return true;
            }
        return false;
    });
    picture(QStringLiteral("welcome"), QStringLiteral("filled"));
    add(tr("the sign-in comes back"),
        [this] { return m_wizard.controllers().welcome.state() == WelcomeController::State::SignedIn; });
    settle();
    add(tr("the sign-in log is read"), [this] { return m_wizard.controllers().workspace.usage().readable(); });
    settle();
    picture(QStringLiteral("welcome"), QStringLiteral("done"));
    go(PageId::Readiness);
    add(tr("readiness is read"), [this] {
        const ReadinessController &readiness = m_wizard.controllers().readiness;
        return !readiness.reading() && !readiness.checks().isEmpty();
    });
    picture(QStringLiteral("readiness"), QStringLiteral("filled"));
    press(QStringLiteral("readiness.confirm"));
    settle();
    picture(QStringLiteral("readiness"), QStringLiteral("done"));
}

void Tour::group()
{
    go(PageId::Group);
    type(QStringLiteral("group.name"), QStringLiteral("PIM-NinjaOne-Admins"));
    settle();
    picture(QStringLiteral("group"), QStringLiteral("filled"));
    press(QStringLiteral("group.write"));
    settle();
    add(tr("step 1 is verified"),
        [this] { return m_wizard.controllers().workspace.state(PageId::Group) == PageState::Verified; });
    picture(QStringLiteral("group"), QStringLiteral("done"));
}

void Tour::sso()
{
    go(PageId::Sso);
    settle();
    picture(QStringLiteral("sso"), QStringLiteral("open"));
    add(tr("every decision can be taken"), [this] {
        const auto combos = m_wizard.currentPage()->findChildren<QComboBox *>();
        for (QComboBox *combo : combos) {
            if (!combo->objectName().startsWith(QLatin1String("sso.decision.")))
                continue;
            if (!tour::usable(combo))
                return false;
            if (combo->currentIndex() == 0) {
                tour::key(combo, Qt::Key_Down); // through PIM
                return false;                   // the rows come again; then the next one
            }
        }
        return true;
    });
    add(tr("the role can be chosen"), [this] {
        auto *role = find<QComboBox>(QStringLiteral("sso.role"));
        if (!role || !role->isVisible() || role->currentIndex() >= 0)
            return true;
        tour::key(role, Qt::Key_Down);
        return false;
    });
    settle();
    picture(QStringLiteral("sso"), QStringLiteral("filled"));
    press(QStringLiteral("sso.write"));
    settle();
    add(tr("step 2 is verified"), [this] { return m_wizard.controllers().workspace.state(PageId::Sso) == PageState::Verified; });
    picture(QStringLiteral("sso"), QStringLiteral("done"));
}

void Tour::pim()
{
    if (!m_wizard.page(PageId::Pim))
        return;
    go(PageId::Pim);
    for (const char *name : {"Ada", "Jonas", "Priya"})
        person(QStringLiteral("pim.eligible"), QLatin1String(name));
    check(QStringLiteral("pim.approval"));
    for (const char *name : {"Lena", "Omar"})
        person(QStringLiteral("pim.approvers"), QLatin1String(name));
    settle();
    picture(QStringLiteral("pim"), QStringLiteral("filled"));
    press(QStringLiteral("pim.write"));
    settle();
    add(tr("step 3 is verified"), [this] { return m_wizard.controllers().workspace.state(PageId::Pim) == PageState::Verified; });
    picture(QStringLiteral("pim"), QStringLiteral("done"));
}

void Tour::conditionalAccess()
{
    if (!m_wizard.page(PageId::ConditionalAccess))
        return;
    go(PageId::ConditionalAccess);
    settle();
    check(QStringLiteral("ca.enforce")); // on, not report-only
    settle();
    picture(QStringLiteral("conditional-access"), QStringLiteral("filled"));
    press(QStringLiteral("ca.write"));
    settle();
    add(tr("the evidence is gathered"), [this] {
        const auto evidence = m_wizard.controllers().conditionalAccess.evidence();
        return evidence && evidence->complete();
    });
    settle();
    picture(QStringLiteral("conditional-access"), QStringLiteral("evidence"));
    press(QStringLiteral("ca.write")); // now it closes the gate
    settle();
    add(tr("the gate is closed"), [this] {
        const Snapshot *snapshot = m_wizard.controllers().workspace.snapshot();
        return snapshot && snapshot->policy && snapshot->policy->state == CaPolicy::State::Enabled;
    });
    picture(QStringLiteral("conditional-access"), QStringLiteral("done"));
}

void Tour::proof()
{
    if (!m_wizard.page(PageId::Proof))
        return;
    go(PageId::Proof);
    settle();
    add(tr("the proof can be played"), [this] { return m_wizard.controllers().proof.blockedBecause().isEmpty(); });
    picture(QStringLiteral("proof"), QStringLiteral("filled"));
    add(tr("the rests are left out"), [this] {
        m_wizard.controllers().proof.setSpeed(0);
        return true;
    });
    press(QStringLiteral("proof.play"));
    add(tr("the proof ends"), [this] { return m_wizard.controllers().proof.result().has_value(); });
    settle();
    select(ProofLine::Moment::Active);
    picture(QStringLiteral("proof"), QStringLiteral("active"));
    select(ProofLine::Moment::Ended);
    picture(QStringLiteral("proof"), QStringLiteral("done"));
}

/// As a click on the moment does.
void Tour::select(ProofLine::Moment moment)
{
    add(tr("the moment can be chosen"), [this, moment] {
        auto *line = find<TimeLine>(QStringLiteral("proof.moments"));
        if (!line || line->buttons().size() <= int(moment))
            return false;
        line->buttons().at(int(moment))->click();
        return true;
    });
}

void Tour::report()
{
    if (!m_wizard.page(PageId::Report))
        return;
    go(PageId::Report);
    add(tr("the evidence is put together"), [this] { return m_wizard.controllers().report.evidence().has_value(); });
    settle();
    picture(QStringLiteral("report"), QStringLiteral("filled"));
    add(tr("the report is saved"), [this] {
        auto *page = qobject_cast<ReportPage *>(m_wizard.currentPage());
        page->saveIn(QDir(m_options.outDir).absolutePath()); // what the folder dialog calls
        const QStringList names = m_wizard.controllers().report.fileNames();
        return std::all_of(names.begin(), names.end(),
                           [this](const QString &name) { return QFile::exists(QDir(m_options.outDir).filePath(name)); });
    });
    picture(QStringLiteral("report"), QStringLiteral("done"));
    add(tr("the report gets its plain names"), [this] { return renameReport(); });
}

/// The names that scripts expect: report.html, report.pdf, report.json.
bool Tour::renameReport()
{
    const QDir out(m_options.outDir);
    for (const QString &name : m_wizard.controllers().report.fileNames()) {
        if (name == QLatin1String("blueprint.json"))
            continue;
        const QString plain = QLatin1String("report.") + name.section(QLatin1Char('.'), -1);
        QFile::remove(out.filePath(plain));
        if (!QFile::rename(out.filePath(name), out.filePath(plain)))
            return false;
        std::puts(qUtf8Printable(out.filePath(plain)));
    }
    return true;
}

bool Tour::snap(const QString &page, const QString &state)
{
    QApplication::sendPostedEvents();
    const QString name = QStringLiteral("%1-%2-%3.png").arg(m_pictures + 1, 2, 10, QLatin1Char('0')).arg(page, state);
    const QString path = QDir(m_options.outDir).filePath(name);
    if (!m_wizard.grab().save(path))
        return false;
    ++m_pictures;
    std::puts(qUtf8Printable(path));
    std::fflush(stdout);
    return true;
}

int Tour::failed(const Act &act) const
{
    QString why;
    if (const Page *page = m_wizard.currentPage())
        why = page->accessibleName();
    std::fputs(qUtf8Printable(QStringLiteral("pimgate tour: did not come true within 20 s: %1 (page “%2”)\n").arg(act.what, why)),
               stderr);
    const_cast<Wizard &>(m_wizard).grab().save(QDir(m_options.outDir).filePath(QStringLiteral("stopped-here.png")));
    return 1;
}

Task<int> Tour::play()
{
    if (!QDir().mkpath(m_options.outDir)) {
        std::fputs(qUtf8Printable(QStringLiteral("pimgate tour: the folder %1 could not be made\n").arg(m_options.outDir)),
                   stderr);
        co_return 2;
    }
    for (qsizetype i = 0; i < m_acts.size(); ++i) {
        QElapsedTimer since;
        since.start();
        while (!m_acts[i].comesTrue()) {
            if (since.elapsed() > tour::patience)
                co_return failed(m_acts[i]);
            co_await QCoro::sleepFor(tour::pause);
        }
        co_await QCoro::sleepFor(tour::pause); // lets the page answer before the next act
    }
    const auto result = m_wizard.controllers().proof.result();
    const bool passed = result && result->state == ProofResult::State::Passed;
    if (!passed)
        std::fputs("pimgate tour: the proof did not pass\n", stderr);
    co_return passed ? 0 : 1;
}

} // namespace pimgate
