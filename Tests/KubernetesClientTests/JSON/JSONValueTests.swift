import Foundation
import KubernetesClient
import Testing

@Suite struct JSONValueTests {
    @Test(
        arguments: [
            ("null", JSONValue.null), ("true", true), (" false\n", false), ("0", 0), ("-0", .double(-0.0)), ("-7", -7),
            ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
            ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("1.0", .double(1)), ("1e3", .double(1000)),
            ("-2.5E-1", .double(-0.25)), ("123456789012345678901234567890", .double(1.2345678901234568e29)),
            (#""""#, ""), (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e4\u20AC""#, "ä€"),
            (#""\ud83d\ude00""#, "😀"), (#""😀\n""#, "😀\n"), ("[]", []), ("{}", [:]),
            ("[1,[2,[]],{}]", [1, [2, []], [:]]),
            (#"{"a":{"b":[true,null]},"c":"d"}"#, ["a": ["b": [true, .null]], "c": "d"]), (#"{"a":1,"a":2}"#, ["a": 2]),
        ] as [(String, JSONValue)])
    func `valid JSON is read`(text: String, expected: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == expected)
        #expect(try JSONValue(parsing: expected.serialized()) == expected)
        #expect(try JSONValue(parsing: expected.serializedBytes(sortedKeys: false, pretty: true)) == expected)
    }

    @Test(
        arguments: [
            ("", JSONParsingError.Reason.unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("nul", .unexpectedEnd, 0),
            ("nulL", .invalidLiteral, 0), ("01", .invalidNumber, 2), ("-", .invalidNumber, 1),
            ("1.", .invalidNumber, 2),
            ("1e", .invalidNumber, 2), (".5", .unexpectedByte, 0), ("+1", .unexpectedByte, 0),
            ("1e999", .numberOutOfRange, 0),
            ("NaN", .unexpectedByte, 0), ("[1,]", .unexpectedByte, 3), ("[1 2]", .unexpectedByte, 3),
            ("[1", .unexpectedEnd, 2),
            ("{,}", .unexpectedByte, 1), (#"{"a"}"#, .unexpectedByte, 4), (#"{"a":1,}"#, .unexpectedByte, 7),
            ("{a:1}", .unexpectedByte, 1), ("'a'", .unexpectedByte, 0), (#""a"#, .unexpectedEnd, 2),
            ("\"a\nb\"", .controlCharacter, 2), (#""\x41""#, .invalidEscape, 1), (#""\u12g4""#, .invalidEscape, 5),
            (#""\ud83d""#, .invalidEscape, 1), (#""\ud83dx""#, .invalidEscape, 1), (#""\ude00""#, .invalidEscape, 1),
            ("1 2", .trailingBytes, 2), ("{}x", .trailingBytes, 2), ("\u{feff}1", .unexpectedByte, 0),
            ("// c\n1", .unexpectedByte, 0),
        ] as [(String, JSONParsingError.Reason, Int)])
    func `invalid JSON is refused with place and reason`(text: String, reason: JSONParsingError.Reason, offset: Int) {
        #expect(throws: JSONParsingError(reason: reason, offset: offset)) { try JSONValue(parsing: text) }
    }

    @Test(
        arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0x5C, 0x6E, 0xED, 0xA0, 0x80, 0x22]]
            as [[UInt8]])
    func `texts must be valid UTF-8`(bytes: [UInt8]) {
        #expect(throws: JSONParsingError(reason: .invalidUTF8, offset: 1)) { try JSONValue(parsing: bytes) }
    }

    @Test func `nesting is limited`() throws {
        let deep = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        _ = try JSONValue(parsing: deep)
        #expect(throws: JSONParsingError(reason: .tooDeep, offset: 512)) { try JSONValue(parsing: "[\(deep)]") }
    }

    @Test func `a duplicate name is refused where that is asked for`() {
        #expect(throws: JSONParsingError(reason: .duplicateName, offset: 8)) {
            try JSONValue(parsing: #"{"a":1, "a":1}"#.utf8, rejectsDuplicateNames: true)
        }
    }

    @Test func `a value is written with sorted names, one member a line where asked for`() {
        let value: JSONValue = ["b": [1, 2.5], "a": ["x": .null], "é": "\u{1}\n\"\\", "e": [:]]
        #expect(value.description == #"{"a":{"x":null},"b":[1,2.5],"e":{},"é":"\u0001\n\"\\"}"#)
        #expect(
            String(decoding: value.serialized(pretty: true), as: UTF8.self) == """
                {
                  "a": {
                    "x": null
                  },
                  "b": [
                    1,
                    2.5
                  ],
                  "e": {},
                  "é": "\\u0001\\n\\"\\\\"
                }
                """)
    }

    @Test func `a path is followed without unwrapping`() throws {
        let value: JSONValue = ["spec": ["containers": [["image": "shop/orders:1.4.0", "ports": [8080]]], "on": true]]
        #expect(value["spec"]["containers"][0]["image"].string == "shop/orders:1.4.0")
        #expect(value["spec"]?["containers"]?[0]?["ports"]?[0]?.int == 8080)
        #expect(value["spec"]["containers"][1]["image"].string == nil)
        #expect(value["spec"]["on"].bool == true)
        #expect(value["status"]["phase"] == nil)
        #expect(value["spec"]["containers"]["wrong"] == nil)
    }

    @Test func `assigning through a missing path makes it`() {
        var value: JSONValue = ["spec": ["list": [1]]]
        value["metadata"]["labels"]["app"] = "orders"
        value["spec"]["list"][1] = 2
        value["spec"]["list"][0] = nil
        value["status"]["phase"] = nil
        value["other"][0]["name"] = "first"
        #expect(
            value == [
                "metadata": ["labels": ["app": "orders"]], "spec": ["list": [2]], "other": [["name": "first"]],
            ])
        value["spec"]["list"] = nil
        value["metadata"]["labels"] = "text"
        value["metadata"]["labels"]["app"] = "again"
        #expect(value["spec"] == [:])
        #expect(value["metadata"] == ["labels": ["app": "again"]])
    }

    @Test func `values travel through Codable types and back`() throws {
        struct Example: Codable, Equatable {
            var name: String
            var at: Date
            var any: JSONValue
            var missing: Int?
        }
        let example = Example(
            name: "a", at: Date(timeIntervalSince1970: 1_700_000_000), any: ["n": 1, "d": 1.5, "l": [.null, true]])
        let value = try JSONValue(encoding: example)
        #expect(value["at"] == "2023-11-14T22:13:20Z")
        #expect(value["any"]["n"] == 1)
        #expect(try value.decoded(as: Example.self) == example)
        #expect(try JSONValue(encoding: value) == value)
    }
}
