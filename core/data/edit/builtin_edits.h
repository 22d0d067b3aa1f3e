// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/edit/edit.h"

namespace holdout {

// One for each edit, in its own file; builtinEdits() lists them.
EditInfo renameEdit();
EditInfo retypeEdit();
EditInfo deriveEdit();
EditInfo splitEdit();
EditInfo joinEdit();
EditInfo dropColumnsEdit();
EditInfo replaceEdit();
EditInfo mergeEdit();
EditInfo setMissingEdit();
EditInfo filterEdit();
EditInfo dropRepeatedEdit();

}  // namespace holdout
