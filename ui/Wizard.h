#pragma once

#include "PageList.h"

#include <QDialog>

class QHBoxLayout;
class QPushButton;
class QStackedWidget;
class QBoxLayout;

namespace pimgate {

class AskBand;
class DemoBand;
class SideList;
class Text;
class WelcomePage;

/// The window: demo band, side list, one page at a time, and a footer whose Back and Next only change the page.
class Wizard : public QDialog
{
    Q_OBJECT
public:
    /// @param demo the demo tenant stands chosen on the first page.
    Wizard(Services &services, WelcomeController::DemoCloud demoCloud, bool demo, QWidget *parent = nullptr);
    ~Wizard() override;

    Controllers &controllers() { return m_controllers; }
    /// The first page stands on this cloud and tenant. signInAs: loopback only.
    void startAt(const Cloud &cloud, const QString &signInAs);
    /// Opens a page, also before anybody signed in; false when it is not built.
    bool open(PageId page);
    Page *currentPage() const;
    Page *page(PageId id) const;
    void reject() override; ///< closing asks while something is written

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildFrame();
    QWidget *footer();
    void addShortcuts();
    void openAt(int index);
    void next();
    void back();
    void nextCustomer();
    void readAgain();
    void showHelp();
    void openBlueprint();
    void showAccounts();
    void showRegistration();
    void stopWaiting();
    void askToLeave();
    void leave();
    void arrange();
    void refreshTenant();
    void showAsking(Services &services);
    void refreshStates();
    void refreshFoot();

    Controllers m_controllers;
    QList<PageEntry> m_entries;
    bool m_demo;
    bool m_leaving = false;
    DemoBand *m_band;
    AskBand *m_ask;
    SideList *m_side;
    QStackedWidget *m_pages;
    QBoxLayout *m_middle = nullptr;
    QPushButton *m_help;
    QWidget *m_legend = nullptr; ///< of the current page, lent to the footer
    QHBoxLayout *m_legendRoom;
    Text *m_note;
    QPushButton *m_back;
    QPushButton *m_next;
};

} // namespace pimgate
