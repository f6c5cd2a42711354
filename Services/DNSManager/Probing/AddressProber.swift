import Shared
import Synchronization

/// Requests addresses through the entry point, as a visitor from outside would.
final class AddressProber: Sendable {
    private let scheme: AddressScheme
    private let entry: EntryPoint
    private let provider: any AddressProvider
    private let probe: HTTPProbe
    /// For a host that nobody has there need not be a certificate.
    private let strangerProbe: HTTPProbe
    private let stranger = Mutex<(outcome: HTTPProbe.Outcome, at: ContinuousClock.Instant)?>(nil)

    init(_ settings: DNSManagerConfiguration) {
        scheme = settings.scheme
        entry = settings.entry
        provider = settings.provider
        probe = HTTPProbe(connectTo: settings.entry.connectTo, certificateAuthority: settings.certificateAuthority)
        strangerProbe = HTTPProbe(connectTo: settings.entry.connectTo, verifiesCertificates: false)
    }

    /// Tries every host of an address; the verdict is the first bad one.
    ///
    /// - Parameter knownPaths: paths that the service surely serves, tried where the answer at `/` shows nothing.
    func verdict(
        on address: Address, backend: Backend, knownPaths: @Sendable () async throws -> [String]
    ) async throws -> ProbeVerdict {
        let judge = ProbeJudge(
            address: address, scheme: scheme.name, entry: entry, provider: provider, backend: backend,
            stranger: try await strangersAnswer())
        for host in address.hosts {
            var verdict = judge.verdict(on: try await probe.get(scheme.url(host: host) + "/"), host: host)
            if case .silent(let failure) = verdict, ProbeJudge.ambiguous.contains(failure.reason) {
                // A service without a page at `/` may say the same as a controller that does not know the host, and one
                // whose page needs what is not in the preview the same as a controller that does not reach it.
                for path in try await knownPaths() {
                    verdict = judge.verdict(on: try await probe.get(scheme.url(host: host) + path), host: host)
                    if verdict == .answers { break }
                }
            }
            guard verdict == .answers else { return verdict }
        }
        return .answers
    }

    /// What the entry point says to a host that nobody has, asked for now and then.
    private func strangersAnswer() async throws -> HTTPProbe.Outcome {
        if let known = stranger.withLock({ $0 }), .now - known.at < .seconds(10) { return known.outcome }
        let outcome = try await strangerProbe.get(scheme.url(host: scheme.unknownHost) + "/")
        if case .answered = outcome { stranger.withLock { $0 = (outcome, .now) } }
        return outcome
    }
}
