#include "pages/Gallery.h"

#include "look/Icon.h"
#include "look/State.h"
#include "widgets/ChangePanel.h"
#include "widgets/Chip.h"
#include "widgets/DemoBand.h"
#include "widgets/DurationCombo.h"
#include "widgets/ErrorFrame.h"
#include "widgets/FitRow.h"
#include "widgets/GateDrawingWidget.h"
#include "widgets/Labels.h"
#include "widgets/PageFrame.h"
#include "widgets/PeopleList.h"
#include "widgets/QrCode.h"
#include "widgets/RowTable.h"
#include "widgets/SideList.h"
#include "widgets/TimeLine.h"
#include "widgets/VerdictFrame.h"
#include "widgets/WaitRow.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>

namespace pimgate::gallery {
namespace {

QString s(const char *text)
{
    return QString::fromUtf8(text);
}

Cell plain(const char *text, Tone tone = Tone::Normal, bool strong = false)
{
    Cell cell;
    cell.text = s(text);
    cell.tone = tone;
    cell.strong = strong;
    return cell;
}

Row row(const char *a, const char *b, const char *c, bool strong = false)
{
    Row r;
    r.key = s(a);
    r.cells = {plain(a, Tone::Second), plain(b, Tone::Second), plain(c, Tone::Normal, strong)};
    return r;
}

QVBoxLayout *column(QWidget *owner)
{
    auto *layout = new QVBoxLayout(owner);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    return layout;
}

GateView everyone()
{
    GateView view;
    view.who = s("Everyone");
    view.whoNote = s("not activated");
    view.everyone = true;
    view.application = s("NinjaOne");
    view.applicationNote = s("not reached");
    view.assignment = view.policy = GateView::Face::Shut;
    view.sentence = s("The gate is shut.");
    return view;
}

PeopleList *people(const char *name, const char *placeholder, const QList<PersonRow> &rows)
{
    auto *list = new PeopleList(s(name), s(placeholder));
    list->setPeople(rows);
    return list;
}

QWidget *step3Choices()
{
    auto *box = new QWidget;
    auto *c = column(box);
    c->addWidget(new SectionHead(s("Who may open the gate"), s("3 eligible people")));
    c->addWidget(people("Who may open the gate", "Add a person or group",
                        {{s("1"), s("Ada Lindqvist"), s("until 14 Dec 2026")},
                         {s("2"), s("Jonas Weber"), s("until 14 Dec 2026")},
                         {s("3"), s("Priya Raman"), s("until 14 Dec 2026")}}));
    c->addSpacing(9);
    auto *open = new SectionHead(s("To open it, they"));
    open->setTrailing(new LinkButton(s("All 17 rules…")));
    c->addWidget(open);
    auto *grid = new QGridLayout;
    auto *mfa = new QCheckBox(s("sign in with MFA"));
    auto *reason = new QCheckBox(s("give a reason"));
    mfa->setChecked(true);
    reason->setChecked(true);
    grid->addWidget(mfa, 0, 0);
    grid->addWidget(reason, 0, 1);
    grid->addWidget(new QCheckBox(s("name a ticket")), 1, 0);
    auto *most = new QHBoxLayout;
    auto *duration = new DurationCombo(s("for at most"));
    duration->setChoices({s("PT1H"), s("PT4H"), s("PT8H")});
    duration->setValue(s("PT4H"));
    most->addWidget(new Text(Theme::Body, Tone::Normal, s("for at most")));
    most->addWidget(duration, 1);
    grid->addLayout(most, 1, 1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    c->addLayout(grid);
    c->addSpacing(9);
    auto *approve = new QCheckBox(s("Somebody must approve"));
    approve->setFont(Theme::font(Theme::Section));
    approve->setChecked(true);
    auto *head = new QHBoxLayout;
    head->addWidget(approve);
    head->addStretch();
    head->addWidget(new Text(Theme::Hint, Tone::Second, s("either one is enough")));
    c->addLayout(head);
    c->addWidget(people("Somebody must approve", "Add an approver",
                        {{s("4"), s("Lena Fischer"), s("Head of Operations")}, {s("5"), s("Omar Haddad"), s("Service Lead")}}));
    c->addStretch();
    return box;
}

} // namespace

QWidget *step1()
{
    auto *page = new PageFrame(s("Which group opens the gate?"),
                               s("Whoever is an active member of this group gets in to NinjaOne. Everybody else stays out."));
    auto *box = new QWidget;
    auto *c = column(box);
    c->setSpacing(0);
    const auto choice = [&](const char *title, const char *hint, bool on) {
        auto *radio = new QRadioButton(s(title));
        radio->setFont(Theme::font(Theme::BodyStrong));
        radio->setChecked(on);
        radio->setAccessibleDescription(s(hint));
        c->addWidget(radio);
        auto *text = (new Text(Theme::Hint, Tone::Second, s(hint)))->wrapped();
        text->setContentsMargins(25, 0, 0, 0);
        c->addWidget(text);
    };
    choice("A new group", "Advised: used for nothing else, so nothing else can break.", true);
    auto *inner = new QWidget;
    auto *f = new QVBoxLayout(inner);
    f->setContentsMargins(25, 12, 0, 14);
    f->setSpacing(4);
    auto *name = new QLineEdit(s("PIM-NinjaOne-Admins"));
    f->addWidget(new FieldLabel(s("Name"), name));
    f->addWidget(name);
    f->addWidget(new Text(Theme::Hint, Tone::Second, s("from your template PIM-{application}-{role}")));
    f->addSpacing(12);
    auto *description = new QLineEdit(s("Active members can sign in to NinjaOne."));
    f->addWidget(new FieldLabel(s("Description"), description));
    f->addWidget(description);
    f->addSpacing(10);
    auto *protect = new QCheckBox(s("Protect the group"));
    protect->setChecked(true);
    f->addWidget(protect);
    f->addSpacing(10);
    auto *owners = new QComboBox;
    owners->addItem(s("No owner (advised)"));
    f->addWidget(new FieldLabel(s("Owners"), owners));
    f->addWidget(owners);
    c->addWidget(inner);
    choice("A group that exists", "3 with a similar name. 1 can be used; the others say why not.", false);
    c->addStretch();

    auto *panel = new ChangePanel;
    panel->setTitle(s("What will change"), s("in contoso.com · nothing changed yet"));
    panel->table()->setColumns({{s("What"), 214}, {s("Now"), 104}, {s("After"), 0}});
    panel->table()->setRowHeight(36);
    panel->table()->setRows({row("Group", "none", "PIM-NinjaOne-Admins", true), row("Kind", "", "Security group, cloud only"),
                             row("Protected (role-assignable)", "", "yes"), row("Owners", "", "none"),
                             row("Members", "", "none; people come in step 3"),
                             row("Who can sign in to NinjaOne", "214 people", "214 people, as before")});
    panel->setHint(s("undo"), {},
                   s("Can be undone: the group is deleted again. From step 3 on PIM keeps it until it is deleted."));
    panel->setFootLink(s("Show what is sent"));
    panel->setWriteButton(s("Make 1 change in contoso.com"), true);
    page->setColumns(box, panel, PageFrame::Columns::C392P560, panel);
    return page;
}

QWidget *step2()
{
    auto *page =
        new PageFrame(s("Who may use NinjaOne?"),
                      s("Now the group is added; nobody loses anything yet. Decide here who keeps access when the gate closes."));
    auto *box = new QWidget;
    auto *c = column(box);
    auto *application = new QLineEdit(s("NinjaOne"));
    application->addAction(Icon::themed(s("application"), Tone::Second), QLineEdit::LeadingPosition);
    application->addAction(Icon::themed(s("search"), Tone::Second), QLineEdit::TrailingPosition);
    c->addWidget(new FieldLabel(s("Application"), application));
    c->addWidget(application);
    c->addWidget(
        new Note(s("info"), s("NinjaOne also has accounts without single sign-on. The gate does not see those; the report "
                              "asks about them.")));
    c->addStretch();
    auto *side = new QWidget;
    auto *right = column(side);
    right->addWidget(new SectionHead(s("Who can get in today, and afterwards"), s("214 people and 1 service account")));
    auto *who = new RowTable(s("Who can get in today, and afterwards"));
    who->setColumns(
        {{s("Who"), 172}, {s("Assigned"), 88}, {s("Last sign-in"), 102}, {s("Decision"), 130}, {s("After closing"), 0}});
    const auto person = [](const char *icon, const char *name, const char *how, const char *last, const char *after, Tone tone,
                           bool strong) {
        Row r;
        r.key = s(name);
        r.cells = {plain(name), plain(how, Tone::Second), plain(last, Tone::Second), {}, plain(after, tone, strong)};
        r.cells[0].icon = s(icon);
        return r;
    };
    QList<Row> rows{person("person", "Ada Lindqvist", "directly", "today", "only while active", Tone::Accent, false),
                    person("service", "svc-ninja-sync", "open to all", "3 min ago", "not decided", Tone::Warn, true),
                    person("guest", "Tom Okafor", "open to all", "12 days ago", "loses access", Tone::Normal, true),
                    person("group", "13 other people", "open to all", "in 30 days", "lose access", Tone::Normal, true)};
    rows[1].soft = Soft::Warn;
    rows[2].cells[0].hint = s("(guest)");
    who->setRows(rows);
    for (const char *key : {"Ada Lindqvist", "svc-ninja-sync"}) {
        auto *decision = new QComboBox;
        decision->setProperty("small", true);
        decision->setAccessibleName(s("Decision for %1").arg(s(key)));
        decision->addItems({s("Through PIM"), s("Keep")});
        who->setCellWidget(s(key), 3, decision);
    }
    right->addWidget(new RoundFrame(who));
    right->addSpacing(8);
    auto *panel = new ChangePanel;
    panel->setTitle(s("What will change"), s("in contoso.com · nothing changed yet"));
    panel->table()->setColumns({{s("What"), 248}, {s("Now"), 138}, {s("After"), 0}});
    Row section;
    section.key = s("closing");
    section.section = true;
    section.cells = {plain("When the gate closes", Tone::Normal, true)};
    section.cells[0].hint = s("(end of step 4)");
    section.cells[0].icon = s("lock-shut");
    panel->table()->setRows({row("PIM-NinjaOne-Admins", "not assigned", "assigned as Technician", true), section,
                             row("Only assigned people may sign in", "no", "yes"),
                             row("Ada, Jonas, Priya", "assigned directly", "through PIM only (3 changes)")});
    panel->setHint(s("person"), s("14 people who use NinjaOne lose access then;"),
                   s(" so do 197 who have not used it for 30 days."));
    panel->setFootWarning(s("Decide about svc-ninja-sync first."));
    panel->setWriteButton(s("Make 1 change in contoso.com"), false);
    right->addWidget(panel, 1);
    page->setColumns(box, side, PageFrame::Columns::C340P612, panel);
    return page;
}

QWidget *step3Applied()
{
    auto *page = new PageFrame(s("Who can open the gate, and how?"),
                               s("Nobody is in the group for good. These people ask, somebody approves, and it ends by itself."));
    auto *panel = new ChangePanel;
    panel->setTitle(s("What Microsoft says now"), s("read back at 14:32:07, not taken on trust"));
    panel->table()->setColumns({{s("What"), 222}, {s("Asked"), 120}, {s("Microsoft says"), 0}});
    const char *asked[][3] = {{"PIM manages the group", "yes", "yes"},
                              {"Longest activation", "4 hours", "4 hours"},
                              {"MFA", "required", "required"},
                              {"Reason", "required", "required"},
                              {"Ticket", "not asked", "not asked"},
                              {"Approval by", "Lena, Omar", "Lena Fischer, Omar Haddad"},
                              {"Owners can skip PIM", "no", "no, no owners"},
                              {"Ada Lindqvist", "eligible, 180 days", "until 14 Dec 2026"},
                              {"Jonas Weber", "eligible, 180 days", "until 14 Dec 2026"}};
    QList<Row> rows;
    for (const auto &line : asked) {
        Row r = row(line[0], line[1], line[2]);
        r.cells[0].tone = Tone::Normal;
        r.state = PageState::Verified;
        r.link = s("https://entra.microsoft.com/");
        rows << r;
    }
    Row wait;
    wait.key = s("wait");
    wait.spanned = true;
    rows << wait;
    panel->table()->setRows(rows);
    auto *waiting = new WaitRow;
    waiting->setText(s("Priya Raman:"), s("Microsoft is copying the group"),
                     s("usually under 2 minutes; stopping is safe and keeps the rest"));
    waiting->setElapsed(14);
    panel->table()->setRowWidget(s("wait"), waiting);
    panel->setFootSummary(s("9 as asked"), s("· 1 still to come · 0 differ"));
    panel->setUndoButton(s("Undo these changes…"));
    page->setColumns(step3Choices(), panel, PageFrame::Columns::C392P560, panel);
    return page;
}

QWidget *step3Failed()
{
    auto *page = new PageFrame(s("Who can open the gate, and how?"),
                               s("Nobody is in the group for good. These people ask, somebody approves, and it ends by itself."));
    auto *side = new QWidget;
    auto *right = column(side);
    right->setSpacing(12);
    auto *error = new ErrorFrame;
    error->setError({s("Your role ended while the wizard was working"),
                     s("Microsoft refused change 5 of 6: your role ended at 14:20."),
                     s("You. You are still eligible as Privileged Role Administrator."),
                     s("Activate it for one hour, then go on. The 4 changes already made stay and are not made twice."),
                     s("403 InsufficientPermissions · request 5f0c7b1e-93d2 · 14:21:08 UTC · no names, no tokens")});
    error->setPrimary(s("Activate the role…"), s("key"));
    error->setSecond(s("Try change 5 again"));
    right->addWidget(error);
    auto *panel = new ChangePanel;
    panel->setTitle(s("What was done"), s("in contoso.com · read back at 14:21:09"));
    panel->table()->setColumns({{s("Change"), 376}, {s("State"), 0}});
    panel->table()->setRowHeight(26);
    const auto line = [](const char *what, const char *word, PageState state) {
        Row r;
        r.key = s(what);
        r.state = state;
        r.cells = {plain(what), plain(word, Tone::Second)};
        return r;
    };
    QList<Row> rows{line("Rule: at most 4 hours", "done and read back", PageState::Verified),
                    line("Rule: MFA and a reason", "done and read back", PageState::Verified),
                    line("Ada Lindqvist becomes eligible", "done and read back", PageState::Verified),
                    line("Jonas Weber becomes eligible", "refused by Microsoft", PageState::Failed),
                    line("Priya Raman becomes eligible", "not sent", PageState::ToDo)};
    rows[3].soft = Soft::Bad;
    rows[3].cells[0].strong = rows[3].cells[1].strong = true;
    rows[3].cells[1].tone = Tone::Bad;
    panel->table()->setRows(rows);
    panel->setFootSummary({}, s("4 of 6 done. Nobody lost access."));
    panel->setUndoButton(s("Undo these changes…"));
    right->addWidget(panel, 1);
    page->setColumns(step3Choices(), side, PageFrame::Columns::C392P560, panel);
    return page;
}

QWidget *closing()
{
    auto *page = new PageFrame(s("Ready to close the gate?"),
                               s("So far nobody lost access. Closing takes it away from everybody who has not activated."));
    auto *box = new QWidget;
    auto *c = column(box);
    c->addWidget(new SectionHead(s("Before the gate can close"), s("3 of 3")));
    c->addWidget(new Chip(ProofLabel::EvaluatedByMicrosoft));
    c->addWidget(new Hairline);
    c->addWidget(new Chip(ProofLabel::Simulated));
    c->addStretch();
    auto *side = new QWidget;
    auto *right = column(side);
    right->setSpacing(10);
    auto *gate = new GateDrawingWidget(GateSize::Medium);
    GateView view = everyone();
    view.everyone = false;
    view.who = s("Ada Lindqvist");
    view.whoNote = s("not active");
    view.applicationNote = s("let in for now");
    view.assignment = GateView::Face::Off;
    view.assignmentWord = s("not required yet");
    view.policy = GateView::Face::ReportOnly;
    view.policyWord = s("would block");
    view.letIn = true;
    view.sentence = s("Ada is let in for now.");
    gate->setView(view);
    gate->setTitle(s("The gate right now"), s("for Ada, not active"));
    right->addWidget(gate);
    auto *matrix = new RowTable(s("What the policy does with"));
    matrix->setRowHeight(27);
    matrix->setColumns({{s("What the policy does with"), 252},
                        {s("Report-only (now)"), 150, s("shield")},
                        {s("When on"), 122, s("simulated")},
                        {s("After it ends"), 0, s("simulated")}});
    const auto cell = [](const char *icon, const char *text, Tone tone) {
        Cell made = plain(text, tone == Tone::Warn ? tone : Tone::Normal);
        made.icon = s(icon);
        made.iconTone = tone;
        return made;
    };
    const auto line = [&](const char *icon, const char *who, const char *hint, bool blocked) {
        Row r;
        r.key = s(who);
        Cell first = cell(icon, who, Tone::Second);
        first.hint = s(hint);
        r.cells = {first, blocked ? cell("eye", "would be blocked", Tone::Warn) : cell("check", "let through", Tone::Accent),
                   blocked ? cell("lock-shut", "blocked", Tone::Normal) : cell("check", "let through", Tone::Accent),
                   cell("lock-shut", "blocked", Tone::Normal)};
        return r;
    };
    QList<Row> rows{line("person", "Sam Porter", "ordinary user", true),
                    line("person", "Ada Lindqvist", "eligible, not active", true), line("key", "Ada, once active", "", false),
                    line("person", "You,", "not eligible", true)};
    rows[2].cells[0].chip = rows[3].cells[0].chip = ProofLabel::Simulated;
    matrix->setRows(rows);
    matrix->selectKey(s("Ada Lindqvist"));
    right->addWidget(new RoundFrame(matrix));
    auto *panel = new ChangePanel;
    panel->setTitle(s("When the gate closes"), s("one after another, each read back · can be undone"));
    panel->table()->setHeadVisible(false);
    panel->table()->setRowHeight(27);
    panel->table()->setColumns({{s("What"), 260}, {s("Now"), 128}, {s(""), 26}, {s("After"), 0}});
    const auto change = [](const char *what, const char *now, Tone tone, const char *after) {
        Row r;
        r.key = s(what);
        r.cells = {plain(what), plain(now, tone), plain("→", Tone::Second), plain(after, Tone::Normal, true)};
        return r;
    };
    panel->table()->setRows({change("Only assigned people may sign in", "no", Tone::Second, "yes"),
                             change("Ada, Jonas, Priya", "assigned directly", Tone::Second, "through PIM (3 changes)"),
                             change("State of the policy", "report-only", Tone::Warn, "on")});
    panel->setFootNote(s("person"), s("14 people lose access."), s("Who?"), s("So do 197 who have not used it for 30 days."));
    panel->setWriteButton(s("Close the gate: 5 changes in contoso.com"), true, true);
    right->addWidget(panel, 1);
    page->setColumns(box, side, PageFrame::Columns::C316P636, panel);
    return page;
}

QWidget *proof()
{
    auto *page = new PageFrame(s("See it work"), s("One eligible person walks through the gate. Plays by itself; space pauses."));
    auto *who = new QComboBox;
    who->addItem(s("Ada Lindqvist"));
    who->setAccessibleName(s("Who walks"));
    who->setMinimumWidth(168);
    auto *pause = new QPushButton(s("Pause"));
    Icon::set(pause, s("pause"));
    auto *again = new QPushButton(s("Start again"));
    Icon::set(again, s("undo"));
    page->headerTools()->addWidget(who);
    page->headerTools()->addWidget(pause);
    page->headerTools()->addWidget(again);
    auto *box = new QWidget;
    auto *c = column(box);
    auto *gate = new GateDrawingWidget(GateSize::Large);
    GateView view;
    view.who = s("Ada Lindqvist");
    view.whoNote = s("active member until 18:33");
    view.member = true;
    view.application = s("NinjaOne");
    view.applicationNote = s("signed in 14:34:05");
    view.assignment = view.policy = GateView::Face::Open;
    view.assignmentWord = s("the group is assigned");
    view.policyWord = s("the group is excluded");
    view.letIn = true;
    view.demo = true;
    view.sentence = s("Demo: The gate is open for Ada, for 3 h 41 min more. For everyone else it is shut.");
    gate->setView(view);
    c->addWidget(gate);
    auto *line = new TimeLine;
    line->setMoments({{s("Blocked"), s("14:30:02"), s("not assigned"), s("lock-shut"), Moment::State::Past},
                      {s("Requested"), s("14:31:10"), s("4 hours, with MFA"), s("document"), Moment::State::Past},
                      {s("Approved"), s("14:33:40"), s("by Lena Fischer"), s("check"), Moment::State::Past},
                      {s("Active"), s("14:34:05"), s("signed in to NinjaOne"), s("lock-open"), Moment::State::Now},
                      {s("Ended"), s("due 18:33:40"), s("must be blocked again"), s("lock-shut"), Moment::State::ToCome}});
    line->setRemaining(0.08, s("3:41:08 left"));
    c->addWidget(line);
    auto *lines = new RowTable(s("Proof"));
    lines->setRowHeight(25);
    lines->setColumns({{s("When"), 114},
                       {s("Who"), 108},
                       {s("What was done"), 246},
                       {s("Expected"), 132},
                       {s("What happened"), 234},
                       {s("Proof"), 0}});
    const auto entry = [](PageState state, const char *when, const char *person, const char *what, const char *expected,
                          const char *happened, ProofLabel label) {
        Row r;
        r.key = s(when);
        r.state = state;
        Cell chip;
        chip.chip = label;
        chip.shortChip = chip.chipAtEnd = true;
        r.cells = {plain(when, Tone::Second), plain(person), plain(what), plain(expected, Tone::Second), plain(happened), chip};
        return r;
    };
    const ProofLabel played = ProofLabel::PlayedInDemo;
    lines->setRows(
        {entry(PageState::Verified, "14:30:02", "Ada Lindqvist", "Opens NinjaOne", "blocked", "blocked: not assigned", played),
         entry(PageState::Verified, "14:31:10", "Ada Lindqvist", "Asks for 4 hours: “Patch night”", "waits for approval",
               "waits for approval", played),
         entry(PageState::Verified, "14:33:40", "Lena Fischer", "Approves", "active member", "active until 18:33:40", played),
         entry(PageState::Verified, "14:34:05", "Ada Lindqvist", "Opens NinjaOne", "let in", "let in by both locks", played),
         entry(PageState::ToDo, "18:33:40", "Ada Lindqvist", "Opens NinjaOne after the end", "blocked", "foreseen: blocked",
               ProofLabel::Simulated)});
    c->addWidget(new RoundFrame(lines));
    c->addStretch();
    page->setBody(box);
    return page;
}

QWidget *report()
{
    auto *page = new PageFrame(s("Report"), s("What was, what changed, what was proven, by whom and when."));
    auto *box = new QWidget;
    auto *c = column(box);
    auto *verdict = new VerdictFrame;
    verdict->setVerdict(PageState::NeedsAttention, s("The gate is closed in Entra.\nWays around it are not confirmed."),
                        s("3 questions about NinjaOne itself are unanswered. Answer them, and the verdict reads “closed”."));
    verdict->setGate(everyone());
    c->addWidget(verdict);
    c->addSpacing(8);
    c->addWidget(new SectionHead(s("Evidence")));
    auto *files = new RowTable(s("Evidence"));
    files->setHeadVisible(false);
    files->setColumns({{s("File"), 0}, {s("Open"), 120}});
    Row file;
    file.key = s("html");
    file.cells = {plain("NinjaOne-contoso-report.html"), {}};
    file.cells[0].icon = s("document");
    file.cells[0].below = s("for the customer · 186 KB");
    files->setRows({file});
    files->setCellWidget(s("html"), 1, new LinkButton(s("Open")));
    c->addWidget(new RoundFrame(files));
    auto *save = new QPushButton(s("Save all…"));
    Icon::set(save, s("document"));
    Theme::setFilled(save, true);
    c->addWidget(save, 0, Qt::AlignLeading);
    c->addStretch();
    page->setBody(box);
    return page;
}

QWidget *welcome()
{
    auto *page = new PageFrame(s("Put an application behind PIM"),
                               s("Eight pages, about ten minutes. You can stop at any time and go on later."));
    auto *box = new QWidget;
    auto *c = column(box);
    c->addWidget(new SectionHead(s("Sign in with a code")));
    auto *address = new LinkLabel({}, {});
    address->setSentence(s("On any phone or computer, open %1"), s("microsoft.com/devicelogin"),
                         s("https://microsoft.com/devicelogin"));
    c->addWidget(address);
    auto *qr = new QrCode;
    qr->setContent(s("https://microsoft.com/devicelogin"));
    qr->setAccessibleName(s("QR code that opens microsoft.com/devicelogin"));
    c->addWidget(new FitRow({new Text(Theme::Code, Tone::Normal, s("F4K9TQ2MX")), qr}, Theme::Block));
    auto *wait = new WaitRow(true);
    wait->setText({}, s("Waiting for you to enter the code"));
    wait->setElapsed(48);
    wait->setStopText(s("Cancel"));
    c->addWidget(wait);
    auto *browser = new QPushButton(s("Sign in with the browser"));
    Icon::set(browser, s("browser"));
    Theme::setFilled(browser, true);
    auto *code = new QPushButton(s("Use a code instead"));
    Icon::set(code, s("phone-code"));
    c->addWidget(new FitRow({browser, code}, 10));
    c->addStretch(1);
    auto *panel = new Panel;
    auto *p = new QVBoxLayout(panel);
    p->setContentsMargins(12, 12, 12, 12);
    p->addWidget(new SectionHead(s("What you will have at the end")));
    auto *gate = new GateDrawingWidget(GateSize::Medium, false);
    gate->setView(everyone());
    p->addWidget(gate);
    p->addStretch();
    page->setColumns(box, panel, PageFrame::Columns::C440P512);
    return page;
}

QWidget *window(QWidget *page, int current, bool demo)
{
    auto *whole = new QWidget;
    auto *all = new QVBoxLayout(whole);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    if (demo)
        all->addWidget(new DemoBand);
    auto *row = new QHBoxLayout;
    row->setSpacing(0);
    auto *side = new SideList;
    side->setFixedWidth(248);
    side->setTenant(s("contoso.com"), {s("Contoso Ltd · global cloud"), s("mira.kovac@northwind-it.com")}, s("Not this tenant?"));
    side->setRows({{s("Sign in"), PageState::Verified},
                   {s("Readiness"), PageState::Verified},
                   {s("1  Create group"), PageState::Verified},
                   {s("2  Confirm single sign-on"), PageState::Verified, s("verified; closes in step 4")},
                   {s("3  Configure PIM"), PageState::Working, s("working: 1 still to come")},
                   {s("4  Conditional Access"), PageState::ToDo},
                   {s("Test the activation"), PageState::ToDo},
                   {s("Report"), PageState::ToDo}});
    side->setCurrent(current);
    side->setRightNow(s("NinjaOne right now"), {{s("lock-open"), s("Assignment: not required"), Tone::Accent},
                                                {s("lock-open"), s("Conditional Access: no policy"), Tone::Accent},
                                                {s("person"), s("214 people can sign in"), Tone::Normal, true}});
    row->addWidget(side);
    row->addWidget(page, 1);
    all->addLayout(row, 1);
    whole->resize(1280, 688 - 54); // the footer is the wizard's
    return whole;
}

QWidget *states()
{
    auto *box = new QWidget;
    auto *c = new QVBoxLayout(box);
    for (const PageState state : allPageStates()) {
        auto *line = new QHBoxLayout;
        line->addWidget(new IconLabel(look(state).icon, look(state).tone, 24));
        line->addWidget(new Text(Theme::BodyStrong, look(state).tone, look(state).word));
        line->addStretch();
        c->addLayout(line);
    }
    for (const ProofLabel label :
         {ProofLabel::Simulated, ProofLabel::PlayedInDemo, ProofLabel::EvaluatedByMicrosoft, ProofLabel::Observed})
        c->addWidget(new Chip(label));
    c->addStretch();
    box->resize(320, 720);
    return box;
}

} // namespace pimgate::gallery
