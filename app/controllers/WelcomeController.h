#pragma once

#include "controllers/Workspace.h"
#include "identity/DeviceSignIn.h"

#include <stop_token>

namespace pimgate {

/// A person of the demo tenant that can be signed in with one click.
struct DemoPerson
{
    QString upn, name, role;
};

/// Welcome: where to work, sign in, leave.
class WelcomeController : public QObject
{
    Q_OBJECT
public:
    /// @param demoCloud starts (once) and describes the embedded demo tenant; main hands it in, so that no controller knows the
    /// server.
    using DemoCloud = std::function<Result<QJsonObject>()>;
    WelcomeController(Workspace &workspace, DemoCloud demoCloud, QObject *parent = nullptr);
    ~WelcomeController() override;

    enum class State { Idle, SigningIn, SignedIn, Failed };
    enum class Way { Browser, Code };
    State state() const { return m_state; }
    std::optional<Error> error() const { return m_error; }
    QUrl link() const { return m_link; } ///< to copy when the browser did not open
    bool waitsForCode() const { return m_state == State::SigningIn && m_asked.way == Way::Code; }
    std::optional<DeviceCode> deviceCode() const { return m_code; } ///< to show; none yet, or not any more
    std::chrono::seconds codeLeft() const;                          ///< by the tenant's clock
    bool newCodeHelps() const;                                      ///< the last one ran out, or somebody said no
    /// Where the sign-in under way leads; null when there is none.
    const Cloud *cloudAsked() const { return m_state == State::SigningIn ? &m_asked.cloud : nullptr; }
    QList<DemoPerson> demoPeople(); ///< admin first
    void signInToDemo(const QString &upn);
    /// What the command line named: chosen at first on the page, also a cloud out of a file. signInAs: loopback only.
    void setGiven(const Cloud &cloud, const QString &signInAs);
    std::optional<Cloud> given() const { return m_given; }
    QString signInAs() const { return m_signInAs; }
    void signIn(const QString &cloudName, const QString &tenant, const QString &clientId = {});
    /// With a code that is entered on any device, for a computer without a browser.
    void signInByCode(const QString &cloudName, const QString &tenant, const QString &clientId = {});
    /// Where it was tried last: a new code, or the browser after all.
    void signInAgain(Way way);
    /// A kept sign-in, silently where it can be; in the tenant that the cloud names, the account's own or a customer's.
    void signInAs(const Cloud &cloud, const CachedAccount &account, Services::Kept kept);
    /// Where a kept sign-in belongs; Input when no cloud known here has its host.
    Result<Cloud> cloudOf(const CachedAccount &account);
    /// Why the sign-in is not kept, until the person tried again or chose to do without.
    std::optional<Error> notKept() const { return m_notKept; }
    bool kept() const; ///< the sign-in outlives the program
    void keepAgain();
    void thisSessionOnly();
    void choosePreset(const QString &presetId);
    void openBlueprint(const QString &fileName);
    void cancel();
    /// The wrong tenant or person: back to the choice. The sign-in stays kept.
    void notThisTenant();
    void signOut();

Q_SIGNALS:
    void changed();

private:
    struct Asked
    {
        Cloud cloud;
        QString signInAs;
        Way way = Way::Browser;
        std::optional<CachedAccount> account; ///< kept: taken up silently where it can be
        Services::Kept kept = Services::Kept::Yes;
    };
    Result<Asked> asked(const QString &cloudName, const QString &tenant, const QString &clientId) const;
    void signInTo(Result<Asked> asked, Way way);
    void start(const Asked &asked);
    Task<Result<Account>> signInOf(Session &session, std::stop_token stop) const;
    void listen(Customer &customer);
    void show(const DeviceCode &code, const Customer *customer);
    void signedIn(Customer *customer, const Result<Account> &account);
    void fail(const Error &error);
    void show(State state);

    Workspace &m_workspace;
    DemoCloud m_demoCloud;
    std::optional<Cloud> m_given;
    QString m_signInAs;
    State m_state = State::Idle;
    std::optional<Error> m_error, m_notKept;
    QUrl m_link;
    Asked m_asked;
    std::optional<DeviceCode> m_code;
    std::stop_source m_stop;
};

} // namespace pimgate
