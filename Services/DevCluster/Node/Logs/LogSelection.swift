import Foundation
import KubernetesClient

/// Lines of a container's log, as asked for.
struct LogSelection: Sendable {
    var tailLines: Int?
    var since: Date?
    var timestamps: Bool

    /// The wanted part of some log text; only whole lines are in it.
    func select(_ bytes: [UInt8], isWhole: Bool) -> [UInt8] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
        if let since {
            lines = lines.filter { line in
                let time = line.prefix { $0 != UInt8(ascii: " ") }
                return Timestamp.parse(String(decoding: time, as: UTF8.self)).map { $0 >= since } ?? true
            }
        }
        if isWhole, let tailLines { lines = Array(lines.suffix(tailLines)) }
        var output: [UInt8] = []
        for line in lines {
            // `<time> stdout F <text>`
            let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
            if timestamps, let time = parts.first { output += time + [UInt8(ascii: " ")] }
            if parts.count == 4 { output += parts[3] }
            output.append(UInt8(ascii: "\n"))
        }
        return output
    }
}
