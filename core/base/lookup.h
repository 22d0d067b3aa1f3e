// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/format.h"

namespace holdout {

/// The item of a registry whose `id` is `id`, or null.
template <typename Item>
const Item* findById(const std::vector<Item>& items, std::string_view id) {
    for (const Item& item : items)
        if (item.id == id) return &item;
    return nullptr;
}

/// As findById, but throws Error that proposes the nearest id. `kind` is the word for such an item and the key
/// that names it: "step", "model", "split".
template <typename Item>
const Item& requireById(const std::vector<Item>& items, std::string_view id, std::string_view kind) {
    if (const Item* item = findById(items, id)) return *item;
    std::vector<std::string_view> known;
    std::string all;
    for (const Item& item : items) {
        known.push_back(item.id);
        all += (all.empty() ? "" : ", ") + std::string(item.id);
    }
    const std::string near = nearest(id, known);
    throw Error("There is no " + std::string(kind) + " named " + std::string(id) + ".", {.parameter = std::string(kind)},
                (near.empty() ? "" : "Did you mean " + near + "? ") + "Known: " + all + ".");
}

}  // namespace holdout
