#pragma once

#include "controllers/Workspace.h"
#include "gate/judge/Readiness.h"

namespace pimgate {

/// Readiness: the checks before step 1.
class ReadinessController : public QObject
{
    Q_OBJECT
public:
    explicit ReadinessController(Workspace &workspace, QObject *parent = nullptr);
    bool reading() const { return m_reading; }
    QList<Check> checks() const { return m_checks; }
    std::optional<Error> error() const { return m_error; }
    int countOf(PageState state) const;
    QString listWithoutNames() const;
    void refresh();
    /// "These two are our break-glass accounts": kept per tenant, put into the blueprint.
    void confirmBreakGlass(const QStringList &userNames);
    bool breakGlassConfirmed() const { return m_confirmed; }

Q_SIGNALS:
    void changed();

private:
    void tenantChanged();
    void recallBreakGlass();
    void takeBreakGlass(const QStringList &userNames);
    void show();

    Workspace &m_workspace;
    QList<Check> m_checks;
    std::optional<Error> m_error;
    const Customer *m_enteredAs = nullptr;
    bool m_reading = false, m_confirmed = false;
};

} // namespace pimgate
