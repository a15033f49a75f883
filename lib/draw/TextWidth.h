// How wide a text is set, by a table of Inter's advances: the writers force every text to this width, so that
// no other font can make it overflow.
#pragma once

#include <string>
#include <string_view>

namespace weft::draw {

enum class Face { regular, bold, mono };

double textWidth(std::string_view text, double size, Face face = Face::regular);

/// The room that a text is given: not every renderer forces it to its width (librsvg does not), and DejaVu,
/// the widest of the usual fonts, is so much wider.
double textRoom(std::string_view text, double size, Face face = Face::regular);

/// The text, cut with `…` to fit a width. UTF-8 stays whole.
std::string clipped(std::string_view text, double limit, double size, Face face = Face::regular);

/// 50257 as `50 257`; what is no number stays as it is.
std::string grouped(const std::string &size);

} // namespace weft::draw
