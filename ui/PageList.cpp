#include "PageList.h"

#include "pages/GroupPage.h"
#include "pages/ReadinessPage.h"
#include "pages/SsoPage.h"
#include "pages/WelcomePage.h"

#include <QCoreApplication>

namespace pimgate {
namespace pagelist {

QString tr(const char *text)
{
    return QCoreApplication::translate("PageList", text);
}

Page *welcome(Controllers &controllers)
{
    return new WelcomePage(controllers.welcome, controllers.workspace);
}

Page *readiness(Controllers &controllers)
{
    return new ReadinessPage(controllers.readiness, controllers.workspace);
}

Page *group(Controllers &controllers)
{
    return new GroupPage(controllers.group);
}

Page *sso(Controllers &controllers)
{
    return new SsoPage(controllers.sso);
}

} // namespace pagelist

QList<PageEntry> pageList()
{
    using pagelist::tr;
    return {
        {PageId::Welcome, tr("Sign in"), pagelist::welcome},
        {PageId::Readiness, tr("Readiness"), pagelist::readiness},
        {PageId::Group, tr("1  Create group"), pagelist::group},
        {PageId::Sso, tr("2  Confirm single sign-on"), pagelist::sso},
    };
}

} // namespace pimgate
