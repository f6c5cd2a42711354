import PreviewDomain
import Testing

@testable import Helm

struct HelmFailureTests {
    @Test(arguments: [
        #"failed pre-install: unable to build kubernetes object for pre-install hook a.yaml: error validating "": error validating data: failed to download openapi: the server could not find the requested resource"#,
        #"failed pre-install: warning: Hook pre-install a.yaml failed: 1 error occurred: * Post "http://10.0.0.1:6443/apis/batch/v1/namespaces/preview-x/jobs?fieldManager=helm": EOF"#,
        #"template: a/templates/b.yaml:1:2: executing "b.yaml" at <lookup "v1" "Secret">: error calling lookup: Get "https://[::1]:6443/api/v1": dial tcp: i/o timeout"#,
        "create: failed to create: unexpected error when reading response body. Please retry. Original error: unexpected EOF",
        "Unable to continue with install: could not get information about the resource Secret \"orders\" in namespace \"preview-x\": Internal error occurred: etcdserver: request timed out",
        "Unable to continue with install: could not get information about the resource ConfigMap \"a\" in namespace \"b\": the server is currently unable to handle the request (get configmaps a)",
        "could not get server version from Kubernetes: an error on the server (\"unknown\") has prevented the request from succeeding",
        "Kubernetes cluster unreachable: the server has received too many requests and has asked us to try again later",
    ])
    func `what the way to the cluster did wrong is tried again, whatever Helm was about`(message: String) {
        let failure = HelmFailure(command: "upgrade", standardError: "WARNING: x\nError: \(message)\n")
        #expect(failure.kind == .unreachable)
        #expect(failure.failureClass == .transient)
        #expect(failure.message == message)
    }

    @Test(arguments: [
        (
            "failed pre-install: 1 error occurred:\n\t* job orders-migrate failed: BackoffLimitExceeded",
            HelmFailure.Kind.hook
        ),
        ("failed pre-install: 1 error occurred:\n\t* timed out waiting for the condition", .hook),
        (#"parse error at (a/templates/b.yaml:3): unexpected EOF"#, .rendering),
        (#"execution error at (a/templates/b.yaml:1:3): set database.password"#, .rendering),
        (
            #"1 error occurred: * deployments.apps "a" is forbidden: exceeded quota: preview, requested: requests.cpu=2"#,
            .refused
        ),
        (
            #"Unable to continue with install: Service "a" in namespace "b" exists and cannot be imported into the current release: invalid ownership metadata"#,
            .refused
        ),
    ])
    func `what would fail again is not tried again`(message: String, kind: HelmFailure.Kind) {
        let failure = HelmFailure(command: "upgrade", standardError: "Error: \(message)\n")
        #expect(failure.kind == kind)
        #expect(failure.failureClass == .permanent)
    }
}
