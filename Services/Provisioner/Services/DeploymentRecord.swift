import Crypto
import Foundation
import KubernetesClient
import PreviewDomain

/// What was asked for a service and what came of it, kept in the preview's namespace: any process can go on with it.
struct DeploymentRecord: Sendable {
    /// How the work on a request ended.
    enum Outcome: Codable, Sendable, Equatable {
        case installed
        case failed(Failure)
    }

    /// What was asked last. It holds no open secret.
    var request: ServiceRequested
    /// The message that asked. The same request in another message is a wish to try again.
    var message: String
    /// How the work on that message ended; `nil` while it goes on.
    var outcome: Outcome?

    /// The label that says whether there is work left.
    static let stateLabel = "understudy.dev/request-state"
    static let open = "open"

    /// The ConfigMap's name.
    static func name(of service: String) -> String { DNSLabel.joining("understudy-request", service) }

    /// A label value that tells requests for different things apart.
    var fingerprint: String { Self.fingerprint(of: request) }

    static func fingerprint(of request: ServiceRequested) -> String {
        // What changed in the rest of the preview is no reason to install this service anew.
        var request = request
        request.preview.generation = request.service.generation
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Encoding plain values does not fail; should it, every request counts as new.
        let bytes = (try? encoder.encode(request)) ?? Data(UUID().uuidString.utf8)
        return SHA256.hash(data: bytes).prefix(16).map { String(format: "%02x", $0) }.joined()
    }
}

extension DeploymentRecord {
    /// The fields that a request sets.
    func requestObject() throws -> JSONValue {
        let preview = request.preview
        var labels = PreviewLabels.labels(for: preview, service: request.service.name)
        labels[Self.stateLabel] = Self.open
        return [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": .string(Self.name(of: request.service.name)), "namespace": .string(preview.namespace),
                "labels": JSONValue(labels),
            ],
            "data": [
                "request": .string(try JSONValue(encoding: request).description), "message": .string(message),
            ],
        ]
    }

    /// Reads a record; `nil` where the object is none.
    init?(_ object: KubernetesObject) {
        let data = object["data"]
        guard let request: ServiceRequested = Self.decode(data["request"]), let message = data["message"].string else {
            return nil
        }
        self.request = request
        self.message = message
        if data["outcomeOf"].string == message { outcome = Self.decode(data["outcome"]) }
    }

    private static func decode<Value: Decodable>(_ value: JSONValue?) -> Value? {
        value.string.flatMap { try? JSONValue(parsing: $0).decoded() }
    }
}

extension ClusterAccess {
    /// What was asked for a service; `nil` where nothing was.
    func deploymentRecord(of service: String, in namespace: String) async throws -> DeploymentRecord? {
        try await client.get(.configMaps, name: DeploymentRecord.name(of: service), namespace: namespace)
            .flatMap(DeploymentRecord.init)
    }

    /// Notes how the work on a request ended.
    func note(_ outcome: DeploymentRecord.Outcome, on record: DeploymentRecord) async throws {
        let change: JSONValue = [
            "metadata": ["labels": [DeploymentRecord.stateLabel: "done"]],
            "data": [
                "outcome": .string(try JSONValue(encoding: outcome).description), "outcomeOf": .string(record.message),
            ],
        ]
        _ = try await client.patch(
            .configMaps, name: DeploymentRecord.name(of: record.request.service.name),
            namespace: record.request.preview.namespace, .merge(change))
    }
}
