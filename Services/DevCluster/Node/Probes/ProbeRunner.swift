import Foundation

/// Repeats a probe and says when its verdict changes.
///
/// The first look is at once, and until the first success others follow at least every 0.2 s, so that a program which
/// starts fast is ready fast; failures are counted at the probe's own pace only.
struct ProbeRunner: Sendable {
    /// A verdict of a probe.
    enum Verdict: Sendable, Equatable {
        case success
        /// As many failures in a row as the threshold asks for.
        case failure
    }

    let probe: Probe
    /// Runs a command in the container; returns exit code and output.
    let execute: @Sendable ([String], Duration) async -> (exitCode: Int, output: String)
    /// Told about every failed look that counts.
    let failed: @Sendable (String) async -> Void

    /// Looks until `decide` says that it is enough, or the task is cancelled.
    ///
    /// - Parameter decide: takes each change of the verdict; returns whether to go on.
    func run(_ decide: @Sendable (Verdict) async -> Bool) async {
        let clock = ContinuousClock()
        guard await pause(probe.initialDelay) else { return }
        var successes = 0
        var failures = 0
        var verdict: Verdict?
        var hasSucceeded = false
        // A program that is not up within its first period is late; before, it merely starts.
        let start = clock.now
        var lastCounted = start
        while !Task.isCancelled {
            let began = clock.now
            let problem = await look()
            if Task.isCancelled { return }
            if let problem {
                successes = 0
                let isCounted = hasSucceeded || began - lastCounted >= probe.period
                if isCounted {
                    lastCounted = began
                    failures += 1
                    await failed(problem)
                    if failures >= probe.failureThreshold, verdict != .failure {
                        verdict = .failure
                        guard await decide(.failure) else { return }
                    }
                }
            } else {
                failures = 0
                successes += 1
                hasSucceeded = true
                if successes >= probe.successThreshold, verdict != .success {
                    verdict = .success
                    guard await decide(.success) else { return }
                }
            }
            // Often where it costs a connection only, and at first.
            let isEarly = clock.now - start < .seconds(2)
            let quick: Duration = .milliseconds(isEarly ? (probe.check.isCommand ? 100 : 50) : 200)
            let wait = hasSucceeded ? probe.period : min(probe.period, quick)
            guard await pause(wait) else { return }
        }
    }

    /// One look. Returns what is wrong, in the words of Kubernetes.
    private func look() async -> String? {
        switch probe.check {
        case .http(let host, let port, let path, let headers, let isTLS):
            if isTLS { return await ProbeConnection.connect(host: host, port: port, timeout: probe.timeout) }
            return await ProbeConnection.get(
                host: host, port: port, path: path, headers: headers, timeout: probe.timeout)
        case .tcp(let host, let port):
            return await ProbeConnection.connect(host: host, port: port, timeout: probe.timeout)
        case .exec(let command):
            let (exitCode, output) = await execute(command, probe.timeout)
            return exitCode == 0 ? nil : output.isEmpty ? "command failed with exit code \(exitCode)" : output
        }
    }

    private func pause(_ duration: Duration) async -> Bool {
        guard duration > .zero else { return !Task.isCancelled }
        do {
            try await Task.sleep(for: duration)
            return true
        } catch {
            return false
        }
    }
}
