// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/base64.h"
#include "base/error.h"
#include "model/neural/network.h"

namespace holdout {

/// The bytes of numbers in base 64.
template <typename Scalar>
std::string numbersToText(const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>& values) {
    return toBase64(std::as_bytes(std::span(values.data(), static_cast<std::size_t>(values.size()))));
}

/// Throws Error when there are not `count` of them.
template <typename Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, 1> numbersFromText(const std::string& text, Eigen::Index count) {
    Eigen::Matrix<Scalar, Eigen::Dynamic, 1> values(count);
    if (!fromBase64(text, std::as_writable_bytes(std::span(values.data(), static_cast<std::size_t>(count)))))
        throw Error("The weights of a saved network do not fit its layers.", {}, "Train the model again.");
    return values;
}

nlohmann::json toJson(const Network<float>& network);
/// Reads what `toJson` wrote, and the perceptrons of earlier versions. Throws Error and nlohmann::json::exception.
Network<float> networkFromJson(const nlohmann::json& state);

}  // namespace holdout
