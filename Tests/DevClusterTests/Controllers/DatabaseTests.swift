import Foundation
import KubernetesClient
import Testing

@testable import DevCluster

@Suite(.timeLimit(.minutes(4)), .serialized)
struct DatabaseTests {
    static func cluster(_ name: String, in namespace: String, _ spec: JSONValue) -> JSONValue {
        var all: JSONValue = ["instances": 1, "storage": ["size": "1Gi"]]
        for (name, value) in spec.object ?? [:] { all[name] = value }
        return [
            "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster",
            "metadata": ["name": .string(name), "namespace": .string(namespace)], "spec": all,
        ]
    }

    static func waitUntilHealthy(_ node: RunningNode, _ namespace: String, _ name: String) async throws {
        try await node.wait(
            .postgresClusters, namespace, name, atMost: .seconds(120), "\(namespace)/\(name) is healthy"
        ) {
            $0.status["phase"]?.string == "Cluster in healthy state" && $0.status["readyInstances"] == 1
                && $0.status["currentPrimary"]?.string == "\(name)-1"
                && $0.condition("Ready")?["status"]?.string == "True"
        }
        let address = try #require(node.cluster.get(.services, namespace, "\(name)-rw")?.spec["clusterIP"]?.string)
        // Its Service takes connections a moment after its pod is ready.
        _ = try await node.poll("\(namespace)/\(name) is reached through its Service") {
            try await shell("pg_isready", ["-q", "-h", address]).exitCode == 0 ? true : nil
        }
    }

    static func secret(_ node: RunningNode, _ namespace: String, _ name: String, _ key: String) throws -> String {
        let value = node.cluster.get(.secrets, namespace, name)?["data"][key]?.string
        return try #require(value.flatMap(SecretValue.text), "\(name) has \(key)")
    }

    /// Runs SQL as a cluster's application through its Service, with the server's certificate verified.
    static func sql(_ node: RunningNode, _ namespace: String, _ name: String, _ text: String) async throws -> String {
        let authority = "\(node.directory)/\(namespace)-ca.crt"
        try secret(node, namespace, "\(name)-ca", "ca.crt").write(toFile: authority, atomically: true, encoding: .utf8)
        let address = try #require(
            node.cluster.get(.services, namespace, "\(name)-rw")?.spec["clusterIP"]?.string)
        let database = try secret(node, namespace, "\(name)-app", "dbname")
        let user = try secret(node, namespace, "\(name)-app", "username")
        let (code, output) = try await shell(
            "psql",
            [
                "-qtAX", "-v", "ON_ERROR_STOP=1", "-c", text,
                "host=\(name)-rw.\(namespace).svc hostaddr=\(address) dbname=\(database) user=\(user) "
                    + "sslmode=verify-full sslrootcert=\(authority)",
            ], environment: ["PGPASSWORD": secret(node, namespace, "\(name)-app", "password")])
        try #require(code == 0, "\(output)")
        return output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs once more what made a cluster's first data.
    static func bootstrapAgain(_ node: RunningNode, _ namespace: String, _ name: String) async throws {
        let object = try #require(node.cluster.get(.postgresClusters, namespace, name))
        let instance = try #require(node.cluster.get(.pods, namespace, "\(name)-1"))
        let user = instance.spec["securityContext"]["runAsUser"]?.int
        var job = PostgresObjects(cluster: PostgresCluster(object: object), user: user).bootstrapJob
        job["metadata"]["name"] = "again"
        job["spec"]["backoffLimit"] = 0
        try node.cluster.create(.jobs, job)
        try await node.wait(.jobs, namespace, "again", atMost: .seconds(120), "the bootstrap of \(name) ends again") {
            $0.condition("Complete")?["status"]?.string == "True"
        }
    }

