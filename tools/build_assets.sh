#!/bin/sh
# Copies the pinned third-party parts (Bootstrap's CSS, two typefaces; Swagger UI for the API page) and generates assets/15-icons.css
# and components/icon_names.py from Lucide. Needs node >= 20 and python >= 3.11.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$root/assets_src/package.json" "$work/"
cd "$work"
npm install --silent --no-audit --no-fund
parts="$work/node_modules"
mkdir -p "$root/assets/fonts"
sed '/sourceMappingURL/d' "$parts/bootstrap/dist/css/bootstrap.min.css" > "$root/assets/00-bootstrap.min.css"
cp "$parts/@fontsource-variable/inter/files/inter-latin-opsz-normal.woff2" \
   "$parts/@fontsource-variable/inter/files/inter-latin-ext-opsz-normal.woff2" \
   "$parts/@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2" "$root/assets/fonts/"
cp "$parts/@fontsource-variable/inter/LICENSE" "$root/assets/fonts/OFL-inter.txt"
cp "$parts/@fontsource-variable/jetbrains-mono/LICENSE" "$root/assets/fonts/OFL-jetbrains-mono.txt"
python3 "$root/tools/build_icons.py" "$parts/lucide-static/icons"
docs="$root/web/static/docs"
sed '/sourceMappingURL/d' "$parts/swagger-ui-dist/swagger-ui.css" > "$docs/swagger-ui.css"
sed '/^\/\/# sourceMappingURL/d' "$parts/swagger-ui-dist/swagger-ui-bundle.js" > "$docs/swagger-ui-bundle.js"
cp "$parts/swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt" "$docs/"
cp "$parts/swagger-ui-dist/LICENSE" "$docs/swagger-ui.LICENSE.txt"
cp "$parts/swagger-ui-dist/NOTICE" "$docs/swagger-ui.NOTICE.txt"
