// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/edit/builtin_edits.h"

namespace holdout {

EditRegistry builtinEdits() {
    std::vector<EditInfo> edits;
    edits.push_back(renameEdit());
    edits.push_back(retypeEdit());
    edits.push_back(deriveEdit());
    edits.push_back(splitEdit());
    edits.push_back(joinEdit());
    edits.push_back(dropColumnsEdit());
    edits.push_back(replaceEdit());
    edits.push_back(mergeEdit());
    edits.push_back(setMissingEdit());
    edits.push_back(filterEdit());
    edits.push_back(dropRepeatedEdit());
    return EditRegistry(std::move(edits));
}

}  // namespace holdout
