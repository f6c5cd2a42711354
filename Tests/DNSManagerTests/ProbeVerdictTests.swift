import Shared
import Testing

@testable import DNSManager

@Suite struct ProbeVerdictTests {
    private static let host = "orders-bcdf2345.preview.example.com"
    private static let stranger = HTTPProbe.Outcome.answered(
        status: 404, headers: [:], body: Array("no route for no-such-service-x.preview.example.com".utf8))

    private func judge(
        backend: Backend = Fixtures.backend(), stranger: HTTPProbe.Outcome? = Self.stranger,
        scheme: AddressScheme.Name = .http
    ) throws -> ProbeJudge {
        ProbeJudge(
            address: try Fixtures.address(), scheme: scheme, entry: try EntryPoint(url: "http://127.0.0.1:7401"),
            provider: WildcardProvider(ingressClass: nil, certificate: nil), backend: backend, stranger: stranger)
    }

    private func answer(_ status: Int, _ body: String = "", _ headers: [String: String] = [:]) -> HTTPProbe.Outcome {
        .answered(status: status, headers: headers, body: Array(body.utf8))
    }

    private func reason(_ verdict: ProbeVerdict) -> String? {
        switch verdict {
        case .answers: nil
        case .unserved(let failure), .silent(let failure): failure.reason
        }
    }

    @Test(arguments: [200, 204, 302, 401, 403, 404, 405])
    func `any answer of the service below 500 shows that the address works`(status: Int) throws {
        #expect(try judge().verdict(on: answer(status, "not found: /"), host: Self.host) == .answers)
    }

    @Test(arguments: [500, 501, 505])
    func `a server error does not`(status: Int) throws {
        let verdict = try judge().verdict(on: answer(status), host: Self.host)
        #expect(reason(verdict) == "ServerError")
    }

    @Test(arguments: [502, 503, 504])
    func `an entry point that reaches no program says where it looked for one`(status: Int) throws {
        var backend = Fixtures.backend()
        backend.targetPorts = [8080]
        let wrong = try judge(backend: backend).verdict(on: answer(status), host: Self.host)
        guard case .silent(let failure) = wrong else {
            Issue.record("\(wrong)")
            return
        }
        #expect(failure.reason == "BackendUnreachable" && failure.message.contains("no answer on port 8080"))
        backend.targetPorts = []
        #expect(
            reason(try judge(backend: backend).verdict(on: answer(status), host: Self.host)) == "ServicePortUnknown")
    }

    @Test func `what a stranger is told as well is no answer of the service`() throws {
        let verdict = try judge().verdict(on: answer(404, "no route for \(Self.host)"), host: Self.host)
        #expect(reason(verdict) == "HostUnknown")
    }

    @Test func `an entry point that answers strangers with a page does not make everything unknown`() throws {
        let judge = try judge(stranger: answer(200, "welcome"))
        #expect(judge.verdict(on: answer(200, "welcome"), host: Self.host) == .answers)
    }

    @Test func `without a Service or a ready pod an answer is not the service's`() throws {
        for (backend, expected) in [
            (Fixtures.backend(ports: nil), "NoService"), (Fixtures.backend(ready: [false]), "NoEndpoints"),
        ] {
            let verdict = try judge(backend: backend).verdict(on: answer(503), host: Self.host)
            #expect(reason(verdict) == expected)
            guard case .unserved = verdict else {
                Issue.record("\(verdict)")
                continue
            }
        }
    }

    @Test func `a redirect to https is not what http was to show`() throws {
        let redirect = answer(308, "", ["location": "https://\(Self.host)/"])
        #expect(reason(try judge().verdict(on: redirect, host: Self.host)) == "RedirectsToTLS")
        #expect(try judge(scheme: .https).verdict(on: redirect, host: Self.host) == .answers)
        let inside = answer(302, "", ["location": "/login"])
        #expect(try judge().verdict(on: inside, host: Self.host) == .answers)
    }

    @Test(arguments: [
        (TransportFailure.Kind.nameNotResolved, "NameNotResolved"), (.notConnected, "ConnectionRefused"),
        (.tlsFailed, "CertificateInvalid"), (.timedOut, "NoAnswer"), (.interrupted, "NoAnswer"),
    ])
    func `silence is told by its cause, with a next step`(kind: TransportFailure.Kind, expected: String) throws {
        let outcome = HTTPProbe.Outcome.failed(TransportFailure(kind: kind, detail: "certificate has expired"))
        guard case .silent(let failure) = try judge().verdict(on: outcome, host: Self.host) else {
            Issue.record("not silent")
            return
        }
        #expect(failure.reason == expected)
        #expect(failure.message.contains(Self.host))
        #expect(failure.nextStep?.isEmpty == false)
        #expect(failure.object?.kind == "Ingress")
    }

    @Test(arguments: [
        (TransportFailure.CertificateFault.expired, "CertificateExpired", "Renew"),
        (.notYetValid, "CertificateNotYetValid", "clocks"), (.untrusted, "CertificateUntrusted", "ADDRESS_CA_FILE"),
        (.otherNames, "CertificateMismatch", "*.preview.example.com"),
    ])
    func `a bad certificate is told by what is wrong with it`(
        fault: TransportFailure.CertificateFault, reason: String, advice: String
    ) throws {
        let outcome = HTTPProbe.Outcome.failed(
            TransportFailure(kind: .tlsFailed, detail: "no", certificateFault: fault))
        guard case .silent(let failure) = try judge().verdict(on: outcome, host: Self.host) else {
            Issue.record("not silent")
            return
        }
        #expect(failure.reason == reason)
        #expect(failure.nextStep?.contains(advice) == true)
    }

    @Test func `advice names the wildcard, not one host`() throws {
        let outcome = HTTPProbe.Outcome.failed(TransportFailure(kind: .nameNotResolved, detail: ""))
        guard case .silent(let failure) = try judge().verdict(on: outcome, host: Self.host) else { return }
        #expect(failure.nextStep?.contains("*.preview.example.com") == true)
    }
}

