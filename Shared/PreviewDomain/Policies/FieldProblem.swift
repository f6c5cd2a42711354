/// What is wrong with one field of a request, and what would be right.
public struct FieldProblem: Codable, Sendable, Hashable {
    /// What kind of problem it is, for programs.
    public enum Code: String, Codable, Sendable, Hashable, CaseIterable {
        case required
        case wrongType = "wrong-type"
        case unknownField = "unknown-field"
        case invalid
        case outOfRange = "out-of-range"
        case tooLong = "too-long"
        case duplicate
        case belowRequest = "below-request"
        case unknownCluster = "unknown-cluster"
        /// The cluster can't be reached at present.
        case clusterUnreachable = "cluster-unreachable"
        case unknownApplication = "unknown-application"
        case unknownService = "unknown-service"
        case unknownPreview = "unknown-preview"
        case differentCluster = "different-cluster"
        case notPreviewable = "not-previewable"
        case exceedsQuota = "exceeds-quota"
        /// A variable leads to an application that is not part of the preview.
        case leadsOutside = "leads-outside"
        /// The host that it would answer at is another preview's.
        case hostTaken = "host-taken"
        case unsupported
        /// Not possible as the preview stands now.
        case notNow = "not-now"

        /// A code of a later version reads as ``invalid``.
        public init(from decoder: any Decoder) throws {
            let text = try decoder.singleValueContainer().decode(String.self)
            self = Code(rawValue: text) ?? .invalid
        }
    }

    /// The field, as a path such as `services[0].resources.cpuLimit`; empty for the request as a whole.
    public var field: String
    /// What kind of problem it is.
    public var code: Code
    /// What is wrong and what to do, as a sentence.
    public var message: String

    /// Creates a problem.
    public init(_ field: String, _ code: Code, _ message: String) {
        self.field = field
        self.code = code
        self.message = message
    }
}
