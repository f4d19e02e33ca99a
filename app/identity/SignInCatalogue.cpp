#include "identity/SignInCatalogue.h"

#include <QCoreApplication>
#include <QHash>

#include <array>

namespace pimgate::SignInCatalogue {
namespace {

struct Row
{
    const char *codes; ///< separated by spaces
    const char *who;
    const char *message;
    const char *next;
};

constexpr auto you = QT_TRANSLATE_NOOP("SignIn", "You.");
constexpr auto invites = QT_TRANSLATE_NOOP("SignIn", "You, or an administrator of this tenant who invites the account.");
constexpr auto addsClient = QT_TRANSLATE_NOOP("SignIn", "You, or an administrator who adds the client to this tenant.");
constexpr auto userAdmin = QT_TRANSLATE_NOOP("SignIn", "A User Administrator of the tenant that the account belongs to.");
constexpr auto homeAdmin =
    QT_TRANSLATE_NOOP("SignIn", "A Security Administrator of the organization that the account belongs to.");
constexpr auto homeSecurity = QT_TRANSLATE_NOOP("SignIn", "A Security Administrator of your own organization.");
constexpr auto securityAdmin = QT_TRANSLATE_NOOP("SignIn", "A Security Administrator of this tenant.");
constexpr auto caAdmin = QT_TRANSLATE_NOOP("SignIn", "A Conditional Access Administrator of this tenant.");
constexpr auto appAdmin = QT_TRANSLATE_NOOP("SignIn", "A Cloud Application Administrator of this tenant.");
constexpr auto globalAdmin = QT_TRANSLATE_NOOP("SignIn", "A Global Administrator of this tenant.");
constexpr auto owner = QT_TRANSLATE_NOOP("SignIn", "Whoever looks after the registration of the client.");
constexpr auto makers = QT_TRANSLATE_NOOP("SignIn", "The makers of this program.");
constexpr auto microsoft = QT_TRANSLATE_NOOP("SignIn", "Microsoft.");

// graph-contract 16 and 16.1: a number or a word of the host leads to one row; those in one row mean the same for a person.
constexpr std::array rows{
    // The account
    Row{"16000", you, QT_TRANSLATE_NOOP("SignIn", "This account is not in the tenant, and another one has to be chosen."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again and choose an account of this tenant.")},
    Row{"50020 90072", invites,
        QT_TRANSLATE_NOOP("SignIn", "This account belongs to another organization and is no guest of the tenant."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in with an account of this tenant.")},
    Row{"50034", you, QT_TRANSLATE_NOOP("SignIn", "The tenant does not know this user name."),
        QT_TRANSLATE_NOOP("SignIn", "Check the user name and the chosen tenant, then sign in again.")},
    Row{"50053", userAdmin,
        QT_TRANSLATE_NOOP("SignIn", "The account is locked after too many wrong passwords, or its network address is blocked."),
        QT_TRANSLATE_NOOP("SignIn", "Look the sign-in up in the tenant's sign-in log: it tells which of the two it is.")},
    Row{"50055 user_password_expired", you, QT_TRANSLATE_NOOP("SignIn", "The password has expired."),
        QT_TRANSLATE_NOOP("SignIn", "Change it in the browser, then sign in again.")},
    Row{"50057", userAdmin, QT_TRANSLATE_NOOP("SignIn", "The account is disabled."),
        QT_TRANSLATE_NOOP("SignIn", "Have the account enabled, then sign in again.")},
    Row{"50058 login_required", you, QT_TRANSLATE_NOOP("SignIn", "Nobody is signed in, and the sign-in was not allowed to ask."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in through the browser.")},
    Row{"50059", you, QT_TRANSLATE_NOOP("SignIn", "Neither the address nor the account says which tenant is meant."),
        QT_TRANSLATE_NOOP("SignIn", "Enter the customer's domain or tenant id, then sign in again.")},
    Row{"50126", you, QT_TRANSLATE_NOOP("SignIn", "The user name or the password is wrong."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again with the right password.")},
    // The second factor
    Row{"50072 50079", you,
        QT_TRANSLATE_NOOP("SignIn", "The account has no second factor yet, and multifactor authentication is required."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in through the browser and register the second factor there.")},
    Row{"50074 50076", you, QT_TRANSLATE_NOOP("SignIn", "Multifactor authentication is required."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again and confirm the second factor.")},
    Row{"50078", you, QT_TRANSLATE_NOOP("SignIn", "The second factor was confirmed too long ago for this tenant."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again and confirm the second factor anew.")},
    Row{"50158", you,
        QT_TRANSLATE_NOOP("SignIn", "A check outside Microsoft, such as another provider's second factor, was not passed."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again and finish that check in the browser.")},
    Row{"53004", you,
        QT_TRANSLATE_NOOP("SignIn", "The second factor cannot be registered from here, because this sign-in looks risky."),
        QT_TRANSLATE_NOOP("SignIn", "Register it from a known device and place, then sign in again.")},
    Row{"500121", you, QT_TRANSLATE_NOOP("SignIn", "The second factor was not confirmed, or was declined."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again and confirm the second factor.")},
    // Policies of the tenant
    Row{"50097", you, QT_TRANSLATE_NOOP("SignIn", "The tenant wants to know the device, and the browser does not show it one."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in from a device that is registered with the tenant.")},
    Row{"50105", appAdmin, QT_TRANSLATE_NOOP("SignIn", "This account is not assigned to the application."),
        QT_TRANSLATE_NOOP("SignIn", "Have the account, or a group that it is in, assigned to the application.")},
    Row{"50131", caAdmin, QT_TRANSLATE_NOOP("SignIn", "A policy about the device or the risk refuses this sign-in."),
        QT_TRANSLATE_NOOP("SignIn", "Look the sign-in up in the tenant's sign-in log: it names the policy.")},
    Row{"500212", homeAdmin,
        QT_TRANSLATE_NOOP("SignIn", "The organization of this account does not let it into other tenants such as this one."),
        QT_TRANSLATE_NOOP("SignIn", "Have the outbound cross-tenant access settings there allow this tenant.")},
    Row{"500213", securityAdmin, QT_TRANSLATE_NOOP("SignIn", "This tenant does not let accounts of that organization in."),
        QT_TRANSLATE_NOOP("SignIn", "Have the inbound cross-tenant access settings of this tenant allow that organization.")},
    Row{"53000", you, QT_TRANSLATE_NOOP("SignIn", "A Conditional Access policy wants a compliant device, and this one is not."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in from a device that is enrolled and compliant.")},
    Row{"53001", you,
        QT_TRANSLATE_NOOP("SignIn", "A Conditional Access policy wants a device that is joined to the organization's domain."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in from a device of that domain.")},
    Row{"53002", caAdmin,
        QT_TRANSLATE_NOOP("SignIn", "A Conditional Access policy lets only approved applications in, and this program is none."),
        QT_TRANSLATE_NOOP("SignIn", "Have that policy changed so that it leaves this sign-in out.")},
    Row{"53003", caAdmin, QT_TRANSLATE_NOOP("SignIn", "A Conditional Access policy blocks this sign-in."),
        QT_TRANSLATE_NOOP("SignIn", "Look the sign-in up in the tenant's sign-in log: it names the policy.")},
    Row{"530034", homeSecurity,
        QT_TRANSLATE_NOOP(
            "SignIn", "Your account counts as at risk at home, so this tenant does not let it in as a delegated administrator."),
        QT_TRANSLATE_NOOP("SignIn", "Have the risk of the account looked into and dismissed at home.")},
    Row{"530035", you, QT_TRANSLATE_NOOP("SignIn", "The security defaults of the tenant block this way to sign in."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in through the browser with multifactor authentication.")},
    Row{"protection_policy_required", caAdmin,
        QT_TRANSLATE_NOOP("SignIn", "A policy wants this program to be protected by Intune, which it cannot be."),
        QT_TRANSLATE_NOOP("SignIn", "Have that policy changed so that it leaves this sign-in out.")},
    Row{"device_authentication_failed", you,
        QT_TRANSLATE_NOOP("SignIn", "The device could not prove to the tenant which one it is."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in from a device that is registered with the tenant.")},
    // The sign-in has ended
    Row{"50132 50133 50173", you,
        QT_TRANSLATE_NOOP("SignIn", "The sign-in was ended: the password was changed, or the sessions were revoked."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again.")},
    Row{"70000 bad_token", you, QT_TRANSLATE_NOOP("SignIn", "The sign-in host does not accept the kept sign-in."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again.")},
    Row{"70008 700082 token_expired", you,
        QT_TRANSLATE_NOOP("SignIn", "The sign-in has expired, because it was not used for too long."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again.")},
    Row{"70043", you, QT_TRANSLATE_NOOP("SignIn", "The tenant wants a fresh sign-in from time to time, and this one is too old."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again.")},
    Row{"client_mismatch", you, QT_TRANSLATE_NOOP("SignIn", "The kept sign-in belongs to another client."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again.")},
    Row{"invalid_grant", you, QT_TRANSLATE_NOOP("SignIn", "The sign-in host accepts neither the code nor the kept sign-in."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again.")},
    // The browser's part
    Row{"50140", you, QT_TRANSLATE_NOOP("SignIn", "The question “Stay signed in?” was still open in the browser."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again and answer that question.")},
    Row{"50196", you, QT_TRANSLATE_NOOP("SignIn", "The same sign-in was asked for too often in a short time."),
        QT_TRANSLATE_NOOP("SignIn", "Wait five minutes, then sign in once.")},
    Row{"50199", you,
        QT_TRANSLATE_NOOP("SignIn", "The browser still asked whether PIM Gate is the program you meant to sign in to."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again and choose Continue there.")},
    Row{"501481", you, QT_TRANSLATE_NOOP("SignIn", "The code of the browser belongs to another attempt to sign in."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again and use the newest window of the browser alone.")},
    Row{"54005", you, QT_TRANSLATE_NOOP("SignIn", "The code of the browser has been used already."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again and use the newest window of the browser alone.")},
    Row{"access_denied", you, QT_TRANSLATE_NOOP("SignIn", "The sign-in was refused or stopped in the browser."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again and finish it in the browser.")},
    Row{"interaction_required basic_action", you,
        QT_TRANSLATE_NOOP("SignIn", "The tenant wants to ask something that only the browser can show."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in through the browser.")},
    Row{"additional_action", you,
        QT_TRANSLATE_NOOP("SignIn", "The tenant wants something done first, which the browser explains."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in through the browser and do what it asks.")},
    Row{"message_only", you, QT_TRANSLATE_NOOP("SignIn", "The tenant does not allow this sign-in at the moment."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in through the browser and read the reason there.")},
    // The code for another device
    Row{"70016 authorization_pending", you, QT_TRANSLATE_NOOP("SignIn", "Nobody has entered the code yet."),
        QT_TRANSLATE_NOOP("SignIn", "Enter the code on the page that is shown.")},
    Row{"70018 bad_verification_code", you, QT_TRANSLATE_NOOP("SignIn", "The sign-in host does not know this code."),
        QT_TRANSLATE_NOOP("SignIn", "Ask for a new code.")},
    Row{"70019 expired_token", you, QT_TRANSLATE_NOOP("SignIn", "The code has expired before anybody used it."),
        QT_TRANSLATE_NOOP("SignIn", "Ask for a new code.")},
    Row{"authorization_declined", you, QT_TRANSLATE_NOOP("SignIn", "The sign-in was declined on the other device."),
        QT_TRANSLATE_NOOP("SignIn", "Ask for a new code and accept the sign-in there.")},
    Row{"slow_down", you, QT_TRANSLATE_NOOP("SignIn", "The sign-in host was asked about the code too often."),
        QT_TRANSLATE_NOOP("SignIn", "Wait a minute, then ask for a new code.")},
    // Consent
    Row{"65001 consent_required", globalAdmin,
        QT_TRANSLATE_NOOP("SignIn", "Nobody has consented to these permissions in this tenant."),
        QT_TRANSLATE_NOOP("SignIn", "Have an administrator grant consent, then sign in again.")},
    Row{"65002", owner, QT_TRANSLATE_NOOP("SignIn", "The client belongs to Microsoft and is not cleared for these permissions."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in with the client id of an app registration of your own.")},
    Row{"65004", you, QT_TRANSLATE_NOOP("SignIn", "The permissions were declined in the browser."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again and accept them.")},
    Row{"90008 90094", globalAdmin, QT_TRANSLATE_NOOP("SignIn", "Only an administrator can consent to these permissions."),
        QT_TRANSLATE_NOOP("SignIn", "Have an administrator grant consent, then sign in again.")},
    // The client and the tenant
    Row{"50011", owner, QT_TRANSLATE_NOOP("SignIn", "The client does not have the reply address http://localhost."),
        QT_TRANSLATE_NOOP("SignIn", "Add http://localhost under “Mobile and desktop applications” of its registration.")},
    Row{"500113", owner, QT_TRANSLATE_NOOP("SignIn", "The client has no reply address at all."),
        QT_TRANSLATE_NOOP("SignIn",
                          "Add the platform “Mobile and desktop applications” with http://localhost to its registration.")},
    Row{"50194", you, QT_TRANSLATE_NOOP("SignIn", "The client is for its own tenant alone, and no tenant was named."),
        QT_TRANSLATE_NOOP("SignIn", "Enter the domain or id of that tenant, then sign in again.")},
    Row{"500011", you,
        QT_TRANSLATE_NOOP("SignIn", "The tenant does not have the service that was asked for: it may live in another cloud."),
        QT_TRANSLATE_NOOP("SignIn", "Check that the chosen cloud is the one of this tenant.")},
    Row{"650056", owner,
        QT_TRANSLATE_NOOP("SignIn",
                          "The registration of the client lists no permissions for Microsoft Graph, or they have no consent."),
        QT_TRANSLATE_NOOP("SignIn", "Add the permissions to its registration and grant consent.")},
    Row{"650057", owner,
        QT_TRANSLATE_NOOP("SignIn", "The registration of the client does not name the service that was asked for."),
        QT_TRANSLATE_NOOP("SignIn", "Add Microsoft Graph to the API permissions of its registration.")},
    Row{"700011 700016", addsClient, QT_TRANSLATE_NOOP("SignIn", "The tenant does not know this client."),
        QT_TRANSLATE_NOOP("SignIn", "Check the client id and the chosen tenant, then sign in again.")},
    Row{"7000112", appAdmin, QT_TRANSLATE_NOOP("SignIn", "The client is switched off in this tenant."),
        QT_TRANSLATE_NOOP("SignIn", "Have sign-in enabled for it under “Enterprise applications”.")},
    Row{"7000218", owner, QT_TRANSLATE_NOOP("SignIn", "The registration of the client does not allow a program on a desktop."),
        QT_TRANSLATE_NOOP("SignIn", "Set “Allow public client flows” to Yes in its registration.")},
    Row{"90002", you, QT_TRANSLATE_NOOP("SignIn", "This tenant does not exist in the chosen cloud."),
        QT_TRANSLATE_NOOP("SignIn", "Check the domain or the tenant id, and the cloud.")},
    Row{"invalid_client", owner, QT_TRANSLATE_NOOP("SignIn", "The sign-in host does not accept this client."),
        QT_TRANSLATE_NOOP("SignIn", "Compare the client id with its registration.")},
    Row{"unauthorized_client", owner, QT_TRANSLATE_NOOP("SignIn", "The client may not sign people in in this way."),
        QT_TRANSLATE_NOOP("SignIn", "Check the platforms of its registration under “Authentication”.")},
    // The request itself
    Row{"650053", makers,
        QT_TRANSLATE_NOOP("SignIn", "A permission was asked for that this tenant's Microsoft Graph does not have."),
        QT_TRANSLATE_NOOP("SignIn", "Send the details to the makers of this program.")},
    Row{"700025", makers, QT_TRANSLATE_NOOP("SignIn", "A secret was sent for a client that must not have one."),
        QT_TRANSLATE_NOOP("SignIn", "Send the details to the makers of this program.")},
    Row{"70011 invalid_scope", makers,
        QT_TRANSLATE_NOOP("SignIn", "The list of permissions is not one that the sign-in host accepts."),
        QT_TRANSLATE_NOOP("SignIn", "Send the details to the makers of this program.")},
    Row{"900144", makers, QT_TRANSLATE_NOOP("SignIn", "The request to the sign-in host lacks something."),
        QT_TRANSLATE_NOOP("SignIn", "Send the details to the makers of this program.")},
    Row{"9002313", makers, QT_TRANSLATE_NOOP("SignIn", "The request to the sign-in host is malformed."),
        QT_TRANSLATE_NOOP("SignIn", "Send the details to the makers of this program.")},
    Row{"9002325", makers,
        QT_TRANSLATE_NOOP("SignIn", "The sign-in host misses the proof that this program began the sign-in (PKCE)."),
        QT_TRANSLATE_NOOP("SignIn", "Send the details to the makers of this program.")},
    Row{"invalid_request", makers, QT_TRANSLATE_NOOP("SignIn", "The sign-in host does not understand the request."),
        QT_TRANSLATE_NOOP("SignIn", "Send the details to the makers of this program.")},
    // The sign-in host
    Row{"90033 temporarily_unavailable", microsoft, QT_TRANSLATE_NOOP("SignIn", "The sign-in host cannot answer at the moment."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again in a few minutes.")},
    Row{"server_error", microsoft, QT_TRANSLATE_NOOP("SignIn", "The sign-in host met a fault of its own."),
        QT_TRANSLATE_NOOP("SignIn", "Sign in again in a few minutes.")},
};

QHash<QString, const Row *> byCode()
{
    QHash<QString, const Row *> index;
    for (const Row &row : rows)
        for (const QString &code : QString::fromLatin1(row.codes).split(QLatin1Char(' ')))
            index.insert(code, &row);
    return index;
}

} // namespace

std::optional<Entry> find(const QString &code)
{
    static const QHash<QString, const Row *> index = byCode();
    const Row *row = index.value(code);
    if (!row)
        return std::nullopt;
    const auto words = [](const char *text) { return QCoreApplication::translate("SignIn", text); };
    return Entry{words(row->message), words(row->who), words(row->next)};
}

} // namespace pimgate::SignInCatalogue
