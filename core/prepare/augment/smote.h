// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "prepare/augment/mixed_rows.h"
#include "prepare/step.h"

namespace holdout {

/// A new row between two: base + gap × (other - base) in every number.
struct Blend {
    std::uint32_t base = 0;
    std::uint32_t other = 0;
    double gap = 0;
};

/// How rows of small classes are made between those that are there.
///   Smote       bases are all rows of the class (Chawla et al. 2002, JAIR 16)
///   Borderline  bases are the rows of the class at its border: half or more, but not all, of their nearest rows are of
///               other classes (Han, Wang, Mao 2005, ICIC, Borderline-SMOTE1)
///   Adasyn      each row of the class is a base the more often the more of its nearest rows are of other classes (He
///               et al. 2008, IJCNN)
enum class SmoteKind { Smote, Borderline, Adasyn };

struct SmoteRule {
    SmoteKind kind = SmoteKind::Smote;
    std::size_t neighbors = 5;         ///< of the class, between which and the base new rows lie
    std::size_t borderNeighbors = 10;  ///< of all classes, that say where the border is
    double balance = 1;                ///< each class is filled up to this share of the largest
};

struct SmoteRows {
    std::vector<Blend> blends;
    std::vector<std::vector<std::uint32_t>> codes;  ///< by category column: what most neighbours of the base have
};

/// The rows to add, class after class. With categories this is SMOTE-NC (Chawla et al. 2002, 6.1): each category that
/// differs adds the median standard deviation of the class's numbers to a distance, and new rows have the category of
/// most neighbours. A class with one row alone gets none. The same bits on any number of threads. Throws Cancelled.
SmoteRows smote(MixedRows rows, const Target& target, const SmoteRule& rule, JobContext& context);

}  // namespace holdout
