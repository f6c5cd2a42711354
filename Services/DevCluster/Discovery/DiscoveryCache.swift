import Crypto
import Foundation
import KubernetesClient
import Synchronization

/// A document with the tag by which clients revalidate it.
struct TaggedDocument: Sendable {
    let bytes: [UInt8]
    let tag: String

    init(_ value: JSONValue) {
        bytes = value.encoded
        tag = SHA256.hash(data: bytes).map { byte in
            let text = String(byte, radix: 16, uppercase: true)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}

/// Discovery and OpenAPI documents, made once for every change of what is served.
final class DiscoveryCache: Sendable {
    private let state = Mutex<(revision: Int, documents: [String: TaggedDocument])>((0, [:]))
    private let changes = Mutex<(revision: Int, time: Int)>((-1, 0))

    /// When what is served last changed, in seconds since 1970; two changes never have the same.
    func changed(_ kinds: KindRegistry) -> Int {
        changes.withLock { last in
            if last.revision != kinds.revision {
                last = (kinds.revision, max(Int(Moment.secondsSinceEpoch()), last.time + 1))
            }
            return last.time
        }
    }

    func document(_ name: String, _ kinds: KindRegistry, _ make: () -> JSONValue) -> TaggedDocument {
        let found = state.withLock { state -> TaggedDocument? in
            if state.revision != kinds.revision { state = (kinds.revision, [:]) }
            return state.documents[name]
        }
        if let found { return found }
        let made = TaggedDocument(make())
        state.withLock { state in
            if state.revision == kinds.revision { state.documents[name] = made }
        }
        return made
    }
}

extension APIServer {
    /// `/api` or `/apis`, aggregated where the client takes it.
    func discoveryDocument(_ request: APIRequest, _ kinds: KindRegistry, isCore: Bool) throws(APIError) -> APIResponse {
        guard let format = AnswerFormat(accept: request.accept, isDiscovery: true) else {
            throw APIError(code: 406, reason: "NotAcceptable", message: "only application/json is available here")
        }
        guard case .aggregatedDiscovery = format.shape else {
            return .json(isCore ? Discovery.coreVersions : Discovery.groups(kinds))
        }
        let document = discovery.document(isCore ? "/api" : "/apis", kinds) {
            Discovery.aggregated(kinds, isCore: isCore)
        }
        var response = tagged(document, request)
        response.contentType = format.contentType
        response.headers += [("Vary", "Accept"), ("Cache-Control", "public")]
        return response
    }

    /// `/openapi/v3` and what is below it.
    func openAPI(_ request: APIRequest, _ kinds: KindRegistry) throws(APIError) -> APIResponse {
        let path = request.path
        if path.count == 2, path[1] == "v2" { return openAPIv2(request, kinds) }
        guard path.count >= 2, path[1] == "v3" else { throw .pageNotFound }
        if path.count == 2 { return index(request, kinds) }
        let (group, version): (String, String)
        switch (path[2], path.count) {
        case ("api", 4): (group, version) = ("", path[3])
        case ("apis", 5): (group, version) = (path[3], path[4])
        default: throw .pageNotFound
        }
        let versions = group.isEmpty ? ["v1"] : Discovery.versions(kinds, group: group)
        guard versions.contains(version) else { throw .pageNotFound }
        let document = document(kinds, group: group, version: version)
        var response = tagged(document, request)
        response.headers.append(("Vary", "Accept"))
        if let hash = request.query["hash"], !hash.isEmpty {
            // What has this hash is never anything else.
            guard hash == document.tag else {
                let current = "\(request.pathPrefix)\(request.rawPath(withoutToken: true))?hash=\(document.tag)"
                return APIResponse(status: 301, contentType: "text/html", headers: [("Location", current)])
            }
            response.headers.append(("Cache-Control", "public, immutable"))
        }
        return response
    }

    private func openAPIv2(_ request: APIRequest, _ kinds: KindRegistry) -> APIResponse {
        var response = tagged(TaggedDocument(OpenAPIv2Document.json), request)
        response.headers += [
            ("Vary", "Accept-Encoding"), ("Vary", "Accept"),
            ("Last-Modified", HTTPDate.text(discovery.changed(kinds))),
        ]
        if response.status == 200, request.accept.contains("proto-openapi.spec.v2") {
            response.contentType = OpenAPIv2Document.protobufType
            response.body = .bytes(OpenAPIv2Document.protobuf)
        }
        return response
    }

    /// The index is revalidated by its time, as Kubernetes does it.
    private func index(_ request: APIRequest, _ kinds: KindRegistry) -> APIResponse {
        let document = index(kinds, prefix: request.pathPrefix)
        let changed = discovery.changed(kinds)
        let headers = [("Last-Modified", HTTPDate.text(changed))]
        if let since = request.headers["if-modified-since"].flatMap(HTTPDate.seconds), changed <= since {
            return APIResponse(status: 304, headers: headers)
        }
        return APIResponse(
            contentType: "text/plain; charset=utf-8", headers: headers, body: .bytes(document.bytes))
    }

    private func document(_ kinds: KindRegistry, group: String, version: String) -> TaggedDocument {
        discovery.document("\(group)/\(version)", kinds) {
            OpenAPIDocument.make(kinds, group: group, version: version)
        }
    }

    private func index(_ kinds: KindRegistry, prefix: String) -> TaggedDocument {
        discovery.document("\(prefix)/openapi/v3", kinds) {
            var paths: [String: JSONValue] = [:]
            for group in [""] + Discovery.groupNames(kinds) {
                for version in group.isEmpty ? ["v1"] : Discovery.versions(kinds, group: group) {
                    let path = group.isEmpty ? "api/\(version)" : "apis/\(group)/\(version)"
                    let tag = document(kinds, group: group, version: version).tag
                    paths[path] = ["serverRelativeURL": .string("\(prefix)/openapi/v3/\(path)?hash=\(tag)")]
                }
            }
            return ["paths": .object(paths)]
        }
    }

    private func tagged(_ document: TaggedDocument, _ request: APIRequest) -> APIResponse {
        let tag = "\"\(document.tag)\""
        if request.headers["if-none-match"] == tag {
            return APIResponse(status: 304, headers: [("ETag", tag)])
        }
        return APIResponse(headers: [("ETag", tag)], body: .bytes(document.bytes))
    }
}
