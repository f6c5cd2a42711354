#!/usr/bin/env bash
# Lays out the sample shop's images: <out>/<repository>/<tag>/ with the program `run`.
# usage: images.sh <out directory>
set -euo pipefail

if [[ $# -ne 1 ]]; then
    echo "usage: images.sh <out directory>" >&2
    exit 2
fi
out=$1
programs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/programs

# image <repository> <tag> <files...>: written beside its place and moved there, so that no pod sees half of it
image() {
    local place=$out/$1/$2 tag=$2 made
    shift 2
    mkdir -p "$(dirname "$place")"
    made=$(mktemp -d "$place.XXXXXX")
    cp "$@" "$made/"
    printf '%s\n' "$tag" >"$made/VERSION"
    chmod 755 "$made" "$made/run"
    if [[ -d $place ]] && diff -rq "$made" "$place" >/dev/null; then
        rm -r "$made"
    else
        rm -rf "$place"
        mv "$made" "$place"
    fi
}

for tag in 1.4.0 1.5.0; do
    image shop/orders "$tag" "$programs/orders/run" "$programs/orders/database.py" "$programs/common/shop_http.py"
done
for tag in 2.0.0 2.1.0; do
    image shop/storefront "$tag" "$programs/storefront/run" "$programs/common/shop_http.py"
done
image shop/orders 1.6.0-broken "$programs/orders-broken/run"
