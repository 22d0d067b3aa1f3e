// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace holdout::testing {

/// A small file of comma-separated values without commas or line ends in its cells, quotes dropped.
struct CellTable {
    std::vector<std::string> names;
    std::vector<std::vector<std::string>> rows;

    explicit CellTable(const std::string& path) {
        std::ifstream file(path);
        if (!file) throw std::runtime_error("cannot open " + path);
        for (std::string line; std::getline(file, line);) {
            std::erase_if(line, [](char c) { return c == '"' || c == '\r'; });
            std::vector<std::string> cells;
            std::stringstream stream(line);
            for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
            if (names.empty())
                names = cells;
            else if (!cells.empty())
                rows.push_back(cells);
        }
    }

    std::vector<std::string> texts(const std::string& name) const {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end()) throw std::runtime_error("no column " + name);
        std::vector<std::string> column;
        for (const auto& row : rows) column.push_back(row.at(static_cast<std::size_t>(found - names.begin())));
        return column;
    }

    Eigen::VectorXd numbers(const std::string& name) const {
        const std::vector<std::string> column = texts(name);
        Eigen::VectorXd values(static_cast<Eigen::Index>(column.size()));
        for (std::size_t i = 0; i < column.size(); ++i) values[static_cast<Eigen::Index>(i)] = std::stod(column[i]);
        return values;
    }
};

}  // namespace holdout::testing
