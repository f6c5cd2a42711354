extension DiagnosisRule {
    /// What the last lines of a container that ended say, where the cluster does not know.
    static let logs: [DiagnosisRule] = [
        line(
            "LogSaysWrongArchitecture", .wrongFormat, "Its program is built for another processor than the node's.",
            then: "Build the version for the nodes' architecture; a script needs its #! line."),
        line(
            "LogSaysPortTaken", .portTaken, "The port that it listens on is taken already in its pod.",
            then: "Let only one container of the pod listen on the port."),
        line(
            "LogSaysPortForbidden", .lowPort, "It may not listen on that port: below 1024 only root may.",
            then: "Let the program listen on a port above 1023."),
        line(
            "LogSaysReadOnly", .readOnly, "It writes to its image's files, which are read-only.",
            then: "Let it write to a volume, such as an emptyDir, or allow writing in its security context."),
    ]

    private static func line(
        _ name: String, _ phrase: ClusterWords.Phrase, _ sentence: String, then nextStep: String
    ) -> DiagnosisRule {
        DiagnosisRule(
            name, reads: "last log lines of a container that ended or is not ready", then: nextStep,
            .log { lines in
                lines.contains { ClusterWords($0).say(phrase) } ? Finding(.passing, sentence) : nil
            })
    }
}
