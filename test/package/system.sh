# What the scripts of test/package share: clean Debian systems in a folder of their own, and commands in them. Nothing of this
# machine is in such a system but its kernel, and nothing of it is left on this machine.
#   SUITE (bookworm) and MIRROR choose the Debian. BASES=DIR keeps each fresh system there as an archive, for a next run.
set -euo pipefail
export LC_ALL=C
umask 022
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
suite=${SUITE:-bookworm} mirror=${MIRROR:-http://deb.debian.org/debian}
passed=0 failed=0 work=

# as_root SCRIPT ARGUMENT...: go on as root, with a table of mounts of our own: mounts of the systems end with this process.
as_root()
{
    ((EUID == 0)) || exec sudo SUITE="$suite" MIRROR="$mirror" BASES="${BASES:-}" "$@"
    [[ -n ${CM_UNSHARED:-} ]] || CM_UNSHARED=1 exec unshare --mount --propagation private "$@"
    command -v mmdebstrap >/dev/null || { apt-get -q update && apt-get install -y -q --no-install-recommends mmdebstrap; } >&2
    work=$(mktemp -d /tmp/cm.package.XXXXXX)
    chmod 755 "$work"
    trap leave EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

leave()
{
    local status=$?
    trap - EXIT
    if grep -q " $work/" /proc/mounts; then
        awk -v work="$work/" 'index($2, work) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l
    fi
    grep -q " $work/" /proc/mounts || rm -rf --one-file-system "$work"
    exit "$status"
}

# say_result TITLE COMMAND...: ok or not ok, with the end of what the command said
say_result()
{
    local title=$1 started=$SECONDS
    shift
    if "$@" >"$work/log" 2>&1 </dev/null; then
        echo "ok - $title ($((SECONDS - started)) s)"
        passed=$((passed + 1))
    else
        echo "not ok - $title"
        tail -n 40 "$work/log" | sed 's/^/    /'
        failed=$((failed + 1))
        return 1
    fi
}

must() { say_result "$@" || closing_line; }

closing_line()
{
    echo "$passed passed, $failed failed"
    exit $((failed > 0))
}

inside() # inside SYSTEM COMMAND...: as root of that system
{
    local system=$work/$1
    shift
    chroot "$system" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

as_builder() # as_builder SYSTEM COMMAND...: as a plain user
{
    local system=$1
    shift
    inside "$system" setpriv --reuid=1234 --regid=1234 --clear-groups env HOME=/home/builder "$@"
}

# system NAME SUITE: a minimal Debian in $work/NAME, with a plain user. No service is started there when a package is installed.
system()
{
    local archive=${BASES:-$work}/$2.tar at=$work/$1
    if [[ ! -f $archive ]]; then # a mirror that lags is no reason to stop
        mmdebstrap --quiet --mode=root --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' "$2" "${archive%.tar}.part.tar" "$mirror" &&
            mv "${archive%.tar}.part.tar" "$archive" || return
    fi
    mkdir "$at" && tar -C "$at" -xpf "$archive" --exclude='./dev/*' &&
        printf '#!/bin/sh\nexit 101\n' >"$at/usr/sbin/policy-rc.d" && chmod 755 "$at/usr/sbin/policy-rc.d" &&
        inside "$1" useradd --uid 1234 --user-group --create-home --shell /bin/bash builder && devices "$at"
}

devices() # of a system: /proc, and just what PostgreSQL and shells need of /dev
{
    local name
    mount -t proc proc "$1/proc" && mount -t tmpfs tmpfs "$1/dev" && mkdir "$1/dev/shm" "$1/dev/pts" && chmod 1777 "$1/dev/shm" || return
    for name in null zero full random urandom tty; do
        touch "$1/dev/$name" && mount --bind "/dev/$name" "$1/dev/$name" || return
    done
    ln -s /proc/self/fd "$1/dev/fd"
}

packages() # packages SYSTEM NAME...
{
    local system=$1
    shift
    inside "$system" apt-get -q update && inside "$system" apt-get install -y -q --no-install-recommends "$@"
}

# The files of the release: what git has, or would have after git add, without those whose names begin with a dot.
list_files() { git -c safe.directory="$root" ls-files -z --cached --others --exclude-standard -- . ':!.*' 2>/dev/null || find . -path './.*' -prune -o -type f -print0; }

unpack() # unpack SYSTEM: the release in /home/builder/customer-metrics
{
    local home=$work/$1/home/builder
    rm -rf "$home/customer-metrics" && mkdir "$home/customer-metrics" &&
        (cd "$root" && list_files) | tar --null --no-recursion -C "$root" -T - -cf - | tar -C "$home/customer-metrics" -xf - &&
        chown -R 1234:1234 "$home"
}
