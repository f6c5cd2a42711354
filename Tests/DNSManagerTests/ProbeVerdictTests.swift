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
        guard case .silent(let failure) = verdict else { return nil }
        return failure.reason
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
        let noService = try judge(backend: Fixtures.backend(ports: nil))
        #expect(reason(noService.verdict(on: answer(200), host: Self.host)) == "NoService")
        let noPod = try judge(backend: Fixtures.backend(ready: [false]))
        #expect(reason(noPod.verdict(on: answer(503), host: Self.host)) == "NoEndpoints")
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

    @Test func `a blip is no news, silence is`() {
        var record = SilenceRecord()
        #expect(record.silent(isBackendUp: true, deadline: .seconds(60), now: start) == .none)
        #expect(record.silent(isBackendUp: true, deadline: .seconds(60), now: start + .seconds(1)) == .none)
        #expect(record.silent(isBackendUp: true, deadline: .seconds(60), now: start + .seconds(2)) == .unhealthy)
        record.answered()
        #expect(record.silent(isBackendUp: true, deadline: .seconds(60), now: start + .seconds(3)) == .none)
    }

    @Test func `the deadline counts only while a service is up behind the address`() {
        var record = SilenceRecord()
        #expect(record.silent(isBackendUp: false, deadline: .seconds(60), now: start) == .none)
        #expect(record.silent(isBackendUp: false, deadline: .seconds(60), now: start + .seconds(600)) == .unhealthy)
        #expect(record.silent(isBackendUp: true, deadline: .seconds(60), now: start + .seconds(601)) == .unhealthy)
        #expect(record.silent(isBackendUp: true, deadline: .seconds(60), now: start + .seconds(661)) == .final)
        #expect(record.silent(isBackendUp: false, deadline: .seconds(60), now: start + .seconds(662)) == .unhealthy)
    }
}
