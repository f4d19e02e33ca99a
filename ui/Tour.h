#pragma once

#include "Wizard.h"

#include <QElapsedTimer>
#include <QSize>
#include <QTemporaryDir>

namespace pimgate {

struct TourOptions
{
    QString outDir, language;
    bool dark = false;
    QSize size{1280, 720};
    qreal scale = 1;
};

/// Walks the whole wizard through the demo tenant by itself: finds the controls of the real pages, types and clicks as a
/// person would, and keeps a picture of every page empty, filled and done, and the report.
class Tour : public QObject
{
    Q_OBJECT
public:
    Tour(const TourOptions &options, const WelcomeController::DemoCloud &demoCloud);
    /// Plays to the end; the result is the program's exit status: 0 only if the proof passed.
    Task<int> play();

private:
    /// One thing to do or to wait for: asked again and again until it is true, at most 20 seconds of local time.
    struct Act
    {
        QString what;
        std::function<bool()> comesTrue;
    };
    void add(const QString &what, const std::function<bool()> &comesTrue);
    void go(PageId page);
    void press(const QString &name);
    void check(const QString &name);
    void type(const QString &name, const QString &text);
    void person(const QString &list, const QString &name);
    void picture(const QString &page, const QString &state);
    void settle(); ///< nothing is read or written any more

    void lookAround();
    void codeSignIn(const WelcomeController::DemoCloud &demoCloud);
    void signIn();
    void group();
    void sso();
    void pim();
    void conditionalAccess();
    void proof();
    void select(ProofLine::Moment moment);
    void report();

    template <class W>
    W *find(const QString &name) const;
    bool snap(const QString &page, const QString &state);
    bool renameReport();
    int failed(const Act &act) const;

    TourOptions m_options;
    QTemporaryDir m_data; ///< history of this tour alone
    Services m_services;
    Wizard m_wizard;
    QList<Act> m_acts;
    int m_pictures = 0;
};

} // namespace pimgate
