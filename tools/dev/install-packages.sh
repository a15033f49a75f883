#!/usr/bin/env bash
# Installs the Debian packages of packages.txt that are missing; does nothing, quickly, when none is.
# Further package names may be given as arguments.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
wanted=$(grep -v '^#' "$here/packages.txt")
missing=()
for package in $wanted "$@"; do
  status=$(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null || true)
  [[ $status == ii* ]] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "install-packages: needs root or sudo to install: ${missing[*]}" >&2; exit 1; }
  root=(sudo)
fi
echo "installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${root[@]}" apt-get update -qq
"${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
