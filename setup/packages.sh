# shellcheck shell=bash disable=SC2034
# What Leat needs of Debian, sourced by the other scripts. Each entry is PROBE=PACKAGE: a command,
# or a file when it begins with /, whose absence means that the package is to be installed. Another
# source of the command will do.

BUILD_PACKAGES=(
	/etc/ssl/certs/ca-certificates.crt=ca-certificates
	node=nodejs
	npm=npm
	"g++=g++"
	clang-19=clang-19
	clang-format-19=clang-format-19
	bpftool=bpftool
	/usr/include/bpf/libbpf.h=libbpf-dev
	/usr/include/libelf.h=libelf-dev
	/usr/include/zlib.h=zlib1g-dev
	ip=iproute2
	iptables=iptables
	nft=nftables
	ethtool=ethtool
	nsenter=util-linux
	mount=mount
	ps=procps
	openssl=openssl
)

# Only the rules and the cluster tests need these.
TEST_PACKAGES=(
	shellcheck=shellcheck
	go=golang-go
)

# The packages among the entries given whose probe finds nothing, one a line.
missing_packages() {
	local entry probe
	local PATH=$PATH:/usr/sbin:/sbin
	for entry in "$@"; do
		probe=${entry%%=*}
		case $probe in
		/*) [ -e "$probe" ] || echo "${entry#*=}" ;;
		*) command -v "$probe" >/dev/null || echo "${entry#*=}" ;;
		esac
	done
}
