// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

#include "pages/page.h"

namespace holdout {

/// A page and where the rail shows it; an empty heading keeps it out of the rail.
struct PageEntry {
    Page* page;
    QString heading;
};

/// Every page of the window in the order of the rail, children of `parent`: the one list to add a page to.
std::vector<PageEntry> makePages(ExperimentDocument& document, QWidget* parent);

}  // namespace holdout
