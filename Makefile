# The door for people: `make` lists what one can do. Every target does its own set-up, once.
SHELL := /bin/bash
BUILD ?= build
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
PYTHON := .venv/bin/python3
# The other systems of the benchmarks; with LARGE=1 those of gigabytes too.
PEERS := test/bench/.peers/$(if $(LARGE),large,small)

.DEFAULT_GOAL := help
.PHONY: help build demo minilm test test-long test-asan fuzz bench bench-check docs gallery format check-style install clean

help: ## this list
	@echo "Weft: a compiler for neural architectures. What one can do:"
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

build: build/build.ninja ## the compiler, as build/bin/weft
	@ninja -C build -j$(JOBS) weft-tools

demo: build .venv/.ready ## digits: check, build, link and run a trained 64-32-10 network; then an adder of 2 weights
	@$(PYTHON) examples/digits/demo.py --weft build/bin/weft
	@$(PYTHON) examples/adderboard/demo.py --weft build/bin/weft

bench: build $(PEERS)/.ready ## times networks beside other systems: WORK=attention,gemm (or shapes) THREADS=2 LARGE=1 (torch too)
	@$(PEERS)/bin/python3 test/bench/bench.py --weft build/bin/weft --work "$(WORK)" --threads $(or $(THREADS),1)

bench-check: build $(PEERS)/.ready ## the same, and fails when a work has fallen behind what test/bench/ratios.json says
	@$(PEERS)/bin/python3 test/bench/bench.py --weft build/bin/weft --work "$(WORK)" --check test/bench/ratios.json

minilm: build .venv-minilm/.ready ## sentence embeddings by MiniLM-L6 (SENTENCES="a|b|c" for your own)
	@.venv-minilm/bin/python3 examples/minilm/embed.py --weft build/bin/weft $(if $(SENTENCES),--sentences "$(SENTENCES)")

test: build/build.ninja .venv/.ready .venv-models/.ready test-packages ## everything that must pass; ends with `N passed, N failed`
	@ninja -C build -j$(JOBS)
	@$(PYTHON) tools/dev/run-tests.py --build build --jobs $(JOBS)

test-long: build/build.ninja .venv/.ready .venv-models/.ready test-packages ## the long differential runs, fuzzing, and real networks
	@ninja -C build -j$(JOBS)
	@$(PYTHON) tools/dev/run-tests.py --build build --jobs $(JOBS) --long
	@$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=600

test-asan: build-asan/build.ninja .venv/.ready ## the tests under AddressSanitizer and UBSan
	@ninja -C build-asan -j$(JOBS)
	@$(PYTHON) tools/dev/run-tests.py --build build-asan --jobs $(JOBS)

fuzz: build-asan/build.ninja ## each fuzzer for FUZZ_SECONDS (60) under the sanitizers
	@ninja -C build-asan -j$(JOBS) weft-fuzzers
	@tools/dev/run-fuzzers.sh build-asan $(FUZZ_SECONDS)

docs: build/packages.stamp ## the generated pages of docs/reference
	@tools/dev/reference-pages.sh

gallery: build ## the pictures of docs/gallery, drawn anew
	@tools/dev/gallery.sh build/bin/weft

format: build/packages.stamp ## lays out all C++ by .clang-format and all Weft by `weft fmt`
	@tools/dev/format.sh

check-style: .venv/.ready ## layout, names, file lengths and the direction of includes
	@for check in includes pass-names error-names lengths; do .venv/bin/python3 tools/dev/check-$$check.py || exit 1; done
	@tools/dev/format.sh --check

install: build ## weft, its runtime and std below PREFIX (/usr/local)
	@cmake --install build --prefix $(PREFIX)

clean: ## removes what was built; keeps the virtual environments
	rm -rf build build-asan build-dev

# The compiler cache and the packages outlive a build folder; a stamp only says that they were seen.
build/packages.stamp: tools/dev/packages.txt tools/dev/install-packages.sh
	@tools/dev/install-packages.sh
	@mkdir -p build && touch $@

# A browser and librsvg, for the tests of drawings.
.PHONY: test-packages
test-packages: build/packages.stamp
	@tools/dev/install-packages.sh $$(grep -v '^#' tools/dev/test-packages.txt) || \
	  echo "without the packages of tools/dev/test-packages.txt, their tests are skipped"

build/build.ninja: build/packages.stamp CMakePresets.json
	@cmake --fresh --preset release $(CMAKE_ARGS)
	@touch $@

build-asan/build.ninja: build/packages.stamp CMakePresets.json
	@cmake --fresh --preset asan $(CMAKE_ARGS)
	@touch $@

# One virtual environment a purpose: .venv for the tests, others for programs that need more.
.venv/.ready: requirements.txt | build/packages.stamp
	@tools/dev/make-venv.sh .venv $<

.venv-minilm/.ready: examples/minilm/requirements.txt | build/packages.stamp
	@tools/dev/make-venv.sh .venv-minilm $<

test/bench/.peers/small/.ready: test/bench/requirements.txt | build/packages.stamp
	@tools/dev/make-venv.sh $(@D) $<

test/bench/.peers/large/.ready: test/bench/requirements-large.txt | build/packages.stamp
	@tools/dev/make-venv.sh $(@D) $<

.venv-models/.ready: test/networks/requirements.txt | build/packages.stamp
	@tools/dev/make-venv.sh .venv-models $<
