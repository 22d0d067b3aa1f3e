// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace holdout {

/// Where a problem is. Every part is optional; `row` is the 1-based line of a file
/// or the 1-based row of a table, whichever the person can look up.
struct Place {
    std::string file;
    std::optional<std::int64_t> row;
    std::string column;
    std::string parameter;

    /// "titanic.csv, row 12, column age"; empty when nothing is known.
    std::string text() const;
};

/// A problem that a person can cause and mend: what is wrong, where, what to do.
/// Thrown anywhere in core, caught once at the job boundary.
class Error : public std::exception {
public:
    Error(std::string problem, Place place = {}, std::string remedy = {});

    const std::string& problem() const { return m_problem; }
    const Place& place() const { return m_place; }
    const std::string& remedy() const { return m_remedy; }

    /// The three parts as one or two sentences.
    const char* what() const noexcept override { return m_text.c_str(); }

private:
    std::string m_problem;
    Place m_place;
    std::string m_remedy;
    std::string m_text;
};

/// Thrown by work that noticed a stop request. Not an Error: nothing is wrong.
class Cancelled : public std::exception {
public:
    const char* what() const noexcept override { return "The work was cancelled."; }
};

/// A problem that does not stop the work. Carried in results, and shown.
struct Warning {
    std::string message;
    Place place;

    std::string text() const;
    bool operator==(const Warning& other) const { return text() == other.text(); }
};

using Warnings = std::vector<Warning>;

/// Adds `warning` unless an equal one is there already.
void addOnce(Warnings& warnings, Warning warning);

}  // namespace holdout
