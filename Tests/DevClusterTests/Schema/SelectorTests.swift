import KubernetesClient
import Testing

@testable import DevCluster

struct SelectorTests {
    @Test(arguments: [
        ("", true), ("app=web", true), ("app==web", true), ("app!=web", false), ("app=x", false),
        ("app in (web, api)", true), ("app notin (web)", false), ("tier notin (front)", true), ("app", true),
        ("tier", false), ("!tier", true), ("!app", false), ("app=web,!tier", true), ("app in (a),app", false),
        ("size>2", true), ("size<2", false),
    ])
    func `labels are selected`(_ text: String, _ matches: Bool) throws {
        let selector = try LabelSelector(text)
        #expect(selector.matches(["app": "web", "size": "3"]) == matches)
    }

    @Test(arguments: ["app=web,=", "app in web", "size>x"])
    func `a selector that cannot be read is refused`(_ text: String) {
        #expect(throws: APIError.self) { try LabelSelector(text) }
    }

    @Test func `fields are selected, and only those that may be`() throws {
        let pod: JSONValue = ["metadata": ["name": "a"], "status": ["phase": "Running"]]
        #expect(try FieldSelector("metadata.name=a,status.phase!=Failed", kind: .pods).matches(object: pod))
        #expect(try !FieldSelector("status.phase=Failed", kind: .pods).matches(object: pod))
        #expect(throws: APIError.self) { try FieldSelector("spec.replicas=1", kind: .deployments) }
    }

    @Test(
        arguments: [
            ("100m", 100, "100m"), ("1", 1000, "1"), ("1.5", 1500, "1500m"), ("64Mi", 67_108_864_000, "64Mi"),
            ("1Gi", 1_073_741_824_000, "1Gi"), ("2000m", 2000, "2"), ("1k", 1_000_000, "1k"), ("1e3", 1_000_000, "1k"),
        ] as [(String, Int64, String)])
    func `quantities are read and written`(_ text: String, _ milli: Int64, _ shown: String) throws {
        let quantity = try #require(Quantity(text))
        #expect(quantity.milli == milli)
        #expect(quantity.description == shown)
    }

    @Test(arguments: ["", "abc", "1Xi", "m"]) func `what is no quantity is refused`(_ text: String) {
        #expect(Quantity(text) == nil)
    }

    @Test(arguments: [
        (5, "5s"), (119, "119s"), (185, "3m5s"), (700, "11m"), (11_000, "3h3m"), (100_000, "27h"),
        (260_000, "3d"), (900_000, "10d"),
    ])
    func `ages are shown shortly`(_ seconds: Int, _ text: String) {
        #expect(HumanDuration.text(seconds: seconds) == text)
    }
}
