#!/usr/bin/env bash
# gallery.sh WEFT [FOLDER]: draws docs/gallery (or FOLDER), one picture a network, and the page that shows them.
set -euo pipefail
weft=$(command -v "$1")
cd "$(dirname "$0")/../.."
folder=${2:-docs/gallery}
mkdir -p "$folder"

# NAME PROGRAM ENTRY (a morphism or a cell); the words above each picture are the first comment of its program, said once.
networks=(
  "digits examples/digits/digits.weft digits"
  "gpt2 test/networks/gpt2/gpt2.weft gpt2_small"
  "bert test/networks/bert/bert.weft bert_tiny"
  "vit test/networks/vit/vit.weft vit_tiny"
  "resnet50 test/networks/resnet/resnet.weft resnet50"
  "silero test/networks/silero/silero.weft silero"
  "u-net examples/gallery/u-net.weft u_net"
  "graph-network examples/gallery/graph-network.weft graph_network"
  "tree examples/gallery/tree.weft tree"
  "shortest-paths examples/gallery/shortest-paths.weft shortest_paths"
  "carry examples/gallery/carry.weft add"
  "language-model examples/gallery/ties.weft language_model"
  "lora examples/gallery/ties.weft lora"
  "toeplitz examples/gallery/ties.weft toeplitz"
)

# README's picture, in both themes.
for theme in light dark; do
  "$weft" draw examples/digits/digits.weft --theme "$theme" >"$folder/digits-$theme.svg"
done

before=
{
  echo "# Gallery"
  echo
  echo "Each picture is what \`weft draw\` writes; nothing in it was placed by hand. \`make gallery\` draws them anew."
  for network in "${networks[@]}"; do
    read -r name program entry <<<"$network"
    "$weft" draw "$program" --entry "$entry" >"$folder/$name.svg"
    echo
    echo "## $entry"
    echo
    if [ "$program" != "$before" ]; then
      sed -n '/^\/\//!q; s|^// ||p' "$program"
      echo
    fi
    before=$program
    echo "    weft draw $program --entry $entry"
    echo
    echo "![$entry]($name.svg)"
  done
} >"$folder/README.md"
