import KubernetesClient

/// Spans of time as kubectl shows them: `45s`, `3m12s`, `5h`, `2d4h`, `3y`.
enum HumanDuration {
    static func text(seconds: Int) -> String {
        switch seconds {
        case ..<(-1): return "<invalid>"
        case ..<0: return "0s"
        case ..<120: return "\(seconds)s"
        default: break
        }
        let minutes = seconds / 60
        if minutes < 10 { return pair(minutes, "m", seconds % 60, "s") }
        if minutes < 180 { return "\(minutes)m" }
        let hours = minutes / 60
        if hours < 8 { return pair(hours, "h", minutes % 60, "m") }
        if hours < 48 { return "\(hours)h" }
        let days = hours / 24
        if days < 8 { return pair(days, "d", hours % 24, "h") }
        if days < 730 { return "\(days)d" }
        let years = days / 365
        return years < 8 ? pair(years, "y", days % 365, "d") : "\(years)y"
    }

    private static func pair(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
    }

    /// How long ago a time stamp was.
    static func age(_ value: JSONValue?) -> JSONValue {
        guard let text = value.string, let moment = Moment.seconds(text) else { return "<unknown>" }
        return .string(self.text(seconds: Int(Moment.secondsSinceEpoch() - moment)))
    }
}
