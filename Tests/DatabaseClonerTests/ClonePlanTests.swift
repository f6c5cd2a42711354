import Shared
import Testing

@testable import DatabaseCloner

@Suite struct ClonePlanTests {
    @Test func `a clone has one instance, the source's image, storage and critical parameters`() throws {
        let spec = try Fixtures.plan().cluster.spec
        #expect(spec["instances"] == 1)
        #expect(spec["imageName"] == "ghcr.io/cloudnative-pg/postgresql:17.5")
        #expect(spec["storage"] == ["size": "10Gi", "storageClass": "fast"])
        #expect(spec["walStorage"] == ["size": "2Gi"])
        #expect(spec["postgresql"]["parameters"] == ["max_connections": "300"])
        #expect(spec["postgresql"]["shared_preload_libraries"] == ["pg_stat_statements"])
        #expect(spec["enablePDB"] == false)
    }

    @Test(arguments: ["backup", "monitoring", "affinity", "plugins", "replica", "managed"])
    func `nothing of the source that reaches outside is copied`(key: String) throws {
        #expect(try Fixtures.plan().cluster.spec[key] == nil)
        #expect(try Fixtures.plan().cluster.spec["postgresql"]["synchronous"] == nil)
    }

    @Test func `a clone asks for its own resources, not for production's`() throws {
        #expect(try Fixtures.plan().cluster.spec["resources"]["requests"] == ["cpu": "100m", "memory": "256Mi"])
        #expect(try Fixtures.plan().cluster.spec["resources"]["limits"] == ["cpu": "500m", "memory": "512Mi"])
    }

    @Test func `database and owner are copied, since the operator would make an empty app`() throws {
        #expect(
            try Fixtures.plan().cluster.spec["bootstrap"] == [
                "pg_basebackup": ["source": "source", "database": "orders", "owner": "clerk"]
            ])
        #expect(
            try Fixtures.plan(.logicalImport).cluster.spec["bootstrap"] == [
                "initdb": [
                    "database": "orders", "owner": "clerk",
                    "import": [
                        "type": "microservice", "databases": ["orders"], "source": ["externalCluster": "source"],
                    ],
                ]
            ])
    }

    @Test func `the source's server is verified by its full name`() throws {
        let external = try Fixtures.plan().cluster.spec["externalClusters"][0]
        #expect(
            external["connectionParameters"] == [
                "host": "orders-db-rw.shop.svc", "port": "5432", "sslmode": "verify-full",
                "user": "streaming_replica", "dbname": "postgres",
            ])
        #expect(external["sslRootCert"] == ["name": "orders-db-source-ca", "key": "ca.crt"])
        #expect(external["sslKey"] == ["name": "orders-db-source-replication", "key": "tls.key"])
    }

    @Test(arguments: ["pgbasebackup", "import"])
    func `only the pods that copy the data reach the source, and only that one`(role: String) throws {
        let policies = NetworkPolicySet([try Fixtures.plan().networkPolicy, try Fixtures.denial()])
        func verdict(
            _ labels: [String: String], _ cluster: String = "orders-db", _ namespace: String = "shop", port: Int = 5432
        ) throws -> Bool {
            let source = NetworkPeer.pod(
                namespace: try Fixtures.preview().namespace, namespaceLabels: [:], labels: labels)
            let destination = NetworkPeer.pod(
                namespace: namespace, namespaceLabels: ["kubernetes.io/metadata.name": namespace],
                labels: ["cnpg.io/cluster": cluster])
            return policies.verdict(on: NetworkFlow(from: source, to: destination, port: port)).isAllowed
        }
        let copying = ["cnpg.io/cluster": Fixtures.database.name, "cnpg.io/jobRole": role]
        #expect(try verdict(copying))
        #expect(try !verdict(copying, port: 8000))
        #expect(try !verdict(copying, "billing-db"))
        #expect(try !verdict(copying, "orders-db", "preview-zzzz2222"))
        #expect(try !verdict(["cnpg.io/cluster": Fixtures.database.name, "cnpg.io/podRole": "instance"]))
        #expect(try !verdict(["app.kubernetes.io/name": "orders"]))
    }

    @Test func `the authority's key is never copied`() throws {
        for method in CloneMethod.allCases {
            let secrets = try Fixtures.plan(method).secrets
            let keys = secrets.map { secret in secret["data"].strings.map { $0.keys.sorted() } ?? [] }
            #expect(keys.contains(["ca.crt"]))
            #expect(!secrets.contains { $0["data"]["ca.key"] != nil })
        }
    }

    @Test func `a backup takes the replication certificate, an import the password only`() throws {
        #expect(try Fixtures.plan(.baseBackup).secrets.last?["data"] == ["tls.crt": "Y3J0", "tls.key": "a2V5Mg=="])
        #expect(try Fixtures.plan(.logicalImport).secrets.last?["data"] == ["password": "c2VjcmV0"])
    }

    @Test func `copied secrets have names that the operator does not use for the clone`() throws {
        let operators = ["-ca", "-server", "-replication", "-app", "-superuser"].map { "orders-db\($0)" }
        for method in CloneMethod.allCases {
            for secret in try Fixtures.plan(method).secrets { #expect(!operators.contains(secret.name)) }
        }
    }

    @Test func `everything that is made carries the preview's labels`() throws {
        let plan = try Fixtures.plan()
        for object in [plan.cluster] + plan.secrets {
            #expect(object.previewReference(on: "local") == plan.preview)
            #expect(object.labels[PreviewLabels.database] == "orders-db")
            #expect(object.namespace == "preview-bcdf2345")
        }
        #expect(plan.cluster.spec["inheritedMetadata"]["labels"].strings == plan.labels)
    }

    @Test func `an image catalogue is kept instead of an image`() throws {
        let source = Fixtures.source {
            $0["spec"]["imageCatalogRef"] = ["kind": "ClusterImageCatalog", "name": "postgresql", "major": 17]
        }
        let spec = try Fixtures.plan(source: source).cluster.spec
        #expect(spec["imageCatalogRef"]["name"] == "postgresql")
        #expect(spec["imageName"] == nil)
    }

    @Test func `the detail of a clone is read from the clone itself`() throws {
        let detail = try #require(DatabaseDetail(clone: try Fixtures.plan().cluster))
        #expect(
            detail
                == DatabaseDetail(
                    method: "pg_basebackup", host: "orders-db-rw.preview-bcdf2345.svc.cluster.local",
                    database: "orders", owner: "clerk", secret: "orders-db-app", size: "10Gi"))
    }
}
