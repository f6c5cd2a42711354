import KubernetesClient
import Testing

@Suite struct YAMLTests {
    @Test(
        arguments: [
            ("a: 1", ["a": 1]), ("a: '1'", ["a": "1"]), ("a: yes", ["a": true]), ("a: \"true\"", ["a": "true"]),
            ("a: 1.5", ["a": 1.5]), ("a: 0x1F", ["a": 31]), ("a: 22:22", ["a": "22:22"]),
            ("a: 2026-01-01", ["a": "2026-01-01"]),
            ("a: ~", ["a": .null]), ("a:", ["a": .null]), ("a: !!str 5", ["a": "5"]),
            ("{a: [b, {c: d}]}", ["a": ["b", ["c": "d"]]]),
            ("a: |\n  x\n  y\n", ["a": "x\ny\n"]), ("b: &x {c: 1}\na: *x", ["a": ["c": 1], "b": ["c": 1]]),
            ("b: &x {c: 1, d: 2}\na: {<<: *x, d: 3}", ["a": ["c": 1, "d": 3], "b": ["c": 1, "d": 2]]),
        ] as [(String, JSONValue)])
    func `YAML is read as Kubernetes reads it`(text: String, expected: JSONValue) throws {
        #expect(try JSONValue.documents(yaml: text) == [expected])
    }

    @Test func `a stream holds several documents`() throws {
        #expect(try JSONValue.documents(yaml: "---\na: 1\n---\n---\nb: 2\n") == [["a": 1], .null, ["b": 2]])
        #expect(try JSONValue.documents(yaml: "") == [])
    }

    @Test(arguments: ["a: [b", "a: b: c", "? [x]\n: y", "a: *nowhere"])
    func `what is no YAML is an error`(text: String) {
        #expect(throws: YAMLParsingError.self) { try JSONValue.documents(yaml: text) }
    }
}
