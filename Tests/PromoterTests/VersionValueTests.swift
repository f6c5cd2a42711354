import KubernetesClient
import Testing

@testable import Promoter

@Suite struct VersionValueTests {
    @Test(
        arguments: [
            (#"{"image":{"tag":"1.4.0"}}"#, "{}", #"{"image":{"tag":"1.5.0"}}"#),
            ("{}", #"{"image":{"repository":"shop/orders","tag":"1.4.0"}}"#, #"{"image":{"tag":"1.5.0"}}"#),
            (#"{"image":"shop/orders:1.4.0"}"#, "{}", #"{"image":"shop/orders:1.5.0"}"#),
            ("{}", #"{"image":{"tag":""}}"#, #"{"image":{"tag":"1.5.0"}}"#),
            ("{}", #"{"image":{"tag":null}}"#, #"{"image":{"tag":"1.5.0"}}"#),
            (
                #"{"containers":[{"name":"a","image":"x:1.4.0"},{"name":"b"}]}"#, "{}",
                #"{"containers":[{"name":"a","image":"x:1.5.0"},{"name":"b"}]}"#
            ),
        ])
    func `the value that carries the tag is found wherever a chart keeps it`(
        values: String, defaults: String, expected: String
    ) throws {
        let found = VersionValue.candidates(
            values: try JSONValue(parsing: values), defaults: try JSONValue(parsing: defaults), from: "1.4.0",
            to: "1.5.0")
        #expect(found.first == (try JSONValue(parsing: expected)))
    }

    @Test func `a tag that YAML reads as a number is found, and becomes text`() throws {
        let found = VersionValue.candidates(
            values: ["image": ["tag": 1.5]], defaults: .object([:]), from: "1.5", to: "1.6")
        #expect(found == [["image": ["tag": "1.6"]]])
    }

    @Test func `a tag comes before other values that happen to be alike`() throws {
        let values: JSONValue = ["schema": "1.4.0", "image": ["tag": "1.4.0"], "sidecar": ["version": "1.4.0"]]
        let found = VersionValue.candidates(values: values, defaults: .object([:]), from: "1.4.0", to: "1.5.0")
        #expect(found.count == 3)
        #expect(found.first?["image"]["tag"].string == "1.5.0")
        #expect(found.first?["schema"].string == "1.4.0")
    }

    @Test func `values without the tag have no candidate`() {
        let values: JSONValue = ["image": ["tag": "9.9.9"], "replicas": 1, "on": true]
        #expect(VersionValue.candidates(values: values, defaults: .object([:]), from: "1.4.0", to: "1.5.0").isEmpty)
    }
}

@Suite struct ImageChangeTests {
    private let change = ImageChange(repository: "shop/orders", from: "1.4.0", to: "1.5.0")

    private func deployment(image: String, env: String = "a", label: String = "x") -> JSONValue {
        [
            "kind": "Deployment",
            "metadata": ["name": "orders", "labels": ["app.kubernetes.io/version": .string(label)]],
            "spec": ["template": ["spec": ["containers": [["image": .string(image), "env": .string(env)]]]]],
        ]
    }

    @Test func `the image alone is explained, and shown as a diff`() {
        let differences = ImageChange.differences(
            from: [deployment(image: "shop/orders:1.4.0")], to: [deployment(image: "shop/orders:1.5.0")])
        #expect(differences.count == 1)
        #expect(differences.allSatisfy(change.explains))
        #expect(
            ImageChange.text(of: differences) == """
                --- Deployment/orders
                +++ Deployment/orders
                @@ spec.template.spec.containers[0].image @@
                -shop/orders:1.4.0
                +shop/orders:1.5.0
                """)
    }

    @Test func `the label that repeats the version is explained`() {
        let differences = ImageChange.differences(
            from: [deployment(image: "shop/orders:1.4.0", label: "1.4.0")],
            to: [deployment(image: "shop/orders:1.5.0", label: "1.5.0")])
        #expect(differences.count == 2)
        #expect(differences.allSatisfy(change.explains))
    }

    @Test func `anything else is not`() {
        let old = deployment(image: "shop/orders:1.4.0")
        let others = [
            deployment(image: "shop/orders:1.4.0", env: "b"), deployment(image: "evil/orders:1.5.0"),
            deployment(image: "shop/orders:1.6.0"), deployment(image: "shop/orders:1.4.0", label: "1.5.0"),
        ]
        for other in others {
            let differences = ImageChange.differences(from: [old], to: [other])
            #expect(!differences.isEmpty)
            #expect(!differences.contains(where: change.explains))
        }
        let vanished = ImageChange.differences(from: [old], to: [])
        #expect(vanished.count == 1 && !vanished.contains(where: change.explains))
    }
}
