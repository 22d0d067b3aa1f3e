// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/sampling.h"

namespace holdout {

SearchRegistry builtinSearches() {
    return SearchRegistry({gridSearchInfo(), randomSearchInfo()});
}

}  // namespace holdout
