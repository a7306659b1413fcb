#!/usr/bin/env bash
# Makes sure that what the tests of pages need is there, and prints where, as
# assignments for the shell: Chromium, Chinese fonts, two checkers of pages
# (axe-core for accessibility; the Nu checker for HTML, which needs Java), and
# LibreOffice with poppler, which open the papers.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

axe=4.14.1
vnu=26.9.27

# The headless shell is the same browser without its windows, which take half of the
# processor's time that opening a page costs.
find_chromium() {
	local name
	for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable chrome \
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
		"/Applications/Chromium.app/Contents/MacOS/Chromium"; do
		command -v "$name" && return
	done
	return 1
}

has_fonts() { [ "$(uname)" = Darwin ] || { have fc-list && [ -n "$(fc-list :lang=zh)" ]; }; }

# Homebrew's Java is not on PATH, and macOS has a java that only complains.
has_java() { java -version >/dev/null 2>&1; }

[ -n "${PORTAL_CHROMIUM:-}" ] || PORTAL_CHROMIUM=$(find_chromium) || {
	need_packages Chromium chromium-headless-shell "--cask google-chrome"
	PORTAL_CHROMIUM=$(find_chromium) || die "Chromium is installed but not found: name it with PORTAL_CHROMIUM."
}
has_fonts || need_packages "Chinese fonts" "fontconfig fonts-noto-cjk" font-noto-sans-cjk
if [ -d /opt/homebrew/opt/openjdk/bin ]; then PATH=/opt/homebrew/opt/openjdk/bin:$PATH; fi
has_java || {
	need_packages Java default-jre-headless openjdk
	PATH=/opt/homebrew/opt/openjdk/bin:/usr/local/opt/openjdk/bin:$PATH
}
if [ -d /Applications/LibreOffice.app ]; then PATH=$PATH:/Applications/LibreOffice.app/Contents/MacOS; fi
have soffice || {
	need_packages LibreOffice "libreoffice-writer-nogui libreoffice-calc-nogui" "--cask libreoffice"
	PATH=$PATH:/Applications/LibreOffice.app/Contents/MacOS
}
{ have pdftotext && have pdftoppm; } || need_packages poppler poppler-utils poppler

cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/portal/web-$axe-$vnu
if [ ! -e "$cache/done" ]; then
	have npm || need_packages npm "nodejs npm" node
	note "fetching axe-core $axe and vnu-jar $vnu"
	mkdir -p "$cache"
	npm install --prefix "$cache" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts \
		--loglevel=error "axe-core@$axe" "vnu-jar@$vnu" </dev/null >&2
	touch "$cache/done"
fi

printf 'export PORTAL_CHROMIUM=%q PORTAL_AXE=%q PORTAL_VNU=%q PATH=%q\n' "$PORTAL_CHROMIUM" \
	"$cache/node_modules/axe-core/axe.min.js" "$cache/node_modules/vnu-jar/build/dist/vnu.jar" "$PATH"
