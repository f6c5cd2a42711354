import KubernetesClient

/// The server's settings, from the cluster's specification.
enum PostgresSettings {
    /// What must not be taken over: where things are, and what the sandbox decides.
    private static let fixed: Set<String> = [
        "listen_addresses", "port", "ssl", "ssl_cert_file", "ssl_key_file", "ssl_ca_file", "unix_socket_directories",
        "hba_file", "ident_file", "data_directory", "archive_mode", "archive_command", "restore_command",
        "log_destination", "logging_collector", "dynamic_shared_memory_type", "cluster_name",
    ]

    /// Lines of `postgresql.conf`: small buffers, as many servers share the machine, and no waiting for the disk, as
    /// this is no place for data that must survive a power cut.
    static func text(_ cluster: JSONValue) -> String {
        var settings = [
            "shared_buffers": "16MB", "max_connections": "100", "wal_level": "logical", "max_wal_senders": "10",
            "max_replication_slots": "32", "hot_standby": "on", "wal_keep_size": "64MB", "fsync": "off",
            "full_page_writes": "off", "max_wal_size": "256MB", "min_wal_size": "32MB",
            "autovacuum_max_workers": "1", "max_parallel_workers": "2", "jit": "off", "log_timezone": "UTC",
        ]
        for (name, value) in cluster.spec["postgresql"]["parameters"]?.strings ?? [:] where !fixed.contains(name) {
            settings[name] = value
        }
        let libraries = (cluster.spec["postgresql"]["shared_preload_libraries"]?.array ?? []).compactMap(\.string)
        if !libraries.isEmpty { settings["shared_preload_libraries"] = libraries.joined(separator: ",") }
        return settings.sorted { $0.key < $1.key }.map { name, value in
            "\(name) = '\(value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'\n"
        }.joined()
    }

    /// The user's lines of `pg_hba.conf`.
    static func access(_ cluster: JSONValue) -> String {
        (cluster.spec["postgresql"]["pg_hba"]?.array ?? []).compactMap(\.string).map { $0 + "\n" }.joined()
    }

    /// Options of `initdb` that differ from those of the prepared folder; empty when it can be used.
    static func initdbOptions(_ initdb: JSONValue) -> String {
        var options: [String] = []
        let names = [
            ("encoding", "--encoding"), ("localeCollate", "--lc-collate"), ("localeCType", "--lc-ctype"),
            ("locale", "--locale"), ("localeProvider", "--locale-provider"), ("icuLocale", "--icu-locale"),
        ]
        let defaults = ["encoding": "UTF8", "localeCollate": "C", "localeCType": "C"]
        for (field, option) in names {
            guard let value = initdb[field]?.string, value != defaults[field] else { continue }
            options.append("\(option)=\(value)")
        }
        if let size = initdb["walSegmentSize"]?.int, size != 16 { options.append("--wal-segsize=\(size)") }
        if initdb["dataChecksums"]?.bool == true { options.append("--data-checksums") }
        return options.joined(separator: " ")
    }
}
