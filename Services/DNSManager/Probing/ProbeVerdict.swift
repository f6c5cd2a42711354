import Shared

/// Whether what came of a request shows that an address works.
enum ProbeVerdict: Sendable, Equatable {
    case answers
    /// Nothing behind it takes requests: it is starting, or has ended.
    case unserved(Failure)
    /// Something is in the way.
    case silent(Failure)
}

/// Judges the answers at one address.
struct ProbeJudge: Sendable {
    let address: Address
    let scheme: AddressScheme.Name
    let entry: EntryPoint
    let provider: any AddressProvider
    /// What stands behind the address.
    let backend: Backend
    /// What the entry point says to a host that no preview has; the ingress controller's own answer.
    let stranger: HTTPProbe.Outcome?

    /// Judges what came of a request to a host.
    func verdict(on outcome: HTTPProbe.Outcome, host: String) -> ProbeVerdict {
        switch outcome {
        case .failed(let failure): return .silent(silence(failure, host: host))
        case .answered(let status, let headers, let body):
            guard backend.port != nil else {
                return .unserved(
                    failed(
                        "NoService",
                        "There is no Service \(address.service) in namespace \(address.preview.namespace).",
                        "It comes with the deployment of \(address.service); if somebody deleted it, change one of the "
                            + "service's settings to have it deployed anew."))
            }
            guard backend.readyEndpoints > 0 else {
                return .unserved(
                    failed(
                        "NoEndpoints", "No pod of \(address.service) is ready to take requests.",
                        "Look at the health of service \(address.service)."))
            }
            if isStrangers(status, body, host: host) {
                return .silent(
                    failed(
                        Self.hostUnknown,
                        "The entry point does not know the host \(host) yet (it answered \(status)).",
                        "Check that an ingress controller serves Ingress \(address.preview.namespace)/\(address.service)."
                    ))
            }
            if (502...504).contains(status) { return .silent(unreached(status, host: host)) }
            guard status < 500 else {
                return .silent(
                    failed(
                        Self.serverError, "\(host) answers with status \(status).",
                        "Look at the logs of service \(address.service)."))
            }
            if let target = headers["location"], isUpgrade(target, host: host, status: status) {
                return .silent(
                    failed(
                        "RedirectsToTLS", "\(host) sends every request on to \(target).",
                        "Set ADDRESS_SCHEME=https, or switch off the redirect in the ingress controller."))
            }
            return .answers
        }
    }

    /// The entry point speaks for pods that do not: nothing listens where the Service leads to.
    private func unreached(_ status: Int, host: String) -> Failure {
        let service = "Service \(address.preview.namespace)/\(address.service)"
        guard !backend.targetPorts.isEmpty else {
            return failed(
                "ServicePortUnknown",
                "\(host) answers with status \(status): the targetPort of \(service) is no port of its pods.",
                "Correct targetPort in the chart, or name the container's port so.")
        }
        let ports = backend.targetPorts.map(String.init).joined(separator: ", ")
        return failed(
            Self.backendUnreachable,
            "\(host) answers with status \(status): the pods behind \(service) give no answer on port \(ports).",
            "See that the program listens on that port on all addresses, and at the logs of \(address.service).")
    }

    private static let hostUnknown = "HostUnknown"
    private static let serverError = "ServerError"
    private static let backendUnreachable = "BackendUnreachable"

    /// The reasons for which a service may be silent at one path and answer at another.
    static let ambiguous: Set<String> = [hostUnknown, serverError, backendUnreachable]

    /// Whether the answer is the one that a host gets which nobody serves.
    private func isStrangers(_ status: Int, _ body: [UInt8], host: String) -> Bool {
        guard case .answered(let strangerStatus, _, let strangerBody) = stranger, status == strangerStatus else {
            return false
        }
        return status >= 400 && Self.withoutNames(body) == Self.withoutNames(strangerBody)
    }

    /// Ingress controllers may name the host in their answer.
    private static func withoutNames(_ body: [UInt8]) -> String {
        String(decoding: body, as: UTF8.self).replacing(#/[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?/#, with: "*")
    }

    private func isUpgrade(_ target: String, host: String, status: Int) -> Bool {
        (300..<400).contains(status) && target.hasPrefix("https://\(host)") && scheme == .http
    }

    private func silence(_ failure: TransportFailure, host: String) -> Failure {
        switch failure.kind {
        case .nameNotResolved:
            return failed("NameNotResolved", "The name \(host) leads nowhere.", provider.adviceOnNames(address.hosts))
        case .notConnected:
            return failed(
                "ConnectionRefused", "Nothing takes connections for \(host) at \(entry.description).",
                "Check that the ingress controller runs, and ENTRY_URL.")
        case .tlsFailed:
            let (reason, message) = certificate(failure, host: host)
            return failed(
                reason, message, provider.adviceOnCertificates(address.hosts, failure.certificateFault))
        case .timedOut:
            return failed(
                "NoAnswer", "\(host) takes connections at \(entry.description) but does not answer in time.",
                "Look at the ingress controller's and the service's logs.")
        case .certificateUnusable, .interrupted, .tooLarge, .invalidRequest, .closed, .clusterUnreachable:
            return failed(
                "NoAnswer", "\(host) does not answer: \(failure.kind.rawValue) (\(failure.detail)).",
                "Look at the ingress controller's logs.")
        }
    }

    /// Reason and message of what is wrong with the certificate that was shown.
    private func certificate(_ failure: TransportFailure, host: String) -> (reason: String, message: String) {
        switch failure.certificateFault {
        case .expired: ("CertificateExpired", "The certificate that \(host) shows has expired.")
        case .notYetValid: ("CertificateNotYetValid", "The certificate that \(host) shows is not valid yet.")
        case .untrusted:
            ("CertificateUntrusted", "The certificate that \(host) shows is of no authority that is trusted here.")
        case .otherNames: ("CertificateMismatch", "The certificate that \(host) shows is for other hosts.")
        case nil: ("CertificateInvalid", "The certificate at \(host) is not valid: \(failure.detail).")
        }
    }

    private func failed(_ reason: String, _ message: String, _ nextStep: String) -> Failure {
        Failure(
            reason: reason, message: message,
            object: ObjectReference(
                cluster: address.preview.cluster, apiVersion: provider.anchorType.apiVersion,
                kind: provider.anchorType.kind, namespace: address.preview.namespace, name: address.service),
            nextStep: nextStep)
    }
}
