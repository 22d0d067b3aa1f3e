// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "data/profile.h"
#include "experiment/experiment_spec.h"

namespace holdout {

// What the Data page does to a specification. Each function is one edit.

/// Gives `column` a role. There is one target, one group, one weight and one fold column: the column that had the role
/// before becomes a feature. A new target brings along what no longer fits it (fitToTask). Making the target something
/// else leaves the experiment without one.
void giveRole(ExperimentSpec& spec, const Table& table, const std::string& column, Role role, const Catalog& catalog);

/// Replaces what cannot serve `task`: the model by a linear one, the metrics by the task's defaults; drops a search over
/// the parameters of a model that went.
void fitToTask(ExperimentSpec& spec, Task task, const Catalog& catalog);

/// Whether the recipe has a step that mends `finding` already. `type`: of the finding's column.
bool isMended(const ExperimentSpec& spec, const Finding& finding, ColumnType type, const Catalog& catalog);

/// Whether there is a step for `finding` that can act on its column as it is.
bool isMendable(const ExperimentSpec& spec, const Finding& finding, ColumnType type, const Catalog& catalog);

/// Adds an edit of the table behind those that are there. A role goes along with a column that is renamed.
void addEdit(ExperimentSpec& spec, const EditSpec& edit);

/// Whether another role or an edit of the table, which `finding` proposes, is made already.
bool isRemedyTaken(const ExperimentSpec& spec, const Finding& finding);

/// Makes the edit or gives the role that `finding` proposes.
void takeRemedy(ExperimentSpec& spec, const Table& table, const Finding& finding, const Catalog& catalog);

/// Puts the step that mends `finding` in front of the recipe: before anything that needs complete, distinct rows.
void addRemedy(ExperimentSpec& spec, const Finding& finding, ColumnType type);

}  // namespace holdout
