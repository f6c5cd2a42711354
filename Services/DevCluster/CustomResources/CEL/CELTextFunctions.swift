import Foundation
import KubernetesClient

/// Functions of strings.
enum CELTextFunctions {
    /// `nil` when there is no such function for these values.
    static func call(_ name: String, _ text: String, _ rest: [CELValue]) throws(CELError) -> CELValue? {
        let words = rest.compactMap { value -> String? in
            if case .string(let text) = value { text } else { nil }
        }
        let numbers = rest.compactMap { value -> Int? in
            if case .int(let number) = value { Int(number) } else { nil }
        }
        if let word = words.first, let found = try call(name, text, word, words, numbers) { return found }
        let scalars = Array(text.unicodeScalars)
        switch name {
        case "size" where rest.isEmpty: return .int(Int64(scalars.count))
        case "lowerAscii": return .string(mapAscii(text) { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 })
        case "upperAscii": return .string(mapAscii(text) { $0 >= 97 && $0 <= 122 ? $0 - 32 : $0 })
        case "trim": return .string(text.trimmingCharacters(in: .whitespacesAndNewlines))
        case "reverse": return .string(String(String.UnicodeScalarView(scalars.reversed())))
        case "charAt":
            guard let place = numbers.first, (0...scalars.count).contains(place) else {
                throw .evaluation("index out of range")
            }
            return .string(place == scalars.count ? "" : String(scalars[place]))
        case "substring":
            guard let start = numbers.first else { return nil }
            let end = numbers.count > 1 ? numbers[1] : scalars.count
            guard (0...scalars.count).contains(start), (start...scalars.count).contains(max(start, end)), start <= end
            else { throw .evaluation("index out of range: \(start)") }
            return .string(String(String.UnicodeScalarView(scalars[start..<end])))
        default: return rest.isEmpty ? try convert(name, text) : nil
        }
    }

    private static func call(
        _ name: String, _ text: String, _ word: String, _ words: [String], _ numbers: [Int]
    ) throws(CELError) -> CELValue? {
        switch name {
        case "startsWith": return .bool(text.utf8.starts(with: word.utf8))
        case "endsWith": return .bool(text.utf8.reversed().starts(with: word.utf8.reversed()))
        case "contains": return .bool(word.isEmpty || text.range(of: word, options: .literal) != nil)
        case "matches": return .bool(try matches(word, in: text, most: 1).isEmpty == false)
        case "find": return .string(try matches(word, in: text, most: 1).first ?? "")
        case "findAll": return .list(try matches(word, in: text, most: numbers.first ?? -1).map { .string($0) })
        case "replace":
            guard words.count == 2 else { return nil }
            return .string(replace(word, with: words[1], in: text, most: numbers.first ?? -1))
        case "split":
            let parts = text.components(separatedBy: word)
            return .list((word.isEmpty ? text.unicodeScalars.map { String($0) } : parts).map { .string($0) })
        case "indexOf", "lastIndexOf":
            let options: NSString.CompareOptions = name == "indexOf" ? .literal : [.literal, .backwards]
            guard let range = text.range(of: word, options: options) else { return .int(word.isEmpty ? 0 : -1) }
            return .int(Int64(text.unicodeScalars.distance(from: text.startIndex, to: range.lowerBound)))
        default: return nil
        }
    }

    private static func mapAscii(_ text: String, _ change: (UInt8) -> UInt8) -> String {
        String(decoding: text.utf8.map { $0 < 128 ? change($0) : $0 }, as: UTF8.self)
    }

    private static func replace(_ word: String, with other: String, in text: String, most: Int) -> String {
        guard most != 0, !word.isEmpty else { return text }
        var result = ""
        var rest = Substring(text)
        var count = 0
        while most < 0 || count < most, let range = rest.range(of: word, options: .literal) {
            result += rest[..<range.lowerBound] + other
            rest = rest[range.upperBound...]
            count += 1
        }
        return result + rest
    }

    private static func matches(_ pattern: String, in text: String, most: Int) throws(CELError) -> [String] {
        guard let expression = try? NSRegularExpression(pattern: pattern) else {
            throw .evaluation("invalid regular expression: \(pattern)")
        }
        let found = expression.matches(in: text, range: NSRange(text.startIndex..., in: text))
        let kept = most < 0 ? found[...] : found.prefix(most)
        return kept.compactMap { Range($0.range, in: text).map { String(text[$0]) } }
    }

    /// What turns a text into something else.
    private static func convert(_ name: String, _ text: String) throws(CELError) -> CELValue? {
        switch name {
        case "int":
            guard let value = Int64(text) else { throw .evaluation("strconv.ParseInt: parsing \"\(text)\"") }
            return .int(value)
        case "uint": return UInt64(text).map { .uint($0) }
        case "double": return Double(text).map { .double($0) }
        case "bool": return ["true": .bool(true), "false": .bool(false)][text]
        case "bytes": return .bytes(Array(text.utf8))
        case "duration":
            guard let seconds = CELDuration.seconds(text) else {
                throw .evaluation("time: invalid duration \"\(text)\"")
            }
            return .duration(seconds)
        case "timestamp":
            guard let seconds = Moment.seconds(text) else { throw .evaluation("invalid timestamp \"\(text)\"") }
            return .timestamp(seconds)
        case "isQuantity": return .bool(Quantity(text) != nil)
        case "quantity":
            guard let quantity = Quantity(text) else {
                throw .evaluation("quantities must match the regular expression")
            }
            return .quantity(quantity)
        case "isURL": return .bool(url(text) != nil)
        case "url":
            guard let url = url(text) else { throw .evaluation("URL parse error during conversion from string") }
            return .url(url)
        case "isIP": return .bool(StringFormat.isIPv4(text) || StringFormat.accepts(text, format: "ipv6"))
        case "isCIDR": return .bool(StringFormat.accepts(text, format: "cidr"))
        default: return nil
        }
    }

    /// An absolute URL, or one that begins with a slash.
    private static func url(_ text: String) -> URLComponents? {
        guard let url = URLComponents(string: text), url.scheme != nil || text.hasPrefix("/") else { return nil }
        return url
    }
}
