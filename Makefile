# The daily commands of Cairn. Meson builds; this file says what to say to it.
#
#   make demo      install what is missing, build, make the demo clinic and serve it
#   make check     install what is missing, build with sanitizers, run every test
#
#   make build     leaves the program at build/cairn
#   make bench     the figures of bench/README.md, measured here
#   make fuzz      every fuzzer for FUZZ_SECONDS each (default 300)
#   make torture   200 rounds of kill -9 during writes
#   make mutate    the rules, one line turned round at a time: do the tests notice?
#   make tsan      the threads: the store, the servers and the scenarios under ThreadSanitizer
#   make install   into PREFIX (default /usr/local), under DESTDIR where it is set
#   make clean     remove the build folders and the demo clinic
#
# `make check SUITES="unit http"` runs only those suites; `tests/run --list` names them.

LISTEN ?= 127.0.0.1:8080
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 300
TORTURE_ROUNDS ?= 200
MUTATIONS ?= 200
SUITES ?=

.PHONY: build demo check bench fuzz torture tsan mutate install clean setup setup-check setup-bench

build: setup build/build.ninja
	ninja -C build cairn

demo: build
	build/cairn demo --listen $(LISTEN)

check: setup-check build-check/build.ninja build-clang/build.ninja
	tests/run $(SUITES)

bench: setup-bench build
	bench/run

fuzz: setup-check build-check/build.ninja build-fuzz/build.ninja
	FUZZ_SECONDS=$(FUZZ_SECONDS) tests/run fuzz

torture: setup-check build-check/build.ninja
	TORTURE_ROUNDS=$(TORTURE_ROUNDS) tests/run torture

# In this order: a race that a unit test shows is the easiest to read.
tsan: setup-check build-tsan/build.ninja
	ninja -C build-tsan
	TSAN_OPTIONS="halt_on_error=1 suppressions=$(CURDIR)/tests/tsan.txt" \
	    CAIRN_BUILD=build-tsan CAIRN=$(CURDIR)/build-tsan/cairn tests/run unit hl7 http

mutate: setup-check
	tests/mutate/run $(MUTATIONS)

install: build
	meson configure build -Dprefix=$(PREFIX)
	meson install -C build $(if $(DESTDIR),--destdir $(abspath $(DESTDIR)))

clean:
	rm -rf build build-check build-clang build-fuzz build-tsan build-mutate demo

# What is missing is installed; where nothing is missing, nothing is asked of the network.
setup:
	@tools/setup.sh build

setup-check:
	@tools/setup.sh check

setup-bench:
	@tools/setup.sh bench

# The plain program; the same with sanitizers; the same by the other compiler; the fuzzers.
# gcc's warnings that follow the flow of values see ghosts in sanitized code; clang and the
# plain build have them on.
build/build.ninja:
	meson setup build

GHOSTS = -Wno-maybe-uninitialized -Wno-format-truncation -Wno-format-overflow \
    -Wno-stringop-overflow -Wno-array-bounds

build-check/build.ninja:
	meson setup build-check -Dbuildtype=debug -Doptimization=1 \
	    -Db_sanitize=address,undefined -Dc_args="$(GHOSTS)"

build-tsan/build.ninja:
	meson setup build-tsan -Dbuildtype=debug -Doptimization=1 -Db_sanitize=thread \
	    -Dc_args="$(GHOSTS)"

build-clang/build.ninja:
	CC=clang meson setup build-clang

build-fuzz/build.ninja:
	CC=clang meson setup build-fuzz -Dbuildtype=debug -Doptimization=1 \
	    -Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true -Dc_args=-fsanitize=fuzzer-no-link
