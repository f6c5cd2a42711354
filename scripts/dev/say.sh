# shellcheck shell=bash
# Messages: what is being done, how long it took, and what went wrong with what to do about it.

say() { printf '%s\n' "$*" >&2; }

fail() {
    printf 'dev: %s\n' "$*" >&2
    exit 1
}

# step <title> <command...>: runs the command with a title before it and the seconds it took behind it
step() {
    local title=$1 started=$EPOCHREALTIME
    shift
    [[ -t 2 ]] && printf '%s …\r' "$title" >&2
    "$@"
    say "$(printf '%-58s %6.1f s' "$title" "$(seconds_since "$started")")"
}

# seconds_since <$EPOCHREALTIME of then>
seconds_since() {
    local now=$EPOCHREALTIME
    printf '%d.%06d' $(((${now/[.,]/} - ${1/[.,]/}) / 1000000)) $(((${now/[.,]/} - ${1/[.,]/}) % 1000000))
}

# eventually <seconds> <command...>: whether the command succeeds within that time; it is asked ten times a second
eventually() {
    local deadline=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
    shift
    until "$@"; do
        ((${EPOCHREALTIME/[.,]/} < deadline)) || return 1
        sleep 0.1
    done
}
