#!/bin/bash
# Makes this machine fit to build and test Leat: Debian's packages, npm's modules, and with
# --with-tests what only the tests need. Says what it installs; installs only what a probe finds
# missing, so a second run takes a second.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/packages.sh
. setup/packages.sh

say() { echo "setup: $*" >&2; }

refuse() {
	say "$*"
	exit 1
}

print_dots() {
	awk 'NR % 20 == 0 { printf "."; fflush() } END { if (NR >= 20) print "" }'
}

# Output of a long command: a dot every 20 lines, all of it when the command fails.
quietly() {
	local log status=0
	log=$(mktemp)
	"$@" </dev/null 2>&1 | tee "$log" | print_dots >&2 || status=$?
	if [ "$status" != 0 ]; then cat "$log" >&2; fi
	rm -f "$log"
	return "$status"
}

install_packages() {
	local -a missing
	mapfile -t missing < <(missing_packages "$@")
	if [ "${#missing[@]}" = 0 ]; then return; fi
	command -v apt-get >/dev/null ||
		refuse "no apt-get here: install yourself what is missing, in Debian's names:" \
			"${missing[*]}"
	[ "$(id -u)" = 0 ] || refuse "not root: run as root, or install yourself: ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	say "updating the package lists"
	quietly apt-get update ||
		refuse "apt-get update failed: no network, or no Debian mirror set?"
	say "installing with apt-get: ${missing[*]}"
	quietly apt-get install -y --no-install-recommends "${missing[@]}" ||
		refuse "apt-get could not install: ${missing[*]}"
	mapfile -t missing < <(missing_packages "$@")
	if [ "${#missing[@]}" != 0 ]; then refuse "installed, yet not found: ${missing[*]}"; fi
}

modules_are_complete() {
	[ -x node_modules/.bin/node ] && node_modules/.bin/node setup/modules.ts
}

run_npm() {
	quietly npm ci --loglevel=http || refuse "npm ci failed: no network?"
	# npm 9 takes the link away with the Node of the other architecture.
	local -a nodes=(node_modules/node-linux-*/bin/node)
	ln -sfn "../${nodes[0]#node_modules/}" node_modules/.bin/node
}

install_modules() {
	if modules_are_complete; then return; fi
	say "installing npm modules into node_modules (Node 24 among them)"
	run_npm
	if ! modules_are_complete 2>/dev/null; then
		# An npm that runs on an old Node leaves out what needs a newer one. The one just
		# installed does not.
		say "again, with the Node just installed"
		local borrowed
		borrowed=$(mktemp -d)
		cp -L node_modules/.bin/node "$borrowed/"
		PATH=$borrowed:$PATH run_npm
		rm -rf "$borrowed"
	fi
	modules_are_complete || refuse "npm ci left node_modules unlike package-lock.json"
}

if [ "${1:-}" = --with-tests ]; then
	install_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
else
	install_packages "${BUILD_PACKAGES[@]}"
fi
install_modules
setup/kernel.sh
