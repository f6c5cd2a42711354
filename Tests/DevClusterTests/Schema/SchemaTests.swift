import KubernetesClient
import Testing

@testable import DevCluster

struct SchemaTests {
    private static let rocket: JSONValue = [
        "type": "object",
        "properties": [
            "spec": [
                "type": "object", "required": ["fuel"],
                "properties": [
                    "fuel": ["type": "string", "enum": ["hydrogen", "kerosene"]],
                    "name": ["type": "string", "pattern": "^[a-z]+$", "maxLength": 5],
                    "engines": ["type": "integer", "minimum": 1, "maximum": 9, "default": 3],
                    "port": ["x-kubernetes-int-or-string": true],
                    "crew": [
                        "type": "array", "items": ["type": "string"], "x-kubernetes-list-type": "set", "maxItems": 2,
                    ],
                    "tags": ["type": "object", "additionalProperties": ["type": "string"]],
                    "note": ["type": "string", "nullable": true],
                    "any": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                    "one": [
                        "type": "object", "oneOf": [["required": ["a"]], ["required": ["b"]]],
                        "properties": ["a": ["type": "string"], "b": ["type": "string"]],
                    ],
                ],
            ]
        ],
    ]

    private let schema = Schema(structural: rocket, isRoot: true)

    @Test(arguments: [
        (#"{"fuel": "wood"}"#, #"spec.fuel: Unsupported value: "wood": supported values: "hydrogen", "kerosene""#),
        ("{}", "spec.fuel: Required value"),
        (
            #"{"fuel": "hydrogen", "name": "X"}"#,
            #"spec.name: Invalid value: "X": spec.name in body should match '^[a-z]+$'"#
        ),
        (
            #"{"fuel": "hydrogen", "name": "abcdef"}"#,
            #"spec.name: Invalid value: "abcdef": spec.name in body should be at most 5 chars long"#
        ),
        (
            #"{"fuel": "hydrogen", "engines": 0}"#,
            "spec.engines: Invalid value: 0: spec.engines in body should be greater than or equal to 1"
        ),
        (
            #"{"fuel": "hydrogen", "engines": "3"}"#,
            #"spec.engines: Invalid value: "string": spec.engines in body must be of type integer: "string""#
        ),
        (#"{"fuel": "hydrogen", "crew": ["a", "a"]}"#, #"spec.crew[1]: Duplicate value: "a""#),
        (
            #"{"fuel": "hydrogen", "crew": ["a", "b", "c"]}"#,
            "spec.crew: Too many: 3: must have at most 2 items"
        ),
        (
            #"{"fuel": "hydrogen", "tags": {"x": 1}}"#,
            #"spec.tags.x: Invalid value: "integer": spec.tags.x in body must be of type string: "integer""#
        ),
        (
            #"{"fuel": "hydrogen", "one": {}}"#,
            "spec.one: Invalid value: {}: spec.one in body must validate one and only one schema (oneOf)"
        ),
    ])
    func `a bad value is named`(_ spec: String, _ problem: String) throws {
        let found = schema.problems(with: ["spec": try JSONValue(parsing: spec)])
        #expect(found.map { "\($0.field): \($0.text)" } == [problem])
    }

    @Test(arguments: [
        #"{"fuel": "hydrogen", "port": 80, "note": null, "one": {"a": "x"}}"#,
        #"{"fuel": "hydrogen", "port": "http", "any": {"x": [1, {"y": null}]}}"#,
    ])
    func `a good value is accepted`(_ spec: String) throws {
        #expect(schema.problems(with: ["spec": try JSONValue(parsing: spec)]).isEmpty)
    }

    @Test func `unknown fields are dropped, except where they are kept`() throws {
        var object: JSONValue = [
            "apiVersion": "a/v1", "kind": "Rocket", "metadata": ["name": "x"],
            "spec": ["fuel": "hydrogen", "wings": 2, "any": ["x": 1], "tags": ["y": "z"]], "extra": true,
        ]
        #expect(schema.prune(&object) == ["extra", "spec.wings"])
        #expect(object["spec"] == ["fuel": "hydrogen", "any": ["x": 1], "tags": ["y": "z"]])
    }

    @Test func `defaults fill what is absent or wrongly null`() {
        var object: JSONValue = ["spec": ["fuel": "hydrogen", "engines": .null, "note": .null]]
        schema.applyDefaults(to: &object)
        #expect(object["spec"] == ["fuel": "hydrogen", "engines": 3, "note": .null])
    }

    @Test func `a built-in object's unknown fields have paths`() throws {
        let schema = try #require(BuiltInTypes.schema(kind: "Deployment"))
        let object: JSONValue = [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "spec": ["replica": 1, "template": ["spec": ["containers": [["name": "a", "imagePullPolicyy": "x"]]]]],
        ]
        #expect(
            schema.unknownFields(in: object) == [
                "spec.replica", "spec.template.spec.containers[0].imagePullPolicyy",
            ])
    }

    @Test func `every type that a field names is described`() {
        func named(_ schema: Schema) -> [String] {
            [schema.typeName].compactMap(\.self) + (schema.items.map(named) ?? []) + (schema.values.map(named) ?? [])
        }
        let table = BuiltInTypes.table
        let used = Set(table.fields.values.flatMap { $0.values }.flatMap { named($0.schema) })
        #expect(used.filter { table.fields[$0] == nil } == [])
        for kind in ResourceKind.builtIn {
            #expect(BuiltInTypes.schema(kind: kind.kind) != nil, "\(kind.kind) has no fields")
        }
    }
}
