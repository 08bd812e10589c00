#!/bin/bash
# Does this kernel let us do what Leat does? Tries each thing in namespaces and mounts of its own,
# and names what is refused with its cause. Changes nothing.
set -uo pipefail

refusals=()

try() { # WHAT A REFUSAL MEANS, COMMAND...
	local meaning=$1 answer
	shift
	answer=$("$@" 2>&1) || refusals+=("$meaning${answer:+ ($(tail -n 1 <<<"$answer"))}")
}

make_map() {
	# shellcheck disable=SC2016
	unshare --mount sh -c 'mount -t bpf none /mnt &&
		bpftool map create /mnt/probe type array key 4 value 8 entries 1 name probe'
}

PATH=$PATH:/usr/sbin:/sbin
if [ "$(id -u)" != 0 ]; then
	echo "setup: not root: BPF programs, network namespaces and mounts need root" >&2
	exit 1
fi
try "no BTF of the kernel at /sys/kernel/btf/vmlinux: CONFIG_DEBUG_INFO_BTF is needed" \
	test -r /sys/kernel/btf/vmlinux
try "no mount namespaces: CAP_SYS_ADMIN is needed" unshare --mount true
try "no network namespaces: CAP_SYS_ADMIN and CONFIG_NET_NS are needed" unshare --net true
try "no BPF maps: CAP_BPF (or CAP_SYS_ADMIN) and CONFIG_BPF_SYSCALL are needed" make_map
try "no cgroup v2: CONFIG_CGROUPS and a kernel >= 4.15 are needed" \
	unshare --mount mount -t cgroup2 none /mnt
if [ "${#refusals[@]}" != 0 ]; then
	printf 'setup: this kernel (%s) will not do: %s\n' "$(uname -r)" "${refusals[0]}" >&2
	if [ "${#refusals[@]}" -gt 1 ]; then printf 'setup: also: %s\n' "${refusals[@]:1}" >&2; fi
	exit 1
fi
