// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"

#include <algorithm>

namespace holdout {

std::string Place::text() const {
    std::string text;
    const auto add = [&text](const std::string& part) {
        if (!text.empty()) text += ", ";
        text += part;
    };
    if (!file.empty()) add(file);
    if (row) add("row " + std::to_string(*row));
    if (!column.empty()) add("column " + column);
    if (!parameter.empty()) add("parameter " + parameter);
    return text;
}

Error::Error(std::string problem, Place place, std::string remedy)
    : m_problem(std::move(problem)), m_place(std::move(place)), m_remedy(std::move(remedy)) {
    const std::string where = m_place.text();
    m_text = where.empty() ? m_problem : where + ": " + m_problem;
    if (!m_remedy.empty()) m_text += " " + m_remedy;
}

std::string Warning::text() const {
    const std::string where = place.text();
    return where.empty() ? message : where + ": " + message;
}

void addOnce(Warnings& warnings, Warning warning) {
    if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(std::move(warning));
}

}  // namespace holdout
