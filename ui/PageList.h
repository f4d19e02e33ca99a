#pragma once

#include "Controllers.h"
#include "pages/Page.h"

#include <QList>

namespace pimgate {

/// One page of the wizard. Pages open in this order; a page that is not in the list does not exist.
struct PageEntry
{
    PageId id;
    QString sideTitle;
    Page *(*make)(Controllers &controllers);
};

/// The one table of pages. Made anew on every call: its titles are in the language installed by then.
QList<PageEntry> pageList();

} // namespace pimgate
