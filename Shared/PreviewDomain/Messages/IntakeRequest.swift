/// A request of another system as it came: one that can be read, or what is wrong with it, so that whoever asked can be
/// told. Only what does not even name its organization can't be read at all.
public enum IntakeRequest<Request: MessagePayload>: MessagePayload {
    case readable(Request)
    /// What is wrong, and the organization and subject to tell it of.
    case unreadable(FieldProblem, organization: OrganizationName, subject: String)

    /// That of the request.
    public static var key: MessageKey { Request.key }

    /// The organization that the request names.
    public var organization: OrganizationName {
        switch self {
        case .readable(let request): request.organization
        case .unreadable(_, let organization, _): organization
        }
    }

    /// The request's subject; of one that can't be read its id or name, at most 200 Unicode scalars of it.
    public var subject: String {
        switch self {
        case .readable(let request): request.subject
        case .unreadable(_, _, let subject): subject
        }
    }

    private enum CodingKeys: CodingKey { case organization, id, name }

    /// Reads a request. Throws only where it does not name its organization.
    public init(from decoder: any Decoder) throws {
        do {
            self = .readable(try Request(from: decoder))
        } catch let error as DecodingError {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            let organization = try container.decode(OrganizationName.self, forKey: .organization)
            let id = try? container.decode(String.self, forKey: .id)
            let name = try? container.decode(String.self, forKey: .name)
            self = .unreadable(
                FieldProblem(error, below: decoder.codingPath.count), organization: organization,
                subject: String((id ?? name ?? "").unicodeScalars.prefix(200)))
        }
    }

    /// Writes a request; of one that can't be read no more than its organization.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .readable(let request): try request.encode(to: encoder)
        case .unreadable(_, let organization, _):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(organization, forKey: .organization)
        }
    }
}

extension FieldProblem {
    /// What is wrong with a field that can't be read.
    ///
    /// - Parameter depth: how many steps lead to the object that the field's path begins in.
    fileprivate init(_ error: DecodingError, below depth: Int) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(Self.path(context.codingPath + [key], below: depth), .required, "It is missing.")
        case .valueNotFound(_, let context):
            self.init(Self.path(context.codingPath, below: depth), .required, "It is null.")
        case .typeMismatch(let type, let context):
            self.init(
                Self.path(context.codingPath, below: depth), .wrongType, "It has to be of the type \(type).")
        case .dataCorrupted(let context):
            self.init(Self.path(context.codingPath, below: depth), .invalid, "\(context.debugDescription).")
        @unknown default:
            self.init("", .invalid, "It can't be read.")
        }
    }

    /// Such as `services[0].targetVersion`.
    private static func path(_ keys: [any CodingKey], below depth: Int) -> String {
        keys.dropFirst(depth).reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }
}
