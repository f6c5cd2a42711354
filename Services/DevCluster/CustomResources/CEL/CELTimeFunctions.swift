import Foundation

/// Functions of moments and durations, in UTC.
enum CELTimeFunctions {
    /// `nil` when there is no such function.
    static func call(_ name: String, timestamp seconds: Double) -> CELValue? {
        var moment = time_t(seconds.rounded(.down))
        var parts = tm()
        gmtime_r(&moment, &parts)
        switch name {
        case "getFullYear": return .int(Int64(parts.tm_year) + 1900)
        case "getMonth": return .int(Int64(parts.tm_mon))
        case "getDate": return .int(Int64(parts.tm_mday))
        case "getDayOfMonth": return .int(Int64(parts.tm_mday) - 1)
        case "getDayOfWeek": return .int(Int64(parts.tm_wday))
        case "getHours": return .int(Int64(parts.tm_hour))
        case "getMinutes": return .int(Int64(parts.tm_min))
        case "getSeconds": return .int(Int64(parts.tm_sec))
        case "getMilliseconds": return .int(Int64((seconds - seconds.rounded(.down)) * 1000))
        default: return nil
        }
    }

    /// `nil` when there is no such function.
    static func call(_ name: String, duration seconds: Double) -> CELValue? {
        switch name {
        case "getHours": .int(Int64(seconds / 3600))
        case "getMinutes": .int(Int64(seconds / 60))
        case "getSeconds": .int(Int64(seconds))
        case "getMilliseconds": .int(Int64(seconds * 1000))
        default: nil
        }
    }
}
