#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# The one entry point: see ./build.sh help. It works from any directory, with
# nothing installed but Node.js and a POSIX shell.
set -eu

TLSF_FROM=$PWD # what file names are relative to
export TLSF_FROM
cd "$(dirname "$0")"

if ! command -v node >/dev/null 2>&1; then
    echo "build.sh: Node.js is missing: install version 20 or newer from https://nodejs.org" >&2
    exit 1
fi
node_major=$(node -p 'process.versions.node.split(".")[0]')
if [ "$node_major" -lt 20 ]; then
    echo "build.sh: Node.js $(node --version) is too old: install version 20 or newer from https://nodejs.org" >&2
    exit 1
fi
if ! command -v npm >/dev/null 2>&1; then
    echo "build.sh: npm is missing: it comes with Node.js from https://nodejs.org (or your system's package npm)" >&2
    exit 1
fi

# Set-up: what the lock file names, unless it is there already. Installed for
# development, whatever npm is told about the project that asks for this one.
set_up() {
    node tools/installed.js && return
    if [ ! -w . ] || { [ -e node_modules ] && [ ! -w node_modules ]; }; then
        echo "build.sh: cannot write $PWD/node_modules, where the build tools go: copy the project to a directory of your own" >&2
        exit 1
    fi
    echo "build.sh: installing the build tools; this takes about a minute" >&2
    npm ci --include=dev --ignore-scripts --no-fund --no-audit --loglevel=error >&2
}

case "${1:-}" in
help | -h | --help | version | --version | clean) ;;
*) set_up ;;
esac

exec node tools/main.js "$@"
