# shellcheck shell=bash
# The whole environment: up, down, and how to reach it.

processes=(epmd rabbitmq dev-cluster traefik "${second_processes[@]}" "${services[@]}")

# is_wanted <process>: all but those of a second cluster where there is none
is_wanted() { has_second_cluster || [[ " ${second_processes[*]} " != *" $1 "* ]]; }

# locked: one `up` or `down` at a time
locked() {
    mkdir -p "$state"
    exec 9>"$state/lock"
    flock --nonblock 9 || fail "another ./dev is starting or ending this environment"
}

# complete <whether the shop is wanted>: whether nothing is left for `up` to do
complete() {
    local name
    [[ $1 == false || -e $data/shop-installed ]] || return 1
    for name in "${processes[@]}"; do
        running "$name" || ! is_wanted "$name" || return 1
    done
}

# environment_up [--no-shop] [--clusters 2]: starts what is not running yet
environment_up() {
    local shop=true is_new=false clusters=${UNDERSTUDY_CLUSTERS:-1} name
    while [[ $# -gt 0 ]]; do
        case $1 in
            --no-shop) shop=false ;;
            --clusters)
                clusters=${2-}
                shift
                ;;
            *) fail "up knows only --no-shop and --clusters 2, not $1" ;;
        esac
        shift || true
    done
    locked
    # An environment of two clusters stays one.
    [[ $clusters == 1 ]] || second_cluster_choose "$clusters"
    if complete "$shop"; then
        say "It is up already."
        environment_summary
        return
    fi
    # What we start of RabbitMQ is a script around the node, which outlives it and keeps its ports.
    running rabbitmq || end_orphans rabbitmq
    for name in "${processes[@]}"; do
        running "$name" || ! is_wanted "$name" || require_free_ports "$name"
    done
    prepare
    mkdir -p "$data" "$logs"
    # Both take seconds, so they start side by side.
    running rabbitmq || broker_start
    running dev-cluster || cluster_start dev-cluster "$cluster_port" "$data/cluster" "$kubeconfig"
    authority_prepare
    step "RabbitMQ is ready" wait_for 90 broker_ready rabbitmq
    step "The stand-in cluster is ready" wait_for 30 cluster_ready dev-cluster "$kubeconfig"
    step "PreviewEnvironment is defined" install_definitions "$kubeconfig"
    running traefik || entry_start traefik "$kubeconfig" "$entry_port" "$entry_tls_port"
    step "Traefik is ready" wait_for 30 entry_ready traefik "$entry_port"
    if $shop && [[ ! -e $data/shop-installed ]]; then
        step "The sample shop is installed" install_shop "$kubeconfig" shop shop-installed
        is_new=true
    fi
    ! has_second_cluster || second_cluster_up "$shop"
    for name in "${services[@]}"; do
        running "$name" || service_start "$name"
    done
    for name in "${services[@]}"; do
        step "$name is ready" wait_for 60 service_ready "$name"
    done
    # The provisioner reports what it found a moment after its start; until then the API knows no application.
    ! $is_new || step "The shop is in the catalogue" wait_for 60 shop_known api-gateway
    environment_summary
}

# wait_for <seconds> <check> <name> [further arguments of the check]
wait_for() {
    eventually "$@" || fail "$3 is not ready after $1 s; see $logs/$3.log"
}

# install_definitions <kubeconfig>: of what users can ask for on the cluster, and who may
install_definitions() {
    if ! "$kubectl" --kubeconfig "$1" apply --filename "$root/deploy/crds" >"$logs/definitions.log" 2>&1 ||
        ! "$kubectl" --kubeconfig "$1" wait --for=condition=Established --timeout=30s \
            customresourcedefinition/previewenvironments.preview.previewd.io >>"$logs/definitions.log" 2>&1; then
        tail -n 5 "$logs/definitions.log" >&2
        fail "deploy/crds could not be applied"
    fi
}

# install_shop <kubeconfig> <name of the log> <name of the mark that it is done>
install_shop() {
    mkdir -p "$logs"
    KUBECONFIG=$1 "$root/deploy/shop/install.sh" >"$logs/$2.log" 2>&1 </dev/null || {
        tail -n 15 "$logs/$2.log" >&2
        fail "the sample shop could not be installed; the whole output is in $logs/$2.log"
    }
    touch "$data/$3"
}

# shop_known <gateway>: whether the API shows the sample shop
shop_known() {
    local found
    expect_alive "$1"
    # The token reaches curl on standard input: arguments can be read by everyone on the machine.
    found=$(curl --silent --fail --noproxy '*' --max-time 2 --config - \
        "http://127.0.0.1:$gateway_port/api/v1/applications?cluster=local" \
        <<<"header = \"Authorization: Bearer $(password token)\"") || return 1
    [[ $found == *'"name":"orders"'* && $found == *'"name":"storefront"'* ]]
}

environment_summary() {
    say ""
    say "console   http://127.0.0.1:$gateway_port/"
    say "API       http://127.0.0.1:$gateway_port/api/v1"
    say "token     $(password token)"
    say "shop      https://shop.localhost:$entry_port"
    ! has_second_cluster || say "second    https://shop.localhost:$second_entry_port"
    say "authority $authority/ca.pem"
    say "logs      $logs"
    say "The shell's variables: eval \"\$(./dev env)\""
}

# environment_down [--wipe]: ends what `up` started, and nothing else
environment_down() {
    local wipe=false name index pid
    case ${1-} in
        "") ;;
        --wipe) wipe=true ;;
        *) fail "down knows only --wipe, not $1" ;;
    esac
    [[ -d $state ]] || return 0
    locked
    for ((index = ${#processes[@]} - 1; index >= 0; index--)); do
        name=${processes[index]}
        if running "$name"; then
            step "$name ended" stop "$name" 20
        else
            stop "$name"
        fi
    done
    for pid in $(ours_left); do
        say "dev: left behind and ended: process $pid, $(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c 1-100)"
        kill -KILL "$pid" 2>/dev/null || true
        eventually 5 is_gone "$pid" || fail "process $pid, which was left behind, cannot be ended"
    done
    if $wipe; then
        rm -rf "$data" "$logs" "$runs"
    fi
}

# any_running: whether anything of the environment runs that we started
any_running() {
    local name
    for name in "${processes[@]}"; do
        ! running "$name" || return 0
    done
    return 1
}

# environment_exports: of the running environment, for `eval`; some of it may have been ended, or started by hand since
environment_exports() {
    any_running || fail "nothing is up: ./dev up"
    listening "$gateway_port" || say "dev: api-gateway does not answer; ./dev up starts what is missing"
    printf 'export %s=%q\n' \
        UNDERSTUDY_URL "http://127.0.0.1:$gateway_port" \
        UNDERSTUDY_TOKEN "$(password token)" \
        UNDERSTUDY_AMQP_URL "$(amqp_url)" \
        UNDERSTUDY_ENTRY "127.0.0.1:$entry_port" \
        UNDERSTUDY_CA "$authority/ca.pem" \
        KUBECONFIG "$kubeconfig"
    ! has_second_cluster || printf 'export %s=%q\n' \
        UNDERSTUDY_SECOND_ENTRY "127.0.0.1:$second_entry_port" UNDERSTUDY_SECOND_KUBECONFIG "$second_kubeconfig"
    printf "export PATH=%q:\$PATH\n" "$tools/path"
}
