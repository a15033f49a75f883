// The signs of the legend, each as small as a line of text.
#pragma once

#include <string>

namespace weft::draw {

/// Draws a sign with its left edge at `x`, for a text whose base line is at `y`; nothing for an unknown one.
void paintSign(const std::string &sign, double x, double y, std::string &out);

} // namespace weft::draw
