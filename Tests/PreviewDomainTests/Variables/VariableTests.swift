import Testing

@testable import PreviewDomain

private let source = KnownDatabase(
    reference: .init(namespace: "shop", cluster: "orders-db"), additionalHosts: ["pooler.shop"],
    passwords: ["s3cret/pass-word"])
private let clone = CloneTarget(
    host: "orders-db-rw.preview-x.svc.cluster.local", user: "app", password: "p@ss/1", database: "orders2")
private let host = "orders-db-rw.preview-x.svc.cluster.local"

private func literal(_ name: String, _ value: String?, container: String = "app") -> SourceVariable {
    SourceVariable(name: name, container: container, source: .literal, value: value)
}

@Suite struct VariableAnalysisTests {
    private let analysis = VariableAnalysis(namespace: "shop", databases: [source])

    @Test(arguments: [
        ("postgres://u:p@orders-db-rw:5432/orders", VariableRole.url),
        ("postgresql+asyncpg://u:p%40@orders-db-rw.shop.svc/orders?sslmode=require", .url),
        ("postgres://u@other:5432,orders-db-ro.shop:5432/orders", .url),
        ("postgresql:///orders?host=orders-db-rw&user=u", .url),
        ("jdbc:postgresql://orders-db-r.shop.svc.cluster.local:5432/orders?user=u&password=p", .url),
        ("host=orders-db-rw port=5432 user=u password='it\\'s'", .dsn),
        ("Host=orders-db-rw;Port=5432;Username=u;Password=p;Database=orders", .dsn),
        ("orders-db-rw.shop:5432", .hostAndPort),
        ("orders-db-rw.shop.svc.example.org", .host),
        ("ORDERS-DB-RW.SHOP.SVC", .host),
        ("pooler.shop", .host),
        ("s3cret/pass-word", .password),
        (#"{"db": {"host": "orders-db-rw.shop.svc", "port": 5432}}"#, .embedded),
        ("pw is s3cret/pass-word, keep it", .embedded),
    ])
    func `a value that leads to the database is found whatever its form`(value: String, role: VariableRole) throws {
        let finding = try #require(analysis.findings(for: [literal("ANYTHING", value)]).first)
        #expect(finding.database == source.reference)
        #expect(finding.role == role)
        #expect(!finding.reason.contains("s3cret"))
    }

    @Test(arguments: [
        "postgres://u:p@orders-db-rw.other/orders", "orders-db-rwx", "my-orders-db-rw", "http://orders.shop.svc",
        "orders-db-rw.shopping", "", "host of orders", "a=b", "://",
    ])
    func `a value that leads elsewhere is copied`(value: String) throws {
        let finding = try #require(analysis.findings(for: [literal("DATABASE_URL", value)]).first)
        #expect(finding.database == nil)
        #expect(finding.catalogued.kind == .copied)
    }

    @Test func `short names lead to the database only from its own namespace`() throws {
        let elsewhere = VariableAnalysis(namespace: "billing", databases: [source])
        #expect(elsewhere.findings(for: [literal("PGHOST", "orders-db-rw")])[0].database == nil)
        #expect(elsewhere.findings(for: [literal("PGHOST", "orders-db-rw.shop")])[0].database == source.reference)
    }

    @Test func `what stands beside a host belongs to it, in the same container and under the same prefix`() {
        let variables = [
            literal("REPORT_DB_HOST", "orders-db-ro.shop"), literal("REPORT_DB_PORT", "5432"),
            literal("REPORT_DB_USER", "orders"), literal("REPORT_DB_PASSWORD", "x"),
            literal("REPORT_DB_NAME", "orders"),
            literal("CACHE_PORT", "6379"), literal("REPORT_DB_USER", "orders", container: "sidecar"),
        ]
        let roles = analysis.findings(for: variables).map(\.role)
        #expect(roles == [.host, .port, .user, .password, .database, nil, nil])
    }

    @Test func `libpq's own variables belong together`() {
        let variables = [
            literal("PGHOST", "orders-db-rw"), literal("PGPORT", "5432"), literal("PGUSER", "orders"),
            literal("PGPASSWORD", "x"), literal("PGDATABASE", "orders"),
        ]
        #expect(analysis.findings(for: variables).allSatisfy { $0.database == source.reference })
    }

    @Test func `a reference to the database's secret leads to it and shows no value`() throws {
        let variable = SourceVariable(
            name: "DB_PASS", container: "app", source: .secret, value: "s3cret/pass-word",
            reference: .init(name: "orders-db-app", key: "password"))
        let finding = try #require(analysis.findings(for: [variable]).first)
        #expect(finding.isDatabaseSecret)
        #expect(finding.role == .password)
        #expect(finding.catalogued.value == nil)
        #expect(finding.catalogued.kind == .autoOverride)
    }
}

@Suite struct VariableRewriterTests {
    @Test(arguments: [
        ("postgres://u:p@orders-db-rw:5432/orders", VariableRole.url, "postgres://app:p%40ss%2F1@\(host):5432/orders2"),
        ("postgres://orders-db-rw/orders?sslmode=require", .url, "postgres://\(host)/orders2?sslmode=require"),
        ("postgres://u:p@a:1,orders-db-rw:5432/orders#x", .url, "postgres://app:p%40ss%2F1@\(host):5432/orders2#x"),
        (
            "jdbc:postgresql://orders-db-rw/o?user=u&password=p&ssl", .url,
            "jdbc:postgresql://\(host)/orders2?user=app&password=p%40ss%2F1&ssl"
        ),
        (
            "host=orders-db-rw user=u password=p dbname=o sslmode=require", .dsn,
            "host=\(host) user=app password=p@ss/1 dbname=orders2 sslmode=require"
        ),
        ("Host=orders-db-rw;Username=u;Password=p", .dsn, "Host=\(host);Username=app;Password=p@ss/1"),
        ("orders-db-rw:6432", .hostAndPort, "\(host):5432"),
        ("orders-db-rw", .host, host), ("6432", .port, "5432"), ("u", .user, "app"), ("p", .password, "p@ss/1"),
        ("o", .database, "orders2"),
        (
            #"{"host":"orders-db-rw.shop.svc","pw":"s3cret/pass-word"}"#, .embedded,
            #"{"host":"\#(host)","pw":"p@ss/1"}"#
        ),
    ])
    func `every part of a connection leads to the clone`(value: String, role: VariableRole, expected: String) {
        #expect(VariableRewriter.rewrite(value, role: role, source: source, from: "shop", to: clone) == expected)
    }

