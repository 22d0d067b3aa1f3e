// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include "base/job_context.h"
#include "prepare/outlier/row_matrix.h"

namespace holdout {

/// How much thinner rows lie around a row than around its neighbours (Breunig, Kriegel, Ng, Sander 2000, LOF, SIGMOD):
/// about 1 within a group of any density, more for a row that stands apart. Distances are Euclidean; of rows equally
/// far, those that come first are the neighbours.
class LocalOutlierFactor {
public:
    LocalOutlierFactor() = default;
    /// Keeps the rows. `factors`: by which cells are multiplied. Requires neighbors < rows. Throws Cancelled.
    LocalOutlierFactor(const RowMatrix& rows, std::vector<double> factors, std::size_t neighbors,
                       const JobContext& context);

    /// Of a row that is none of the training rows.
    double score(const double* row) const;
    /// Of the training rows, none of which is its own neighbour.
    std::vector<double> trainingScores(const JobContext& context) const;

    friend void to_json(nlohmann::json& json, const LocalOutlierFactor& from);
    friend void from_json(const nlohmann::json& json, LocalOutlierFactor& to);

private:
    struct Neighbour {
        double distance = 0;
        std::size_t row = 0;
        bool operator<(const Neighbour& other) const {
            return distance != other.distance ? distance < other.distance : row < other.row;
        }
    };
    /// The nearest training rows other than `self`, nearest first. `row` is scaled.
    std::vector<Neighbour> neighboursOf(const double* row, std::size_t self) const;
    double densityAmong(const std::vector<Neighbour>& neighbours) const;
    double factorAmong(const std::vector<Neighbour>& neighbours) const;

    std::size_t m_neighbors = 0;
    std::vector<double> m_factors;
    RowMatrix m_rows;                 ///< scaled
    std::vector<double> m_reaches;    ///< to the farthest neighbour of each training row
    std::vector<double> m_densities;  ///< local reachability densities
};

}  // namespace holdout
