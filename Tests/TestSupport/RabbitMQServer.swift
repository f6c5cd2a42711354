import Foundation

/// A RabbitMQ node of the tests' own: on loopback and free ports, with all its files in one temporary folder.
///
/// The node ends with the process that started it, however that ends: a shell beside it waits for the pipe between them
/// to close, and then stops the node and its port mapper and removes the folder.
public actor RabbitMQServer {
    /// Where a test's virtual host is.
    public struct VirtualHost: Sendable {
        /// Its name.
        public let name: String
        /// AMQP URL with credentials.
        public let url: String
    }

    /// Why there is no node.
    public struct Failure: Error, CustomStringConvertible {
        /// What is missing or went wrong.
        public let description: String
    }

    private enum Node {
        /// One that someone else started; the path is a `rabbitmqctl` that is set up for it.
        case external(URL, control: String)
        case own(RabbitMQNode)
    }

    private let node: Node
    private var lastVirtualHost = 0
    private var running = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    private init(_ node: Node) { self.node = node }

    private static let sharedTask = Task { try await makeShared() }

    /// The node that all tests of this process share: the one that `UNDERSTUDY_TEST_AMQP_URL` and
    /// `UNDERSTUDY_TEST_RABBITMQCTL` name, or else a private one.
    public static func shared() async throws -> RabbitMQServer { try await sharedTask.value }

    /// Starts a private node, for tests that stop it or change its settings.
    ///
    /// - Parameter settings: lines for its `rabbitmq.conf`.
    public static func start(settings: [String] = []) async throws -> RabbitMQServer {
        RabbitMQServer(.own(try await RabbitMQNode.start(settings)))
    }

    /// Ports of loopback that nobody listened on just now.
    public static func freePorts(_ count: Int) throws -> [Int] { try RabbitMQNode.freePorts(count) }

    private static func makeShared() async throws -> RabbitMQServer {
        let environment = ProcessInfo.processInfo.environment
        if let text = environment["UNDERSTUDY_TEST_AMQP_URL"], let url = URL(string: text),
            let control = environment["UNDERSTUDY_TEST_RABBITMQCTL"]
        {
            return RabbitMQServer(.external(url, control: control))
        }
        return try await start()
    }

    /// Makes a virtual host for one test.
    public func makeVirtualHost() async throws -> VirtualHost {
        lastVirtualHost += 1
        let name = "test-\(ProcessInfo.processInfo.processIdentifier)-\(lastVirtualHost)"
        try await control(
            "eval",
            """
            rabbit_vhost:add(<<"\(name)">>, <<"test">>),
            rabbit_auth_backend_internal:set_permissions(
                <<"\(user)">>, <<"\(name)">>, <<".*">>, <<".*">>, <<".*">>, <<"test">>).
            """)
        return VirtualHost(name: name, url: "\(base)/\(name)")
    }

    /// The node's port.
    public var port: Int {
        switch node {
        case .external(let url, _): url.port ?? 5672
        case .own(let node): node.port
        }
    }

    private var user: String {
        switch node {
        case .external(let url, _): url.user ?? "guest"
        case .own: "guest"
        }
    }

    private var base: String {
        switch node {
        case .external(let url, _): "amqp://\(user):\(url.password ?? "guest")@\(url.host ?? "127.0.0.1"):\(port)"
        case .own: "amqp://guest:guest@127.0.0.1:\(port)"
        }
    }

    /// Runs `rabbitmqctl` with the arguments, and returns what it printed.
    @discardableResult
    public func control(_ arguments: String...) async throws -> String {
        await enter()
        defer { leave() }
        return switch node {
        case .external(_, let control):
            try await RabbitMQNode.run(control, arguments, ProcessInfo.processInfo.environment)
        case .own(let node):
            try await RabbitMQNode.run(
                RabbitMQNode.binaries + "/rabbitmqctl", ["-n", node.name] + arguments, node.environment)
        }
    }

    /// Waits until one more `rabbitmqctl` may run: each needs a port of the few that there are for them.
    private func enter() async {
        guard running == RabbitMQNode.controlPorts / 2 else {
            running += 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func leave() {
        // The place is handed over.
        if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
    }

    /// Stops a private node in order.
    public func stop() async throws { try await own.stop() }

    /// Kills a private node.
    public func kill() async throws { try await own.kill() }

    /// Starts a private node again, with what it had stored.
    public func restart() async throws { try await own.launch() }

    private var own: RabbitMQNode {
        get throws {
            guard case .own(let node) = node else { throw Failure(description: "not a private node") }
            return node
        }
    }
}