@Suite struct SilenceRecordTests {
    private let start = ContinuousClock.now
    private var record = SilenceRecord()

    private mutating func silent(
        after seconds: Int, generation: Int = 1, isServed: Bool = true, isBackendUp: Bool = true
    ) -> SilenceRecord.Report {
        record.silent(
            generation: generation, isServed: isServed, isBackendUp: isBackendUp, deadline: .seconds(60),
            now: start + .seconds(seconds))
    }

    @Test mutating func `a blip is no news, silence of what has answered is`() {
        record.answered(generation: 1)
        #expect(silent(after: 0) == .none)
        #expect(silent(after: 1) == .none)
        #expect(silent(after: 2) == .unhealthy)
        record.answered(generation: 1)
        #expect(silent(after: 3) == .none)
        #expect(silent(after: 5, isServed: false, isBackendUp: false) == .unhealthy)
    }

    @Test mutating func `what has never answered is pending for as long as nothing behind it is up`() {
        #expect(silent(after: 0, isServed: false, isBackendUp: false) == .none)
        #expect(silent(after: 2, isServed: false, isBackendUp: false) == .pending)
        #expect(silent(after: 1200, isServed: false, isBackendUp: false) == .pending)
        // It has come up; the ingress controller has not seen it yet.
        #expect(silent(after: 1201) == .pending)
        #expect(silent(after: 1210) == .pending)
        #expect(silent(after: 1211) == .unhealthy)
    }

    @Test mutating func `a fault in the way is told also while nothing behind it is up`() {
        #expect(silent(after: 0, isBackendUp: false) == .none)
        #expect(silent(after: 9, isBackendUp: false) == .pending)
        #expect(silent(after: 10, isBackendUp: false) == .unhealthy)
    }

    @Test mutating func `an update may start everything anew`() {
        record.answered(generation: 1)
        #expect(silent(after: 0, generation: 2, isServed: false, isBackendUp: false) == .none)
        #expect(silent(after: 5, generation: 2, isServed: false, isBackendUp: false) == .pending)
        record.answered(generation: 2)
        #expect(silent(after: 6, generation: 2, isServed: false, isBackendUp: false) == .none)
        #expect(silent(after: 8, generation: 2, isServed: false, isBackendUp: false) == .unhealthy)
    }

    @Test mutating func `the deadline counts only while a service is up behind the address`() {
        #expect(silent(after: 0, isServed: false, isBackendUp: false) == .none)
        #expect(silent(after: 600, isServed: false, isBackendUp: false) == .pending)
        #expect(silent(after: 601) == .pending)
        #expect(silent(after: 661) == .final)
        #expect(silent(after: 662, isServed: false, isBackendUp: false) == .pending)
    }
}
