import Foundation
import Logging
import Synchronization
import Testing

@testable import KubernetesClient

/// How long an exec plugin's credentials are kept, by a clock that the tests set.
@Suite(.timeLimit(.minutes(1))) struct ExecCredentialsTests {
    private let plugins = PluginFolder()

    /// The credentials of a plugin by a clock that stands still until the test sets it. The first ones hold from 0 to
    /// 100 seconds, the second ones for an hour; the plugin's second run ends when the test lets it.
    private func credentials(_ clock: SetClock) throws -> ExecCredentials {
        let path = try plugins.write(
            status: #""token": "t$n", "expirationTimestamp": "$until""#,
            before: """
                until=\(Timestamp.format(clock.start + 3600))
                [ $n = 1 ] && until=\(Timestamp.format(clock.start + 100))
                while [ $n = 2 ] && [ ! -f go ]; do sleep 0.02; done
                """)
        let plugin = ExecPlugin(apiVersion: "client.authentication.k8s.io/v1", command: path)
        return ExecCredentials(plugin: plugin, logger: Logger(label: "test")) { clock.now }
    }

    @Test func `credentials are replaced before they run out, and nobody waits for that`() async throws {
        let clock = SetClock()
        let credentials = try credentials(clock)
        #expect(try await credentials.current().authorization == "Bearer t1")
        clock.set(89)
        #expect(try await credentials.current().authorization == "Bearer t1")
        #expect(plugins.runs == 1)
        clock.set(91)
        // The second run begins, and cannot end before these have come back.
        for _ in 0..<3 { #expect(try await credentials.current().authorization == "Bearer t1") }
        #expect(await eventually { plugins.runs == 2 })
        #expect(try await credentials.current().authorization == "Bearer t1")
        try plugins.folder.write("go", "")
        #expect(await eventually { (try? await credentials.current().authorization) == "Bearer t2" })
        #expect(plugins.runs == 2)
    }

    @Test func `credentials that have run out are waited for`() async throws {
        let clock = SetClock()
        let credentials = try credentials(clock)
        #expect(try await credentials.current().authorization == "Bearer t1")
        clock.set(100)
        let next = Task { try await credentials.current().authorization }
        #expect(await eventually { plugins.runs == 2 })
        try plugins.folder.write("go", "")
        #expect(try await next.value == "Bearer t2")
    }
}

/// A clock that stands still until it is set.
private final class SetClock: Sendable {
    let start = Date(timeIntervalSince1970: 1_900_000_000)
    private let seconds = Mutex<TimeInterval>(0)

    var now: Date { start + seconds.withLock { $0 } }

    func set(_ seconds: TimeInterval) { self.seconds.withLock { $0 = seconds } }
}
