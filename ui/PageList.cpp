#include "PageList.h"

#include "pages/ConditionalAccessPage.h"
#include "pages/GroupPage.h"
#include "pages/PimPage.h"
#include "pages/ProofPage.h"
#include "pages/ReadinessPage.h"
#include "pages/ReportPage.h"
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

Page *pim(Controllers &controllers)
{
    return new PimPage(controllers.pim);
}

Page *conditionalAccess(Controllers &controllers)
{
    return new ConditionalAccessPage(controllers.conditionalAccess);
}

Page *proof(Controllers &controllers)
{
    return new ProofPage(controllers.proof, controllers.workspace);
}

Page *report(Controllers &controllers)
{
    return new ReportPage(controllers.report, controllers.workspace);
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
        {PageId::Pim, tr("3  Configure PIM"), pagelist::pim},
        {PageId::ConditionalAccess, tr("4  Conditional Access"), pagelist::conditionalAccess},
        {PageId::Proof, tr("Test the activation"), pagelist::proof},
        {PageId::Report, tr("Report"), pagelist::report},
    };
}

} // namespace pimgate
