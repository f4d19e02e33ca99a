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

struct PageListText
{
    Q_DECLARE_TR_FUNCTIONS(PageList)
};

Page *welcome(Controllers &controllers)
{
    return new WelcomePage(controllers.welcome, controllers.unfinished, controllers.workspace);
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
    using pagelist::PageListText;
    return {
        {PageId::Welcome, PageListText::tr("Sign in"), pagelist::welcome},
        {PageId::Readiness, PageListText::tr("Readiness"), pagelist::readiness},
        {PageId::Group, PageListText::tr("1  Create group"), pagelist::group},
        {PageId::Sso, PageListText::tr("2  Confirm single sign-on"), pagelist::sso},
        {PageId::Pim, PageListText::tr("3  Configure PIM"), pagelist::pim},
        {PageId::ConditionalAccess, PageListText::tr("4  Conditional Access"), pagelist::conditionalAccess},
        {PageId::Proof, PageListText::tr("Test the activation"), pagelist::proof},
        {PageId::Report, PageListText::tr("Report"), pagelist::report},
    };
}

} // namespace pimgate
