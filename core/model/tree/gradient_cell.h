// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace holdout {

/// First and second derivative of the loss by a row's score, and how often the row counts: added up in one instruction.
/// float32, as sums of so many noisy numbers need no more.
struct alignas(16) GradientCell {
    using Four = float __attribute__((vector_size(16)));
    Four values{};

    static GradientCell of(double gradient, double curvature, double count) {
        return {Four{static_cast<float>(gradient), static_cast<float>(curvature), static_cast<float>(count), 0}};
    }
    double gradient() const { return static_cast<double>(values[0]); }
    double curvature() const { return static_cast<double>(values[1]); }
    double count() const { return static_cast<double>(values[2]); }
};

/// The same in double, of a whole node.
struct GradientSum {
    double gradient = 0;
    double curvature = 0;
    double count = 0;

    GradientSum& operator+=(const GradientCell& cell) {
        gradient += cell.gradient();
        curvature += cell.curvature();
        count += cell.count();
        return *this;
    }
    GradientSum& operator+=(const GradientSum& other) {
        gradient += other.gradient;
        curvature += other.curvature;
        count += other.count;
        return *this;
    }
    GradientSum operator-(const GradientSum& other) const {
        return {gradient - other.gradient, curvature - other.curvature, count - other.count};
    }
    /// Twice what the best constant step lowers the loss by (Chen, Guestrin 2016, equation 6).
    double score(double lambda) const { return gradient * gradient / (curvature + lambda); }
};

}  // namespace holdout
