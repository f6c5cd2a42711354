import Foundation
import KubernetesClient
import Synchronization
import Testing

@testable import APIGateway

/// A real OpenID provider, Canaille, in a process of its own, and a browser to sign in at it with.
final class ProviderProcess: Sendable {
    static let clientID = "understudy"
    static let clientSecret = "the secret of the gateway"

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// One for all tests that only sign people in.
    static func shared() async throws -> ProviderProcess { try await sharedTask.value }

    // Unstructured, because it outlives the test that asks first.
    private static let sharedTask = Task { try await start() }

    let issuer: String
    private let lines: Lines

    /// Starts the provider.
    ///
    /// - Parameters:
    ///   - redirectURI: where it may send people back to.
    ///   - method: how the gateway has to prove itself at the token endpoint.
    static func start(
        redirectURI: String = "http://127.0.0.1:8080\(OpenIDSignIn.callbackPath)",
        method: String = "client_secret_basic"
    ) async throws -> ProviderProcess {
        let lines = try Lines()
        let answer = try await lines.ask([
            "do": "start", "redirect": .string(redirectURI), "method": .string(method),
        ])
        return ProviderProcess(issuer: try #require(answer["issuer"].string), lines: lines)
    }

    private init(issuer: String, lines: Lines) {
        self.issuer = issuer
        self.lines = lines
    }

    /// Signs a person in at the page given, with a fresh browser; returns where the provider sends it back to.
    func signIn(_ user: String, at url: String) async throws -> URLComponents {
        let answer = try await lines.ask(["do": "sign-in", "url": .string(url), "user": .string(user)])
        return try #require(answer["location"].string.flatMap { URLComponents(string: $0) })
    }

    /// Opens a page with the browser that a person signed in with last; returns its status.
    func open(_ url: String, as user: String) async throws -> Int {
        try #require(try await lines.ask(["do": "follow", "url": .string(url), "user": .string(user)])["status"].int)
    }

    /// Makes the provider sign with another key.
    func rotateKeys() async throws { _ = try await lines.ask(["do": "rotate"]) }
}

/// Asks the script, a line for a line.
private final class Lines: Sendable {
    private struct Running: Sendable {
        let process: Process
        let input: FileHandle
        let output: FileHandle
    }

    private let running: Mutex<Running>
    private let queue = DispatchQueue(label: "provider")

    init() throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "provider.py")
        let root = script.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let packages = root.appending(path: ".dev/tools/openid")
        guard FileManager.default.fileExists(atPath: packages.appending(path: "canaille").path) else {
            throw ProviderProcess.Failure(
                description: "Canaille, the OpenID provider of the tests, is missing: ./dev tools installs it")
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-B", script.path]
        process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONPATH": packages.path]) { $1 }
        let (input, output) = (Pipe(), Pipe())
        // No other child may hold the writing end, or closing ours would not end the provider.
        _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        running = Mutex(
            Running(process: process, input: input.fileHandleForWriting, output: output.fileHandleForReading))
    }

    deinit { running.withLock { try? $0.input.close() } }

    func ask(_ order: JSONValue) async throws -> JSONValue {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(with: Result { try running.withLock { try Self.exchange(order, with: $0) } })
            }
        }
    }

    private static func exchange(_ order: JSONValue, with running: Running) throws -> JSONValue {
        // A provider that hangs ends, and with it the reading.
        let watch = DispatchWorkItem { [process = running.process] in process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: watch)
        defer { watch.cancel() }
        try running.input.write(contentsOf: Data(order.serializedBytes() + [UInt8(ascii: "\n")]))
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n") {
            let bytes = running.output.availableData
            guard !bytes.isEmpty else {
                throw ProviderProcess.Failure(description: "the provider ended when it was asked \(order)")
            }
            line += bytes
        }
        return try JSONValue(parsing: line)
    }
}
