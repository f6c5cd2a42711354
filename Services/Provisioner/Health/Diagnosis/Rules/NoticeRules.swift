import Foundation
import KubernetesClient

extension DiagnosisRule {
    /// What is wrong beside a service that is healthy.
    static let notices: [DiagnosisRule] = [
        DiagnosisRule(
            "AutoscalerBlind",
            reads: "HorizontalPodAutoscaler condition `ScalingActive` or `AbleToScale` false with reason `Failed…`",
            then: "Check that the cluster serves metrics; the number of replicas stays as it is until then.",
            .notice { observation in
                observation.autoscalers.lazy.compactMap { scaler -> Finding? in
                    let object = KubernetesObject(scaler)
                    let failed = ["AbleToScale", "ScalingActive"].lazy.compactMap(object.condition).first {
                        $0.isFalse && ($0.reason ?? "").hasPrefix("Failed")
                    }
                    guard let failed else { return nil }
                    return Finding(
                        .starting,
                        "HorizontalPodAutoscaler \(object.name) cannot scale: \(ClusterWords(failed.message).quoted).",
                        reason: failed.reason)
                }.first
            })
    ]
}
