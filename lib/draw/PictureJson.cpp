// The picture as JSON; docs/picture.schema.json says what each member means.
#include "lib/draw/Colours.h"
#include "lib/draw/Picture.h"

#include <nlohmann/json.hpp>

namespace weft::draw {

using Json = nlohmann::ordered_json;

static Json names(const Picture &picture, const std::vector<unsigned> &axes) {
  Json list = Json::array();
  for (unsigned axis : axes)
    list.push_back(picture.axes[axis].name);
  return list;
}

static Json axisName(const Picture &picture, int axis) {
  return axis < 0 ? Json() : Json(picture.axes[axis].name);
}

static Json toJson(const Picture &picture, const std::vector<Port> &ports) {
  Json list = Json::array();
  for (const Port &port : ports)
    list.push_back({{"name", port.name},
                    {"type", port.type},
                    {"entry", name(port.entry)},
                    {"axes", names(picture, port.axes)},
                    {"values", axisName(picture, port.values)}});
  return list;
}

static Json toJson(const Facts &facts) {
  Json laws = Json::array();
  for (const Law &law : facts.laws)
    laws.push_back({{"name", law.name}, {"status", law.status}, {"how", law.how}});
  Json algorithms = Json::array();
  for (const Algorithm &algorithm : facts.algorithms)
    algorithms.push_back({{"fold", algorithm.fold},
                          {"part", algorithm.part},
                          {"name", algorithm.name},
                          {"reason", algorithm.reason},
                          {"refused", algorithm.refused}});
  return {{"equation", facts.equation}, {"flops", facts.flops},    {"source", facts.source}, {"laws", laws},
          {"licence", facts.licence},   {"algorithms", algorithms}};
}

static Json toJson(const Picture &picture, const Node &node) {
  Json weights = Json::array();
  for (const InnerWeight &weight : node.innerWeights)
    weights.push_back({{"path", weight.path}, {"type", weight.type}, {"axes", names(picture, weight.axes)}});
  return {{"name", node.name},
          {"kind", name(node.kind)},
          {"label", node.label},
          {"sub", node.sub},
          {"summed", names(picture, node.summed)},
          {"indices", node.indices},
          {"inputs", node.inputs},
          {"outputs", node.outputs},
          {"weights", node.weights},
          {"commutes", node.commutes},
          {"inside", node.inside < 0 ? Json() : Json(node.inside)},
          {"facts", toJson(node.facts)},
          {"innerWeights", weights},
          {"weightNames", node.weightNames},
          {"weightNumbers", node.weightNumbers}};
}

static Json toJson(const End &end) {
  return {{"node", end.node == End::boundary ? Json() : Json(end.node)}, {"port", end.port}};
}

static Json toJson(const Picture &picture, const Tie &tie) {
  Json sources = Json::array();
  for (const TieSource &source : tie.sources)
    sources.push_back({{"path", source.path},
                       {"type", source.type},
                       {"axes", names(picture, source.axes)},
                       {"own", source.isOwn}});
  return {{"cell", tie.cell},
          {"target", tie.target},
          {"form", tie.form},
          {"formula", tie.formula},
          {"axes", names(picture, tie.axes)},
          {"sources", sources}};
}

static Json toJson(const CellFacts &cell) {
  return {{"name", cell.name},         {"source", cell.source},  {"from", cell.from},
          {"fromName", cell.fromName}, {"toName", cell.toName},  {"fromWeights", cell.fromWeights},
          {"formulas", cell.formulas}, {"verdict", cell.verdict}};
}

static Json toJson(const Picture &picture, const Frame &frame) {
  Json nodes = Json::array(), wires = Json::array(), ties = Json::array();
  for (const Tie &tie : frame.ties)
    ties.push_back(toJson(picture, tie));
  for (const Node &node : frame.nodes)
    nodes.push_back(toJson(picture, node));
  for (const Wire &wire : frame.wires)
    wires.push_back({{"name", wire.name},
                     {"type", wire.type},
                     {"axes", names(picture, wire.axes)},
                     {"values", axisName(picture, wire.values)},
                     {"kind", name(wire.kind)},
                     {"from", toJson(wire.from)},
                     {"to", toJson(wire.to)}});
  return {{"name", frame.name},
          {"title", frame.title},
          {"kind", name(frame.kind)},
          {"axis", axisName(picture, frame.axis)},
          {"inputs", toJson(picture, frame.inputs)},
          {"outputs", toJson(picture, frame.outputs)},
          {"weights", toJson(picture, frame.weights)},
          {"nodes", nodes},
          {"wires", wires},
          {"ties", ties}};
}

std::string toJson(const Picture &picture) {
  Json axes = Json::array(), frames = Json::array();
  for (const Axis &axis : picture.axes)
    axes.push_back({{"name", axis.name},
                    {"size", axis.size},
                    {"open", axis.isOpen},
                    {"formula", axis.formula},
                    {"hue", hues[axis.hue].name},
                    {"dash", axis.dash}});
  for (const Frame &frame : picture.frames)
    frames.push_back(toJson(picture, frame));
  Json json = {{"name", picture.name},
               {"type", picture.type},
               {"weights", picture.weights},
               {"saved", picture.saved},
               {"savedBy", picture.savedBy},
               {"claims", picture.claims},
               {"axes", axes},
               {"frames", frames},
               {"root", picture.root},
               {"cell", picture.cell ? toJson(*picture.cell) : Json()}};
  // Names come from files and may hold any bytes.
  return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace weft::draw
