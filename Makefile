# Bare `make` prints the targets. What a target needs is installed and built first; only what is
# missing.
SHELL := /bin/bash
.DEFAULT_GOAL := help
NODE := node_modules/.bin/node
export PATH := $(CURDIR)/node_modules/.bin:$(PATH):/usr/sbin:/sbin
TEST := $(NODE) test/run.ts

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

demo: build ## three nodes and a client on this machine, under load; a minute
	@$(NODE) test/demo/demo.ts

test: build tools cluster-tools ## every test but test-long; ends with "N passed, N failed"
	@$(TEST)

test-unit: build tools ## pure code, beside the code
	@$(TEST) unit

test-rules: build tools ## sizes, imports, fresh generated code, lint, docs
	@$(TEST) rules

test-stream: build tools ## operator and agent ends of the stream together
	@$(TEST) stream

test-operator: build tools ## the operator against an API server that misbehaves
	@$(TEST) operator

test-bpf: build tools ## the programs in the kernel, packet by packet
	@$(TEST) bpf

test-netns: build tools ## whole nodes as network namespaces, real sockets
	@$(TEST) netns

test-cluster: build tools cluster-tools ## against a real kube-apiserver and etcd
	@$(TEST) cluster

test-long: build tools ## the figures of record: minutes of load; writes out/long.json
	@$(TEST) long --deadline 3600

bench-sync: build ## 10,000 Services x 10 endpoints; writes out/bench-sync.json
	@$(NODE) test/bench/sync.ts

build: base ## the addon (out/native) and the BPF objects (out/bpf)
	@$(MAKE) --no-print-directory -C native
	@$(MAKE) --no-print-directory -C bpf

generate: build ## write the generated code anew: the stream's messages, the maps' codecs
	@$(NODE) lib/wire/generate.ts
	@$(NODE) bpf/gen-abi.ts

lint: base tools ## types, lint and format of all languages: no findings
	@$(TEST) rules --filter rules/lint

format: base ## format all files in place
	@biome format --write
	@git ls-files -z -- '*.c' '*.h' '*.cc' | xargs -0 clang-format-19 -i

setup: base tools cluster-tools ## install what building and testing need; quick when it is there

clean: ## remove what was built; node_modules and the cache outside the tree stay
	@rm -rf out

base:
	@setup/setup.sh

tools:
	@setup/setup.sh --with-tests

cluster-tools: tools
	@test/cluster/build-tools.sh

.PHONY: help demo test test-unit test-rules test-stream test-operator test-bpf test-netns \
	test-cluster test-long bench-sync build generate lint format setup clean base tools \
	cluster-tools
