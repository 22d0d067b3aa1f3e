// SPDX-License-Identifier: GPL-3.0-or-later
#include "model_task.h"

namespace holdout::bench {

namespace {

/// Inputs 0 to 255 are divided by 255, as the peers have them.
Outcome mlp(const std::filesystem::path& folder) {
    return timeFit(loadRows(folder, "img", Task::Classification, 255), "mlp",
                   {{"layers", {128}}, {"batch_size", 128}, {"epochs", 5}, {"validation_fraction", 0.0}, {"l2", 0.0}},
                   [](const Rows& rows, const Model& model) {
                       return nlohmann::json{{"accuracy", testAccuracy(rows, model)}};
                   });
}

Outcome cnn(const std::filesystem::path& folder) {
    return timeFit(loadRows(folder, "img", Task::Classification, 255), "cnn",
                   {{"filters", {16, 32}}, {"batch_size", 128}, {"epochs", 1}, {"validation_fraction", 0.0}, {"l2", 0.0}},
                   [](const Rows& rows, const Model& model) {
                       return nlohmann::json{{"accuracy", testAccuracy(rows, model)}};
                   });
}

}  // namespace

std::vector<BenchTask> neuralTasks() {
    return {{"mlp", mlp}, {"cnn", cnn}};
}

}  // namespace holdout::bench
