#!/bin/bash
# Builds what the cluster tests run (kube-apiserver, kubectl, etcd) from Go modules, once a version,
# into ${LEAT_CACHE:-/var/cache/leat}/tools/NAME-VERSION/. In: the versions of tools/*/go.mod. Out:
# progress on standard error. A folder appears by one rename, so it is whole or absent; two builders
# wait for each other.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${LEAT_CACHE:-/var/cache/leat}/tools
go=$("$here/../../setup/go.sh")

version_of() { # MODULE, FOLDER of its go.mod
	awk -v m="$1" '$1 == m { print $2 } $1 == "require" && $2 == m { print $3 }' \
		"$here/tools/$2/go.mod"
}

build() { # NAME, VERSION, FOLDER of the go.mod, LDFLAGS, PACKAGE=BINARY...
	local name=$1 version=$2 folder=$3 flags=$4
	shift 4
	local target=$cache/$name-$version
	if [ -d "$target" ]; then return; fi
	local partial
	partial=$(mktemp -d "$cache/.partial-XXXXXX")
	# shellcheck disable=SC2064
	trap "rm -rf '$partial'" EXIT
	cd "$here/tools/$folder"
	echo "build-tools: $name $version: fetching modules" >&2
	local total
	total=$("$go" list -deps "${@%%=*}" | wc -l)
	for pair in "$@"; do
		compile "$total" "$flags" "$partial/${pair#*=}" "${pair%%=*}"
	done
	mv -T "$partial" "$target"
	echo "build-tools: $name $version: done after $SECONDS s" >&2
}

compile() { # TOTAL, LDFLAGS, OUTPUT, PACKAGE
	nice -n 10 "$go" build -v -trimpath -ldflags "-s -w $2" -o "$3" "$4" 2>&1 |
		tell_progress "$(basename "$3")" "$1"
}

tell_progress() { # BINARY, TOTAL
	local last=-10 count=0 line
	while IFS= read -r line; do
		case $line in
		*:*) echo "build-tools: $line" >&2 ;;
		*) count=$((count + 1)) ;;
		esac
		if [ $((SECONDS - last)) -ge 10 ]; then
			last=$SECONDS
			echo "build-tools: $1: $count of at most $2 packages, $SECONDS s" >&2
		fi
	done
}

mkdir -p "$cache"
exec 9>"$cache/.lock"
if ! flock -n 9; then
	echo "build-tools: waiting for another builder" >&2
	flock 9
fi
rm -rf "$cache"/.partial-*

etcd=$(version_of go.etcd.io/etcd/server/v3 etcd)
kubernetes=$(version_of k8s.io/kubernetes kubernetes)
minor=${kubernetes#v1.}
stamp=k8s.io/component-base/version
build etcd "$etcd" etcd "" go.etcd.io/etcd/server/v3=etcd
build kubernetes "$kubernetes" kubernetes \
	"-X $stamp.gitVersion=$kubernetes -X $stamp.gitMajor=1 -X $stamp.gitMinor=${minor%%.*}" \
	k8s.io/kubernetes/cmd/kube-apiserver=kube-apiserver k8s.io/kubernetes/cmd/kubectl=kubectl
echo "build-tools: $cache has etcd $etcd and kubernetes $kubernetes" >&2
