#!/usr/bin/env bash
# Opens the window of Training Console; sets up whatever is missing first.
#   packaging/run.sh                 the window
#   packaging/run.sh --smoke         the whole job once without a display: open, train, export, close
#   packaging/run.sh train --help    any other words are handed to the command line
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

if [ "${1:-}" = --smoke ]; then
    shift
    setup_system
    setup_environment
    unset DISPLAY WAYLAND_DISPLAY
    export QT_QPA_PLATFORM=offscreen
    exec "$venv/bin/python" -m console smoke "$@"
fi
if [ $# -eq 0 ]; then
    setup_system window
fi
setup_environment
exec "$venv/bin/python" -m console "$@"
