#pragma once

#include "controllers/StepController.h"

namespace pimgate {

/// Step 1: which group opens the gate.
class GroupController : public StepController
{
    Q_OBJECT
public:
    explicit GroupController(Workspace &workspace, QObject *parent = nullptr);
    QString name() const;
    QString description() const;
    bool roleAssignable() const; ///< default: on where the operator is Privileged Role or Global Administrator now (P10)
    bool canBeRoleAssignable() const;
    QString roleAssignableHint() const;
    enum class NameIs { NotKnown, Free, Ours, Taken, Refused };
    NameIs nameIs() const;
    QString nameState() const; ///< "free", "taken: it would be used", reason why not; empty while not known
    QList<Group> similar() const { return m_similar; } ///< groups that exist, with Group::whyNotForPim
    QString similarHint() const;                       ///< "3 with a similar name. 1 can be used; the others say why not."
    QString ownersHint() const;                        ///< owners can add members: named where the group has some (P11)
    QString existing() const;
    void setName(const QString &name);
    void setDescription(const QString &text);
    void setRoleAssignable(bool on);
    void useExisting(const QString &groupId); ///< empty: a new group
    void searchSimilar();
    QString blockedBecause() const override;

private:
    QString whyNotName() const;

    QList<Group> m_similar;
    int m_search = 0; ///< answers of older searches are dropped
    bool m_searched = false;
};

} // namespace pimgate
