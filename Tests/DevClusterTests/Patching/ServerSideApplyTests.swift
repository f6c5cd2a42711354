import KubernetesClient
import Testing

@testable import DevCluster

struct ServerSideApplyTests {
    private let manager = FieldManager(name: "one", operation: .apply, apiVersion: "v1")
    private let other = FieldManager(name: "two", operation: .apply, apiVersion: "v1")

    private func schema() throws -> Schema { try #require(BuiltInTypes.schema(kind: "ConfigMap")) }

    private func apply(
        _ data: [String: String], to live: JSONValue?, by manager: FieldManager, force: Bool = false
    ) throws -> JSONValue {
        try ServerSideApply.apply(
            ["metadata": ["name": "c"], "data": JSONValue(data)], to: live, by: manager, force: force,
            schema: try schema())
    }

    @Test func `a field that is no longer wanted goes`() throws {
        let first = try apply(["a": "1", "b": "2"], to: nil, by: manager)
        let second = try apply(["a": "1"], to: first, by: manager)
        #expect(second["data"] == ["a": "1"])
    }

    @Test func `a field that another wants too stays`() throws {
        let first = try apply(["a": "1", "b": "2"], to: nil, by: manager)
        let shared = try apply(["b": "2"], to: first, by: other)
        let second = try apply(["a": "1"], to: shared, by: manager)
        #expect(second["data"] == ["a": "1", "b": "2"])
    }

    @Test func `changing another's field is a conflict unless forced`() throws {
        let first = try apply(["a": "1"], to: nil, by: manager)
        let error = #expect(throws: APIError.self) { try apply(["a": "2"], to: first, by: other) }
        #expect(error?.reason == "Conflict")
        #expect(
            error?.causes == [
                APIError.Cause(reason: "FieldManagerConflict", message: "conflict with \"one\"", field: ".data.a")
            ])
        let forced = try apply(["a": "2"], to: first, by: other, force: true)
        #expect(forced["data"]["a"].string == "2")
        #expect(ManagedFields(forced)[manager] == nil)
    }

    @Test func `kubectl goes on with what it applied from its own side`() throws {
        let applied = #"{"data":{"a":"1"},"metadata":{"name":"c"}}"#
        let annotation = "kubectl.kubernetes.io/last-applied-configuration"
        let live: JSONValue = [
            "metadata": ["name": "c", "annotations": [annotation: .string(applied)]], "data": ["a": "1", "b": "2"],
        ]
        let kubectl = FieldManager(name: "kubectl", operation: .apply, apiVersion: "v1")
        let result = try apply(["a": "2"], to: live, by: kubectl)
        #expect(result["data"] == ["a": "2", "b": "2"])
        #expect(result["metadata"]["annotations"][annotation].string?.contains(#""a":"2""#) == true)
        #expect(throws: APIError.self) { try apply(["b": "3"], to: live, by: kubectl) }
    }

    @Test func `what was there before the first apply has an owner`() throws {
        let live: JSONValue = ["metadata": ["name": "c"], "data": ["a": "1"]]
        let error = #expect(throws: APIError.self) { try apply(["a": "2"], to: live, by: manager) }
        #expect(error?.causes.first?.message == "conflict with \"before-first-apply\" using v1")
    }

    @Test func `a plain write takes over what it changes`() throws {
        let first = try apply(["a": "1", "b": "2"], to: nil, by: manager)
        var changed = first
        changed["data"]["a"] = "3"
        changed["data"]["b"] = nil
        let writer = FieldManager(name: "editor", apiVersion: "v1")
        ManagedFields.track(&changed, replacing: first, by: writer, schema: try schema())
        let managed = ManagedFields(changed)
        #expect(managed[writer]?.paths == [".data.a"])
        #expect(managed[manager] == nil)
    }

    @Test func `fields are written as Kubernetes writes them`() throws {
        let deployment = try #require(BuiltInTypes.schema(kind: "Deployment"))
        let fields = FieldSet(
            of: [
                "spec": [
                    "template": [
                        "spec": [
                            "containers": [
                                ["name": "web", "ports": [["containerPort": 80]]]
                            ]
                        ]
                    ]
                ]
            ], schema: deployment)
        let container = fields.json["f:spec"]["f:template"]["f:spec"]["f:containers"]["k:{\"name\":\"web\"}"]
        #expect(container["."] == [:])
        #expect(container["f:ports"]["k:{\"containerPort\":80,\"protocol\":\"TCP\"}"]["f:containerPort"] == [:])
        #expect(FieldSet(json: fields.json) == fields)
    }
}