    @Test func `a cluster is a real server, and its clone in another namespace is a server of its own`() async throws {
        try await RunningNode.run(databases: true) { node in
            try node.cluster.create(.namespaces, Make.namespace("shop"))
            var began = ContinuousClock.now
            try node.cluster.create(
                .postgresClusters,
                Self.cluster(
                    "orders-db", in: "shop",
                    [
                        "bootstrap": [
                            "initdb": [
                                "database": "orders", "owner": "orders",
                                "postInitApplicationSQL": ["CREATE TABLE made_by_superuser (n int)"],
                            ]
                        ]
                    ]))
            try await Self.waitUntilHealthy(node, "shop", "orders-db")
            print("ready after", ContinuousClock.now - began, "initdb")
            _ = try await Self.sql(
                node, "shop", "orders-db",
                "CREATE TABLE orders (n int); INSERT INTO orders SELECT generate_series(1, 5000)")
            let made = try await Self.sql(
                node, "shop", "orders-db", "SELECT tableowner FROM pg_tables WHERE tablename = 'made_by_superuser'")
            #expect(made == "postgres")
            let address = try #require(node.cluster.get(.services, "shop", "orders-db-rw")?.spec["clusterIP"]?.string)
            let password = try Self.secret(node, "shop", "orders-db-app", "password")
            #expect(password.count == 64 && password.count(where: \.isNumber) == 10)
            #expect(
                try Self.secret(node, "shop", "orders-db-app", "uri")
                    == "postgresql://orders:\(password)@orders-db-rw.shop:5432/orders")
            #expect(node.cluster.get(.secrets, "shop", "orders-db-superuser") == nil)

            try node.cluster.create(.namespaces, Make.namespace("preview"))
            for (name, key) in [
                ("orders-db-replication", "tls.key"), ("orders-db-replication", "tls.crt"), ("orders-db-ca", "ca.crt"),
            ] {
                let copied = try Self.secret(node, "shop", name, key)
                try node.cluster.create(
                    .secrets,
                    [
                        "apiVersion": "v1", "kind": "Secret",
                        "metadata": ["name": .string("source-\(key)"), "namespace": "preview"],
                        "data": [key: .string(SecretValue.encode(copied))],
                    ])
            }
            began = ContinuousClock.now
            try node.cluster.create(
                .postgresClusters,
                Self.cluster(
                    "orders-db", in: "preview",
                    [
                        "bootstrap": ["pg_basebackup": ["source": "src", "database": "orders", "owner": "orders"]],
                        "externalClusters": [
                            [
                                "name": "src",
                                "connectionParameters": [
                                    "host": "orders-db-rw.shop.svc", "user": "streaming_replica",
                                    "dbname": "postgres", "sslmode": "verify-full",
                                ],
                                "sslKey": ["name": "source-tls.key", "key": "tls.key"],
                                "sslCert": ["name": "source-tls.crt", "key": "tls.crt"],
                                "sslRootCert": ["name": "source-ca.crt", "key": "ca.crt"],
                            ]
                        ],
                    ]))
            try await Self.waitUntilHealthy(node, "preview", "orders-db")
            print("ready after", ContinuousClock.now - began, "clone")
            let count = "SELECT count(*) FROM orders"
            #expect(try await Self.sql(node, "preview", "orders-db", count) == "5000")
            _ = try await Self.sql(node, "preview", "orders-db", "DELETE FROM orders WHERE n > 10")
            #expect(try await Self.sql(node, "preview", "orders-db", count) == "10")
            #expect(try await Self.sql(node, "shop", "orders-db", count) == "5000")
            #expect(
                try await Self.sql(node, "preview", "orders-db", "SELECT timeline_id FROM pg_control_checkpoint()")
                    == "2")
            #expect(try Self.secret(node, "preview", "orders-db-app", "password") != password)
            try await Self.bootstrapAgain(node, "preview", "orders-db")
            #expect(try await Self.sql(node, "preview", "orders-db", count) == "10")
            try await Self.bootstrapAgain(node, "shop", "orders-db")
            #expect(try await Self.sql(node, "shop", "orders-db", count) == "5000")

            let claim = try #require(node.cluster.get(.persistentVolumeClaims, "preview", "orders-db-1"))
            let data = "\(node.directory)/node/volumes/\(claim.uid)"
            #expect(FileManager.default.fileExists(atPath: "\(data)/pgdata/PG_VERSION"))
            try node.cluster.delete(.namespaces, nil, "preview")
            try await node.waitUntilGone(.namespaces, nil, "preview")
            #expect(!FileManager.default.fileExists(atPath: data))
            #expect(node.processes(mentioning: claim.uid) == [])
            #expect(try await Self.sql(node, "shop", "orders-db", count) == "5000")

