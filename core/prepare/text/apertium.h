// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace holdout {

/// Texts of one language by way of another and back: the same said a little differently. `pivot`: "spanish",
/// "catalan" or "galician"; texts are English. Runs Apertium (Forcada et al. 2011, Machine Translation 25) as a program
/// of its own. Throws Error that names the Debian package when it is not installed, Cancelled.
std::vector<std::string> backTranslated(const std::vector<std::string>& texts, std::string_view pivot,
                                        const std::stop_token& stop);

/// Empty when back translation by way of `pivot` can be had, else the package to install.
std::string missingTranslator(std::string_view pivot);

}  // namespace holdout
