import Foundation

/// Functions of lists.
enum CELListFunctions {
    /// `nil` when there is no such function for these values.
    static func call(_ name: String, _ elements: [CELValue], _ rest: [CELValue]) throws(CELError) -> CELValue? {
        switch (name, rest.first) {
        case ("size", nil): return .int(Int64(elements.count))
        case ("reverse", nil): return .list(elements.reversed())
        case ("join", _):
            var separator = ""
            if case .string(let text)? = rest.first { separator = text }
            return .string(elements.map(CELFunctions.text).joined(separator: separator))
        case ("indexOf", .some(let value)):
            return .int(Int64(elements.firstIndex { $0.isEqual(to: value) } ?? -1))
        case ("lastIndexOf", .some(let value)):
            return .int(Int64(elements.lastIndex { $0.isEqual(to: value) } ?? -1))
        case ("isSorted", nil):
            return .bool(zip(elements, elements.dropFirst()).allSatisfy { $0.order(to: $1) != .orderedDescending })
        case ("min", nil), ("max", nil):
            guard var best = elements.first else { throw .evaluation("\(name) called on empty list") }
            let wanted: ComparisonResult = name == "min" ? .orderedAscending : .orderedDescending
            for element in elements.dropFirst() where element.order(to: best) == wanted { best = element }
            return best
        case ("sum", nil):
            guard var total = elements.first else { return .int(0) }
            for element in elements.dropFirst() { total = try CELFunctions.binary("+", total, element) }
            return total
        default: return nil
        }
    }
}
