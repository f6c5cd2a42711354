# shellcheck shell=bash
# The whole environment: up, down, and how to reach it.

processes=(epmd rabbitmq dev-cluster traefik "${services[@]}")

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
        running "$name" || return 1
    done
}

# environment_up [--no-shop]: starts what is not running yet
environment_up() {
    local shop=true is_new=false name
    case ${1-} in
        "") ;;
        --no-shop) shop=false ;;
        *) fail "up knows only --no-shop, not $1" ;;
    esac
    locked
    if complete "$shop"; then
        say "It is up already."
        environment_summary
        return
    fi
    # What we start of RabbitMQ is a script around the node, which outlives it and keeps its ports.
    running rabbitmq || end_orphans rabbitmq
    for name in "${processes[@]}"; do
        running "$name" || require_free_ports "$name"
    done
    prepare
    mkdir -p "$data" "$logs"
    # Both take seconds, so they start side by side.
    running rabbitmq || broker_start
    running dev-cluster || cluster_start
    authority_prepare
    step "RabbitMQ is ready" wait_for 90 broker_ready rabbitmq
    step "The stand-in cluster is ready" wait_for 30 cluster_ready dev-cluster
    step "PreviewEnvironment is defined" install_definitions
    running traefik || entry_start traefik "$kubeconfig" "$entry_port" "$entry_tls_port"
    step "Traefik is ready" wait_for 30 entry_ready traefik "$entry_port"
    if $shop && [[ ! -e $data/shop-installed ]]; then
        step "The sample shop is installed" install_shop
        is_new=true
    fi
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

# install_definitions: of what users can ask for on the cluster, and who may
install_definitions() {
    if ! "$kubectl" --kubeconfig "$kubeconfig" apply --filename "$root/deploy/crds" >"$logs/definitions.log" 2>&1 ||
        ! "$kubectl" --kubeconfig "$kubeconfig" wait --for=condition=Established --timeout=30s \
            customresourcedefinition/previewenvironments.preview.previewd.io >>"$logs/definitions.log" 2>&1; then
        tail -n 5 "$logs/definitions.log" >&2
        fail "deploy/crds could not be applied"
    fi
}

install_shop() {
    mkdir -p "$logs"
    KUBECONFIG=$kubeconfig "$root/deploy/shop/install.sh" >"$logs/shop.log" 2>&1 </dev/null || {
        tail -n 15 "$logs/shop.log" >&2
        fail "the sample shop could not be installed; the whole output is in $logs/shop.log"
    }
    touch "$data/shop-installed"
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
    say "API       http://127.0.0.1:$gateway_port/api/v1"
    say "token     $(password token)"
    say "shop      https://shop.localhost:$entry_port"
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

# environment_exports: of the running environment, for `eval`
environment_exports() {
    running api-gateway || fail "nothing is up: ./dev up"
    printf 'export %s=%q\n' \
        UNDERSTUDY_URL "http://127.0.0.1:$gateway_port" \
        UNDERSTUDY_TOKEN "$(password token)" \
        UNDERSTUDY_AMQP_URL "$(amqp_url)" \
        UNDERSTUDY_ENTRY "127.0.0.1:$entry_port" \
        UNDERSTUDY_CA "$authority/ca.pem" \
        KUBECONFIG "$kubeconfig"
    printf "export PATH=%q:\$PATH\n" "$tools/path"
}
