import Foundation
import KubernetesClient
import PreviewDomain
import Testing

/// What stands for PEM here: its contents are read when a connection is made.
enum FakePEM {
    static let certificate = "-----BEGIN CERTIFICATE-----\nTUU=\n-----END CERTIFICATE-----\n"
    static let key = "-----BEGIN PRIVATE KEY-----\nTUU=\n-----END PRIVATE KEY-----\n"

    static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}

@Suite struct KubeconfigTests {
    private let folder = TestFolder()

    private static let full = """
        apiVersion: v1
        kind: Config
        preferences: {}
        extensions: [{name: anything, extension: {a: b}}]
        current-context: main
        contexts:
        - name: main
          context: {cluster: east, user: admin, namespace: shop, extensions: [{name: x, extension: {}}]}
        - name: files
          context: {cluster: west, user: robot}
        - name: anonymous
          context: {cluster: west}
        - name: skipping
          context: {cluster: skipping}
        clusters:
        - name: east
          cluster:
            server: https://10.0.0.1:6443
            certificate-authority-data: \(FakePEM.base64(FakePEM.certificate))
            tls-server-name: kubernetes.local
            proxy-url: http://proxy:3128
            disable-compression: true
        - name: west
          cluster: {server: "http://127.0.0.1:8001/base/", certificate-authority: ca.pem}
        - name: skipping
          cluster: {server: "https://10.0.0.3", insecure-skip-tls-verify: true}
        users:
        - name: admin
          user:
            client-certificate-data: \(FakePEM.base64(FakePEM.certificate))
            client-key-data: \(FakePEM.base64(FakePEM.key))
            as: deployer
            as-uid: "7"
            as-groups: [a, b]
            as-user-extra: {scopes: [view]}
        - name: robot
          user: {tokenFile: token, token: unused}
        """

    @Test func `the current context is used, with everything in the file`() throws {
        let configuration = try KubernetesConfiguration.load(kubeconfig: folder.write("config", Self.full))
        #expect(configuration.server == "https://10.0.0.1:6443")
        #expect(configuration.certificateAuthority == Data(FakePEM.certificate.utf8))
        #expect(configuration.clientCertificate == Data(FakePEM.certificate.utf8))
        #expect(configuration.clientKey == Data(FakePEM.key.utf8))
        #expect(configuration.serverName == "kubernetes.local")
        #expect(configuration.proxy == "http://proxy:3128")
        #expect(configuration.defaultNamespace == "shop")
        #expect(configuration.token == nil)
        #expect(!configuration.skipsVerification)
        #expect(configuration.disablesCompression)
        let who = try #require(configuration.impersonation)
        #expect(who.user == "deployer")
        #expect(who.uid == "7")
        #expect(who.groups == ["a", "b"])
        #expect(who.extra == ["scopes": ["view"]])
    }

    @Test func `a context can be chosen, and files are found beside the kubeconfig`() throws {
        let file = try folder.write("config", Self.full)
        try folder.write("ca.pem", FakePEM.certificate)
        let configuration = try KubernetesConfiguration.load(kubeconfig: file, context: "files")
        #expect(configuration.certificateAuthority == Data(FakePEM.certificate.utf8))
        #expect(configuration.token == .file(folder.path("token")))
        #expect(try KubernetesConfiguration.load(kubeconfig: file, context: "anonymous").token == nil)
        #expect(try KubernetesConfiguration.load(kubeconfig: file, context: "skipping").skipsVerification)
    }

    @Test func `a missing file, another format and a missing choice are named`() throws {
        let file = try folder.write("config", "contexts: []")
        let noChoice = #expect(throws: KubernetesConfigurationError.self) {
            try KubernetesConfiguration.load(kubeconfig: file)
        }
        #expect(noChoice?.field == "current-context")
        for text in ["a: [b\n", "just text", "kind: Pod", "apiVersion: v2"] {
            let broken = try folder.write("broken", text)
            let error = #expect(throws: KubernetesConfigurationError.self) {
                try KubernetesConfiguration.load(kubeconfig: broken)
            }
            #expect(error?.file == broken)
        }
        let absent = #expect(throws: KubernetesConfigurationError.self) {
            try KubernetesConfiguration.load(kubeconfig: "/nowhere/config")
        }
        #expect(absent?.file == "/nowhere/config")
        #expect(throws: KubernetesConfigurationError.self) { try KubernetesConfiguration.load(kubeconfigs: []) }
    }

    @Test func `a pod finds its own credentials`() throws {
        try folder.write("ca.crt", "CA")
        try folder.write("token", "t")
        try folder.write("namespace", "understudy\n")
        let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
        let configuration = try KubernetesConfiguration.inCluster(folder: folder.path, environment: environment)
        #expect(configuration.server == "https://[fd00::1]:443")
        #expect(configuration.defaultNamespace == "understudy")
        #expect(configuration.token == .file(folder.path("token")))
        let outside = #expect(throws: KubernetesConfigurationError.self) {
            try KubernetesConfiguration.inCluster(folder: folder.path, environment: [:])
        }
        #expect(outside?.field == "KUBERNETES_SERVICE_HOST")
    }

    @Test func `credentials do not show when a configuration is printed`() throws {
        var configuration = try KubernetesConfiguration.load(kubeconfig: folder.write("config", Self.full))
        configuration.token = .fixed("hunter2")
        configuration.basicLogin = .init(user: "me", password: "hunter2")
        configuration.exec = ExecPlugin(apiVersion: "v1", command: "plugin")
        configuration.exec?.environment = ["PASSWORD": "hunter2"]
        configuration.server += "/hunter2"
        var dumped = ""
        dump(configuration, to: &dumped)
        dump(configuration.basicLogin, to: &dumped)
        dump(configuration.exec, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("KEY"))
        }
    }
}
