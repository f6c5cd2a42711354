import Foundation
import KubernetesClient
import PreviewDomain

/// What the promoter remembers of one attempt at one promotion: a ConfigMap in Understudy's own namespace, written
/// before production is touched, so that a promoter that dies is followed by one that knows where things stood.
struct PromotionRecord: Codable, Sendable, Equatable {
    /// How far the attempt is.
    enum Phase: String, Codable, Sendable {
        /// Nothing was changed yet.
        case accepted
        /// The change was begun, or is about to be.
        case changing
        /// The change is in; its rollout is watched.
        case rolling
        /// The rollout failed; production is being put back.
        case rollingBack
        case completed
        case failed
    }

    var request: PromotionRequested
    var phase: Phase
    /// When the present phase began.
    var since: Date
    /// What production is put back to: a Helm revision, or an image.
    var before: String?
    var detail: PromotionDetail
    var failure: Failure?

    init(request: PromotionRequested, now: Date) {
        self.request = request
        phase = .accepted
        since = now
        detail = PromotionDetail()
    }

    /// The ConfigMap's name; the same for every repetition of a request.
    static func name(for request: PromotionRequested) -> String {
        DNSLabel.joining("promotion", request.preview.id.rawValue, request.service, String(request.attempt.number))
    }

    var name: String { Self.name(for: request) }

    /// Whether nothing more is to be done.
    var isFinished: Bool { phase == .completed || phase == .failed }

    /// The fact that the record stands for, to be reported as of now; `nil` before production is touched.
    func report(now: Date) -> (any FactMessagePayload)? {
        switch phase {
        case .accepted: nil
        case .changing: started(now, "Changing \(request.application)")
        case .rolling: started(now, "Rolling out \(request.targetVersion) in \(request.application.namespace)")
        case .rollingBack: started(now, "Putting \(request.application) back to \(request.sourceVersion)")
        case .completed:
            PromotionCompleted(
                preview: request.preview, service: request.service, attempt: request.attempt.number, observedAt: now,
                detail: detail)
        case .failed:
            PromotionFailed(
                preview: request.preview, service: request.service, attempt: request.attempt.number, observedAt: now,
                failure: failure ?? Failure(reason: "PromotionFailed", message: "The promotion failed."),
                detail: detail)
        }
    }

    private func started(_ now: Date, _ message: String) -> PromotionStarted {
        PromotionStarted(
            preview: request.preview, service: request.service, attempt: request.attempt.number, observedAt: now,
            message: message, detail: detail)
    }
}

extension PromotionRecord {
    /// Marks the ConfigMaps that hold records.
    static let label = "understudy.dev/promotion"
    private static let key = "record.json"

    /// The record as a ConfigMap.
    func object(namespace: String) throws -> KubernetesObject {
        var labels = PreviewLabels.labels(for: request.preview, service: request.service)
        labels[Self.label] = "true"
        var object = KubernetesObject(type: .configMaps, name: name, namespace: namespace, labels: labels)
        let json = try JSONCoding.encoder.encode(self)
        object["data"] = [Self.key: .string(String(decoding: json, as: UTF8.self))]
        return object
    }

    /// Reads a record back, or returns `nil` where the object holds none.
    init?(_ object: KubernetesObject) {
        guard let text = object["data"][Self.key].string,
            let record = try? JSONCoding.decoder.decode(Self.self, from: Data(text.utf8))
        else { return nil }
        self = record
    }
}
