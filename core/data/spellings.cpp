// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/spellings.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include "base/format.h"
#include "base/parallel.h"
#include "data/clean_text.h"

namespace holdout {
namespace {

constexpr std::size_t MostValues = 50'000;
/// Letters that stand in more keys than this tell nothing.
constexpr std::size_t LargestBlock = 500;
constexpr std::size_t GramLength = 3;

std::vector<Spelling> valuesOf(const Column& column) {
    std::vector<Spelling> values;
    if (column.type() == ColumnType::Category) {
        std::vector<std::int64_t> counts(column.levels().size());
        for (std::size_t row = 0; row < column.rows(); ++row)
            if (!column.isMissing(row)) ++counts[column.codes()[row]];
        for (std::size_t i = 0; i < counts.size(); ++i)
            if (counts[i] > 0) values.push_back({column.levels()[i], counts[i]});
    } else if (column.type() == ColumnType::Text) {
        std::unordered_map<std::string_view, std::int64_t> counts;
        for (std::size_t row = 0; row < column.rows() && counts.size() <= MostValues; ++row)
            if (!column.isMissing(row)) ++counts[column.texts().at(row)];
        for (const auto& [text, count] : counts) values.push_back({std::string(text), count});
        std::sort(values.begin(), values.end(), [](const Spelling& a, const Spelling& b) { return naturalLess(a.text, b.text); });
    }
    if (values.size() > MostValues) values.clear();
    return values;
}

std::vector<std::string> keysOf(const std::vector<Spelling>& values) {
    std::vector<std::string> keys(values.size());
    const std::vector<Range> parts = chunks(values.size(), 1024);
    parallelFor(parts.size(), [&](std::size_t i) {
        for (std::size_t k = parts[i].begin; k < parts[i].end; ++k) keys[k] = spellingKey(values[k].text);
    });
    return keys;
}

/// Sets that are joined one by one; the smallest member stands for a set.
class Sets {
public:
    explicit Sets(std::size_t count) : m_parent(count) { std::iota(m_parent.begin(), m_parent.end(), std::size_t{0}); }
    std::size_t find(std::size_t i) {
        while (m_parent[i] != i) i = m_parent[i] = m_parent[m_parent[i]];
        return i;
    }
    void join(std::size_t a, std::size_t b) {
        const std::size_t x = find(a), y = find(b);
        m_parent[std::max(x, y)] = std::min(x, y);
    }

private:
    std::vector<std::size_t> m_parent;
};

std::string digitsOf(std::string_view key) {
    std::string digits;
    for (const char c : key)
        if (c >= '0' && c <= '9') digits += c;
    return digits;
}

std::size_t allowedEdits(std::size_t length) {
    return length < 5 ? 0 : length <= 8 ? 1 : 2;
}

/// "Route 66" and "Route 67" are two things, "Brussels" and "Brusells" one.
bool isNear(const std::string& a, const std::string& b) {
    const std::size_t allowed = allowedEdits(std::min(a.size(), b.size()));
    const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    return allowed > 0 && gap <= allowed && digitsOf(a) == digitsOf(b) && editDistance(a, b) <= allowed;
}

void joinNear(const std::vector<std::string>& keys, Sets& sets, JobContext& context) {
    std::map<std::string, std::vector<std::size_t>> blocks;
    for (std::size_t i = 0; i < keys.size(); ++i)
        for (std::size_t at = 0; at + GramLength <= keys[i].size(); ++at) {
            std::vector<std::size_t>& block = blocks[keys[i].substr(at, GramLength)];
            if (block.empty() || block.back() != i) block.push_back(i);
        }
    for (const auto& [gram, block] : blocks) {
        context.throwIfStopped();
        if (block.size() > LargestBlock) continue;
        for (std::size_t i = 0; i < block.size(); ++i)
            for (std::size_t j = i + 1; j < block.size(); ++j)
                if (sets.find(block[i]) != sets.find(block[j]) && isNear(keys[block[i]], keys[block[j]])) sets.join(block[i], block[j]);
    }
}

}  // namespace

std::vector<SpellingCluster> spellingClusters(const Column& column, SpellingMethod method, JobContext& context) {
    const std::vector<Spelling> values = valuesOf(column);
    context.throwIfStopped();
    const std::vector<std::string> keys = keysOf(values);
    Sets sets(values.size());
    std::unordered_map<std::string_view, std::size_t> firstOf;
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (const auto [found, isNew] = firstOf.try_emplace(keys[i], i); !isNew && !keys[i].empty()) sets.join(found->second, i);
    if (method == SpellingMethod::Distance) joinNear(keys, sets, context);
    std::map<std::size_t, SpellingCluster> members;
    for (std::size_t i = 0; i < values.size(); ++i) members[sets.find(i)].push_back(values[i]);
    std::vector<SpellingCluster> clusters;
    for (auto& [first, cluster] : members) {
        if (cluster.size() < 2) continue;
        std::stable_sort(cluster.begin(), cluster.end(), [](const Spelling& a, const Spelling& b) { return a.count > b.count; });
        clusters.push_back(std::move(cluster));
    }
    const auto cells = [](const SpellingCluster& cluster) {
        return std::accumulate(cluster.begin(), cluster.end(), std::int64_t{0},
                               [](std::int64_t sum, const Spelling& spelling) { return sum + spelling.count; });
    };
    std::stable_sort(clusters.begin(), clusters.end(),
                     [&](const SpellingCluster& a, const SpellingCluster& b) { return cells(a) > cells(b); });
    return clusters;
}

}  // namespace holdout
