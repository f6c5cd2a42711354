// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// A module of `Shared/`.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Shared/\(name)", swiftSettings: settings)
}

/// A program of `Services/`.
func service(
    _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil
) -> Target {
    .executableTarget(
        name: name, dependencies: ["Shared", log, lifecycle, configuration] + dependencies, path: "Services/\(name)",
        resources: resources, swiftSettings: settings)
}

/// The tests of a module or service, in `Tests/<name>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        path: "Tests/\(name)Tests", exclude: exclude, swiftSettings: settings)
}

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let metricsTestKit = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
    name: "understudy",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "api-gateway", targets: ["APIGateway"]),
        .executable(name: "provisioner", targets: ["Provisioner"]),
        .executable(name: "db-cloner", targets: ["DatabaseCloner"]),
        .executable(name: "dns-manager", targets: ["DNSManager"]),
        .executable(name: "promoter", targets: ["Promoter"]),
        .executable(name: "reaper", targets: ["Reaper"]),
        .executable(name: "dev-cluster", targets: ["DevCluster"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0",
            traits: [.defaults, "CommandLineArguments"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
    ],
    targets: [
        // System libraries, each imported by one module only.
        .systemLibrary(
            name: "CRabbitMQ", path: "Shared/CRabbitMQ", pkgConfig: "librabbitmq",
            providers: [.apt(["librabbitmq-dev"])]),
        .systemLibrary(
            name: "CCurl", path: "Shared/CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "CZlib", path: "Shared/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // What the services share. Arrows point one way: Shared → ServiceRuntime → the rest → PreviewDomain.
        module("PreviewDomain", []),
        module("MessageBus", ["PreviewDomain", "CRabbitMQ", log, metrics, lifecycle]),
        module("KubernetesClient", ["PreviewDomain", "CCurl", yams, log, metrics, subprocess, system]),
        module("Helm", ["PreviewDomain", "KubernetesClient", "CZlib", yams, subprocess]),
        module("Persistence", ["PreviewDomain", "MessageBus", grdb, log, metrics, lifecycle]),
        module(
            "ServiceRuntime",
            [
                "PreviewDomain", "MessageBus", "KubernetesClient", "Persistence", hummingbird, configuration, arguments,
                log, metrics, lifecycle, signals,
            ]),
        module("Shared", ["PreviewDomain", "MessageBus", "KubernetesClient", "Persistence", "ServiceRuntime"]),

        // The services, in the order of a preview's life.
        service(
            "APIGateway", [hummingbird, mustache, grdb, crypto, jwt, yams],
            resources: [.embedInCode("Console/Resources")]),
        service("Provisioner", ["Helm", crypto]),
        service("DatabaseCloner"),
        service("DNSManager"),
        service("Promoter", ["Helm", yams, subprocess]),
        service("Reaper", [grdb]),

        // Kubernetes on a developer's machine; never part of a production install.
        .executableTarget(
            name: "DevCluster",
            dependencies: [
                "KubernetesClient", hummingbird, nioCore, nioPosix, arguments, yams, crypto, x509, asn1, log, lifecycle,
                subprocess, system,
            ],
            path: "Services/DevCluster", resources: [.copy("Resources")], swiftSettings: settings),

        .target(
            name: "TestSupport", dependencies: ["Shared", "Helm", hummingbird, nioCore, log, subprocess, system],
            path: "Tests/TestSupport", swiftSettings: settings),
        tests("PreviewDomain"),
        tests("MessageBus", ["PreviewDomain", log, metrics, metricsTestKit, lifecycle]),
        tests("KubernetesClient", ["PreviewDomain", log, metrics, metricsTestKit]),
        tests("Helm", ["KubernetesClient", "PreviewDomain"]),
        tests("Persistence", [grdb, log, metrics, metricsTestKit, lifecycle]),
        tests(
            "ServiceRuntime",
            [log, configuration, .product(name: "HummingbirdTesting", package: "hummingbird"), metrics]),
        tests("APIGateway", [hummingbirdTesting, grdb, crypto, lifecycle, configuration]),
        tests("Provisioner", ["Helm", crypto, log, lifecycle, hummingbird, nioCore]),
        tests("DatabaseCloner", [log]),
        tests("DNSManager", [configuration, log, lifecycle, crypto, x509, asn1]),
        tests("Promoter"),
        tests("Reaper", [grdb, log]),
        tests("DevCluster", ["KubernetesClient", log, subprocess], exclude: ["Transcripts"]),
    ]
)
