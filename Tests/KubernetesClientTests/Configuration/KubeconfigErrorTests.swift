import Foundation
import KubernetesClient
import PreviewDomain
import Testing

/// Each field that is wrong, with the field that the error names and a word of its remedy.
@Suite struct KubeconfigErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var cluster = #"{server: "https://a"}"#
        var user = "{}"
        var context = "{cluster: c, user: u}"
        var field: String
        var remedy: String

        var testDescription: String { field }
    }

    private static let certificate = FakePEM.base64(FakePEM.certificate)
    private static let version = "apiVersion: client.authentication.k8s.io/v1"

    private static let cases = [
        Case(context: "{cluster: nowhere, user: u}", field: "contexts[x].context.cluster", remedy: "add the cluster"),
        Case(context: "{cluster: c, user: nobody}", field: "contexts[x].context.user", remedy: "add the user"),
        Case(context: "{cluster: c, namespace: 5}", field: "contexts[x].context.namespace", remedy: "quotes"),
        Case(context: "5", field: "contexts[x].context", remedy: "below"),
        Case(cluster: "{server: 10.0.0.1:6443}", field: "clusters[c].cluster.server", remedy: "https://"),
        Case(cluster: "{}", field: "clusters[c].cluster.server", remedy: "https://"),
        Case(
            cluster: #"{server: "https://a", certificate-authority-data: "%%%"}"#,
            field: "clusters[c].cluster.certificate-authority-data", remedy: "base64"),
        Case(
            cluster: #"{server: "https://a", certificate-authority-data: "Q0E="}"#,
            field: "clusters[c].cluster.certificate-authority-data", remedy: "PEM"),
        Case(
            cluster: #"{server: "https://a", certificate-authority: missing.pem}"#,
            field: "clusters[c].cluster.certificate-authority", remedy: "another file"),
        Case(
            cluster: #"{server: "https://a", certificate-authority: a, certificate-authority-data: YQ==}"#,
            field: "clusters[c].cluster.certificate-authority-data", remedy: "one of the two"),
        Case(
            cluster:
                #"{server: "https://a", insecure-skip-tls-verify: true, certificate-authority-data: \#(certificate)}"#,
            field: "clusters[c].cluster.insecure-skip-tls-verify", remedy: "remove"),
        Case(
            cluster: #"{server: "https://a", insecure-skip-tls-verify: "true"}"#,
            field: "clusters[c].cluster.insecure-skip-tls-verify", remedy: "without quotes"),
        Case(
            cluster: #"{server: "https://a", proxy-url: "ftp://b"}"#, field: "clusters[c].cluster.proxy-url",
            remedy: "socks5"),
        Case(
            user: "{client-certificate-data: \(certificate)}", field: "users[u].user.client-key", remedy: "missing"),
        Case(
            user: "{client-key-data: \(FakePEM.base64(FakePEM.key))}", field: "users[u].user.client-certificate",
            remedy: "missing"),
        Case(
            user: "{client-key-data: \(certificate), client-certificate-data: \(certificate)}",
            field: "users[u].user.client-key-data", remedy: "PRIVATE KEY"),
        Case(
            user: "{client-certificate-data: \(certificate), client-key-data: "
                + FakePEM.base64(FakePEM.key.replacing("PRIVATE", with: "ENCRYPTED PRIVATE")) + "}",
            field: "users[u].user.client-key-data", remedy: "decrypt"),
        Case(user: "{token: 12}", field: "users[u].user.token", remedy: "quotes"),
        Case(user: #"{token: "a b"}"#, field: "users[u].user.token", remedy: "one line"),
        Case(user: "{token: a, username: b, password: c}", field: "users[u].user.username", remedy: "one of the two"),
        Case(user: #"{username: "a:b", password: c}"#, field: "users[u].user.username", remedy: "another user"),
        Case(cluster: #"{server: "https://a\nb"}"#, field: "clusters[c].cluster.server", remedy: "one line"),
        Case(
            cluster: #"{server: "https://a", tls-server-name: "b\r\nc"}"#,
            field: "clusters[c].cluster.tls-server-name", remedy: "one line"),
        Case(
            cluster: #"{server: "https://a", proxy-url: "http://b\n"}"#, field: "clusters[c].cluster.proxy-url",
            remedy: "one line"),
        Case(
            context: #"{cluster: c, user: u, namespace: "a\nb"}"#, field: "contexts[x].context.namespace",
            remedy: "one line"),
        Case(user: #"{as: "a\r\nAuthorization: b"}"#, field: "users[u].user.as", remedy: "one line"),
        Case(user: #"{as: a, as-uid: "1\n"}"#, field: "users[u].user.as-uid", remedy: "one line"),
        Case(user: #"{as: a, as-groups: [b, "c\nd"]}"#, field: "users[u].user.as-groups[1]", remedy: "one line"),
        Case(
            user: #"{as: a, as-user-extra: {scope: ["b\nc"]}}"#, field: "users[u].user.as-user-extra.scope[0]",
            remedy: "one line"),
        Case(user: #"{token: "a\nb"}"#, field: "users[u].user.token", remedy: "one line"),
        Case(user: #"{username: "a\nb", password: c}"#, field: "users[u].user.username", remedy: "one line"),
        Case(user: "{as-groups: [a]}", field: "users[u].user.as", remedy: "name"),
        Case(user: "{as: a, as-groups: a}", field: "users[u].user.as-groups", remedy: "dash"),
        Case(user: "{as: a, as-groups: [1]}", field: "users[u].user.as-groups[0]", remedy: "quotes"),
        Case(
            user: "{auth-provider: {name: gcp}}", field: "users[u].user.auth-provider",
            remedy: "gke-gcloud-auth-plugin"),
        Case(user: "{auth-provider: {name: azure}}", field: "users[u].user.auth-provider", remedy: "kubelogin"),
        Case(user: "{auth-provider: {name: oidc}}", field: "users[u].user.auth-provider", remedy: "oidc-login"),
        Case(user: "{auth-provider: {name: other}}", field: "users[u].user.auth-provider", remedy: "create token"),
        Case(user: "{exec: aws}", field: "users[u].user.exec", remedy: "below"),
        Case(user: "{exec: {\(version)}}", field: "users[u].user.exec.command", remedy: "program"),
        Case(user: "{exec: {command: a}}", field: "users[u].user.exec.apiVersion", remedy: "version"),
        Case(
            user: "{exec: {command: a, apiVersion: client.authentication.k8s.io/v1alpha1}}",
            field: "users[u].user.exec.apiVersion", remedy: "update"),
        Case(user: "{exec: {command: a, \(version)}}", field: "users[u].user.exec.interactiveMode", remedy: "IfAvail"),
        Case(
            user: "{exec: {command: a, \(version), interactiveMode: Always}}",
            field: "users[u].user.exec.interactiveMode", remedy: "works alone"),
        Case(
            user: "{exec: {command: a, \(version), interactiveMode: Never, args: [1]}}",
            field: "users[u].user.exec.args[0]", remedy: "quotes"),
        Case(
            user: "{exec: {command: a, \(version), interactiveMode: Never, env: [{name: A, value: 1}]}}",
            field: "users[u].user.exec.env[0]", remedy: "quotes"),
        Case(
            user: "{auth-provider: {name: gcp}, exec: {command: a, \(version), interactiveMode: Never}}",
            field: "users[u].user.auth-provider", remedy: "remove"),
    ]

    @Test(arguments: cases)
    func `what is wrong is named with file, field and remedy`(_ one: Case) throws {
        let folder = TestFolder()
        let file = try folder.write(
            "config",
            """
            current-context: x
            contexts: [{name: x, context: \(one.context)}]
            clusters: [{name: c, cluster: \(one.cluster)}]
            users: [{name: u, user: \(one.user)}]
            """)
        let error = try #require(
            throws: KubernetesConfigurationError.self,
            performing: { try KubernetesConfiguration.load(kubeconfig: file) }
        )
        #expect(error.file == file)
        #expect(error.field == one.field)
        #expect(error.remedy.contains(one.remedy), "\(error)")
        #expect(error.failureClass == .fatal)
    }

    @Test func `an unknown context, and names that are there twice or not at all, are named`() throws {
        let folder = TestFolder()
        let file = try folder.write("config", "contexts: [{name: x, context: {}}, {name: y, context: {}}]")
        let unknown = #expect(throws: KubernetesConfigurationError.self) {
            try KubernetesConfiguration.load(kubeconfig: file, context: "z")
        }
        #expect(unknown?.field == "contexts[z]")
        #expect(unknown?.remedy == "choose one of: x, y")
        for (text, field) in [
            ("users: [{name: u}, {name: u}]", "users[u]"), ("users: [{user: {}}]", "users[0].name"),
            ("clusters: {}", "clusters"), ("current-context: 5", "current-context"),
        ] {
            let file = try folder.write("config", text)
            let error = #expect(throws: KubernetesConfigurationError.self) {
                try KubernetesConfiguration.load(kubeconfig: file)
            }
            #expect(error?.field == field)
        }
    }
}
