#!/bin/sh
# Bundles the chart kinds of assets_src/plotly_entry.js into assets/05-plotly.min.js.
# The version of plotly.js must equal plotly.offline.get_plotlyjs_version(); tests/components/test_assets.py checks it.
# Needs node >= 20. Usage: tools/build_plotly.sh   (installs the pinned parts of assets_src/package.json first)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$root/assets_src/package.json" "$root/assets_src/plotly_entry.js" "$work/"
cd "$work"
npm install --silent --no-audit --no-fund
version=$(node -p "require('plotly.js/package.json').version")
npx --no-install esbuild plotly_entry.js --bundle --minify --format=iife --global-name=Plotly \
  --target=es2020 --define:global=window --define:process.env.NODE_ENV='"production"' --legal-comments=none --loader:.css=empty \
  --banner:js="/* plotly.js $version, MIT licence, partial strict bundle built by tools/build_plotly.sh */" \
  --outfile="$root/assets/05-plotly.min.js"
ls -la "$root/assets/05-plotly.min.js"
