import Foundation

/// How long something took, in words: `0.4 s`, `12 s`, `2 min 5 s`, `1 h 4 min`.
enum Elapsed {
    static func text(_ seconds: TimeInterval) -> String {
        guard seconds >= 10 else { return "\((max(seconds, 0) * 10).rounded() / 10) s" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return whole % 60 == 0 ? "\(whole / 60) min" : "\(whole / 60) min \(whole % 60) s" }
        let minutes = whole % 3600 / 60
        return minutes == 0 ? "\(whole / 3600) h" : "\(whole / 3600) h \(minutes) min"
    }
}
