# Thin names for the real commands. `make test` is everything that CI runs.
SHELL := /bin/bash
export JAVA_HOME := $(shell scripts/jdk)
MVN := ./mvnw

.PHONY: build test unit netns golden format bench h2spec deps image clean

build: ## compile and package, so that ./hyaline starts at once
	$(MVN) -q -pl cli,bench -am package -DskipTests

deps: ## Debian and PyPI packages that tests and the cluster need
	scripts/deps

test: deps ## all checks and all tests
	$(MVN) verify

unit: ## the quick tests only
	$(MVN) test

golden: ## rewrite golden files; look at the difference before you commit
	$(MVN) test -Dgolden=refresh

format: ## put every source into the project's format
	$(MVN) -q spotless:apply

bench: build deps ## nginx, HAProxy, Envoy and Hyaline side by side; writes docs/performance.md
	bench/run

h2spec: build ## HTTP/2 conformance, when h2spec is in the PATH; not part of make test
	scripts/h2spec

clean:
	$(MVN) -q clean
