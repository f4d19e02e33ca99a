#include "pages/PolicyBox.h"

#include "look/State.h"
#include "widgets/Labels.h"

#include <QGridLayout>

namespace pimgate {

PolicyBox::PolicyBox(QWidget *parent) : Panel(Grey, parent), m_grid(new QGridLayout(this))
{
    setObjectName(QStringLiteral("ca.policy"));
    m_grid->setContentsMargins(12, 8, 12, 9);
    m_grid->setHorizontalSpacing(10);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnStretch(2, 1);
}

void PolicyBox::setPolicy(const Snapshot &snapshot, const QString &application)
{
    const CaPolicy &policy = *snapshot.policy;
    const bool on = policy.state == CaPolicy::State::Enabled;
    const bool reportOnly = policy.state == CaPolicy::State::ReportOnly;
    const bool everyone = policy.includeUsers.contains(QLatin1String("All"));
    const bool onlyIt = snapshot.application && policy.includeApplications == QStringList{snapshot.application->appId};
    const bool blocks = policy.builtInControls.contains(QLatin1String("block"));
    QStringList except;
    for (const QString &id : policy.excludeGroups + policy.excludeUsers)
        except << snapshot.shortNameOf(id);
    const auto state = [](bool asAsked) { return asAsked ? PageState::Verified : PageState::Differs; };
    const bool groupOut = snapshot.group && policy.excludeGroups.contains(snapshot.group->id);
    setFacts(policy.displayName,
             {{state(on || reportOnly), tr("State"),
               on           ? tr("on")
               : reportOnly ? tr("report-only")
                            : tr("off")},
              {state(everyone && onlyIt && blocks), tr("Blocks"),
               everyone && onlyIt && blocks ? tr("everyone, from %1").arg(application) : tr("something else than was asked")},
              {state(groupOut), tr("Except"), except.isEmpty() ? tr("nobody") : except.join(tr(", ", "between names"))}});
}

void PolicyBox::setFacts(const QString &name, const QList<Fact> &facts)
{
    QStringList shown{name};
    for (const Fact &fact : facts)
        shown << fact.what + QLatin1Char(' ') + fact.found + QLatin1String(", ") + look(fact.state).word;
    if (shown == m_shown)
        return;
    m_shown = shown;
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_grid->addWidget((new Text(Theme::BodyStrong, Tone::Normal, name))->shrinking(), 0, 0, 1, 3);
    for (int i = 0; i < facts.size(); ++i) {
        const Fact &fact = facts.at(i);
        m_grid->addWidget(new IconLabel(look(fact.state).icon, look(fact.state).tone, 15), i + 1, 0, Qt::AlignVCenter);
        auto *what = new Text(Theme::Body, Tone::Second, fact.what);
        what->setMinimumWidth(45);
        m_grid->addWidget(what, i + 1, 1);
        m_grid->addWidget((new Text(Theme::Body, Tone::Normal, fact.found))->shrinking(), i + 1, 2);
    }
    setAccessibleName(name);
    setAccessibleDescription(shown.join(QLatin1String(". ")));
}

} // namespace pimgate
