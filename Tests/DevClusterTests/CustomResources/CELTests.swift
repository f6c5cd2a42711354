import Foundation
import KubernetesClient
import Testing

@testable import DevCluster

@Suite struct CELTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var rule: String
        var value: JSONValue = .null
        var old: JSONValue?
        var expected: Bool
        var testDescription: String { rule }

        init(_ rule: String, _ value: JSONValue = .null, old: JSONValue? = nil, expected: Bool = true) {
            self.rule = rule
            self.value = value
            self.old = old
            self.expected = expected
        }
    }

    static let operators: [Case] = [
        Case("1 + 2 * 3 == 7"), Case("(1 + 2) * 3 == 9"), Case("7 / 2 == 3 && 7 % 2 == 1"), Case("-7 / 2 == -3"),
        Case("1 == 1.0 && 2 > 1.5"), Case("1u < 2"), Case("0x1F == 31"), Case("1.5e3 == 1500.0"),
        Case("'a' + \"b\" == 'ab'"), Case("'a' < 'b' && 'B' < 'a'"), Case("true || 1 / 0 == 1"),
        Case("1 / 0 == 1 || true"), Case("false && 1 / 0 == 1", expected: false), Case("!(1 > 2)"), Case("!!true"),
        Case("true ? 'x' == 'x' : 1 / 0 == 1"), Case("false ? false : true ? true : false"),
        Case("2 in [1, 2, 3]"), Case("!(4 in [1, 2, 3])"), Case("'a' in {'a': 1}"), Case("[1, 2] + [3] == [1, 2, 3]"),
        Case("{'a': [1, 2]}['a'][1] == 2"), Case("[[1], [2]] == [[1.0], [2.0]]"), Case("null == null"),
        Case("1 != 'a'"), Case("\"\"\"a\"b\"\"\" == 'a\"b'"), Case(#"r'\d+' == '\\d+'"#), Case(#"'A\n' == "A\n""#),
        Case("// a remark\n1 == 1"),
    ]
    static let functions: [Case] = [
        Case("'hello'.startsWith('he') && 'hello'.endsWith('lo') && 'hello'.contains('ell')"),
        Case("'abc123'.matches('^[a-z]+[0-9]+$')"), Case("!'abc'.matches('^b')"), Case("'xabcx'.matches('b')"),
        Case("size('äö') == 2 && 'äö'.size() == 2"), Case("size([1, 2]) == 2 && size({'a': 1}) == 1"),
        Case("'A-b'.lowerAscii() == 'a-b' && 'a-b'.upperAscii() == 'A-B'"), Case("' a '.trim() == 'a'"),
        Case("'a,b,c'.split(',') == ['a', 'b', 'c']"), Case("['a', 'b'].join('-') == 'a-b'"),
        Case("'banana'.replace('an', 'AN', 1) == 'bANana'"), Case("'banana'.indexOf('na') == 2"),
        Case("'banana'.lastIndexOf('na') == 4"), Case("'banana'.substring(1, 3) == 'an'"),
        Case("'a1b22'.findAll('[0-9]+') == ['1', '22']"), Case("'abc'.charAt(1) == 'b'"),
        Case("duration('1h30m') == duration('90m')"), Case("duration('1h') < duration('168h')"),
        Case("duration('90s').getMinutes() == 1"), Case("duration('1h') + duration('30m') == duration('5400s')"),
        Case("timestamp('2026-01-02T03:04:05Z').getFullYear() == 2026"),
        Case("timestamp('2026-01-01T00:00:00Z') < timestamp('2026-01-01T00:00:01Z')"),
        Case("timestamp('2026-01-02T00:00:00Z') - timestamp('2026-01-01T00:00:00Z') == duration('24h')"),
        Case("int('42') == 42 && string(42) == '42' && double(1) == 1.0 && int(3.9) == 3"),
        Case("type(1) == int && type('a') == string"), Case("[1, 2, 3].sum() == 6 && [3, 1].min() == 1"),
        Case("[1, 2].isSorted() && ![2, 1].isSorted()"), Case("['a', 'b'].indexOf('b') == 1"),
        Case("isURL('https://example.com:80/x') && !isURL('../x')"),
        Case("url('https://example.com:80/x').getHost() == 'example.com:80'"),
        Case("quantity('1Gi').isGreaterThan(quantity('500Mi')) && isQuantity('20m') && !isQuantity('x')"),
        Case("quantity('1500m').compareTo(quantity('1.5')) == 0"),
    ]
    static let macros: [Case] = [
        Case("[1, 2, 3].all(x, x > 0)"), Case("[1, 2, 3].exists(x, x == 2)"), Case("[1, 2, 2].exists_one(x, x == 1)"),
        Case("[1, 2, 2].existsOne(x, x == 2)", expected: false), Case("[1, 2, 3].filter(x, x > 1) == [2, 3]"),
        Case("[1, 2].map(x, x * 2) == [2, 4]"), Case("[1, 2, 3].map(x, x > 1, x * 2) == [4, 6]"),
        Case("{'a': 1, 'b': 2}.all(k, k in ['a', 'b'])"), Case("{'a': 1}.all(k, v, v == 1)"),
        Case("['a', 'b'].all(i, v, i < 2)"), Case("[1, 'a'].exists(x, x > 0)"),
        Case("[[1, 2], [3]].all(l, l.exists(x, x > 1))"),
    ]
    static let values: [Case] = [
        Case("self.min <= self.max", ["min": 1, "max": 2]), Case("has(self.a) && !has(self.b)", ["a": 1]),
        Case("!has(self.a.b)", ["a": [:]]), Case("self.a == 'x'", ["a": "y"], expected: false),
        Case("self.?a.?b.orValue(5) == 5", ["a": [:]]), Case("self.?a.hasValue()", ["a": 1]),
        Case("self[?'x'].orValue('none') == 'none'", [:]), Case("self.a[0].b == 1", ["a": [["b": 1]]]),
        Case("self.__namespace__ == 'n' && self.x__dash__y == 1", ["namespace": "n", "x-y": 1]),
        Case("self.kind in ['A', 'B'] ? has(self.name) : true", ["kind": "A", "name": "x"]),
        Case("self == oldSelf", ["a": 1], old: ["a": 1]),
        Case("self.a == oldSelf.a", ["a": 1], old: ["a": 2], expected: false),
        Case("self.n >= oldSelf.n", ["n": 3], old: ["n": 2]),
        Case("self.all(x, oldSelf.exists(y, y == x))", ["a"], old: ["a", "b"]),
    ]

    @Test(arguments: operators + functions + macros + values) func `a rule holds or not`(_ example: Case) throws {
        let rule = try CELRule(["rule": .string(example.rule), "message": "no"])
        let problem = rule.problem(
            with: CELValue(example.value, schema: .any), old: example.old.map { CELValue($0, schema: .any) },
            path: "spec")
        #expect(problem?.text == (example.expected ? nil : "Invalid value: no"))
        #expect(rule.unknownFunctions.isEmpty)
    }

    @Test(arguments: [
        "self.", "1 +", "(1", "'open", "self.all(x)", "a b", "has(self)", "1 = 1", "self.a[1", "{1: 2", "@",
    ]) func `what is no expression is refused`(_ rule: String) {
        #expect(throws: CELError.self) { try CELRule(["rule": .string(rule)]) }
    }

    @Test(arguments: [
        ("1 / 0 == 1", "division by zero"), ("self.a == 1", "no such key: a"), ("self < 1", "no such overload"),
        ("[1][2] == 1", "index out of bounds: 2"), ("duration('x') < duration('1h')", "time: invalid duration \"x\""),
        ("9223372036854775807 + 1 > 0", "integer overflow"),
    ]) func `a rule that has no value says why`(_ rule: String, _ why: String) throws {
        let problem = try CELRule(["rule": .string(rule)]).problem(with: .map([:]), old: nil, path: "spec")
        #expect(problem?.text == "Invalid value: \"object\": \(why) evaluating rule: \(rule)")
    }

    @Test func `a rule without end is given up`() throws {
        let range = "[" + (0..<120).map(String.init).joined(separator: ",") + "]"
        let rule = try CELRule(["rule": .string("\(range).all(a, \(range).all(b, \(range).all(c, a + b + c >= 0)))")])
        #expect(rule.problem(with: .null, old: nil, path: "spec")?.text.contains("cost limit exceeded") == true)
    }

    @Test func `reason, place and message come from the rule`() throws {
        let rule = try CELRule([
            "rule": "self.port < 10", "messageExpression": "'port ' + string(self.port) + ' is too big'",
            "reason": "FieldValueForbidden", "fieldPath": ".port",
        ])
        let problem = rule.problem(with: CELValue(["port": 70], schema: .any), old: nil, path: "spec")
        #expect(problem == FieldProblem(kind: .forbidden, field: "spec.port", text: "Forbidden: port 70 is too big"))
    }

    @Test func `a rule about what was there applies to changes only, unless that is optional`() throws {
        let plain = try CELRule(["rule": "self == oldSelf"])
        #expect(plain.problem(with: .int(1), old: nil, path: "spec") == nil)
        let optional = try CELRule(["rule": "!oldSelf.hasValue() || self == oldSelf.value()", "optionalOldSelf": true])
        #expect(optional.problem(with: .int(1), old: nil, path: "spec") == nil)
        #expect(optional.problem(with: .int(1), old: .int(1), path: "spec") == nil)
        #expect(optional.problem(with: .int(1), old: .int(2), path: "spec") != nil)
    }

    @Test(arguments: [
        ("self.spec.nope == 1", ["nope"]), ("self.spec.ports.all(p, p.numbre > 0)", ["numbre"]),
        ("has(self.spec.ttl) && self.metadata.name != ''", []), ("self.spec.ports[0].name == self.spec.tll", ["tll"]),
        ("self.spec.ports.filter(p, p.number > 1).exists(p, p.x)", ["x"]),
    ]) func `a field that the schema does not have is found`(_ rule: String, _ expected: [String]) throws {
        let rule = try CELRule(["rule": .string(rule)])
        #expect(CELFieldCheck.undefinedFields(in: rule, schema: Self.schema).sorted() == expected)
    }

    private static let schema = Schema(
        structural: [
            "type": "object",
            "properties": [
                "spec": [
                    "type": "object",
                    "properties": [
                        "ttl": [
                            "type": "string", "format": "duration",
                            "x-kubernetes-validations": [["rule": "self <= duration('168h')", "message": "too long"]],
                        ],
                        "ports": [
                            "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                            "items": [
                                "type": "object",
                                "properties": ["name": ["type": "string"], "number": ["type": "integer"]],
                                "x-kubernetes-validations": [
                                    ["rule": "self.number == oldSelf.number", "message": "a port keeps its number"]
                                ],
                            ],
                        ],
                    ],
                ]
            ],
        ], isRoot: true)

    @Test func `rules are checked where they stand, with the type of their place`() {
        let good: JSONValue = [
            "spec": ["ttl": "4h", "ports": [["name": "a", "number": 1], ["name": "b", "number": 2]]]
        ]
        #expect(Self.schema.ruleProblems(with: good, old: nil).isEmpty)
        let long: JSONValue = ["spec": ["ttl": "169h"]]
        #expect(Self.schema.ruleProblems(with: long, old: nil).map(\.field) == ["spec.ttl"])
        let moved: JSONValue = ["spec": ["ports": [["name": "b", "number": 3], ["name": "a", "number": 1]]]]
        #expect(Self.schema.ruleProblems(with: moved, old: good).map(\.field) == ["spec.ports[0]"])
    }

    @Test func `every rule of the definitions in use can be read and is known`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../shared/crds")
            .standardizedFileURL
        guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else {
            return print("skipped: ../shared/crds is not there")
        }
        var count = 0
        for case let file as URL in files where file.pathExtension == "yaml" {
            let definition = try RequestBody.yaml(Array(Data(contentsOf: file)))
            guard definition["kind"] == "CustomResourceDefinition" else { continue }
            for rule in Self.rules(in: definition) {
                let read = try CELRule(rule)
                #expect(read.unknownFunctions.isEmpty, "\(file.lastPathComponent): \(read.text)")
                #expect(read.unknownNames.isEmpty, "\(file.lastPathComponent): \(read.text)")
                count += 1
            }
            #expect(DefinitionValidation.problems(definition).isEmpty, "\(file.lastPathComponent)")
        }
        print("\(count) rules read")
    }

    private static func rules(in value: JSONValue) -> [JSONValue] {
        switch value {
        case .object(let members):
            (members["x-kubernetes-validations"]?.array ?? []) + members.values.flatMap { rules(in: $0) }
        case .array(let elements): elements.flatMap { rules(in: $0) }
        default: []
        }
    }
}
