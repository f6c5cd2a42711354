import Foundation
import Helm
import KubernetesClient
import Testing

struct ManifestDocumentsTests {
    @Test(
        arguments: [
            ("on", JSONValue.bool(true)), ("No", .bool(false)), ("~", .null), ("", .null), ("'on'", .string("on")),
            ("22:22", .string("22:22")), ("2020-01-01", .string("2020-01-01")), ("0x1F", .int(31)), ("0644", .int(420)),
            ("-3", .int(-3)), ("1_000", .int(1000)), ("1.5", .double(1.5)), ("1e3", .double(1000)),
            ("1.5.0", .string("1.5.0")),
            (".5", .double(0.5)), ("500m", .string("500m")), ("\"5\"", .string("5")),
            ("!!str 5", .string("5")), ("08", .int(8)), (".inf", .string(".inf")), ("infinity", .string("infinity")),
        ] as [(String, JSONValue)])
    func `a scalar means what Kubernetes takes it for`(text: String, value: JSONValue) throws {
        #expect(try ManifestDocuments.objects(in: "a: \(text)\n") == [["a": value]])
    }

    @Test func `a stream holds several objects, and lists are taken apart`() throws {
        let text = """
            # Source: a/templates/a.yaml
            ---
            kind: A
            ---
            # nothing

            ---
            kind: List
            items: [{kind: B}, {kind: C}]
            """
        #expect(try ManifestDocuments.objects(in: text).map { $0["kind"].string } == ["A", "B", "C"])
    }

    @Test func `anchors and merge keys are resolved`() throws {
        let text = "base: &base {a: 1, b: 2}\nitem: {<<: *base, b: 3}\n"
        #expect(try ManifestDocuments.objects(in: text).first?["item"] == ["a": 1, "b": 3])
    }

    @Test func `what is no YAML is refused`() {
        #expect(throws: ManifestError.self) { try ManifestDocuments.objects(in: "a: [1\nb: }") }
    }

    @Test func `objects survive being written and read`() throws {
        let objects: [JSONValue] = [
            [
                "kind": "ConfigMap",
                "data": [
                    "a": "{{ .Values.x }}\n---\n'\"", "b": "on", "c": "1.0", "d": "🦔 \u{2028}\u{7f}\u{85}\u{feff}",
                ],
            ],
            ["kind": "B", "n": 1.5, "list": [.null, true, [:]]],
        ]
        #expect(try ManifestDocuments.objects(in: ManifestDocuments.text(of: objects)) == objects)
    }
}
