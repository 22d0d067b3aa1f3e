// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/profile.h"

namespace holdout {

/// Dates with years of two digits, such as 31/12/98. The finding's edit reads them as POSIX does, as of 1969 to 2068; a column
/// of births, which lie in the past, as of the hundred years that end with the current one. Which of the three numbers is which
/// must follow from the cells; else there is no edit. `name`: of the column; `cells`: those that are known, without blanks
/// around them.
std::optional<Finding> shortDates(const std::string& name, const std::vector<std::string>& cells);

/// Dates with months as English words, such as 05-MAR-2024 or March 5, 2024.
std::optional<Finding> namedDates(const std::string& name, const std::vector<std::string>& cells);

/// Numbers that are dates: written as 20240307, or seconds or milliseconds since 1970 in a column that is named after time.
std::optional<Finding> datesAsNumbers(const Column& column);

}  // namespace holdout
