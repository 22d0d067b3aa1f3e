// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace holdout {

// What edits and expressions do to texts. All texts are UTF-8, with what is broken kept as it is. Case and accents
// follow Unicode (ICU). Thread-safe.

std::string lowerCased(std::string_view text);
std::string upperCased(std::string_view text);
/// Without spaces, tabs and line breaks around it.
std::string_view trimmed(std::string_view text);
std::size_t characterCount(std::string_view text);
/// `count` characters from `first` on, where 1 is the start; what lies outside the text is not there.
std::string_view substringOf(std::string_view text, double first, double count);
/// An empty `from` changes nothing.
std::string replacedAll(std::string_view text, std::string_view from, std::string_view to);
/// What spellings of one thing have in common: small letters, no accents, no punctuation, its words sorted and each only
/// once. The key-collision "fingerprint" of OpenRefine.
std::string spellingKey(std::string_view text);

}  // namespace holdout
