/// The program of the database image: makes a cluster's first data, and runs its server.
///
/// It is the counterpart of CloudNativePG's instance manager. All it needs comes through variables and volumes, so a
/// database is a pod like any other.
enum PostgresProgram {
    /// A shell script; `@BIN@` stands for the folder of PostgreSQL's programs.
    static let text = #"""
        #!/bin/sh
        # usage: run initdb | import | pgbasebackup | instance | ready
        set -eu
        PATH=@BIN@:$PATH
        export PGHOST=/tmp PGUSER=postgres PGDATABASE=postgres
        pending=$(dirname "$PGDATA")/pending
        complete=$(dirname "$PGDATA")/complete

        say() { echo "$*" >&2; }

        # sql <database> <text>: runs statements as superuser, stopping at the first error
        sql() { printf '%s\n' "$2" | psql -qX -v ON_ERROR_STOP=1 -d "$1" -f -; }

        # roles: owner with the password of its secret, and the database. The password is in no command line.
        roles() {
            psql -qX -v ON_ERROR_STOP=1 -v owner="$APP_OWNER" -v database="$APP_DATABASE" <<'SQL'
        \set password `printf %s "$APP_PASSWORD"`
        SET password_encryption = 'scram-sha-256';
        SELECT format('CREATE ROLE %I LOGIN', :'owner')
            WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
        SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', :'owner', :'password') \gexec
        SELECT 'CREATE ROLE streaming_replica REPLICATION LOGIN'
            WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'streaming_replica') \gexec
        SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
            WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
        SELECT format('ALTER DATABASE %I OWNER TO %I', :'database', :'owner')
            WHERE EXISTS (SELECT FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba
                          WHERE d.datname = :'database' AND r.rolname <> :'owner') \gexec
        SQL
        }

        # private <command...>: with a server that only this script reaches
        private() {
            printf 'local all all trust\n' >/tmp/private_hba.conf
            pg_ctl -s -w -D "$PGDATA" -l /tmp/private.log -o "-c listen_addresses='' -c unix_socket_directories=/tmp \
                -c hba_file=/tmp/private_hba.conf -c fsync=off -c dynamic_shared_memory_type=mmap \
                -c shared_buffers=16MB -c max_wal_senders=10 -c wal_level=logical" start || { cat /tmp/private.log >&2; exit 1; }
            code=0
            ( set -e; "$@" ) || code=$?
            pg_ctl -s -w -D "$PGDATA" -m fast stop
            return $code
        }

        # Data that is complete is never made again, whatever is started twice.
        keep_complete() {
            [ ! -e "$complete" ] || { say 'the data is complete already'; exit 0; }
        }

        make_data() {
            rm -rf "$PGDATA" "$pending"
            if [ -z "$INITDB_OPTIONS" ] && [ -f /app/template/PG_VERSION ]; then
                cp -a --reflink=auto /app/template "$PGDATA"
            else
                # shellcheck disable=SC2086 # several options
                initdb -D "$PGDATA" -U postgres --auth=trust --no-sync --encoding=UTF8 --locale=C $INITDB_OPTIONS >&2
            fi
        }

        first_data() {
            [ -z "$INIT_SQL" ] || sql postgres "$INIT_SQL"
            [ -z "$INIT_TEMPLATE_SQL" ] || sql template1 "$INIT_TEMPLATE_SQL"
            roles
            [ -z "$INIT_APPLICATION_SQL" ] || sql "$APP_DATABASE" "$INIT_APPLICATION_SQL"
        }

        imported_data() {
            first_data
            option=''
            [ -z "$IMPORT_SCHEMA_ONLY" ] || option=--schema-only
            # shellcheck disable=SC2086 # empty when there is none
            pg_dump -Fc $option -f /tmp/import.dump -d "$SOURCE_CONNECTION dbname='$IMPORT_DATABASE'"
            pg_restore --no-owner --no-acl --role="$APP_OWNER" --exit-on-error -d "$APP_DATABASE" /tmp/import.dump
            rm /tmp/import.dump
            [ -z "$IMPORT_SQL" ] || sql "$APP_DATABASE" "$IMPORT_SQL"
            sql "$APP_DATABASE" 'ANALYZE'
        }

        source_access() {
            if [ -n "${SOURCE_KEY:-}" ]; then
                ( umask 077; cat "$SOURCE_KEY" >/tmp/external.key )
            fi
            if [ -n "${SOURCE_PASSWORD:-}" ]; then export PGPASSWORD="$SOURCE_PASSWORD"; fi
        }

        configure() {
            umask 077
            cp /controller/server/tls.key /tmp/server.key
            cp /controller/server/tls.crt /tmp/server.crt
            {
                printf '%s' "$POSTGRES_SETTINGS"
                echo "listen_addresses = '$POD_IP'"
                echo "port = 5432"
                echo "unix_socket_directories = '/tmp'"
                echo "dynamic_shared_memory_type = mmap"
                echo "cluster_name = '$CLUSTER_NAME'"
                echo "ssl = on"
                echo "ssl_cert_file = '/tmp/server.crt'"
                echo "ssl_key_file = '/tmp/server.key'"
                echo "ssl_ca_file = '/controller/authority/ca.crt'"
                echo "restore_command = 'false'"
                [ ! -e "$PGDATA/recovery.signal" ] || echo "recovery_target = 'immediate'"
                [ ! -e "$PGDATA/recovery.signal" ] || echo "recovery_target_action = 'promote'"
            } >"$PGDATA/postgresql.conf"
            : >"$PGDATA/postgresql.auto.conf"
            {
                echo "local all all trust"
                echo "hostssl postgres streaming_replica all cert map=cnpg_streaming_replica"
                echo "hostssl replication streaming_replica all cert map=cnpg_streaming_replica"
                printf '%s' "$POSTGRES_ACCESS"
                echo "host all all all scram-sha-256"
            } >"$PGDATA/pg_hba.conf"
            echo "cnpg_streaming_replica streaming_replica streaming_replica" >"$PGDATA/pg_ident.conf"
        }

        # What a fresh instance still needs from its running server. Until it is done the instance is not ready.
        finish() {
            [ -e "$pending" ] || [ -n "${SUPERUSER_PASSWORD:-}" ] || return 0
            until [ "$(psql -qtAX -c 'SELECT NOT pg_is_in_recovery()' 2>/dev/null)" = t ]; do sleep 0.03; done
            if [ -n "${SUPERUSER_PASSWORD:-}" ]; then
                psql -qX -v ON_ERROR_STOP=1 <<'SQL'
        \set password `printf %s "$SUPERUSER_PASSWORD"`
        SELECT format('ALTER ROLE postgres PASSWORD %L', :'password') \gexec
        SQL
            fi
            [ ! -e "$pending" ] || roles
            rm -f "$pending"
        }

        case "$1" in
        initdb)
            keep_complete
            make_data
            private first_data
            touch "$complete"
            say "initialized database $APP_DATABASE"
            ;;
        import)
            keep_complete
            source_access
            make_data
            private imported_data
            touch "$complete"
            say "imported database $IMPORT_DATABASE into $APP_DATABASE"
            ;;
        pgbasebackup)
            keep_complete
            source_access
            rm -rf "$PGDATA"
            unset PGHOST PGUSER PGDATABASE
            pg_basebackup -D "$PGDATA" -v -w -X stream --checkpoint=fast --no-sync -d "$SOURCE_CONNECTION"
            rm -f "$PGDATA"/standby.signal "$PGDATA"/log/* "$PGDATA"/current_logfiles
            touch "$PGDATA/recovery.signal" "$pending"
            touch "$complete"
            ;;
        instance)
            rm -f "$PGDATA/postmaster.pid"
            configure
            finish &
            # Sessions that are open do not keep it from ending: to PostgreSQL that is SIGINT.
            trap 'kill -INT "$server"' TERM
            postgres -D "$PGDATA" &
            server=$!
            code=0
            wait "$server" || code=$?
            # The signal ends the first wait.
            while kill -0 "$server" 2>/dev/null; do
                code=0
                wait "$server" || code=$?
            done
            exit $code
            ;;
        ready)
            [ ! -e "$pending" ] || { echo 'the instance is being prepared'; exit 1; }
            exec pg_isready -q -h "$POD_IP" -p 5432
            ;;
        *)
            say "unknown role $1"
            exit 2
            ;;
        esac

        """#
}
