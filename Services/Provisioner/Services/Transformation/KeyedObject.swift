import Foundation
import KubernetesClient

/// A Secret's or ConfigMap's values, read and written alike.
enum KeyedObject {
    /// The values that are text, by key.
    static func texts(of object: JSONValue) -> [String: String] {
        let data = object["data"].strings ?? [:]
        guard object["kind"].string == "Secret" else { return data }
        var texts: [String: String] = [:]
        for (key, encoded) in data {
            guard let bytes = Data(base64Encoded: encoded) else { continue }
            texts[key] = String(validating: bytes, as: UTF8.self)
        }
        return texts.merging(object["stringData"].strings ?? [:]) { $1 }
    }

    /// Puts texts in the place of others.
    static func set(_ texts: [String: String], in object: inout JSONValue) {
        guard object["kind"].string == "Secret" else {
            for (key, text) in texts { object["data"][key] = .string(text) }
            return
        }
        for (key, text) in texts {
            object["data"][key] = .string(Data(text.utf8).base64EncodedString())
            object["stringData"][key] = nil
        }
        if object["stringData"]?.object?.isEmpty == true { object["stringData"] = nil }
    }

    /// A Secret of texts.
    static func secret(name: String, namespace: String, texts: [String: String]) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "data": JSONValue(texts.mapValues { Data($0.utf8).base64EncodedString() }),
        ]
    }
}
