// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtTest>
#include <vector>

#include "model/model.h"

/// Tests over every registered model: a row of test data for each model and each task that it can do.
namespace holdout::testing {

inline const ModelRegistry& registry() {
    static const ModelRegistry models = builtinModels();
    return models;
}

inline std::vector<Task> tasksOf(const ModelInfo& info) {
    std::vector<Task> tasks;
    if (info.can.classification) tasks.push_back(Task::Classification);
    if (info.can.regression) tasks.push_back(Task::Regression);
    return tasks;
}

/// Adds the rows, of those models for which holds(info).
template <typename Holds>
void eachModelThat(const Holds& holds) {
    QTest::addColumn<int>("model");
    QTest::addColumn<int>("task");
    for (int m = 0; m < static_cast<int>(registry().all().size()); ++m) {
        const ModelInfo& info = registry().all()[static_cast<std::size_t>(m)];
        if (!holds(info)) continue;
        for (const Task task : tasksOf(info))
            QTest::newRow((std::string(info.id) + " " + std::string(taskName(task))).c_str()) << m << static_cast<int>(task);
    }
}

/// The model and the task of the row that is tested.
inline const ModelInfo& testedModel() {
    return registry().all()[static_cast<std::size_t>(*static_cast<int*>(QTest::qData("model", qMetaTypeId<int>())))];
}
inline Task testedTask() {
    return static_cast<Task>(*static_cast<int*>(QTest::qData("task", qMetaTypeId<int>())));
}

}  // namespace holdout::testing
