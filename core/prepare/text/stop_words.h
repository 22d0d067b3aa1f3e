// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace holdout {

/// The words of a language that say little of what a text is about, lower case, with a blank between them; empty for a
/// language without a list. Source: the lists of the Snowball project (resources/LICENCES.md).
std::string_view stopWordsOf(std::string_view language);

}  // namespace holdout
