# Shared by run.sh and test.sh (sourced, never run): system libraries, virtual environment, install.
# Everything here is checked first, so that a second start costs well under a second.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=${TRAINING_CONSOLE_VENV:-$root/.venv}

say() { printf '[setup] %s\n' "$*" >&2; }

die() {
    printf '[setup] %s\n' "$*" >&2
    exit 1
}

# soname (or file) and the Debian package that brings it
offscreen_libraries='
libEGL.so.1 libegl1
libGL.so.1 libgl1
libglib-2.0.so.0 libglib2.0-0
libxkbcommon.so.0 libxkbcommon0
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf fonts-dejavu-core
'
window_libraries='
libxcb-icccm.so.4 libxcb-icccm4
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-cursor.so.0 libxcb-cursor0
libxcb-image.so.0 libxcb-image0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-randr.so.0 libxcb-randr0
libxcb-shape.so.0 libxcb-shape0
libxcb-sync.so.1 libxcb-sync1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xkb.so.1 libxcb-xkb1
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libX11-xcb.so.1 libx11-xcb1
'

# missing_packages LIST: the packages of LIST that this machine lacks, in one line
missing_packages() {
    local known wanted package
    known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)
    while read -r wanted package; do
        case $wanted in
        '') ;;
        /*) [ -e "$wanted" ] || printf '%s ' "$package" ;;
        *) [[ $known == *"$wanted "* ]] || printf '%s ' "$package" ;;
        esac
    done <<<"$1"
}

# install_packages NAME...: with apt-get as root, otherwise says what to install and goes on
install_packages() {
    [ $# -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        say "these Debian packages (or their like) may be needed: $*"
    elif [ "$(id -u)" -ne 0 ]; then
        say "missing system packages; install them with: sudo apt-get install $*"
    else
        say "installing system packages: $*"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq </dev/null >&2 || say "apt-get update failed; going on with the old lists"
        apt-get install -y -qq --no-install-recommends "$@" </dev/null >&2 ||
            say "apt-get could not install everything; going on"
    fi
}

# setup_system [window]: libraries that Qt loads; with "window" also those of a real display
setup_system() {
    [ "$(uname -s)" = Linux ] || return 0
    local missing
    missing=$(missing_packages "$offscreen_libraries")
    if [ "${1:-}" = window ]; then
        missing+=$(missing_packages "$window_libraries")
    fi
    # shellcheck disable=SC2086 # one word per package
    install_packages $missing
}

# usable_python: prints the first Python 3.11 that can make a virtual environment
usable_python() {
    local name
    for name in python3.11 python3 python /usr/bin/python3.11; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' \
            >/dev/null 2>&1; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

find_python() {
    usable_python && return 0
    install_packages python3.11 python3.11-venv
    usable_python || die 'Python 3.11 with its venv module is needed (Debian: python3.11-venv).'
}

# setup_environment [EXTRAS]: the virtual environment, with the package and EXTRAS installed in it
setup_environment() {
    local extras=${1:-} stamp wanted python
    stamp=$venv/.installed${extras:+-$extras}
    if ! "$venv/bin/python" -c '' 2>/dev/null; then
        python=$(find_python) || exit 1
        say "making $venv with $python"
        "$python" -m venv --clear "$venv" || die "no virtual environment could be made in $venv"
    fi
    wanted=$(cd "$root" && cat pyproject.toml packaging/constraints.txt | cksum)" $root"
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        say 'installing the packages (the first time takes some minutes)'
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
            -c "$root/packaging/constraints.txt" -e "$root${extras:+[$extras]}" </dev/null >&2 ||
            die 'the packages could not be installed; the lines above say why'
        printf '%s\n' "$wanted" >"$stamp"
        printf '%s\n' "$wanted" >"$venv/.installed"  # extras include the plain install
    fi
}
