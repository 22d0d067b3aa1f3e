// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/evaluation.h"

namespace holdout {

Catalog builtinCatalog() {
    return {builtinEdits(), builtinSteps(), builtinSplits(), builtinMetrics(), builtinModels()};
}

}  // namespace holdout
