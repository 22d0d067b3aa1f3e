// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/sampling.h"

namespace holdout {

SearchRegistry builtinSearches() {
    return SearchRegistry({bayesSearchInfo(), gridSearchInfo(), randomSearchInfo(), tpeSearchInfo(),
                           halvingSearchInfo(), hyperbandSearchInfo(), bohbSearchInfo()});
}

}  // namespace holdout
