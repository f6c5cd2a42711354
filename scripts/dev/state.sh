# shellcheck shell=bash
# What runs: where its state is, which processes are ours, how they start and end.

state=$(realpath --canonicalize-missing "${UNDERSTUDY_STATE:-$root/.dev}")
ports=${UNDERSTUDY_PORTS:-7400}
runs=$state/run logs=$state/log data=$state/data

[[ $ports =~ ^[0-9]+$ && $ports -ge 1024 && $ports -le 65000 ]] || fail "UNDERSTUDY_PORTS is a port from 1024 to 65000, not $ports"

gateway_port=$ports entry_port=$((ports + 1)) cluster_port=$((ports + 2))
amqp_port=$((ports + 3)) amqp_distribution_port=$((ports + 4)) epmd_port=$((ports + 5))
entry_tls_port=$((ports + 6)) # behind the entry; nobody else connects to it
admin_port=$((ports + 10)) # and the five behind it
second_cluster_port=$((ports + 16)) second_entry_port=$((ports + 17)) second_entry_tls_port=$((ports + 18))

# Every process that we start has this in its environment, and so have those that it starts: they are found by it.
marker=UNDERSTUDY_DEV_STATE=$state

# started_at <pid>: when the process started, in clock ticks since boot. With the pid it names one process for good.
started_at() {
    local stat
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    read -ra stat <<<"${stat##*) }"
    [[ ${stat[0]} != Z ]] || return 1
    printf '%s' "${stat[19]}"
}

# pid_of <name>: its pid, if it is the process that we started
pid_of() {
    local pid start
    { read -r pid start <"$runs/$1.pid"; } 2>/dev/null || return 1
    [[ $(started_at "$pid") == "$start" ]] || return 1
    printf '%s' "$pid"
}

running() { pid_of "$1" >/dev/null; }

# start <name> <command...>: starts it in a session of its own, with its output in a log
start() {
    local name=$1 pid
    shift
    mkdir -p "$runs" "$logs"
    env "$marker" setsid "$@" >>"$logs/$name.log" 2>&1 </dev/null 9>&- &
    pid=$!
    disown "$pid"
    printf '%s %s\n' "$pid" "$(started_at "$pid" || echo gone)" >"$runs/$name.pid"
}

# stop <name>: ends the process that we started under this name, at first with SIGTERM
stop() {
    local pid
    if pid=$(pid_of "$1"); then
        kill -TERM "$pid" 2>/dev/null || true
        if ! eventually "${2:-15}" not_running "$1"; then
            say "dev: $1 (process $pid) did not end on SIGTERM; it was killed"
            kill -KILL "$pid" 2>/dev/null || true
            eventually 5 not_running "$1" || fail "$1 (process $pid) cannot be ended"
        fi
    fi
    rm -f "$runs/$1.pid"
}

not_running() { ! running "$1"; }

# ours_left: pids of processes that our processes left behind
ours_left() {
    local entry pid
    for entry in /proc/[0-9]*; do
        pid=${entry#/proc/}
        if is_ours "$pid" && started_at "$pid" >/dev/null; then
            printf '%s\n' "$pid"
        fi
    done
}

# session_of <pid>: the session that it is in; its number is the pid of the process that we started
session_of() {
    local stat
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    read -ra stat <<<"${stat##*) }"
    printf '%s' "${stat[3]}"
}

# end_orphans <name>: ends what a process that died left running in its session
end_orphans() {
    local session pid
    { read -r session _ <"$runs/$1.pid"; } 2>/dev/null || return 0
    for pid in $(ours_left); do
        [[ $(session_of "$pid") == "$session" ]] || continue
        kill -KILL "$pid" 2>/dev/null || continue
        eventually 5 is_gone "$pid" || fail "process $pid, which $1 left behind, cannot be ended"
    done
}

is_gone() { ! started_at "$1" >/dev/null; }

# is_ours <pid>: by the marker; or, where a pod's environment is its own, because it runs an image or a database of ours
is_ours() {
    local arguments
    { grep -qzxF "$marker" "/proc/$1/environ"; } 2>/dev/null && return
    { mapfile -d '' -t arguments <"/proc/$1/cmdline"; } 2>/dev/null || return
    case ${arguments[0]-} in
        */python3 | */sh | */bash) [[ ${arguments[1]-} == "$data"/images/*/run ]] ;;
        */bwrap | bwrap) [[ " ${arguments[*]} " == *" $data"/* ]] ;;
        */postgres) [[ $(readlink "/proc/$1/cwd") == "$data"/* ]] ;;
        "$data"/images/*/run) true ;;
        *) false ;;
    esac
}

# expect_alive <name>: says why it ended, if it did
expect_alive() {
    running "$1" && return
    say "dev: $1 ended right after its start; the end of $logs/$1.log:"
    tail -n 15 "$logs/$1.log" >&2 || true
    exit 1
}

# answers <name> <url>: whether it answers with success; ends everything if the process is gone
answers() {
    expect_alive "$1"
    curl --silent --fail --noproxy '*' --max-time 2 --output /dev/null "$2"
}

# listening <port>: whether something listens there
listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# ports_of <name>: the ports on which that process will listen
ports_of() {
    case $1 in
        epmd) echo "$epmd_port" ;;
        rabbitmq) echo "$amqp_port" "$amqp_distribution_port" ;;
        dev-cluster) echo "$cluster_port" ;;
        traefik) echo "$entry_port" "$entry_tls_port" ;;
        dev-cluster-second) echo "$second_cluster_port" ;;
        traefik-second) echo "$second_entry_port" "$second_entry_tls_port" ;;
        api-gateway) echo "$gateway_port" "$(admin_port_of "$1")" ;;
        *) admin_port_of "$1" ;;
    esac
}

# require_free_ports <name>: of a process that is not running yet
require_free_ports() {
    local port
    for port in $(ports_of "$1"); do
        ! listening "$port" ||
            fail "port $port, needed by $1, is in use: set UNDERSTUDY_PORTS to the first of 20 free ports (now $ports)"
    done
}
