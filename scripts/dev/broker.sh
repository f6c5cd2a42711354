# shellcheck shell=bash
# A RabbitMQ node of our own: own name, ports, cookie and data; everything on loopback.

broker_program=/usr/lib/rabbitmq/bin/rabbitmq-server
broker=$data/broker

# password <name>: a random one, made at its first use and kept
password() {
    local file=$data/secrets/$1
    if [[ ! -s $file ]]; then
        (umask 077 && mkdir -p "$data/secrets" && head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$file")
    fi
    printf '%s' "$(<"$file")"
}

amqp_url() { printf 'amqp://understudy:%s@127.0.0.1:%s/understudy' "$(password amqp)" "$amqp_port"; }

broker_start() {
    [[ -x $broker_program ]] || fail "$broker_program is missing: install the package rabbitmq-server"
    mkdir -p "$broker"/{home,mnesia,log}
    chmod 700 "$broker" "$broker/home"
    broker_configure

    # Erlang would start this one itself, detached and out of our sight.
    if ! running epmd; then
        start epmd epmd -address 127.0.0.1 -port "$epmd_port"
        eventually 10 listening "$epmd_port" || fail "epmd does not listen on port $epmd_port; see $logs/epmd.log"
    fi
    local loopback='-kernel inet_dist_use_interface {127,0,0,1}'
    start rabbitmq env HOME="$broker/home" \
        RABBITMQ_NODENAME="understudy-$ports@localhost" \
        RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT="$amqp_port" RABBITMQ_DIST_PORT="$amqp_distribution_port" \
        ERL_EPMD_PORT="$epmd_port" ERL_EPMD_ADDRESS=127.0.0.1 \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="$loopback" RABBITMQ_CTL_ERL_ARGS="$loopback" \
        RABBITMQ_CONFIG_FILE="$broker/rabbitmq.conf" RABBITMQ_ENABLED_PLUGINS_FILE="$broker/enabled_plugins" \
        RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_MNESIA_BASE="$broker/mnesia" RABBITMQ_LOG_BASE="$broker/log" \
        RABBITMQ_PID_FILE="$broker/pid" RABBITMQ_FEATURE_FLAGS_FILE="$broker/feature_flags" \
        "$broker_program"
}

# broker_configure: the node's settings, its user and its virtual host
broker_configure() {
    local definitions=$broker/definitions.json
    (
        umask 077
        cat >"$definitions" <<JSON
{"vhosts": [{"name": "understudy"}],
 "users": [{"name": "understudy", "password": "$(password amqp)", "tags": ""}],
 "permissions": [{"user": "understudy", "vhost": "understudy", "configure": ".*", "write": ".*", "read": ".*"}]}
JSON
        cat >"$broker/rabbitmq.conf" <<CONFIGURATION
listeners.tcp.1 = 127.0.0.1:$amqp_port
load_definitions = $definitions
raft.wal_max_size_bytes = 64000000
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 50MB
log.file.level = info
CONFIGURATION
        echo '[].' >"$broker/enabled_plugins"
    )
}

# broker_ready: a node that answers the protocol's greeting serves
broker_ready() {
    expect_alive rabbitmq
    listening "$amqp_port" || return 1
    (
        exec 3<>"/dev/tcp/127.0.0.1/$amqp_port"
        printf 'AMQP\0\0\11\1' >&3
        [[ $(head -c 1 <&3 | od -An -tu1) -eq 1 ]]
    ) 2>/dev/null
}
