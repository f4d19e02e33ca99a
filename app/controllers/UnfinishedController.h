#pragma once

#include "controllers/Workspace.h"

namespace pimgate {

/// A run of the tenant just entered that was cut off or left before its end: offered, so that it can be taken up where it
/// stopped, or taken back. Looks at the history and with one or two reads whether anything it made still stands.
class UnfinishedController : public QObject
{
    Q_OBJECT
public:
    explicit UnfinishedController(Workspace &workspace, QObject *parent = nullptr);

    struct Run
    {
        RunRecord record;
        int made = 0; ///< changes that were made or stood there already
        bool takingBack() const { return record.state == RunState::Undoing; }
    };
    std::optional<Run> run() const { return m_run; }
    /// Its wishes and its id become the wizard's. Writes nothing: each page's button does.
    void takeUp();
    /// Not in this session.
    void later();

    /// Whether something may be left to do: broken off, or ended with rows that were never confirmed.
    static bool isUnfinished(const RunRecord &record);

Q_SIGNALS:
    void changed();
    /// The page where it goes on.
    void takenUp(pimgate::PageId page);

private:
    void look();
    void planRead();

    Workspace &m_workspace;
    std::optional<Run> m_run;
    bool m_takingUp = false;
    QStringList m_left; ///< ids that were left for later
};

} // namespace pimgate