            try node.cluster.delete(.postgresClusters, "shop", "orders-db")
            try await node.waitUntilGone(.persistentVolumeClaims, "shop", "orders-db-1")
            try await node.waitUntilGone(.pods, "shop", "orders-db-1")
            #expect(node.cluster.get(.secrets, "shop", "orders-db-app") == nil)
            #expect(node.cluster.get(.services, "shop", "orders-db-rw") == nil)
            #expect(node.processes() == [])
            #expect(try await shell("pg_isready", ["-q", "-h", address]).exitCode != 0)
        }
    }

    @Test func `a database survives a restart of the cluster with its data`() async throws {
        let folder = "/tmp/dev-cluster-tests-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await RunningNode.run(
            databases: true, keeping: folder, store: try ObjectStore(directory: "\(folder)/store")
        ) { node in
            try node.cluster.create(.namespaces, Make.namespace("shop"))
            try node.cluster.create(.postgresClusters, Self.cluster("db", in: "shop", ["enableSuperuserAccess": true]))
            try await Self.waitUntilHealthy(node, "shop", "db")
            _ = try await Self.sql(node, "shop", "db", "CREATE TABLE kept AS SELECT 42 AS n")
        }
        #expect(RunningNode.processes(mentioning: folder) == [])
        try await RunningNode.run(
            databases: true, keeping: folder, store: try ObjectStore(directory: "\(folder)/store")
        ) { node in
            try await node.wait(.pods, "shop", "db-1", "the instance runs again") {
                $0.isReadyPod && ($0.status["containerStatuses"][0]["restartCount"]?.int ?? 0) == 1
            }
            let kept = try await node.poll("the data is there") { () -> String? in
                try? await Self.sql(node, "shop", "db", "SELECT n FROM kept")
            }
            #expect(kept == "42")
        }
    }

    @Test func `a clone whose source cannot be reached says which job failed and why`() async throws {
        try await RunningNode.run(databases: true) { node in
            try node.cluster.create(.namespaces, Make.namespace("preview"))
            try node.cluster.create(
                .postgresClusters,
                Self.cluster(
                    "db", in: "preview",
                    [
                        "bootstrap": ["pg_basebackup": ["source": "src"]],
                        "externalClusters": [
                            [
                                "name": "src",
                                "connectionParameters": [
                                    "host": "127.0.0.1", "port": "1", "user": "streaming_replica",
                                ],
                            ]
                        ],
                    ]))
            let job = try await node.wait(.jobs, "preview", "db-1-pgbasebackup", "the job's pod fails") {
                ($0.status["failed"]?.int ?? 0) > 0
            }
            #expect(job.isControlled(by: try #require(node.cluster.get(.postgresClusters, "preview", "db"))))
            // The next attempt's pod may be there already, without anything to say yet.
            let message = try await node.poll("the pod that failed says why") {
                node.pods("preview", ["cnpg.io/jobRole": "pgbasebackup"]).lazy.compactMap {
                    $0.status["containerStatuses"][0]["state"]["terminated"]["message"]?.string
                }.first
            }
            #expect(message.contains("Connection refused"))
            #expect(node.cluster.get(.postgresClusters, "preview", "db")?.status["phase"] == "Setting up primary")
        }
    }

    @Test func `a hibernated cluster has no process and comes back with its data, which another can import`()
        async throws
    {
        try await RunningNode.run(databases: true) { node in
            try node.cluster.create(.namespaces, Make.namespace("shop"))
            try node.cluster.create(.postgresClusters, Self.cluster("db", in: "shop", [:]))
            try await Self.waitUntilHealthy(node, "shop", "db")
            _ = try await Self.sql(node, "shop", "db", "CREATE TABLE kept AS SELECT generate_series(1, 7) AS n")
            try node.cluster.update(.postgresClusters, "shop", "db") {
                $0["metadata"]["annotations"]["cnpg.io/hibernation"] = "on"
            }
            try await node.wait(.postgresClusters, "shop", "db", "it is hibernated") {
                $0.condition("cnpg.io/hibernation")?["status"]?.string == "True" && $0.status["readyInstances"] == 0
            }
            #expect(node.processes() == [])
            try node.cluster.update(.postgresClusters, "shop", "db") {
                $0["metadata"]["annotations"]["cnpg.io/hibernation"] = "off"
            }
            try await Self.waitUntilHealthy(node, "shop", "db")
            #expect(try await Self.sql(node, "shop", "db", "SELECT count(*) FROM kept") == "7")

            let spec: JSONValue = [
                "bootstrap": [
                    "initdb": [
                        "database": "copy", "owner": "copier",
                        "import": [
                            "type": "microservice", "databases": ["app"], "source": ["externalCluster": "src"],
                            "postImportApplicationSQL": ["UPDATE kept SET n = 0 WHERE n = 1"],
                        ],
                    ]
                ],
                "externalClusters": [
                    [
                        "name": "src",
                        "connectionParameters": ["host": "db-rw.shop.svc", "user": "app", "dbname": "app"],
                        "password": ["name": "db-app", "key": "password"],
                    ]
                ],
            ]
            try node.cluster.create(.postgresClusters, Self.cluster("copy", in: "shop", spec))
            try await Self.waitUntilHealthy(node, "shop", "copy")
            #expect(try await Self.sql(node, "shop", "copy", "SELECT sum(n) FROM kept") == "27")
        }
    }
}
