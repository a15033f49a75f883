// Sorting that keeps the order of equals. std::stable_sort of this platform's library warns about itself.
#pragma once

#include <algorithm>
#include <vector>

namespace weft::draw {

template <class T, class Less> void sortStably(std::vector<T> &values, Less less) {
  std::vector<std::pair<T, size_t>> numbered;
  for (size_t i = 0; i < values.size(); ++i)
    numbered.push_back({values[i], i});
  std::sort(numbered.begin(), numbered.end(), [&](const auto &a, const auto &b) {
    return less(a.first, b.first) || (!less(b.first, a.first) && a.second < b.second);
  });
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = numbered[i].first;
}

} // namespace weft::draw
