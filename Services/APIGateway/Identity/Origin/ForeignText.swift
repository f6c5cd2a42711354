/// Text that anyone may have written, before it is kept or logged.
extension StringProtocol {
    /// The text without what changes how the text around it is read: line ends, other control characters, and marks that
    /// turn the direction of writing.
    var printable: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.filter { scalar in
                    switch scalar.value {
                    case 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: false
                    default: scalar.properties.generalCategory != .control
                    }
                }))
    }

    /// The text's beginning. One character to a reader may be thousands of marks on top of each other, so bytes count.
    func shortened(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return String(self) }
        var (scalars, count) = (String.UnicodeScalarView(), 0)
        for scalar in unicodeScalars {
            count += UTF8.width(scalar)
            guard count <= limit else { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }
}
