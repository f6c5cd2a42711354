import KubernetesClient

extension APIServer {
    /// Answers the kinds that are questions and are not stored: who am I, may I, whose token is this.
    func reviews(
        _ request: APIRequest, _ path: ResourcePath, _ user: User, _ kinds: KindRegistry
    ) throws -> APIResponse? {
        guard let review = Review.find(group: path.group, resource: path.resource) else { return nil }
        guard request.method == "POST" else { throw ResourceRequest.methodNotAllowed }
        var answer = try RequestBody.decode(request)
        answer["kind"] = .string(review.kind)
        answer["apiVersion"] = .string("\(path.group)/v1")
        answer["status"] = status(of: review, answer, user)
        return .json(answer, status: 201)
    }

    private func status(of review: Review, _ question: JSONValue, _ user: User) -> JSONValue {
        switch review {
        case .selfSubject:
            return [
                "userInfo": [
                    "username": .string(user.name), "uid": .string(user.uid), "groups": JSONValue(user.groups),
                ]
            ]
        case .token:
            guard let asked = authenticator.user(token: question["spec"]["token"].string ?? "", store: store) else {
                return ["authenticated": false, "error": "the token is not valid"]
            }
            return [
                "authenticated": true,
                "user": [
                    "username": .string(asked.name), "uid": .string(asked.uid), "groups": JSONValue(asked.groups),
                ],
            ]
        case .selfAccess, .access, .localAccess:
            var asked = user
            if review != .selfAccess {
                asked = User(
                    name: question["spec"]["user"].string ?? "",
                    groups: (question["spec"]["groups"].array ?? []).compactMap(\.string))
            }
            let decision = Authorizer(store: store).decide(asked, AccessAttributes(review: question["spec"]))
            return ["allowed": .bool(decision.isAllowed), "reason": .string(decision.reason)]
        case .selfRules:
            let rules = Authorizer(store: store).rules(for: user, namespace: question["spec"]["namespace"].string)
            return [
                "resourceRules": .array(rules.filter { $0["resources"] != nil }),
                "nonResourceRules": .array(rules.filter { $0["nonResourceURLs"] != nil }), "incomplete": false,
            ]
        }
    }
}

/// The kinds that are answered and not stored.
enum Review: String, CaseIterable {
    case selfSubject = "selfsubjectreviews"
    case token = "tokenreviews"
    case selfAccess = "selfsubjectaccessreviews"
    case access = "subjectaccessreviews"
    case localAccess = "localsubjectaccessreviews"
    case selfRules = "selfsubjectrulesreviews"

    var group: String {
        switch self {
        case .selfSubject, .token: "authentication.k8s.io"
        default: "authorization.k8s.io"
        }
    }

    var kind: String {
        switch self {
        case .selfSubject: "SelfSubjectReview"
        case .token: "TokenReview"
        case .selfAccess: "SelfSubjectAccessReview"
        case .access: "SubjectAccessReview"
        case .localAccess: "LocalSubjectAccessReview"
        case .selfRules: "SelfSubjectRulesReview"
        }
    }

    static func find(group: String, resource: String) -> Review? {
        guard let review = Review(rawValue: resource), review.group == group else { return nil }
        return review
    }
}
