#!/bin/bash
# Prints the path of a Go command that can build the test tools: the one on the PATH if it is new
# enough, else one kept in ${LEAT_CACHE:-/var/cache/leat}/go/VERSION. That one comes through the Go
# module proxy, as go itself fetches toolchains; Debian's go is too old to do so by itself. Its
# checksum is pinned here. Progress on standard error.
set -euo pipefail
version=1.26.8
# What the test tools' go.mod ask for.
oldest=1.26.0
cache=${LEAT_CACHE:-/var/cache/leat}/go

case $(uname -m) in
x86_64) arch=amd64 sum=h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM= ;;
aarch64) arch=arm64 sum=h1:sYL/O6MqS68ML0kjsQ36WoYIpJqkw60TxizWUYUKQMc= ;;
*) echo "setup: no Go toolchain is known for $(uname -m)" >&2 && exit 1 ;;
esac

is_new_enough() { # GO
	local has
	has=$(GOTOOLCHAIN=local "$1" version 2>/dev/null |
		sed -n 's/^go version go\([0-9.]*\).*/\1/p')
	[ -n "$has" ] && [ "$(printf '%s\n' "$oldest" "$has" | sort -V | head -n 1)" = "$oldest" ]
}

fetch_toolchain() { # FOLDER to fill, GO
	local module=golang.org/toolchain@v0.0.1-go$version.linux-$arch answer
	echo "setup: fetching Go $version into $cache" >&2
	answer=$(cd "$1" && GOTOOLCHAIN=local GOFLAGS=-modcacherw GOMODCACHE=$1 \
		GONOSUMDB=golang.org/toolchain "$2" mod download -json "$module") || {
		echo "setup: the Go module proxy did not give Go $version: $answer" >&2
		exit 1
	}
	if ! grep -qF "\"$sum\"" <<<"$answer"; then
		echo "setup: Go $version has another checksum than the one pinned: $answer" >&2
		exit 1
	fi
	# A module holds no executable files and no go.mod but its own.
	local root=$1/$module
	chmod -R +x "$root/bin" "$root/pkg/tool"
	find "$root/src" -name _go.mod -execdir mv {} go.mod \;
}

for candidate in "$(command -v go || true)" /usr/local/go/bin/go "$cache/$version/bin/go"; do
	if [ -n "$candidate" ] && is_new_enough "$candidate"; then
		echo "$candidate"
		exit
	fi
done
any=$(command -v go || true)
[ -n "$any" ] || { echo "setup: no go found; \`make setup\` installs one" >&2 && exit 1; }
mkdir -p "$cache"
partial=$(mktemp -d "$cache/.partial-XXXXXX")
trap 'rm -rf "$partial"' EXIT
fetch_toolchain "$partial" "$any"
rm -rf "${cache:?}/$version"
mv -T "$partial/golang.org/toolchain@v0.0.1-go$version.linux-$arch" "$cache/$version"
is_new_enough "$cache/$version/bin/go" || { echo "setup: Go $version does not run" >&2 && exit 1; }
echo "$cache/$version/bin/go"
