#!/usr/bin/env bash
# Checks everything: style, types, import contracts, tests.
#   packaging/test.sh                without the tests marked slow
#   packaging/test.sh --all          with them
#   packaging/test.sh tests/unit -x  other words are handed to pytest
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

chosen=(-m 'not slow')
words=()
for word in "$@"; do
    if [ "$word" = --all ]; then chosen=(); else words+=("$word"); fi
done

setup_system
setup_environment dev,tracking
cd "$root" || exit 1
unset DISPLAY WAYLAND_DISPLAY
export QT_QPA_PLATFORM=offscreen

failed=()
check() {
    printf '== %s\n' "$*"
    "$venv/bin/$1" "${@:2}" || failed+=("$1 ${2:-}")
}
check ruff check .
check ruff format --check .
check mypy
check lint-imports --no-logo

# pytest comes last, so that the output closes with its summary line
if [ ${#failed[@]} -gt 0 ]; then
    printf '== FAILED before the tests: %s\n' "${failed[@]}"
fi
printf '== pytest\n'
"$venv/bin/python" -m pytest ${chosen[@]+"${chosen[@]}"} ${words[@]+"${words[@]}"}
result=$?
if [ ${#failed[@]} -gt 0 ] && [ "$result" -eq 0 ]; then
    result=1
fi
exit "$result"
