// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/column_choice.h"

#include <algorithm>
#include <array>
#include <optional>

namespace holdout {
namespace {

struct Group {
    std::string_view word;
    std::optional<ColumnType> type;  ///< none: every type
};

constexpr std::array<Group, 7> kGroups{{{"all", std::nullopt},
                                        {"numbers", ColumnType::Number},
                                        {"categories", ColumnType::Category},
                                        {"texts", ColumnType::Text},
                                        {"dates", ColumnType::DateTime},
                                        {"images", ColumnType::Image},
                                        {"sparse", ColumnType::Sparse}}};

}  // namespace

std::string_view columnGroupWord(ColumnType type) {
    return std::find_if(kGroups.begin(), kGroups.end(), [&](const Group& g) { return g.type == type; })->word;
}

bool isColumnGroup(std::string_view choice) {
    return std::any_of(kGroups.begin(), kGroups.end(), [&](const Group& group) { return group.word == choice; });
}

bool groupHolds(std::string_view choice, ColumnType type) {
    return std::any_of(kGroups.begin(), kGroups.end(), [&](const Group& group) {
        return group.word == choice && (!group.type || *group.type == type);
    });
}

std::vector<std::string> namesIn(std::string_view choice) {
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin <= choice.size();) {
        const std::size_t end = std::min(choice.find(',', begin), choice.size());
        std::string_view name = choice.substr(begin, end - begin);
        while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
        while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
        if (!name.empty()) names.emplace_back(name);
        begin = end + 1;
    }
    return names;
}

std::vector<std::size_t> columnsOfChoice(const Table& table, std::string_view choice, std::string_view owner) {
    std::vector<std::size_t> chosen;
    if (isColumnGroup(choice)) {
        for (std::size_t i = 0; i < table.columnCount(); ++i)
            if (groupHolds(choice, table.column(i).type())) chosen.push_back(i);
        return chosen;
    }
    // A name may hold a comma itself.
    if (const auto index = table.indexOf(choice)) return {*index};
    for (const std::string& name : namesIn(choice)) {
        try {
            chosen.push_back(requireColumn(table, name, "columns"));
        } catch (const Error& error) {
            throw Error(std::string(owner) + ": " + error.problem(), error.place(), error.remedy());
        }
    }
    std::sort(chosen.begin(), chosen.end());
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    return chosen;
}

}  // namespace holdout
