// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/job_context.h"
#include "data/table.h"
#include "param/param_set.h"

namespace holdout {

/// A table after an edit.
struct Edited {
    Table table;
    /// The rows of the table before that are left, ascending; none when all are.
    std::optional<RowIds> kept = std::nullopt;
    Warnings warnings = {};
};

/// A change of the table that a person decided: cells, columns or rows. Unlike a step it learns nothing from the rows
/// and holds for all of them. Immutable; the same table always gives the same bits, on any number of threads.
class Edit {
public:
    virtual ~Edit() = default;
    /// Throws Error naming the column, row or character of an expression; Cancelled.
    virtual Edited apply(const Table& table, JobContext& context) const = 0;
    /// What it does, for the list of edits: "Rename sex to gender".
    virtual std::string words() const = 0;
};

/// What an edit changes: under which heading menus list it.
enum class EditGroup { Column, Cells, Rows };
std::string_view editGroupName(EditGroup group);  ///< "Columns", "Cells", "Rows"

struct EditInfo {
    std::string_view id;
    std::string_view label;
    EditGroup group;
    std::string_view sentence;
    ParamSpecs params;
    /// Throws Error when a parameter that has no fallback is empty.
    std::unique_ptr<const Edit> (*make)(const Params& params);
};

/// What EditInfo::make is for most edits.
template <typename E>
std::unique_ptr<const Edit> makeEdit(const Params& params) {
    return std::make_unique<E>(params);
}

class EditRegistry {
public:
    explicit EditRegistry(std::vector<EditInfo> edits) : m_edits(std::move(edits)) {}
    const std::vector<EditInfo>& all() const { return m_edits; }
    const EditInfo* find(std::string_view id) const;
    /// Throws Error that proposes the nearest id.
    const EditInfo& require(std::string_view id) const;

private:
    std::vector<EditInfo> m_edits;
};

EditRegistry builtinEdits();

/// An edit as the person configured it. One that is switched off is kept, and changes nothing.
struct EditSpec {
    std::string id;
    ParamSet params;
    bool enabled = true;

    bool operator==(const EditSpec&) const = default;
};

/// Reads [{"edit": "rename", "column": "sex", "to": "gender"}, …]. Throws Error naming `where` and the key.
std::vector<EditSpec> editsFromJson(const nlohmann::json& list, const EditRegistry& edits, const std::string& where);
nlohmann::json editsToJson(const std::vector<EditSpec>& specs);

/// Applies `specs` in order. `Edited::kept` is by the rows of `table`. Errors name the edit by its place in the list,
/// counted from 1.
Edited applyEdits(const Table& table, const std::vector<EditSpec>& specs, const EditRegistry& edits, JobContext& context);

/// The name that column `name` of the edited table had before its renamings; a column that an edit made has none.
std::string nameBeforeEdits(const std::string& name, const std::vector<EditSpec>& specs);

}  // namespace holdout
