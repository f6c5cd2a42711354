extension String {
    /// Whether a text is part of it, byte by byte.
    ///
    /// The standard library prepares a table for each text that it searches. Names and values are short and many, and to
    /// search one costs less than that.
    func holds(_ part: String) -> Bool {
        var (text, part) = (self, part)
        return text.withUTF8 { text in
            part.withUTF8 { part in
                guard let first = part.first else { return true }
                guard text.count >= part.count else { return false }
                return (0...(text.count - part.count)).contains { start in
                    text[start] == first && (1..<part.count).allSatisfy { text[start + $0] == part[$0] }
                }
            }
        }
    }
}