    @Test func `a value keeps what the clone does not say`() {
        let target = CloneTarget(host: host)
        let value = VariableRewriter.rewrite(
            "postgres://u:p@orders-db-rw/orders", role: .url, source: source, from: "shop", to: target)
        #expect(value == "postgres://u:p@\(host)/orders")
    }

    @Test(arguments: [
        ("http://orders.shop.svc.cluster.local/x", "http://orders.preview-x.svc.cluster.local/x"),
        ("http://orders.shop:80,http://orders.shop.svc", "http://orders.preview-x:80,http://orders.preview-x.svc"),
        ("http://orders", nil), ("http://my-orders.shop", nil), ("http://orders.shopping", nil),
    ])
    func `a qualified name of a sibling leads to its copy`(value: String, expected: String?) {
        let siblings = [SiblingService(namespace: "shop", serviceNames: ["orders"])]
        #expect(VariableRewriter.rewriteSiblings(value, siblings: siblings, previewNamespace: "preview-x") == expected)
    }

    @Test(
        arguments: [
            ("http://orders.shop.svc.cluster.local/x", "shop", true), ("http://orders.shop:80", "billing", true),
            ("http://orders:8080/x", "shop", true), ("orders:8080", "shop", true), ("http://orders", "billing", false),
            ("orders", "shop", false), ("http://my-orders", "shop", false), ("orders:latest", "shop", false),
        ])
    func `a value that leads to another application is told by its host`(value: String, from: String, expected: Bool) {
        let application = SiblingService(namespace: "shop", serviceNames: ["orders"])
        #expect(VariableRewriter.leads(value, to: application, from: from) == expected)
    }
}
