.PHONY: help run build install deb image packages test scale bench bench-bulk bench-reader bench-console bench-check bench-micro lint docs soak

PREFIX ?= /usr/local

# The workloads use internal parts of the modules, so the build enables testing.
COUNTED := -c release --scratch-path .build-release -Xswiftc -enable-testing

# The binary contains Swift's runtime, so it runs where Swift is not installed, and starts sooner. macOS has the
# runtime. The program exports no symbols, because no other code looks them up: this saves 5.6 MB. Functions with the
# same code are kept once, which saves 0.6 MB.
STATIC := $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib -Xlinker --no-export-dynamic -Xlinker --icf=safe)

# The directory of the build, where the linker also looks for libraries. The program contains the 0.5 MB of libstdc++
# that it uses, and does not load the whole library of 2.2 MB. packaging/check-needs fails if the program loads the
# library.
BUILT := .build/$(shell uname -m)-unknown-linux-gnu/release

help: ## List the targets.
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile | expand -t 14

run: build ## Install what is missing, build a release binary and start the sandbox.
	exec .build/release/tagline sandbox

# Without colours: with colours, a build in a terminal and a build in a pipe would each compile everything again.
build: ## Install what is missing and build a release binary.
	@scripts/setup
	@$(if $(STATIC),packaging/static-libstdc++ $(BUILT))
	@echo "tagline: building a release binary; the first time takes several minutes" >&2
	swift build -c release --product tagline --no-color-diagnostics $(STATIC)

install: build ## Build a release binary and put it into PREFIX (/usr/local), with completions and manual pages.
	@scripts/setup install
	packaging/install .build/release/tagline "$(DESTDIR)" $(PREFIX)

deb: build ## Make the Debian package, the tarball, an SPDX document and checksums in dist/.
	@scripts/setup packages
	packaging/package .build/release/tagline

image: build ## Make the image in dist/, without a base image and without a daemon.
	@scripts/setup packages
	packaging/image .build/release/tagline

packages: deb image ## Make package and image twice, compare the bytes, and use them as a new user does.
	scripts/check-packages

test: ## Install what is missing, check the format and run every test.
	@scripts/setup tests
	@$(MAKE) --no-print-directory lint
	swift build --build-tests
	scripts/test

scale: build ## Import ten million followers, and create, use and delete a tag on them.
	@scripts/setup tests
	swift build --build-tests
	TAGLINE_BINARY=$(CURDIR)/.build/release/tagline TAGLINE_SCALE_FOLLOWERS=$(or $(FOLLOWERS),10000000) \
		swift test --skip-build --filter ScaleTests

bench: build ## Compare Tagline with Redis, PostgreSQL and nginx, and write docs/benchmarks.md.
	@scripts/setup bench
	python3 Benchmarks/compare .build/release/tagline docs/benchmarks.md

bench-bulk: build ## Tag a file of a million followers, with short and long latency, and compare with a loop over wechatpy.
	@scripts/setup tests
	.venv/bin/python Benchmarks/bulk .build/release/tagline

bench-reader: ## Read files of two million followers, and compare with Python's csv module and a loop over lines.
	@scripts/setup tests
	TAGLINE_BENCHMARKS=1 swift build $(COUNTED) --product ReadFollowers
	Benchmarks/reader .build-release/release/ReadFollowers

bench-console: build ## Time every page of the console with a million followers and a full journal.
	@scripts/setup bench
	scripts/measure-console .build/release/tagline $(FOLLOWERS)

bench-check: build ## Count instructions and allocations and the size of the program, and fail if one is a tenth above its threshold.
	@scripts/setup bench
	TAGLINE_BENCHMARKS=1 swift build $(COUNTED) --product Counted
	Benchmarks/check .build-release/release/Counted $(if $(UPDATE),--update)
	packaging/check-size .build/release/tagline

bench-micro: ## Time each part of a call separately.
	@scripts/setup bench
	TAGLINE_BENCHMARKS=1 swift package $(COUNTED) benchmark --target Micro

lint: ## Check the format of every Swift file, what the libraries document, and that every import is declared.
	swift format lint --strict --recursive --parallel Benchmarks Sources Tests Examples Snippets Package.swift
	swift format lint --strict --recursive --configuration .swift-format-documented Sources/AdminAPI \
		Sources/OfficialAccount Sources/OfficialAccountClient Sources/TaglineTesting
	scripts/check-comments
	scripts/check-imports

docs: ## Make the reference of the libraries in .build/reference, and fail on any warning.
	scripts/check-reference

soak: build ## Test with kills, disk faults, flipped bits and rude clients for MINUTES minutes (60), and print the faults.
	@scripts/setup tests
	swift build --build-tests
	scripts/soak $(or $(MINUTES),60)
