import KubernetesClient
import Testing

@testable import DevCluster

struct StrategicMergePatchTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var original: JSONValue
        var patch: JSONValue
        var expected: JSONValue
    }

    static let cases: [Case] = [
        Case(
            testDescription: "elements are merged by their key",
            original: ["containers": [["name": "a", "image": "x"], ["name": "b", "image": "y"]]],
            patch: ["containers": [["name": "b", "image": "z"]]],
            expected: ["containers": [["name": "a", "image": "x"], ["name": "b", "image": "z"]]]),
        Case(
            testDescription: "an element is deleted by a directive",
            original: ["containers": [["name": "a"], ["name": "b"]]],
            patch: ["containers": [["$patch": "delete", "name": "a"]]],
            expected: ["containers": [["name": "b"]]]),
        Case(
            testDescription: "a list is replaced by a directive",
            original: ["containers": [["name": "a"], ["name": "b"]]],
            patch: ["containers": [["$patch": "replace"], ["name": "c"]]],
            expected: ["containers": [["name": "c"]]]),
        Case(
            testDescription: "the client's order counts, and what it does not know keeps its place",
            original: ["containers": [["name": "server"], ["name": "a"], ["name": "b"]]],
            patch: [
                "$setElementOrder/containers": [["name": "b"], ["name": "a"]],
                "containers": [["name": "b", "image": "z"]],
            ],
            expected: ["containers": [["name": "server"], ["name": "b", "image": "z"], ["name": "a"]]]),
        Case(
            testDescription: "a list without a key is replaced",
            original: ["tolerations": [["key": "a"], ["key": "b"]]], patch: ["tolerations": [["key": "c"]]],
            expected: ["tolerations": [["key": "c"]]]),
        Case(
            testDescription: "null removes a field",
            original: ["nodeName": "n", "hostname": "h"], patch: ["nodeName": .null], expected: ["hostname": "h"]),
        Case(
            testDescription: "retained keys drop the others",
            original: ["volumes": [["name": "v", "emptyDir": [:]]]],
            patch: ["volumes": [["name": "v", "$retainKeys": ["name", "secret"], "secret": ["secretName": "s"]]]],
            expected: ["volumes": [["name": "v", "secret": ["secretName": "s"]]]]),
        Case(
            testDescription: "an object is replaced by a directive",
            original: ["nodeSelector": ["a": "1", "b": "2"]], patch: ["nodeSelector": ["$patch": "replace", "c": "3"]],
            expected: ["nodeSelector": ["c": "3"]]),
    ]

    @Test(arguments: cases) func `a pod's spec is patched`(_ example: Case) throws {
        let schema = try #require(BuiltInTypes.schema(kind: "PodSpec"))
        let result = try StrategicMergePatch.apply(example.patch, to: example.original, schema: schema)
        #expect(result == example.expected)
    }

    @Test func `values are taken from a primitive list`() throws {
        let schema = try #require(BuiltInTypes.schema(kind: "ObjectMeta"))
        let result = try StrategicMergePatch.apply(
            ["$deleteFromPrimitiveList/finalizers": ["a/b"], "finalizers": ["e/f"]],
            to: ["finalizers": ["a/b", "c/d"]], schema: schema)
        // As a real server answers: what the patch names comes first.
        #expect(result == ["finalizers": ["e/f", "c/d"]])
    }

    @Test func `an element without its key is refused`() throws {
        let schema = try #require(BuiltInTypes.schema(kind: "PodSpec"))
        #expect(throws: APIError.self) {
            try StrategicMergePatch.apply(
                ["containers": [["image": "x"]]], to: ["containers": [["name": "a"]]], schema: schema)
        }
    }
}
