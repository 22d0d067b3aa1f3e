// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiment/shape_data.h"

#include <algorithm>
#include <numeric>

#include "split/sealed_rows.h"

namespace holdout {
namespace {

/// The rows of the file that are sealed, ascending; the target is looked up by the name that it has in the file.
RowIds sealedOf(const ReadResult& read, const DataSpec& spec, Warnings& warnings, const JobContext& context) {
    if (!spec.sealed) return {};
    const auto target = read.table.indexOf(nameBeforeEdits(spec.roles.target, spec.edits));
    if (spec.sealed->stratify && !target && !spec.roles.target.empty())
        warnings.push_back({"The sealed rows do not keep the share of each class, because the target is made by an edit.",
                            {.column = spec.roles.target}});
    return sealedRows(read.table, read.sha256.value(context.stop), *spec.sealed, target ? &read.table.column(*target) : nullptr, spec.task);
}

/// Positions of the edited table by whether the row of the file that they come from is sealed.
struct Parted {
    RowIds open, sealed;
};

Parted parted(const Edited& edited, const RowIds& sealedInFile) {
    Parted parts;
    for (std::size_t i = 0; i < edited.table.rows(); ++i) {
        const RowId row = edited.kept ? (*edited.kept)[i] : static_cast<RowId>(i);
        const bool isSealed = std::binary_search(sealedInFile.begin(), sealedInFile.end(), row);
        (isSealed ? parts.sealed : parts.open).push_back(static_cast<RowId>(i));
    }
    return parts;
}

}  // namespace

ShapedData shapeDataWithRows(const ReadResult& read, const DataSpec& spec, const EditRegistry& edits, JobContext& context) {
    ShapedData result{read, std::nullopt};
    ReadResult& shaped = result.read;
    const RowIds sealed = sealedOf(read, spec, shaped.warnings, context);
    Edited edited;
    try {
        edited = applyEdits(read.table, spec.edits, edits, context);
    } catch (const Error& error) {
        Place place = error.place();
        if (place.file.empty()) place.file = spec.source;
        throw Error(error.problem(), place, error.remedy());
    }
    for (Warning& warning : edited.warnings) addOnce(shaped.warnings, std::move(warning));
    if (sealed.empty()) {
        shaped.table = std::move(edited.table);
        result.rows = std::move(edited.kept);
        return result;
    }
    Parted parts = parted(edited, sealed);
    shaped.table = edited.table.gather(parts.open);
    shaped.sealed = std::make_shared<const Table>(edited.table.gather(parts.sealed));
    if (edited.kept)
        for (RowId& row : parts.open) row = (*edited.kept)[row];
    result.rows = std::move(parts.open);
    return result;
}

ReadResult shapeData(const ReadResult& read, const DataSpec& spec, const EditRegistry& edits, JobContext& context) {
    return shapeDataWithRows(read, spec, edits, context).read;
}

Table shapeNewRows(const Table& table, const std::vector<EditSpec>& specs, const EditRegistry& edits, JobContext& context) {
    Table shaped = table;
    for (const EditSpec& spec : specs) {
        const EditInfo& info = edits.require(spec.id);
        if (!spec.enabled || info.group == EditGroup::Rows) continue;
        try {
            shaped = info.make(Params(info.params, spec.params, info.id))->apply(shaped, context).table;
        } catch (const Error&) {
            // What the model needs of it is asked for by name afterwards.
        }
    }
    return shaped;
}

}  // namespace holdout
